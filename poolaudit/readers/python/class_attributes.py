"""The attributes of an application's classes, those of their bases among them."""

import ast
from typing import TYPE_CHECKING

from poolaudit.readers.located import Located, Table
from poolaudit.readers.python.classes import class_named, direct_bases
from poolaudit.readers.python.fields import class_kind
from poolaudit.readers.python.limits import DEEPEST
from poolaudit.readers.python.names import FunctionNode, Scope

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here


def class_attribute(values: "Values", name: str, attribute: str, level: int = 0) -> Located | None:
    """Give one attribute of a class or of a base of it, None where none has it."""
    if ("class", name) not in values.open:
        return values.module.classes.get(name, {}).get(attribute)
    key = ("attribute", f"{name}.{attribute}")
    if key in values.open or level > DEEPEST:
        return None
    values.open.add(key)
    try:
        scope = values.module.names.classes[name]
        if attribute in scope.bindings and _is_value(values, scope, attribute):
            return values.name(attribute, scope)
        owners = (class_named(values, base) for base in direct_bases(values, name))
        found = (class_attribute(one[0].values, one[1], attribute, level + 1) for one in owners if one is not None)
        return next((one for one in found if one is not None), None)
    finally:
        values.open.discard(key)


def class_attributes(values: "Values", name: str, level: int = 0) -> Table:
    """Give a class's attributes, its bases' among them."""
    key = ("class", name)
    if name in values.attributes_by_class:
        return values.attributes_by_class[name]
    if key in values.open or level > DEEPEST:
        return {}
    values.open.add(key)
    try:
        scope = values.module.names.classes[name]
        inherited: dict[str, Located] = {}
        for base in reversed(direct_bases(values, name)):
            owner = class_named(values, base)
            inherited |= dict(class_attributes(owner[0].values, owner[1], level + 1)) if owner is not None else {}
        own = {one: values.name(one, scope) for one in scope.bindings if _is_value(values, scope, one)}
        kind = class_kind(values, name)
        fields = values.settings(name).table if kind is not None and kind.is_settings else {}
        table = inherited | own | dict(fields)
        if level == 0:  # deeper ones may have been cut short
            values.attributes_by_class[name] = table
        return table
    finally:
        values.open.discard(key)


def _is_value(values: "Values", scope: Scope, name: str) -> bool:
    """Whether a class binds a name to more than a method; a property is one to be known by."""
    function = values.module.names.functions.get(f"{scope.name}.{name}")
    node = function.node if function is not None else None
    if not isinstance(node, FunctionNode):
        return True
    return any("property" in ast.unparse(one) for one in node.decorator_list)
