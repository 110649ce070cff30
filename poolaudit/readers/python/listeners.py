"""Ping listeners: what applications wrote before pool_pre_ping, and what does its work."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located
from poolaudit.readers.python.module import Call, Module
from poolaudit.readers.python.names import FunctionNode

EVENTS = frozenset({"checkout", "engine_connect"})
_LISTENS = ("sqlalchemy.event.listens_for", "sqlalchemy.event.listen")
_EVERY = frozenset({"Engine", "Pool", "QueuePool"})
_PING = re.compile(r"\.ping\(|select\(?\s*\(?\[?1|[\"']select 1|do_ping", re.IGNORECASE)


class PingListener(NamedTuple):
    """A function that tests the connection at each checkout; `target` is the engine it listens to, as it is written."""

    target: str
    place: Place


def ping_listeners_in(module: Module) -> tuple[PingListener, ...]:
    """Give those of a module."""
    return tuple(
        PingListener(target, module.line_of(node))
        for target, node in _listeners(module)
        if _PING.search(ast.unparse(node))
    )


def pings(call: Call, listeners: Iterable[PingListener]) -> Located | None:
    """Give pre-ping as on where a listener of the engine's checkouts tests the connection, None where none does."""
    for target, place in listeners:
        if target in _EVERY or target == call.target or target.startswith(f"{call.target}."):
            return Located(True, place, note="a listener pings at each checkout")  # noqa: FBT003 - the value
    return None


def _listeners(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Give each function that listens to checkouts, with what it listens to."""
    for scope in module.names.functions.values():
        if isinstance(scope.node, FunctionNode):
            for decorator in scope.node.decorator_list:
                if isinstance(decorator, ast.Call):
                    yield from ((target, scope.node) for target in _target(module, decorator))
    for site in module.names.calls:
        if module.full_name(site.node.func) == _LISTENS[1] and len(site.node.args) > 2:  # noqa: PLR2004 - target, name, function
            function = module.names.functions.get(module.full_name(site.node.args[2]))
            if function is not None and function.node is not None:
                yield from ((target, function.node) for target in _target(module, site.node))


def _target(module: Module, node: ast.Call) -> Iterator[str]:
    is_listening = module.full_name(node.func) in _LISTENS and len(node.args) > 1
    if is_listening and isinstance(node.args[1], ast.Constant) and node.args[1].value in EVENTS:
        yield _last(module.full_name(node.args[0]), node.args[0])


def _last(full: str, node: ast.expr) -> str:
    written = ast.unparse(node)
    return full.rpartition(".")[2] if full.rpartition(".")[2] in _EVERY else written
