"""gunicorn's settings file, which is Python: read without running it."""

import ast
import re
from collections.abc import Iterator

from poolaudit.readers.document import Document, Kind
from poolaudit.readers.running.process import Configured, Environment

WORDS = (*("workers", "threads", "timeout", "preload_app", "worker_class", "worker_connections", "bind", "wsgi_app"),)
HOOKS = frozenset({"on_starting", "post_fork", "post_worker_init"})
"""Functions in which an application opens what it has, or gives up what a worker inherits."""
_NAME = re.compile(r".*gunicorn.*\.py")
MOST_STEPS = 20


def knows(document: Document) -> bool:
    """Whether its name says so: gunicorn.conf.py is what gunicorn looks for itself, others are given with `-c`."""
    return document.kind is Kind.PYTHON and document.module is not None and _NAME.fullmatch(document.name) is not None


def read(document: Document, _variables: Environment, /) -> Iterator[Configured]:
    """Give its words."""
    module = document.module
    if module is None:
        return
    words = {word: found for word, found in module.table.items() if word in WORDS}
    if words or HOOKS & module.names.functions.keys():
        application = str(words["wsgi_app"].value) if "wsgi_app" in words else ""
        by_cpus = workers_by_cpus(module.tree) if "workers" in words and words["workers"].unknown else None
        yield Configured(document.place, "gunicorn", words, by_cpus, application)


def workers_by_cpus(tree: ast.Module) -> tuple[int, int] | None:
    """Give how many workers there are for each processor, and how many more; None where it is not said so."""
    values = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    return _linear(values["workers"], values, 0) if "workers" in values else None


def _linear(node: ast.expr, values: dict[str, ast.expr], level: int) -> tuple[int, int] | None:
    """Give factor and summand of an expression of the number of processors."""
    if level > MOST_STEPS:
        return None
    if isinstance(node, ast.Constant):
        return (0, node.value) if isinstance(node.value, int) else None
    if isinstance(node, ast.Name) and node.id in values:
        return _linear(values[node.id], values, level + 1)
    if isinstance(node, ast.Call):
        return _of_call(node, values, level)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        left, right = _linear(node.left, values, level + 1), _linear(node.right, values, level + 1)
        return _combined(node.op, left, right) if left is not None and right is not None else None
    return None


def _of_call(node: ast.Call, values: dict[str, ast.expr], level: int) -> tuple[int, int] | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in {"cpu_count", "process_cpu_count"} and not node.args:
        return (1, 0)
    return _linear(node.args[0], values, level + 1) if name == "int" and len(node.args) == 1 else None


def _combined(operator: ast.operator, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int] | None:
    if isinstance(operator, ast.Add):
        return left[0] + right[0], left[1] + right[1]
    if left[0] and right[0]:
        return None
    return left[0] * right[1] + right[0] * left[1], left[1] * right[1]
