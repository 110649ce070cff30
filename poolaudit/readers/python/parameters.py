"""What a function's parameters are: what the calls of its file give them where they agree, else their defaults."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from poolaudit.readers.located import Located
from poolaudit.readers.python.instances import settings_of
from poolaudit.readers.python.names import FunctionNode, Scope

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here


def parameter(values: "Values", name: str, scope: Scope, node: FunctionNode) -> Located:
    """Give a function's parameter: what the file's calls give it where they agree, else its default."""
    where = f"parameter {name} of {node.name}"
    default = _default_of_parameter(values, name, scope, node)
    given = [one or default or values.unknown(node, where) for one in _given(values, name, scope, node)]
    known = [one for one in given if one.why_unknown is None]
    if known and len(known) == len(given) and all(one.value == known[0].value for one in known):
        return replace(known[0], note=known[0].note or f"given to {node.name}")
    settings = settings_of(values, _annotation(name, node)) if not known else None
    if settings is not None:
        return settings
    return values.unknown(node, where) if given or default is None else default


def _default_of_parameter(values: "Values", name: str, scope: Scope, node: FunctionNode) -> Located | None:
    default = parameters_of(node)[name]
    if default is None:
        return None
    value = values.of(default, scope.around or scope)
    if value.why_unknown is not None:
        return value
    return replace(value, note=value.note or f"the default of parameter {name} of {node.name}")


def _given(values: "Values", name: str, scope: Scope, node: FunctionNode) -> Iterator[Located | None]:
    """Give what each call gives a parameter, None where it leaves it to its default."""
    called = scope.name.split(".")[-2] if node.name == "__init__" and "." in scope.name else node.name
    order = list(parameters_of(node))
    position = order.index(name) - (order[:1] in (["self"], ["cls"]))
    for site in values.module.names.calls_of(called):
        if site.scope.node is node:
            continue
        named = next((one.value for one in site.node.keywords if one.arg == name), None)
        by_order = site.node.args[position] if 0 <= position < len(site.node.args) else None
        chosen = named if named is not None else by_order
        yield values.of(chosen, site.scope) if chosen is not None else None


def parameters_of(node: FunctionNode) -> dict[str, ast.expr | None]:
    """Give a function's parameters with their defaults, those given by order first."""
    by_order = [*node.args.posonlyargs, *node.args.args]
    missing: list[ast.expr | None] = [None] * (len(by_order) - len(node.args.defaults))
    found = dict(zip([one.arg for one in by_order], [*missing, *node.args.defaults], strict=True))
    return found | dict(zip([one.arg for one in node.args.kwonlyargs], node.args.kw_defaults, strict=True))


def _annotation(name: str, node: FunctionNode) -> ast.expr | None:
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return next((one.annotation for one in every if one.arg == name), None)
