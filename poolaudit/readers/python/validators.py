"""Whether a validator of pydantic's may change what a field is given."""

import ast
from typing import TYPE_CHECKING

from poolaudit.readers.python.classes import class_at, direct_bases
from poolaudit.readers.python.fields import DEEPEST_BASE, Field
from poolaudit.readers.python.names import FunctionNode

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks the settings

_OF_FIELDS = frozenset({"field_validator", "validator"})
_OF_MODELS = frozenset({"model_validator", "root_validator"})
_AT_THE_START = frozenset({"__init__", "__post_init__", "model_post_init"})


def changed_by(field: Field, values: "Values", name: str, level: int = 0) -> str | None:
    """Say which validator of a class or its bases may change a field, None where none does."""
    node = values.module.names.classes[name].node
    for function in node.body if isinstance(node, ast.ClassDef) else []:
        if isinstance(function, FunctionNode) and _may_change(function, field.name):
            return f"{function.name}() makes it when the program runs"
    for base in direct_bases(values, name) if level < DEEPEST_BASE else []:
        owner = class_at(values, base)
        why = changed_by(field, owner[0], owner[1], level + 1) if owner is not None else None
        if why is not None:
            return why
    return None


def _may_change(function: FunctionNode, field: str) -> bool:
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        word = ast.unparse(decorator.func).rpartition(".")[2]
        if word in _OF_FIELDS and _names(decorator, field):
            return not _gives_what_it_takes(function)
        if word in _OF_MODELS:
            return _sets(function, field)
    is_of_model = any(_word(one) in _OF_MODELS for one in function.decorator_list)
    return (is_of_model or function.name in _AT_THE_START) and _sets(function, field)


def _word(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _names(decorator: ast.Call, field: str) -> bool:
    said = [one.value for one in decorator.args if isinstance(one, ast.Constant)]
    return field in said or "*" in said


def _gives_what_it_takes(function: FunctionNode) -> bool:
    """Whether it only looks: every return gives the parameter of the value, to which nothing is assigned."""
    parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if len(parameters) < 2:  # noqa: PLR2004 - the class and the value
        return False
    value = parameters[1]
    given = [one.value for one in ast.walk(function) if isinstance(one, ast.Return)]
    assigned = any(
        isinstance(one, ast.Name) and one.id == value and isinstance(one.ctx, ast.Store) for one in ast.walk(function)
    )
    return bool(given) and not assigned and all(isinstance(one, ast.Name) and one.id == value for one in given)


def _sets(function: FunctionNode, field: str) -> bool:
    """Whether it sets a field, as an attribute or as a key of the values."""
    for one in ast.walk(function):
        if isinstance(one, ast.Attribute) and one.attr == field and isinstance(one.ctx, ast.Store):
            return True
        if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store):
            return not isinstance(one.slice, ast.Constant) or one.slice.value == field
        is_call = isinstance(one, ast.Call) and isinstance(one.func, (ast.Attribute, ast.Name))
        if is_call and _word(one.func) in {"setattr", "setdefault", "update", "__setattr__"}:  # type: ignore[attr-defined]  # a call, as looked at before
            constants = [inner.value for inner in ast.walk(one) if isinstance(inner, ast.Constant)]
            if field in constants or not any(isinstance(inner, str) for inner in constants):
                return True
    return False
