"""What calls give: environment variables, Python's own types, dicts, fields, and the methods of texts and dicts."""

import ast
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from poolaudit.readers.located import Located, Scalar, located
from poolaudit.readers.python.database_urls import database_of
from poolaudit.readers.python.environment import variable, variable_read
from poolaudit.readers.python.formatting import formatted, text_of
from poolaudit.readers.python.instances import instance_made
from poolaudit.readers.python.names import Scope

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

FIELDS = frozenset({"Field", "field", "ib", "attrib", "mapped_column"})
_OF_PYDANTIC = frozenset({"get_secret_value", "unicode_string"})
_METHODS = frozenset({"format", "strip", "lower", "replace", "join", "get", "copy", "rstrip", *_OF_PYDANTIC})
_FALSE = frozenset({"", "0", "false", "no", "off", "n", "f"})


def called(values: "Values", node: ast.Call, scope: Scope) -> Located:  # noqa: PLR0911 - one return a kind of call
    """Give what a call gives."""
    database = database_of(values, node, scope)
    if database is not None:
        return database
    read = variable_read(node, values.module.full_name)
    if read is not None:
        default = values.of(read.default, scope) if read.default is not None else None
        return _cast(values, read.cast, variable(values, read.name, default, node), node)
    name = values.module.full_name(node.func)
    last = name.rpartition(".")[2]
    arguments = [values.of(one, scope) for one in node.args if not isinstance(one, ast.Starred)]
    if name in {"int", "float", "str", "bool"} and len(arguments) == 1:
        return _cast(values, name, arguments[0], node)
    if name in {"dict", "collections.OrderedDict", "types.MappingProxyType"}:
        return _made_dict(values, node, arguments, scope)
    if name == "json.loads" and len(arguments) == 1:
        return _loaded(values, node, arguments[0])
    made = instance_made(values, node, scope)
    if made is not None:
        return made
    if last in FIELDS:
        return _field(values, node, arguments, scope)
    if isinstance(node.func, ast.Attribute):
        return _method(values, node, node.func, arguments, scope)
    return values.unknown(node, f"what {name or 'a function'}() gives when the program runs")


def _method(
    values: "Values", node: ast.Call, function: ast.Attribute, arguments: list[Located], scope: Scope
) -> Located:
    if function.attr in _METHODS:
        owner = values.of(function.value, scope)
        if function.attr == "format" and isinstance(owner.value, str):
            named, _ = values.keywords(node, scope)
            return text_of(values, node, formatted(owner.value, arguments, named))
        if function.attr in {"strip", "copy", "rstrip", "lower", *_OF_PYDANTIC}:
            return owner
        if function.attr == "join" and isinstance(owner.value, str) and arguments:
            return _joined(values, node, owner.value, arguments[0])
        if function.attr == "get" and isinstance(owner.value, Mapping) and arguments:
            return owner.table.get(str(arguments[0].value), arguments[1] if arguments[1:] else Located(None))
    name = values.module.full_name(function)
    return values.unknown(node, f"what {name or function.attr}() gives when the program runs")


def _joined(values: "Values", node: ast.expr, between: str, parts: Located) -> Located:
    if not isinstance(parts.value, tuple):
        return values.unknown(node, parts.why_unknown or "worked out when the program runs")
    separated = [one for part in parts.value for one in (Located(between), part)]
    return text_of(values, node, separated[1:])


def _made_dict(values: "Values", node: ast.Call, arguments: list[Located], scope: Scope) -> Located:
    named, rest = values.keywords(node, scope)
    if rest is not None:
        return rest
    table: dict[str, Located] = {}
    for one in arguments:
        if one.why_unknown is not None or not isinstance(one.value, Mapping):
            return values.unknown(node, one.why_unknown or "made of what is no dict")
        table |= one.table
    return Located({**table, **named}, values.module.line_of(node))


def _loaded(values: "Values", node: ast.Call, text: Located) -> Located:
    if text.why_unknown is not None or not isinstance(text.value, str):
        return values.unknown(node, text.why_unknown or "no text that could be JSON")
    try:
        return replace(located(json.loads(text.value)), place=values.module.line_of(node))
    except (ValueError, RecursionError):
        return values.unknown(node, "its text is no JSON")


def _field(values: "Values", node: ast.Call, arguments: list[Located], scope: Scope) -> Located:
    """Give the default of a field of a dataclass or a pydantic model."""
    named, _ = values.keywords(node, scope)
    factory = next((one.value for one in node.keywords if one.arg in {"default_factory", "factory"}), None)
    if factory is not None:
        return values.factory(factory, scope)
    default = named.get("default") or (arguments[0] if arguments else None)
    if default is None:
        return values.unknown(node, "a field without a default")
    return default


def _cast(values: "Values", kind: str | None, found: Located, node: ast.expr) -> Located:
    if found.why_unknown is not None or kind is None:
        return replace(found, value=None, unknown=found.why_unknown) if found.why_unknown is not None else found
    value = _as(kind, found.value)
    if value is None:
        return values.unknown(node, f"its value is nothing that {kind}() takes")
    return replace(found, value=value, is_text_when_set=False)


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
