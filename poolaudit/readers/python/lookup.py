"""What a name means where it stands: in its scope and those around it, or in the module that it is imported from."""

import ast
from typing import TYPE_CHECKING

from poolaudit.facts.pool import CLASSES
from poolaudit.readers.located import Located, Symbol
from poolaudit.readers.python.class_attributes import class_attribute
from poolaudit.readers.python.classes import class_of
from poolaudit.readers.python.instances import attribute_of, property_of
from poolaudit.readers.python.names import FunctionNode, Scope
from poolaudit.readers.python.parameters import parameter, parameters_of

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here


def named(values: "Values", name: str, node: ast.expr, scope: Scope) -> Located:
    """Give what a name means in a scope: bound there or around it, a parameter, imported."""
    at: Scope | None = scope
    while at is not None:
        if name in at.bindings and not (isinstance(at.node, ast.ClassDef) and at is not scope):
            return values.name(name, at)
        if isinstance(at.node, FunctionNode) and name in parameters_of(at.node):
            return parameter(values, name, at, at.node)
        at = at.around
    return imported(values, name, node)


def imported(values: "Values", name: str, node: ast.expr) -> Located:
    """Give what a name means that no scope binds."""
    full = values.module.names.imports.get(name)
    if full is not None:
        return of_full_name(values, full, node)
    found = _starred(values, name)
    return found if found is not None else values.unknown(node, f"{name} is not said in this file")


def _starred(values: "Values", name: str) -> Located | None:
    """Give what `from … import *` brings in under a name, the last that does."""
    for star in reversed(values.module.names.stars):
        other = values.module.resolve(star, values.module.path)
        if other is not None and other is not values.module:
            found = other.table.get(name) or starred(other.values, name)
            if found is not None:
                return found
    return None


def starred(values: "Values", name: str) -> Located | None:
    """Give what stars bring into this module, and so out of it; None where they lead in a circle."""
    key = ("*", name)
    if key in values.open:
        return None
    values.open.add(key)
    try:
        return _starred(values, name)
    finally:
        values.open.discard(key)


def of_full_name(values: "Values", full: str, node: ast.expr) -> Located:
    """Give what a full name means: a pool of SQLAlchemy's, or a name of another of the application's modules."""
    last = full.rpartition(".")[2]
    if last in CLASSES and "pool" in full.lower():
        return Located(Symbol(last), values.module.place(node))
    module, _, name = full.rpartition(".")
    other = values.module.resolve(module, values.module.path) if module else None
    if other is not None and name in other.table:
        return other.table[name]
    if other is not None and name in other.names.imports:
        return other.value(ast.copy_location(ast.Name(name), node))
    return values.unknown(node, f"{last} is imported from {module or full}")


def attribute_named(values: "Values", node: ast.Attribute, scope: Scope) -> Located:
    """Give an attribute of an instance, of a class or of a module."""
    record = values.record_of(node.value, scope)
    if record is not None:
        return attribute_of(values, record, node.attr, node)
    owner = class_of(values, node.value, scope)
    if owner is not None:
        module, name = owner
        made = property_of(module.values, name, node.attr, None) or class_attribute(module.values, name, node.attr)
        if made is not None:
            return made
        return values.unknown(node, f"{node.attr} is not said in {name}")
    full = values.module.full_name(node)
    root = full.partition(".")[0]
    if full and (root in {one.partition(".")[0] for one in values.module.names.imports.values()} or root == ""):
        return of_full_name(values, full, node)
    return values.unknown(node, f"{full or node.attr} is worked out when the program runs")
