"""How many copies of an application run, as its files say: one module a way of saying it, in the order of their names.

A module that `knows` a document, by its name or its content, can `read` what it says to run; the others help these.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from poolaudit.readers.document import Document, Kind
from poolaudit.readers.worth import PYTHON, Worth

if TYPE_CHECKING:
    from poolaudit.readers.running.process import Environment, Said  # only where a file says what runs

MOST_SAID = 500
"""In one file, by one way of saying it."""
_YAML = frozenset({Kind.YAML})
WORTH: Mapping[str, Worth] = {
    "celery_conf": Worth(PYTHON, ("concurrency", "worker_pool", "celeryd_pool")),
    "compose": Worth(_YAML, ("services",)),
    "dockerfile": Worth(names=("ockerfile", "ontainerfile")),
    "gunicorn_conf": Worth(PYTHON, names=("gunicorn",)),
    "helm": Worth(_YAML, ("replica", "autoscaling"), ("values",)),
    "kubernetes": Worth(_YAML | {Kind.JSON}, ("kind",)),
    "procfile": Worth(names=("Procfile",)),
    "shell_script": Worth(frozenset({Kind.TEXT})),
    "supervisord": Worth(frozenset({Kind.INI}), ("program:",)),
    "systemd": Worth(words=("execstart",), names=(".service",)),
    "uwsgi_file": Worth(_YAML | {Kind.INI}, ("uwsgi",)),
}
"""Every module that reads, and what it is worth importing for."""


class Runner(Protocol):
    """What a module of this folder is that reads a way of saying it."""

    def knows(self, document: Document) -> bool:
        """Whether the document says what runs."""
        ...

    def read(self, document: Document, variables: "Environment", /) -> "Iterator[Said]":
        """Give what it says, in the document's order; `variables` are those of the .env file beside it."""
        ...


def runners(document: Document) -> Iterator[Runner]:
    """Give the modules that may know a document; the others are not imported."""
    return (_runner(name) for name, worth in WORTH.items() if worth.allows(document))


@cache
def _runner(name: str) -> Runner:
    runner: Runner = import_module(f"{__name__}.{name}")
    return runner


def said_in(document: Document, variables: "Environment") -> "Iterator[Said]":
    """Give what a document says of what runs."""
    for runner in runners(document):
        if runner.knows(document):
            yield from islice(runner.read(document, variables), MOST_SAID)
