"""Expressions: their values, as far as an engine may be in them, and the calls within them."""

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from poolaudit.readers.forking.things import (
    DATABASE,
    FLASK,
    METADATA,
    MODEL,
    QUERY,
    SESSIONS,
    Bound,
    Class,
    Code,
    Engine,
    External,
    Frame,
    Instance,
    Items,
    Loaded,
    Method,
    Text,
    Value,
    Work,
    engines_of,
)

if TYPE_CHECKING:
    from poolaudit.readers.forking.runner import Runner


class Expressions:
    """Works expressions out."""

    def __init__(self, runner: "Runner") -> None:
        self.runner = runner

    def value(self, node: ast.expr, frame: Frame) -> Value:  # noqa: C901, PLR0911 - one case for each kind of expression
        """Work an expression out, with all that it calls."""
        match node:
            case ast.Name(id=name):
                return frame.find(name)
            case ast.Constant(value=said):
                return Text(said)
            case ast.Attribute(value=inner, attr=name):
                return self.attribute(self.value(inner, frame), name, frame)
            case ast.Call():
                return self._call(node, frame)
            case ast.Await(value=inner) | ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                found = self.value(inner, frame)
                if isinstance(node, ast.NamedExpr):
                    self.runner.statements.assign(node.target, found, frame)
                return found
            case ast.Lambda():
                return Code(node, frame)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return Items(tuple(self.value(one, frame) for one in elements))
            case ast.Subscript(value=inner, slice=key):
                self.value(key, frame)
                found = self.value(inner, frame)
                return found if isinstance(found, Engine) else None
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.value(test, frame)
                return self._one_of(node, (body, orelse), frame)
            case ast.BoolOp(values=[first, *others]):
                found = self.value(first, frame)
                other = self._one_of(node, others, frame)
                return found if engines_of(found) or other is None else other
            case _:
                self._within(node, frame)
        return None

    def _one_of(self, node: ast.expr, choices: Iterable[ast.expr], frame: Frame) -> Value:
        with self.runner.doubted(node, frame):
            found = [self.value(one, frame) for one in choices]
        return next((one for one in found if one is not None and not isinstance(one, Text)), None)

    def _within(self, node: ast.expr, frame: Frame) -> None:
        """Follow what stands in any other expression."""
        if isinstance(node, ast.Yield):
            frame.returned = (self.value(node.value, frame) if node.value is not None else None) or frame.returned
            return
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for one in node.generators:
                source = self.value(one.iter, frame)
                self.runner.calls.iterated(source, frame.module.line_of(node))
                self.runner.statements.assign(one.target, source if isinstance(source, Engine) else None, frame)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child, frame)

    def attribute(self, owner: Value, name: str, frame: Frame) -> Value:  # noqa: PLR0911 - one for each kind of owner
        """Give an attribute of a value."""
        match owner:
            case External(name=full):
                return self.runner.modules.imported(f"{full}.{name}", frame) or External(f"{full}.{name}")
            case Loaded(frame=other):
                return other.names.get(name) or self.runner.modules.within_package(other, name)
            case Instance(of=kind, attributes=own):
                found = own[name] if name in own else kind.find(name)
                return self._of_instance(owner, found, name)
            case Class():
                return owner.find(name) or self._of_model(owner, name)
            case Engine() if name in {"engine", "sync_engine", "pool", "engines"}:
                return owner
            case Bound(kind=kind):
                return self._of_bound(owner, kind, name)
            case None | Text():
                return Method(None, name)
            case _:
                return Method(owner, name)

    def _of_instance(self, owner: Instance, found: Value, name: str) -> Value:
        if isinstance(found, Code) and found.owner is None:
            method = Code(found.node, found.frame, owner)
            return (
                self.runner.run(Work(method), found.frame.module.line_of(found.node)) if found.is_property else method
            )
        return found if found is not None else Method(owner, name)

    def _of_model(self, owner: Class, name: str) -> Value:
        is_model = name == "query" and any(isinstance(one, Bound) and one.kind == MODEL for one in owner.roots())
        return Bound(QUERY, {FLASK}) if is_model else Method(None, name)

    @staticmethod
    def _of_bound(owner: Bound, kind: int, name: str) -> Value:
        if kind == DATABASE:
            made: dict[str, Value] = {
                **dict.fromkeys(("engine", "engines"), Engine(FLASK)),
                "session": Bound(SESSIONS, owner.engines),
                "metadata": Bound(METADATA, owner.engines),
                "Model": Bound(MODEL, owner.engines),
            }
            return made.get(name) or Method(owner, name)
        if name in {"bind", "engine"} and len(owner.engines) == 1:
            return Engine(next(iter(owner.engines)))
        return Method(owner, name)

    def _call(self, node: ast.Call, frame: Frame) -> Value:
        self.runner.step()
        called = self.value(node.func, frame)
        arguments = tuple(self.value(one, frame) for one in node.args)
        keywords = {one.arg: self.value(one.value, frame) for one in node.keywords if one.arg is not None}
        for one in node.keywords:
            if one.arg is None:
                self.value(one.value, frame)
        place = frame.module.line_of(node)
        if isinstance(called, (Code, Class)):
            return self.runner.run(Work(called, arguments), place, keywords)
        return self.runner.calls.of(called, arguments, keywords, place)
