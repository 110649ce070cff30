"""Which of an application's classes and functions a name means, which class an expression is of, and its bases."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from poolaudit.readers.python.limits import DEEPEST, MOST_STEPS
from poolaudit.readers.python.names import Binding, FunctionNode, Scope

if TYPE_CHECKING:
    from poolaudit.readers.python.module import Module  # it has a Values itself
    from poolaudit.readers.python.values import Values  # it asks here

T = TypeVar("T")


def class_at(values: "Values", full: str, level: int = 0) -> "tuple[Values, str] | None":
    """Give the class of a full name, with what works out its module."""
    if full in values.module.names.classes:
        return values, full
    return _at(values, full, level, lambda other, name: class_at(other, name, level + 1))


def function_at(values: "Values", full: str, level: int = 0) -> "tuple[Values, Scope] | None":
    """Give the function of a full name, with what works out its module."""
    if full in values.module.names.functions:
        return values, values.module.names.functions[full]
    return _at(values, full, level, lambda other, name: function_at(other, name, level + 1))


def _at(
    values: "Values", full: str, level: int, find: "Callable[[Values, str], tuple[Values, T] | None]"
) -> "tuple[Values, T] | None":
    """Look for a name in the module that its full name says, and in those that it is imported from there."""
    head, _, last = full.rpartition(".")
    other = values.module.resolve(head, values.module.path) if head and level < DEEPEST else None
    if other is None or other is values.module:
        return None
    return find(other.values, other.names.imports.get(last, last))


def class_of(values: "Values", node: ast.expr, scope: Scope, level: int = 0) -> "tuple[Module, str] | None":
    """Give the class that an expression is, or is an instance of."""
    values.steps += 1
    if level > DEEPEST or values.steps > MOST_STEPS:
        return None
    if isinstance(node, ast.Call):
        return class_named(values, values.module.full_name(node.func), level) or _returned_class(values, node, level)
    if not isinstance(node, ast.Name):
        return class_named(values, values.module.full_name(node), level) if isinstance(node, ast.Attribute) else None
    at: Scope | None = scope
    while at is not None:
        if node.id in {"self", "cls"} and isinstance(at.node, ast.ClassDef):
            return values.module, at.name
        bound = [one for one in at.bindings.get(node.id, []) if one.value is not None and not one.keys]
        if bound:
            return _class_bound(values, bound, at, level + 1)
        at = at.around
    return class_named(values, values.module.names.imports.get(node.id, node.id), level)


def _class_bound(values: "Values", bound: list[Binding], scope: Scope, level: int) -> "tuple[Module, str] | None":
    """Give the class of what a name is bound to in the end; where that is under a condition, the one of all."""
    begins = max((number for number, one in enumerate(bound) if not one.is_conditional), default=0)
    ends = [one.value for one in bound[begins:] if not _is_none(one.value)]
    if not all(isinstance(one, (ast.Call, ast.Name)) for one in ends):
        return None
    found = [class_of(values, one, scope, level) for one in ends if one is not None]
    return found[0] if found and all(one == found[0] for one in found) else None


def _returned_class(values: "Values", node: ast.Call, level: int) -> "tuple[Module, str] | None":
    """Follow `settings = get_settings()` to the class that the function says it gives, or gives."""
    scope = values.module.names.functions.get(values.module.full_name(node.func))
    if scope is None or not isinstance(scope.node, FunctionNode):
        return None
    if isinstance(scope.node.returns, ast.Name):
        return class_named(values, values.module.full_name(scope.node.returns), level)
    gives = [one.value for one in ast.walk(scope.node) if isinstance(one, ast.Return) and one.value is not None]
    return class_of(values, gives[0], scope, level + 1) if len(gives) == 1 and isinstance(gives[0], ast.Call) else None


def class_named(values: "Values", full: str, level: int = 0) -> "tuple[Module, str] | None":
    """Give the class of a full name, or that of the instance that another module has under it."""
    if full in values.module.names.classes:
        return values.module, full
    module, _, name = full.rpartition(".")
    other = values.module.resolve(module, values.module.path) if module else None
    if other is None:
        return None
    if name in other.names.classes:
        return other, name
    # An instance that the other module makes: settings = Settings().
    is_bound = name in other.names.top.bindings
    return class_of(other.values, ast.Name(name), other.names.top, level + 1) if is_bound else None


def direct_bases(values: "Values", name: str) -> list[str]:
    """Give the full names of a class's own bases."""
    node = values.module.names.classes[name].node
    return [values.module.full_name(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []


def bases_of(values: "Values", name: str, level: int = 0) -> tuple[str, ...]:
    """Give the full names of a class's bases and of theirs."""
    found: list[str] = []
    for base in direct_bases(values, name) if level < DEEPEST else []:
        found.append(base)
        owner = class_named(values, base)
        if owner is not None and owner != (values.module, name):
            found += bases_of(owner[0].values, owner[1], level + 1)
    return tuple(found)


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
