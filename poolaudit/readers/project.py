"""What is known around a document: the other files of its project, its libraries' versions, its environment."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.readers.located import Located

if TYPE_CHECKING:
    from poolaudit.readers.python.module import Module  # ast is slow to import, and most runs have no Python

Version = tuple[int, ...]
NOTHING: Mapping[str, Located] = MappingProxyType({})


def _no_version(_package: str, _path: str) -> Version | None:
    return None


def _no_environment(_path: str) -> Mapping[str, Located]:
    return NOTHING


def _no_module(_name: str, _path: str) -> "Module | None":
    return None


def _no_modules(_text: str) -> "Iterator[Module]":
    return iter(())


class Project(NamedTuple):
    """Answers what a reader asks beyond its own document; `path` is always that of the document that asks.

    The auditor's own environment is never part of the answer.
    """

    versions: Callable[[str, str], Version | None] = _no_version
    environments: Callable[[str], Mapping[str, Located]] = _no_environment
    modules: Callable[[str, str], "Module | None"] = _no_module
    holding: "Callable[[str], Iterator[Module]]" = _no_modules

    def version(self, package: str, path: str) -> Version | None:
        """Give the version of a package (`flask-sqlalchemy`) in force at a path, None where it cannot be known.

        It is exact where a lock file or a pin says it; else the lowest one that the requirement admits, and given only
        where all that it admits are of one major version.
        """
        return self.versions(package, path)

    def environment(self, path: str) -> Mapping[str, Located]:
        """Give the environment variables that are known for the program at a path, each a text with its place."""
        return self.environments(path)

    def module(self, name: str, path: str) -> "Module | None":
        """Give the Python module that a file at a path imports by a name (`.config` or `shop.config`), None without."""
        return self.modules(name, path)

    def modules_with(self, text: str) -> "Iterator[Module]":
        """Give the audited Python modules in which a text stands, in the order of the files."""
        return self.holding(text)
