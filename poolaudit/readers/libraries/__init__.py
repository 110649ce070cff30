"""The libraries whose settings are read, one module each, found by listing this folder.

A module `knows` a document that holds its library's settings, and can `read` the engines out of it. One that is
`IS_GENERIC` reads what no other module knows.
"""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Protocol

from poolaudit.readers.document import Document
from poolaudit.readers.engine import Engine
from poolaudit.readers.project import Project


class Library(Protocol):
    """What a module of this folder is."""

    def knows(self, document: Document) -> bool:
        """Whether the document holds settings of this library."""
        ...

    def read(self, document: Document, project: Project) -> Iterator[Engine]:
        """Give the engines that it makes, in the document's order; CannotAuditError where it cannot be read."""
        ...


@cache
def libraries() -> tuple[Library, ...]:
    """Give the modules, the generic ones last."""
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(sorted(modules, key=_is_generic))


def engines_in(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engines of a document, as the libraries that know it read it."""
    is_known = False
    for library in libraries():
        if not (_is_generic(library) and is_known) and library.knows(document):
            is_known = True
            yield from library.read(document, project)


def _is_generic(library: object) -> bool:
    return getattr(library, "IS_GENERIC", False)
