"""How Python programs read environment variables: os, and the helpers of decouple, environs and django-environ."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

_READERS = frozenset({"os.getenv", "os.environ.get", "environ.get", "getenv"})
_TABLES = frozenset({"os.environ", "environ"})
_CASTS = {"int": "int", "integer": "int", "float": "float", "bool": "bool", "str": "str", "boolean": "bool"}


class Read(NamedTuple):
    """A variable that is read: its name, the expression of its default, and what makes something of its text."""

    name: str
    default: ast.expr | None = None
    cast: str | None = None


def variable_read(node: ast.expr, full_name: Callable[[ast.expr], str]) -> Read | None:
    """Say which variable an expression reads, None where it reads none."""
    if isinstance(node, ast.Subscript):
        name = _text(node.slice)
        return Read(name) if name and full_name(node.value) in _TABLES else None
    if not isinstance(node, ast.Call) or not node.args:
        return None
    name, callee = _text(node.args[0]), full_name(node.func)
    if not name:
        return None
    if callee in _READERS:
        return Read(name, _default(node))
    if callee in {"decouple.config", "starlette.config.Config", "config"} or callee.startswith("prettyconf."):
        return Read(name, _default(node), _cast(node)) if _is_variable(name, node) else None
    return _by_helper(node, name, callee)


def variable(values: "Values", name: str, default: Located | None, node: ast.expr) -> Located:
    """Give an environment variable: what it is known to be, else its default in the code."""
    known = values.module.environment.get(name)
    if known is not None and known.why_unknown is None:
        return Located(known.value, known.place or values.module.line_of(node), note=f"environment variable {name}")
    if default is None or default.is_none:
        return values.unknown(node, f"environment variable {name}, no default")
    if default.why_unknown is not None:
        return default
    return default_of_variable(name, default, values.module.line_of(node))


def default_of_variable(name: str, default: Located, place: Place) -> Located:
    """Give a variable of which only its default is known."""
    return replace(
        default,
        place=place,
        variable=name,
        note=f"the default of environment variable {name}",
        is_text_when_set=True,
    )


def _by_helper(node: ast.Call, name: str, callee: str) -> Read | None:
    """Read `env("X", default=5)` and `env.int("X", 5)` of environs and django-environ, by the name they always have."""
    owner, _, method = callee.rpartition(".")
    root = (owner or callee).rpartition(".")[2].lower()
    if root not in {"env", "environ", "e"} or (owner and method not in _CASTS):
        return None
    return Read(name, _default(node), _CASTS.get(method) if owner else _cast(node))


def _is_variable(name: str, node: ast.Call) -> bool:
    return name.isupper() or any(one.arg in {"default", "cast"} for one in node.keywords)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _default(node: ast.Call) -> ast.expr | None:
    named = next((one.value for one in node.keywords if one.arg == "default"), None)
    return named if named is not None else (node.args[1] if len(node.args) > 1 else None)


def _cast(node: ast.Call) -> str | None:
    kind = next((one.value for one in node.keywords if one.arg == "cast"), None)
    return _CASTS.get(kind.id) if isinstance(kind, ast.Name) else None
