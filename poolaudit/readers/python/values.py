"""What an expression of a Python file comes to, as far as it can be known without running it."""

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located, Table
from poolaudit.readers.python.bindings import in_the_end
from poolaudit.readers.python.calls import called
from poolaudit.readers.python.environment import variable, variable_read
from poolaudit.readers.python.formatting import text_of
from poolaudit.readers.python.limits import DEEPEST, MOST_STEPS
from poolaudit.readers.python.lookup import attribute_named, named
from poolaudit.readers.python.names import Scope
from poolaudit.readers.python.operations import operation
from poolaudit.readers.python.records import Record
from poolaudit.readers.python.settings import settings_record

if TYPE_CHECKING:
    from poolaudit.readers.python.module import Module  # it has a Values itself


class Values:
    """Works out one module's expressions; bounded in depth and in steps."""

    def __init__(self, module: "Module") -> None:
        self.module = module
        self.steps = 0
        self.level = 0
        self.open: set[tuple[str, str]] = set()
        self.attributes_by_class: dict[str, Table] = {}
        self.selves: dict[str, Record] = {}
        self._settings: dict[str, Located] = {}

    def of(self, node: ast.expr, scope: Scope) -> Located:
        """Give an expression's value."""
        self.steps += 1
        if self.level >= DEEPEST or self.steps > MOST_STEPS:
            return self.unknown(node, "worked out in too many steps to follow")
        self.level += 1
        try:
            return self._of(node, scope)
        finally:
            self.level -= 1

    def unknown(self, node: ast.AST, why: str) -> Located:
        """Give a value that is not known, and why."""
        return Located(None, self.module.line_of(node), unknown=why)

    def _of(self, node: ast.expr, scope: Scope) -> Located:  # noqa: C901, PLR0911 - one case a kind of expression
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name(id=name):
                return named(self, name, node, scope)
            case ast.Attribute():
                return attribute_named(self, node, scope)
            case ast.UnaryOp() | ast.BinOp() | ast.BoolOp() | ast.IfExp():
                return operation(self, node, scope)
            case ast.Dict():
                return self._dict(node, scope)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                entries = tuple(self.of(one, scope) for one in elements if not isinstance(one, ast.Starred))
                return Located(entries, self.module.line_of(node))
            case ast.JoinedStr(values=parts):
                return text_of(self, node, [self._part(part, scope) for part in parts])
            case ast.Call():
                return called(self, node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.of(inner, scope)
            case _:
                return self.unknown(node, "worked out when the program runs")

    def _constant(self, node: ast.Constant) -> Located:
        if isinstance(node.value, (str, bool, int, float)) or node.value is None:
            return Located(node.value, self.module.place(node))
        return self.unknown(node, "neither a number nor a text")

    def name(self, name: str, scope: Scope) -> Located:
        """Give what a name of a scope is in the end."""
        key = (scope.name, name)
        if key in self.open:
            return Located(None, Place(self.module.path), unknown=f"{name} is made of itself")
        self.open.add(key)
        try:
            return in_the_end(self, name, scope.bindings[name], scope)
        finally:
            self.open.discard(key)

    def record_of(self, node: ast.expr, scope: Scope) -> Record | None:
        """Give the instance with known fields that an expression is, None where it is none."""
        if isinstance(node, ast.Name) and node.id in {"self", "cls"}:
            at: Scope | None = scope
            while at is not None and not isinstance(at.node, ast.ClassDef):
                at = at.around
            return self.selves.get(at.name) if at is not None else None
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            return None
        found = self.of(node, scope).value
        return found if isinstance(found, Record) else None

    def settings(self, name: str) -> Located:
        """Give an instance of a class of pydantic's settings to which nothing is given."""
        if name not in self._settings:
            scope = self.module.names.classes[name]
            place = self.module.line_of(scope.node) if scope.node is not None else None
            key = ("settings", name)
            if key in self.open:
                return Located(None, place, unknown=f"{name} is made of itself")
            self.open.add(key)
            try:
                self._settings[name] = Located(settings_record(self, name, {}, {}), place)
            finally:
                self.open.discard(key)
        return self._settings[name]

    def factory(self, node: ast.expr, scope: Scope) -> Located:
        """Give what a `default_factory` makes: a lambda, a class, a function."""
        if isinstance(node, ast.Lambda):
            return self.of(node.body, scope)
        return self.of(ast.copy_location(ast.Call(node, [], []), node), scope)

    def _part(self, part: ast.expr, scope: Scope) -> Located:
        if isinstance(part, ast.FormattedValue):
            return self.of(part.value, scope)
        return self.of(part, scope)

    def _dict(self, node: ast.Dict, scope: Scope) -> Located:
        table: dict[str, Located] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.of(value, scope)
            if key is None:
                if found.why_unknown is not None or not isinstance(found.value, Mapping):
                    return self.unknown(node, found.why_unknown or "merged with what is no dict")
                table |= found.table
            else:
                name = self.of(key, scope)
                if name.why_unknown is None and isinstance(name.value, (str, int)):
                    table[str(name.value)] = found
        return Located(table, self.module.line_of(node))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Located:
        read = variable_read(node, self.module.full_name)
        if read is not None:
            return variable(self, read.name, None, node)
        found, key = self.of(node.value, scope), self.of(node.slice, scope)
        if found.why_unknown is not None:
            return self.unknown(node, found.why_unknown)
        if isinstance(found.value, Mapping) and str(key.value) in found.table:
            return found.table[str(key.value)]
        if (
            isinstance(found.value, tuple)
            and isinstance(key.value, int)
            and -len(found.value) <= key.value < len(found.value)
        ):
            return found.value[key.value]
        return self.unknown(node, "worked out when the program runs")

    def keywords(self, node: ast.Call, scope: Scope) -> tuple[dict[str, Located], Located | None]:
        """Give a call's keywords, those of `**options` among them, and what could not be taken apart."""
        table: dict[str, Located] = {}
        rest: Located | None = None
        for keyword in node.keywords:
            found = self.of(keyword.value, scope)
            if keyword.arg is not None:
                table[keyword.arg] = found
            elif found.why_unknown is None and isinstance(found.value, Mapping):
                table |= found.table
            else:
                rest = replace(found, value=None, unknown=found.why_unknown or "options that are no dict")
        return table, rest
