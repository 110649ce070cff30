"""Instances that a file makes of classes with fields, and what is asked of them: attributes, properties, dumps."""

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from poolaudit.readers.located import Located, Table
from poolaudit.readers.python.class_attributes import class_attribute
from poolaudit.readers.python.classes import class_at, direct_bases, function_at
from poolaudit.readers.python.fields import DEEPEST_BASE, Class, class_kind, fields_of
from poolaudit.readers.python.names import FunctionNode, Scope
from poolaudit.readers.python.records import Record
from poolaudit.readers.python.settings import settings_record
from poolaudit.readers.python.settings_config import Option
from poolaudit.readers.python.validators import changed_by

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

_DUMPS = frozenset({"model_dump", "dict", "_asdict", "_as_dict"})
_COPIES = frozenset({"model_copy", "copy", "_replace"})
_PROPERTIES = ("property", "computed_field", "cached_property")


def instance_made(values: "Values", node: ast.Call, scope: Scope) -> Located | None:
    """Give what a call makes or hands on that has fields, None where it is no such call."""
    if isinstance(node.func, ast.Attribute):
        record = values.record_of(node.func.value, scope)
        if record is not None:
            return _asked(values, node, record, node.func.attr, scope)
    full = values.module.full_name(node.func)
    if full in {"dataclasses.asdict", "dataclasses.replace", "getattr", "attrs.asdict", "copy.copy"} and node.args:
        return _by_function(values, node, full, scope)
    owner = class_at(values, full) if full else None
    if owner is not None:
        return _constructed(values, node, owner, scope)
    return _returned(values, full) if full else None


def attribute_of(values: "Values", record: Record, name: str, node: ast.expr) -> Located:
    """Give an attribute of an instance: a field's value, or what a property makes of others."""
    if name in record:
        return record[name]
    made = property_of(record.within, record.owner, name, record) or class_attribute(record.within, record.owner, name)
    if made is not None:
        return made
    return values.unknown(node, f"{name} is not said in {record.owner}")


def property_of(values: "Values", owner: str, name: str, record: Record | None, level: int = 0) -> Located | None:
    """Work out a property that a class or a base of it has; None where it has none of the name."""
    function = values.module.names.functions.get(f"{owner}.{name}")
    if function is None:
        found = (class_at(values, base) for base in direct_bases(values, owner) if level < DEEPEST_BASE)
        others = [one for one in found if one is not None and one != (values, owner)]
        return next((made for one in others if (made := property_of(*one, name, record, level + 1)) is not None), None)
    if not isinstance(function.node, FunctionNode):
        return None
    if not any(word in ast.unparse(one) for one in function.node.decorator_list for word in _PROPERTIES):
        return None
    key = ("property", f"{owner}.{name}")
    gives = _returns(function.node)
    if len(gives) != 1 or key in values.open:
        return values.unknown(function.node, f"{name} is worked out when the program runs")
    values.open.add(key)
    before = values.selves.get(owner)
    if record is not None:
        values.selves[owner] = record
    try:
        return values.of(gives[0], function)
    finally:
        values.open.discard(key)
        if before is None:
            values.selves.pop(owner, None)
        else:
            values.selves[owner] = before


def settings_of(values: "Values", annotation: ast.expr | None) -> Located | None:
    """Give an instance of the class of settings that an annotation names: what reads it reads the environment."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.Name(annotation.value) if annotation.value.isidentifier() else None
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):  # Annotated[Settings, …]
        annotation = annotation.slice.elts[0]
    full = values.module.full_name(annotation) if annotation is not None else ""
    owner = class_at(values, full) if full else None
    if owner is None:
        return None
    kind = class_kind(*owner)
    return owner[0].settings(owner[1]) if kind is not None and kind.is_settings else None


def _constructed(values: "Values", node: ast.Call, owner: "tuple[Values, str]", scope: Scope) -> Located | None:
    kind = class_kind(*owner)
    if kind is None:
        return None
    given, rest = values.keywords(node, scope)
    if kind.is_settings:
        if not given and rest is None:
            return owner[0].settings(owner[1])
        over = {
            one.arg[1:]: Option(given[one.arg], one.value)
            for one in node.keywords
            if one.arg is not None and one.arg.startswith("_")
        }
        record = settings_record(*owner, given, over)
    else:
        by_order = [values.of(one, scope) for one in node.args] if kind is Class.DATACLASS else []
        record = _plain(values, node, owner, {**dict(zip(fields_of(*owner), by_order, strict=False)), **given})
    if rest is not None:
        why = rest.why_unknown or "options that cannot be known"
        record = Record({key: replace(one, value=None, unknown=why) if key not in given else one
                         for key, one in record.items()}, *owner)  # fmt: skip
    return Located(record, values.module.line_of(node))


def _plain(values: "Values", node: ast.Call, owner: "tuple[Values, str]", said: Table) -> Record:
    fields = fields_of(*owner)
    made = {}
    for name, field in fields.items():
        default = said.get(name) or field.default_value()
        why = changed_by(field, *owner)
        if why is not None:
            default = values.unknown(node, why)
        made[name] = default or values.unknown(node, f"{name} is not given to {owner[1]}")
    return Record(made, *owner)


def _returned(values: "Values", full: str) -> Located | None:
    """Give what one of the application's own functions hands on, where that has fields."""
    found = function_at(values, full)
    if found is None:
        return None
    other, function = found
    key = ("call", function.name)
    if key in other.open or not isinstance(function.node, FunctionNode):
        return None
    other.open.add(key)
    try:
        gives = _returns(function.node)
        made = other.of(gives[0], function) if len(gives) == 1 else None
        if made is not None and isinstance(made.value, Record):
            return made
        return settings_of(other, function.node.returns)
    finally:
        other.open.discard(key)


def _returns(node: FunctionNode) -> list[ast.expr]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None]


def _asked(values: "Values", node: ast.Call, record: Record, method: str, scope: Scope) -> Located | None:
    """Give what a method of an instance gives: a dict of its fields, or a copy with others."""
    named, _ = values.keywords(node, scope)
    place = values.module.line_of(node)
    if method in _DUMPS:
        return Located(_dumped(record, named), place)
    if method in _COPIES:
        over = named.get("update", Located({})).table if method != "_replace" else named
        return Located(Record({**record, **over}, record.within, record.owner), place)
    made = record.within.module.names.functions.get(f"{record.owner}.{method}")
    return values.unknown(node, f"what {method}() gives when the program runs") if made is not None else None


def _dumped(record: Record, options: Table) -> dict[str, Located]:
    only, without = (_names(options.get(key)) for key in ("include", "exclude"))
    drops_none = "exclude_none" in options and bool(options["exclude_none"].value)
    found = {}
    for key, one in record.items():
        is_left_out = key in without or (only and key not in only) or (drops_none and one.is_none)
        if not is_left_out:
            found[key] = replace(one, value=_dumped(one.value, {})) if isinstance(one.value, Record) else one
    return found


def _names(found: Located | None) -> frozenset[str]:
    if found is None or not found.holds_others:
        return frozenset()
    parts = found.value if isinstance(found.value, tuple) else ()
    return frozenset(str(one.value) for one in parts) | frozenset(found.table)


def _by_function(values: "Values", node: ast.Call, full: str, scope: Scope) -> Located | None:
    record = values.record_of(node.args[0], scope)
    if record is None:
        return None
    place = values.module.line_of(node)
    if full.endswith("asdict"):
        return Located(_dumped(record, {}), place)
    if full == "getattr":
        name = values.of(node.args[1], scope) if node.args[1:] else Located(None)
        return attribute_of(values, record, str(name.value), node)
    named, _ = values.keywords(node, scope)
    return Located(Record({**record, **named}, record.within, record.owner), place)
