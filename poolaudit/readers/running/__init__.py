"""How many copies of an application run, as its files say: one module a way of saying it, found by listing the folder.

A module that `knows` a document, by its name or its content, can `read` what it says to run; the others help these.
"""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import islice
from typing import Protocol

from poolaudit.readers.document import Document
from poolaudit.readers.running.process import Environment, Said

MOST_SAID = 500
"""In one file, by one way of saying it."""


class Runner(Protocol):
    """What a module of this folder is that reads a way of saying it."""

    def knows(self, document: Document) -> bool:
        """Whether the document says what runs."""
        ...

    def read(self, document: Document, variables: Environment, /) -> Iterator[Said]:
        """Give what it says, in the document's order; `variables` are those of the .env file beside it."""
        ...


@cache
def runners() -> tuple[Runner, ...]:
    """Give the modules that read."""
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(module for module in modules if hasattr(module, "knows"))


def said_in(document: Document, variables: Environment) -> Iterator[Said]:
    """Give what a document says of what runs."""
    for runner in runners():
        if runner.knows(document):
            yield from islice(runner.read(document, variables), MOST_SAID)
