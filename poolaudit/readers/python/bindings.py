"""What a name is in the end: what binds it, what changes it afterwards, and what holds only under a condition."""

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located
from poolaudit.readers.python.lookup import imported
from poolaudit.readers.python.names import Binding, Scope

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here


def in_the_end(values: "Values", name: str, bindings: list[Binding], scope: Scope) -> Located:
    """Give what a name of a scope is after all that binds or changes it, in order."""
    first = bindings[0]
    found = imported(values, name, first.value) if first.keys and first.value is not None else None
    for binding in bindings:
        if binding.value is None:
            found = Located(None, Place(values.module.path), unknown=f"{name} is worked out when the program runs")
        elif binding.keys:
            found = _laid_over(values, found, binding.keys, binding, scope)
        else:
            new = values.of(binding.value, binding.within or scope)
            found = _either(name, found, new) if binding.is_conditional else new
    return found or Located(None, Place(values.module.path), unknown=f"{name} is not said")


def _either(name: str, before: Located | None, new: Located) -> Located:
    """Give a name that is bound under a condition: what it is either way, where that is the same."""
    if before is not None and before.value == new.value and before.why_unknown is None is new.why_unknown:
        return new
    return Located(None, new.place, unknown=f"{name} is set under a condition")


def _laid_over(
    values: "Values", before: Located | None, keys: tuple[str, ...], binding: Binding, scope: Scope
) -> Located:
    """Lay over a dict what sets its keys afterwards; a key that is set under a condition is not known."""
    if before is None or before.why_unknown is not None or not isinstance(before.value, Mapping):
        return before or Located(None, Place(values.module.path), unknown="made elsewhere")
    assert binding.value is not None  # noqa: S101 - bindings with keys have a value
    if keys == ("**",):
        over, rest = _update(values, binding.value, scope)
        if rest is not None:
            return rest
    elif len(keys) > 1 and keys[1] != "?":
        inner = before.table.get(keys[0])
        return replace(before, value={**before.table, keys[0]: _laid_over(values, inner, keys[1:], binding, scope)})
    else:
        key = keys[0]
        over = {} if "?" in keys and key in before.table else {key: values.of(binding.value, scope)}
    if binding.is_conditional:
        over = {key: replace(one, unknown=f"{key} is set under a condition") for key, one in over.items()}
    return replace(before, value={**before.table, **over})


def _update(values: "Values", call: ast.expr, scope: Scope) -> tuple[dict[str, Located], Located | None]:
    assert isinstance(call, ast.Call)  # noqa: S101 - bindings of `**` are calls of update
    over, rest = values.keywords(call, scope)
    said = dict(over)
    for argument in call.args[:1]:
        one = values.of(argument, scope)
        if one.why_unknown is not None or not isinstance(one.value, Mapping):
            return {}, replace(one, value=None, unknown=one.why_unknown or "updated from what is no dict")
        said = {**one.table, **said}
    return said, rest
