"""How Python programs read environment variables: os, and the helpers of decouple, environs and django-environ."""

import ast
from collections.abc import Callable
from typing import NamedTuple

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
