"""What an expression of a Python file comes to, as far as it can be known without running it."""

import ast
import json
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from poolaudit.facts.pool import CLASSES, Place
from poolaudit.readers.located import FILLED_IN, LONGEST_SETTING, Located, Scalar, Symbol, Table, located
from poolaudit.readers.python.database_urls import database_of
from poolaudit.readers.python.environment import variable_read
from poolaudit.readers.python.fields import class_kind
from poolaudit.readers.python.instances import attribute_of, instance_made, property_of, settings_of
from poolaudit.readers.python.names import Binding, Scope, branches
from poolaudit.readers.python.records import Record
from poolaudit.readers.python.settings import settings_record

if TYPE_CHECKING:
    from poolaudit.readers.python.module import Module  # it has a Values itself

DEEPEST = 40
MOST_STEPS = 50_000
LARGEST_POWER = 64
FIELDS = frozenset({"Field", "field", "ib", "attrib", "mapped_column"})
_Number: TypeAlias = int | float
T = TypeVar("T")
_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_OF_PYDANTIC = frozenset({"get_secret_value", "unicode_string"})
_METHODS = frozenset({"format", "strip", "lower", "replace", "join", "get", "copy", "rstrip", *_OF_PYDANTIC})
_SAID = re.compile(r"environment variable (\w+)")
_PASSWORD_NEXT = re.compile(r"://[^:/@]*:\Z")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[sdr]")
_BRACES = re.compile(r"\{(\w*)(?:![rsa])?(?::[^{}]*)?\}")
_FALSE = frozenset({"", "0", "false", "no", "off", "n", "f"})


def hole(found: Located) -> str:
    """Give what stands in a text for a part that is not known, in a form that readers of URLs know for a hole."""
    match = re.match(r"environment variable (\w+)", found.why_unknown or "")
    return f"${{{match[1]}}}" if match else "{{ }}"


class Values:
    """Works out one module's expressions; bounded in depth and in steps."""

    def __init__(self, module: "Module") -> None:
        self.module = module
        self.steps = 0
        self.level = 0
        self.open: set[tuple[str, str]] = set()
        self._attributes: dict[str, Table] = {}
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
                return self._named(name, node, scope)
            case ast.Attribute():
                return self._attribute(node, scope)
            case ast.UnaryOp() | ast.BinOp() | ast.BoolOp() | ast.IfExp():
                return self._operation(node, scope)
            case ast.Dict():
                return self._dict(node, scope)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                entries = tuple(self.of(one, scope) for one in elements if not isinstance(one, ast.Starred))
                return Located(entries, self.module.line_of(node))
            case ast.JoinedStr(values=parts):
                return self._text(node, [self._part(part, scope) for part in parts])
            case ast.Call():
                return self._call(node, scope)
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

    # Names

    def name(self, name: str, scope: Scope) -> Located:
        """Give what a name of a scope is in the end."""
        key = (scope.name, name)
        if key in self.open:
            return Located(None, Place(self.module.path), unknown=f"{name} is made of itself")
        self.open.add(key)
        try:
            return self._in_the_end(name, scope.bindings[name], scope)
        finally:
            self.open.discard(key)

    def _in_the_end(self, name: str, bindings: list[Binding], scope: Scope) -> Located:
        first = bindings[0]
        found = self._imported(name, first.value) if first.keys and first.value is not None else None
        for binding in bindings:
            if binding.value is None:
                found = Located(None, Place(self.module.path), unknown=f"{name} is worked out when the program runs")
            elif binding.keys:
                found = self._changed(found, binding, scope)
            else:
                new = self.of(binding.value, binding.within or scope)
                found = self._either(name, found, new) if binding.is_conditional else new
        return found or Located(None, Place(self.module.path), unknown=f"{name} is not said")

    def _either(self, name: str, before: Located | None, new: Located) -> Located:
        """Give a name that is bound under a condition: what it is either way, where that is the same."""
        if before is not None and before.value == new.value and before.why_unknown is None is new.why_unknown:
            return new
        return Located(None, new.place, unknown=f"{name} is set under a condition")

    def _changed(self, before: Located | None, binding: Binding, scope: Scope) -> Located:
        """Lay over a dict what sets its keys afterwards; a key that is set under a condition is not known."""
        assert binding.value is not None  # noqa: S101 - bindings with keys have a value
        return self._laid_over(before, binding.keys, binding, scope)

    def _laid_over(self, before: Located | None, keys: tuple[str, ...], binding: Binding, scope: Scope) -> Located:
        if before is None or before.why_unknown is not None or not isinstance(before.value, Mapping):
            return before or Located(None, Place(self.module.path), unknown="made elsewhere")
        assert binding.value is not None  # noqa: S101 - bindings with keys have a value
        if keys == ("**",):
            over, rest = self._update(binding.value, scope)
            if rest is not None:
                return rest
        elif len(keys) > 1 and keys[1] != "?":
            inner = before.table.get(keys[0])
            return replace(before, value={**before.table, keys[0]: self._laid_over(inner, keys[1:], binding, scope)})
        else:
            key = keys[0]
            over = {} if "?" in keys and key in before.table else {key: self.of(binding.value, scope)}
        if binding.is_conditional:
            over = {key: replace(one, unknown=f"{key} is set under a condition") for key, one in over.items()}
        return replace(before, value={**before.table, **over})

    def _update(self, call: ast.expr, scope: Scope) -> tuple[dict[str, Located], Located | None]:
        assert isinstance(call, ast.Call)  # noqa: S101 - bindings of `**` are calls of update
        over, rest = self.keywords(call, scope)
        said = dict(over)
        for argument in call.args[:1]:
            one = self.of(argument, scope)
            if one.why_unknown is not None or not isinstance(one.value, Mapping):
                return {}, replace(one, value=None, unknown=one.why_unknown or "updated from what is no dict")
            said = {**one.table, **said}
        return said, rest

    def _named(self, name: str, node: ast.expr, scope: Scope) -> Located:
        at: Scope | None = scope
        while at is not None:
            if name in at.bindings and not (isinstance(at.node, ast.ClassDef) and at is not scope):
                return self.name(name, at)
            if isinstance(at.node, (ast.FunctionDef, ast.AsyncFunctionDef)) and name in _parameters(at.node):
                return self._parameter(name, at)
            at = at.around
        return self._imported(name, node)

    def _imported(self, name: str, node: ast.expr) -> Located:
        full = self.module.names.imports.get(name)
        if full is not None:
            return self._of_full_name(full, node)
        found = self._starred(name)
        return found if found is not None else self.unknown(node, f"{name} is not said in this file")

    def _starred(self, name: str) -> Located | None:
        """Give what `from … import *` brings in under a name, the last that does."""
        for star in reversed(self.module.names.stars):
            other = self.module.resolve(star, self.module.path)
            if other is not None and other is not self.module:
                found = other.table.get(name) or other.values.starred(name)
                if found is not None:
                    return found
        return None

    def starred(self, name: str) -> Located | None:
        """Give what stars bring into this module, and so out of it; None where they lead in a circle."""
        key = ("*", name)
        if key in self.open:
            return None
        self.open.add(key)
        try:
            return self._starred(name)
        finally:
            self.open.discard(key)

    def _of_full_name(self, full: str, node: ast.expr) -> Located:
        """Give what a full name means: a pool of SQLAlchemy's, or a name of another of the application's modules."""
        last = full.rpartition(".")[2]
        if last in CLASSES and "pool" in full.lower():
            return Located(Symbol(last), self.module.place(node))
        module, _, name = full.rpartition(".")
        other = self.module.resolve(module, self.module.path) if module else None
        if other is not None and name in other.table:
            return other.table[name]
        if other is not None and name in other.names.imports:
            return other.value(ast.copy_location(ast.Name(name), node))
        return self.unknown(node, f"{last} is imported from {module or full}")

    def _parameter(self, name: str, scope: Scope) -> Located:
        """Give a function's parameter: what the file's calls give it where they agree, else its default."""
        node = scope.node
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))  # noqa: S101 - scopes of functions have one
        where = f"parameter {name} of {node.name}"
        default = self._default_of_parameter(name, scope, where)
        given = [one or default or self.unknown(node, where) for one in self._given(name, scope)]
        known = [one for one in given if one.why_unknown is None]
        if known and len(known) == len(given) and all(one.value == known[0].value for one in known):
            return replace(known[0], note=known[0].note or f"given to {node.name}")
        settings = settings_of(self, _annotation(name, node)) if not known else None
        if settings is not None:
            return settings
        return self.unknown(node, where) if given or default is None else default

    def _default_of_parameter(self, name: str, scope: Scope, where: str) -> Located | None:
        node = scope.node
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))  # noqa: S101 - scopes of functions have one
        default = _parameters(node)[name]
        if default is None:
            return None
        value = self.of(default, scope.around or scope)
        return value if value.why_unknown is not None else replace(value, note=value.note or f"the default of {where}")

    def _given(self, name: str, scope: Scope) -> Iterator[Located | None]:
        """Give what each call gives a parameter, None where it leaves it to its default."""
        node = scope.node
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))  # noqa: S101 - scopes of functions have one
        called = scope.name.split(".")[-2] if node.name == "__init__" and "." in scope.name else node.name
        order = list(_parameters(node))
        position = order.index(name) - (order[:1] in (["self"], ["cls"]))
        for site in self.module.names.calls_of(called):
            if site.scope.node is node:
                continue
            named = next((one.value for one in site.node.keywords if one.arg == name), None)
            by_order = site.node.args[position] if 0 <= position < len(site.node.args) else None
            chosen = named if named is not None else by_order
            yield self.of(chosen, site.scope) if chosen is not None else None

    # Attributes and classes

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Located:
        record = self.record_of(node.value, scope)
        if record is not None:
            return attribute_of(self, record, node.attr, node)
        owner = self.class_of(node.value, scope)
        if owner is not None:
            module, name = owner
            made = property_of(module.values, name, node.attr, None) or module.values.attribute(name, node.attr)
            if made is not None:
                return made
            return self.unknown(node, f"{node.attr} is not said in {name}")
        full = self.module.full_name(node)
        root = full.partition(".")[0]
        if full and (root in {one.partition(".")[0] for one in self.module.names.imports.values()} or root == ""):
            return self._of_full_name(full, node)
        return self.unknown(node, f"{full or node.attr} is worked out when the program runs")

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

    def class_at(self, full: str, level: int = 0) -> "tuple[Values, str] | None":
        """Give the class of a full name, with what works out its module."""
        if full in self.module.names.classes:
            return self, full
        return self._at(full, level, lambda other, name: other.class_at(name, level + 1))

    def function_at(self, full: str, level: int = 0) -> "tuple[Values, Scope] | None":
        """Give the function of a full name, with what works out its module."""
        if full in self.module.names.functions:
            return self, self.module.names.functions[full]
        return self._at(full, level, lambda other, name: other.function_at(name, level + 1))

    def _at(
        self, full: str, level: int, find: "Callable[[Values, str], tuple[Values, T] | None]"
    ) -> "tuple[Values, T] | None":
        """Look for a name in the module that its full name says, and in those that it is imported from there."""
        head, _, last = full.rpartition(".")
        other = self.module.resolve(head, self.module.path) if head and level < DEEPEST else None
        if other is None or other is self.module:
            return None
        return find(other.values, other.names.imports.get(last, last))

    def class_of(self, node: ast.expr, scope: Scope, level: int = 0) -> "tuple[Module, str] | None":
        """Give the class that an expression is, or is an instance of."""
        self.steps += 1
        if level > DEEPEST or self.steps > MOST_STEPS:
            return None
        if isinstance(node, ast.Call):
            return self._class_named(self.module.full_name(node.func), level) or self._returned_class(node, level)
        if not isinstance(node, ast.Name):
            return self._class_named(self.module.full_name(node), level) if isinstance(node, ast.Attribute) else None
        at: Scope | None = scope
        while at is not None:
            if node.id in {"self", "cls"} and isinstance(at.node, ast.ClassDef):
                return self.module, at.name
            bound = [one for one in at.bindings.get(node.id, []) if one.value is not None and not one.keys]
            if bound:
                return self._class_bound(bound, at, level + 1)
            at = at.around
        return self._class_named(self.module.names.imports.get(node.id, node.id), level)

    def _class_bound(self, bound: list[Binding], scope: Scope, level: int) -> "tuple[Module, str] | None":
        """Give the class of what a name is bound to in the end; where that is under a condition, the one of all."""
        begins = max((number for number, one in enumerate(bound) if not one.is_conditional), default=0)
        values = [one.value for one in bound[begins:] if not _is_none(one.value)]
        if not all(isinstance(one, (ast.Call, ast.Name)) for one in values):
            return None
        found = [self.class_of(one, scope, level) for one in values if one is not None]
        return found[0] if found and all(one == found[0] for one in found) else None

    def _returned_class(self, node: ast.Call, level: int) -> "tuple[Module, str] | None":
        """Follow `settings = get_settings()` to the class that the function says it gives, or gives."""
        scope = self.module.names.functions.get(self.module.full_name(node.func))
        if scope is None or not isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        if isinstance(scope.node.returns, ast.Name):
            return self._class_named(self.module.full_name(scope.node.returns), level)
        gives = [one.value for one in ast.walk(scope.node) if isinstance(one, ast.Return) and one.value is not None]
        return self.class_of(gives[0], scope, level + 1) if len(gives) == 1 and isinstance(gives[0], ast.Call) else None

    def _class_named(self, full: str, level: int = 0) -> "tuple[Module, str] | None":
        if full in self.module.names.classes:
            return self.module, full
        module, _, name = full.rpartition(".")
        other = self.module.resolve(module, self.module.path) if module else None
        if other is None:
            return None
        if name in other.names.classes:
            return other, name
        # An instance that the other module makes: settings = Settings().
        is_bound = name in other.names.top.bindings
        return other.values.class_of(ast.Name(name), other.names.top, level + 1) if is_bound else None

    def attribute(self, name: str, attribute: str, level: int = 0) -> Located | None:
        """Give one attribute of a class or of a base of it, None where none has it."""
        if ("class", name) not in self.open:
            return self.module.classes.get(name, {}).get(attribute)
        key = ("attribute", f"{name}.{attribute}")
        if key in self.open or level > DEEPEST:
            return None
        self.open.add(key)
        try:
            scope = self.module.names.classes[name]
            if attribute in scope.bindings and self._is_value(scope, attribute):
                return self.name(attribute, scope)
            owners = (self._class_named(base) for base in self.direct_bases(name))
            found = (one[0].values.attribute(one[1], attribute, level + 1) for one in owners if one is not None)
            return next((one for one in found if one is not None), None)
        finally:
            self.open.discard(key)

    def attributes(self, name: str, level: int = 0) -> Table:
        """Give a class's attributes, its bases' among them."""
        key = ("class", name)
        if name in self._attributes:
            return self._attributes[name]
        if key in self.open or level > DEEPEST:
            return {}
        self.open.add(key)
        try:
            scope = self.module.names.classes[name]
            inherited: dict[str, Located] = {}
            for base in reversed(self.direct_bases(name)):
                owner = self._class_named(base)
                inherited |= dict(owner[0].values.attributes(owner[1], level + 1)) if owner is not None else {}
            own = {one: self.name(one, scope) for one in scope.bindings if self._is_value(scope, one)}
            kind = class_kind(self, name)
            fields = self.settings(name).table if kind is not None and kind.is_settings else {}
            table = inherited | own | dict(fields)
            if level == 0:  # deeper ones may have been cut short
                self._attributes[name] = table
            return table
        finally:
            self.open.discard(key)

    def _is_value(self, scope: Scope, name: str) -> bool:
        """Whether a class binds a name to more than a method; a property is one to be known by."""
        function = self.module.names.functions.get(f"{scope.name}.{name}")
        node = function.node if function is not None else None
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return True
        return any("property" in ast.unparse(one) for one in node.decorator_list)

    def direct_bases(self, name: str) -> list[str]:
        """Give the full names of a class's own bases."""
        node = self.module.names.classes[name].node
        return [self.module.full_name(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []

    def bases(self, name: str, level: int = 0) -> tuple[str, ...]:
        """Give the full names of a class's bases and of theirs."""
        found: list[str] = []
        for base in self.direct_bases(name) if level < DEEPEST else []:
            found.append(base)
            owner = self._class_named(base)
            if owner is not None and owner != (self.module, name):
                found += owner[0].values.bases(owner[1], level + 1)
        return tuple(found)

    # Operations

    def _operation(self, node: ast.expr, scope: Scope) -> Located:
        match node:
            case ast.UnaryOp(op=sign, operand=operand):
                return self._unary(node, sign, self.of(operand, scope))
            case ast.BoolOp(op=ast.Or(), values=values):
                return self._or(node, [self.of(one, scope) for one in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._if(node, test, self.of(body, scope), self.of(orelse, scope))
            case ast.BinOp(left=left, op=sign, right=right):
                return self._binary(node, sign, self.of(left, scope), self.of(right, scope))
            case _:
                return self.unknown(node, "worked out when the program runs")

    def _unary(self, node: ast.UnaryOp, sign: ast.unaryop, found: Located) -> Located:
        if found.why_unknown is not None:
            return found
        if isinstance(sign, ast.Not):
            return replace(found, value=not found.value)
        if isinstance(found.value, (int, float)) and isinstance(sign, (ast.USub, ast.UAdd)):
            value = -found.value if isinstance(sign, ast.USub) else found.value
            is_literal = isinstance(node.operand, ast.Constant)
            return replace(found, value=value, place=self.module.place(node) if is_literal else found.place)
        return self.unknown(node, "worked out when the program runs")

    def _binary(self, node: ast.BinOp, sign: ast.operator, left: Located, right: Located) -> Located:
        if isinstance(sign, ast.Add) and (isinstance(left.value, str) or isinstance(right.value, str)):
            return self._text(node, [left, right])
        if isinstance(sign, ast.Mod) and isinstance(left.value, str):
            return self._text(node, _percent(left.value, right))
        if left.why_unknown is not None or right.why_unknown is not None:
            return self.unknown(node, left.why_unknown or right.why_unknown or "")
        if isinstance(sign, ast.BitOr) and isinstance(left.value, Mapping) and isinstance(right.value, Mapping):
            return Located({**left.table, **right.table}, self.module.line_of(node))
        number = _computed(sign, left.value, right.value)
        if number is None:
            return self.unknown(node, "worked out when the program runs")
        decides = next((one for one in (left, right) if one.variable is not None), None)
        return Located(
            number,
            self.module.line_of(node),
            note=decides.note if decides is not None else None,
            variable=decides.variable if decides is not None else None,
        )

    def _or(self, node: ast.BoolOp, values: list[Located]) -> Located:
        """Give the first that is true; where a variable may be, the next is its default."""
        for number, one in enumerate(values):
            if one.why_unknown is None:
                if one.value or number == len(values) - 1:
                    return one
                continue
            match = re.match(r"environment variable (\w+), no default", one.why_unknown)
            rest = self._or(node, values[number + 1 :]) if values[number + 1 :] else None
            if match is None or rest is None or rest.why_unknown is not None:
                return one
            default = _default_of(match[1], rest, self.module.line_of(node))
            is_typed = one.variable is not None and not one.is_text_when_set
            return replace(default, is_text_when_set=not is_typed)
        return self.unknown(node, "worked out when the program runs")

    def _if(self, node: ast.IfExp, test: ast.expr, body: Located, orelse: Located) -> Located:
        ours, others = branches(test)
        if ours or others:
            return body if ours else orelse
        if body.value == orelse.value and body.why_unknown is None is orelse.why_unknown:
            return body
        return self.unknown(node, "chosen by a condition")

    # Texts and tables

    def _part(self, part: ast.expr, scope: Scope) -> Located:
        if isinstance(part, ast.FormattedValue):
            return self.of(part.value, scope)
        return self.of(part, scope)

    def _text(self, node: ast.expr, parts: list[Located]) -> Located:
        """Join parts to a text; what is not known stands in it as a hole, and so does a password of the environment."""
        text = ""
        for one in parts:
            is_open = one.why_unknown is not None and not _is_holed(one)
            said = _SAID.match(one.note or "") if _PASSWORD_NEXT.search(text) else None
            text += hole(one) if is_open else f"${{{said[1]}}}" if said is not None else str(one.value)
        if len(text) > LONGEST_SETTING:
            return self.unknown(node, "a text too long for a setting")
        return Located(text, self.module.line_of(node))

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
            return self.variable(read.name, None, node)
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

    # Calls

    def _call(self, node: ast.Call, scope: Scope) -> Located:  # noqa: PLR0911 - one return a kind of call
        database = database_of(self, node, scope)
        if database is not None:
            return database
        read = variable_read(node, self.module.full_name)
        if read is not None:
            default = self.of(read.default, scope) if read.default is not None else None
            return self._cast(read.cast, self.variable(read.name, default, node), node)
        name = self.module.full_name(node.func)
        last = name.rpartition(".")[2]
        arguments = [self.of(one, scope) for one in node.args if not isinstance(one, ast.Starred)]
        if name in {"int", "float", "str", "bool"} and len(arguments) == 1:
            return self._cast(name, arguments[0], node)
        if name in {"dict", "collections.OrderedDict", "types.MappingProxyType"}:
            return self._made_dict(node, arguments, scope)
        if name == "json.loads" and len(arguments) == 1:
            return self._loaded(node, arguments[0])
        made = instance_made(self, node, scope)
        if made is not None:
            return made
        if last in FIELDS:
            return self._field(node, arguments, scope)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, arguments, scope)
        return self.unknown(node, f"what {name or 'a function'}() gives when the program runs")

    def _method(self, node: ast.Call, function: ast.Attribute, arguments: list[Located], scope: Scope) -> Located:
        if function.attr in _METHODS:
            owner = self.of(function.value, scope)
            if function.attr == "format" and isinstance(owner.value, str):
                named, _ = self.keywords(node, scope)
                return self._text(node, _formatted(owner.value, arguments, named))
            if function.attr in {"strip", "copy", "rstrip", "lower", *_OF_PYDANTIC}:
                return owner
            if function.attr == "join" and isinstance(owner.value, str) and arguments:
                return self._joined(node, owner.value, arguments[0])
            if function.attr == "get" and isinstance(owner.value, Mapping) and arguments:
                return owner.table.get(str(arguments[0].value), arguments[1] if arguments[1:] else Located(None))
        name = self.module.full_name(function)
        return self.unknown(node, f"what {name or function.attr}() gives when the program runs")

    def _joined(self, node: ast.expr, between: str, parts: Located) -> Located:
        if not isinstance(parts.value, tuple):
            return self.unknown(node, parts.why_unknown or "worked out when the program runs")
        separated = [one for part in parts.value for one in (Located(between), part)]
        return self._text(node, separated[1:])

    def _made_dict(self, node: ast.Call, arguments: list[Located], scope: Scope) -> Located:
        named, rest = self.keywords(node, scope)
        if rest is not None:
            return rest
        table: dict[str, Located] = {}
        for one in arguments:
            if one.why_unknown is not None or not isinstance(one.value, Mapping):
                return self.unknown(node, one.why_unknown or "made of what is no dict")
            table |= one.table
        return Located({**table, **named}, self.module.line_of(node))

    def _loaded(self, node: ast.Call, text: Located) -> Located:
        if text.why_unknown is not None or not isinstance(text.value, str):
            return self.unknown(node, text.why_unknown or "no text that could be JSON")
        try:
            return replace(located(json.loads(text.value)), place=self.module.line_of(node))
        except (ValueError, RecursionError):
            return self.unknown(node, "its text is no JSON")

    def _field(self, node: ast.Call, arguments: list[Located], scope: Scope) -> Located:
        """Give the default of a field of a dataclass or a pydantic model."""
        named, _ = self.keywords(node, scope)
        factory = next((one.value for one in node.keywords if one.arg in {"default_factory", "factory"}), None)
        if factory is not None:
            return self.factory(factory, scope)
        default = named.get("default") or (arguments[0] if arguments else None)
        if default is None:
            return self.unknown(node, "a field without a default")
        return default

    def _cast(self, kind: str | None, found: Located, node: ast.expr) -> Located:
        if found.why_unknown is not None or kind is None:
            return replace(found, value=None, unknown=found.why_unknown) if found.why_unknown is not None else found
        value = _as(kind, found.value)
        if value is None:
            return self.unknown(node, f"its value is nothing that {kind}() takes")
        return replace(found, value=value, is_text_when_set=False)

    def variable(self, name: str, default: Located | None, node: ast.expr) -> Located:
        """Give an environment variable: what it is known to be, else its default in the code."""
        known = self.module.environment.get(name)
        if known is not None and known.why_unknown is None:
            return Located(known.value, known.place or self.module.line_of(node), note=f"environment variable {name}")
        if default is None or (default.why_unknown is None and default.value is None):
            return self.unknown(node, f"environment variable {name}, no default")
        if default.why_unknown is not None:
            return default
        return _default_of(name, default, self.module.line_of(node))


def _default_of(name: str, default: Located, place: Place) -> Located:
    return replace(
        default,
        place=place,
        variable=name,
        note=f"the default of environment variable {name}",
        is_text_when_set=True,
    )


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr | None]:
    """Give a function's parameters with their defaults, those given by order first."""
    by_order = [*node.args.posonlyargs, *node.args.args]
    missing: list[ast.expr | None] = [None] * (len(by_order) - len(node.args.defaults))
    found = dict(zip([one.arg for one in by_order], [*missing, *node.args.defaults], strict=True))
    return found | dict(zip([one.arg for one in node.args.kwonlyargs], node.args.kw_defaults, strict=True))


def _annotation(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.expr | None:
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return next((one.annotation for one in every if one.arg == name), None)


def _computed(sign: ast.operator, left: object, right: object) -> _Number | None:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return None
    if isinstance(sign, ast.Pow):
        return left**right if 0 <= right <= LARGEST_POWER and abs(left) < 1000 else None  # noqa: PLR2004 - bounded
    work = _ARITHMETIC.get(type(sign))
    try:
        number: _Number | None = work(left, right) if work is not None else None
    except (ZeroDivisionError, OverflowError):
        return None
    return number if number is not None and math.isfinite(number) else None


def _as(kind: str, value: object) -> Scalar:  # noqa: PLR0911 - one return a kind
    """Give what Python's own int(), float(), str() and bool() make of a value, None where they take none."""
    try:
        match kind, value:
            case "str", str() | int() | float():
                return str(value)
            case "bool", str():
                return value.strip().lower() not in _FALSE
            case "bool", bool() | int() | float():
                return bool(value)
            case "int", str() | int() | float():
                return int(value)
            case "float", str() | int() | float():
                return float(value)
            case _:
                return None
    except (ValueError, OverflowError):
        return None


def _is_holed(found: Located) -> bool:
    """Whether it is a text that is known but for holes."""
    return found.unknown is None and isinstance(found.value, str) and FILLED_IN.search(found.value) is not None


def _percent(text: str, right: Located) -> list[Located]:
    """Take `"…%s…" % values` apart."""
    values = list(right.value) if isinstance(right.value, tuple) else [right]
    parts: list[Located] = []
    end = 0
    for match in _PERCENT.finditer(text):
        parts.append(Located(text[end : match.start()]))
        named = right.table.get(match[1]) if match[1] else None
        parts.append(named or (values.pop(0) if values and not match[1] else Located(None, unknown="not given")))
        end = match.end()
    return [*parts, Located(text[end:])]


def _formatted(text: str, arguments: list[Located], named: Table) -> list[Located]:
    """Take `"…{}…".format(values)` apart."""
    parts: list[Located] = []
    end = number = 0
    for match in _BRACES.finditer(text):
        parts.append(Located(text[end : match.start()]))
        key = match[1]
        position = int(key) if key.isdecimal() else number
        by_order = arguments[position] if position < len(arguments) else None
        chosen = by_order if not key or key.isdecimal() else named.get(key)
        parts.append(chosen or Located(None, unknown="not given"))
        number += not key
        end = match.end()
    return [*parts, Located(text[end:])]
