"""Statements, one after another: what they bind, and which of them are only reached under a condition."""

import ast
from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

from poolaudit.readers.forking.plain import ends_here, is_main, loops_surely, settled
from poolaudit.readers.forking.things import Class, Code, Engine, Frame, Items, Value

if TYPE_CHECKING:
    from poolaudit.readers.forking.runner import Runner


class End(IntEnum):
    """Whether statements end the function that they stand in."""

    NO = 0
    PERHAPS = 1
    YES = 2


class Statements:
    """Runs statements."""

    def __init__(self, runner: "Runner") -> None:
        self.runner = runner

    def body(self, statements: Iterable[ast.stmt], frame: Frame) -> End:
        """Run statements one after another."""
        end = End.NO
        for number, one in enumerate(rest := list(statements)):
            found = self.statement(one, frame)
            if found is End.YES:
                return End.YES if end is End.NO else End.PERHAPS
            if found is End.PERHAPS:
                with self.runner.doubted(one, frame):
                    self.body(rest[number + 1 :], frame)
                return End.PERHAPS
        return end

    def statement(self, node: ast.stmt, frame: Frame) -> End:  # noqa: C901, PLR0912 - one case for each kind of statement
        """Run one statement."""
        self.runner.step()
        match node:
            case ast.Import():
                self.runner.modules.import_(node, frame)
            case ast.ImportFrom():
                self.runner.modules.import_from(node, frame)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, frame)
            case ast.ClassDef():
                self._class(node, frame)
            case ast.Global(names=names):
                frame.module_wide.update(names)
            case ast.If():
                return self._if(node, frame)
            case ast.Try():
                return self._try(node, frame)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.assign(item.optional_vars, self.runner.expressions.value(item.context_expr, frame), frame)
                return self.body(node.body, frame)
            case ast.For() | ast.AsyncFor():
                return self._for(node, frame)
            case ast.While():
                self.runner.expressions.value(node.test, frame)
                self.body(node.body, frame)
            case ast.Match():
                self._match(node, frame)
            case _:
                return self._simple(node, frame)
        return End.NO

    def _simple(self, node: ast.stmt, frame: Frame) -> End:
        match node:
            case ast.Assign(targets=targets, value=value):
                found = self.runner.expressions.value(value, frame)
                for target in targets:
                    self.assign(target, found, frame)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign(target, self.runner.expressions.value(value, frame), frame)
            case ast.Return(value=value):
                frame.returned = (
                    self.runner.expressions.value(value, frame) if value is not None else None
                ) or frame.returned
                return End.YES
            case ast.Raise():
                return End.YES
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.runner.expressions.value(child, frame)
                return End.YES if ends_here(node) else End.NO
        return End.NO

    def assign(self, target: ast.expr | None, value: Value, frame: Frame) -> None:
        """Give a value to what stands left of the =."""
        match target:
            case ast.Name(id=name):
                if value is not None or not self.runner.doubts:
                    frame.bind(name, value)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                values = value.values if isinstance(value, Items) else ()
                for number, one in enumerate(elements):
                    self.assign(one, values[number] if len(values) == len(elements) else None, frame)
            case ast.Attribute(value=inner, attr=name):
                self.runner.calls.set_attribute(
                    self.runner.expressions.value(inner, frame), name, value, frame.module.line_of(target)
                )
            case _:
                pass

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        code = Code(node, frame)
        frame.bind(node.name, code)
        for one in node.decorator_list:
            self.runner.calls.decorate(self.runner.expressions.value(one, frame), code)

    def _class(self, node: ast.ClassDef, frame: Frame) -> None:
        inner = Frame(frame.module, around=frame, is_class=True)
        bases = tuple(self.runner.expressions.value(one, frame) for one in node.bases)
        frame.bind(node.name, Class(inner, bases))
        self.body(node.body, inner)

    def _if(self, node: ast.If, frame: Frame) -> End:
        holds = self._holds(node.test, frame)
        if holds is not None:
            return self.body(node.body if holds else node.orelse, frame)
        self.runner.expressions.value(node.test, frame)
        with self.runner.doubted(node, frame):
            ends = {self.body(node.body, frame), self.body(node.orelse, frame)}
        return ends.pop() if len(ends) == 1 else End.PERHAPS

    def _holds(self, test: ast.expr, frame: Frame) -> bool | None:
        """Whether a condition holds, where that is plain."""
        if is_main(test):
            return frame.module.path == self.runner.main
        found = settled(test)
        if found is None and frame.around is None:
            value = frame.module.value(test).value
            return value if isinstance(value, bool) else None
        return found

    def _try(self, node: ast.Try, frame: Frame) -> End:
        end = self.body([*node.body, *node.orelse], frame)
        for handler in node.handlers:
            with self.runner.doubted(handler, frame):
                self.body(handler.body, frame)
        last = self.body(node.finalbody, frame)
        if last is End.YES:
            return last
        return End.PERHAPS if end is End.YES and node.handlers else end

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> End:
        source = self.runner.expressions.value(node.iter, frame)
        self.runner.calls.iterated(source, frame.module.line_of(node))
        item = source if isinstance(source, Engine) else None
        self.assign(node.target, item, frame)
        if item is not None or isinstance(source, Items) or loops_surely(node.iter):
            for one in source.values if isinstance(source, Items) else (item,):
                self.assign(node.target, one, frame)
                self.body(node.body, frame)
            return End.NO
        with self.runner.doubted(node, frame):
            self.body(node.body, frame)
        return End.NO

    def _match(self, node: ast.Match, frame: Frame) -> None:
        self.runner.expressions.value(node.subject, frame)
        for case in node.cases:
            with self.runner.doubted(node, frame):
                self.body(case.body, frame)
