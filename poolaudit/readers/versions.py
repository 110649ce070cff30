"""Which version of a package is in force at a path, as requirements and lock files say.

The nearest folder upwards that names the package counts; in it a lock file beats a pin, and a pin what is said loosely.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document
from poolaudit.readers.folders import folders_above
from poolaudit.readers.project import Version
from poolaudit.readers.requirements import (
    SUBFOLDERS,
    Requirement,
    canonical,
    includes_of,
    is_requirements,
    requirements_in,
)
from poolaudit.readers.specifiers import pinned, version_of

MOST_REQUIREMENTS = 20_000
"""In one file."""
MOST_INCLUDES = 20


@dataclass
class Versions:
    """Answers which version is in force, and remembers which file said it."""

    documents: tuple[Document, ...]
    said_by: dict[tuple[str, str], Place] = field(default_factory=dict)
    _by_folder: dict[str, list[Requirement]] | None = None

    def version(self, package: str, path: str) -> Version | None:
        """Give the version of a package at a path, None where it cannot be known: see Project.version."""
        name = canonical(package)
        for folder in folders_above(path):
            found = [one for one in self._in_folder(folder) if one.package == name]
            if found:
                return self._decided(name, found, path)
        return None

    def _in_folder(self, folder: str) -> list[Requirement]:
        if self._by_folder is None:
            self._by_folder = {}
            by_path = {document.path: document for document in self.documents}
            for document in self.documents:
                for one in _with_included(document, by_path):
                    found = islice(requirements_in(one), MOST_REQUIREMENTS)
                    self._by_folder.setdefault(_folder_of(document), []).extend(found)
        return self._by_folder.get(folder, [])

    def _decided(self, name: str, found: list[Requirement], path: str) -> Version | None:
        locked = [one for one in found if one.is_locked]
        exact = [one for one in found if pinned(one.specifier) is not None]
        for chosen in (locked, exact, found):
            if chosen:
                versions = [(version_of(name, one.specifier), one.place) for one in chosen]
                return self._agreed(name, versions, path)
        return None

    def _agreed(self, name: str, versions: list[tuple[Version | None, Place]], path: str) -> Version | None:
        """Take the lowest where all that is said is of one major version."""
        majors = {version[0] if version is not None else None for version, _ in versions}
        if len(majors) != 1 or None in majors:
            return None
        version, place = min((one for one in versions if one[0] is not None), key=lambda one: one[0] or ())
        self.said_by[name, path] = place
        return version


def _with_included(document: Document, by_path: Mapping[str, Document]) -> list[Document]:
    """Give a file with those that it takes in, each once."""
    found = [document]
    for one in found:
        if is_requirements(one) and len(found) < MOST_INCLUDES:
            found += [by_path[path] for path in includes_of(one) if path in by_path and by_path[path] not in found]
    return found


def _folder_of(document: Document) -> str:
    """Give the folder that a file speaks for: `requirements/base.txt` speaks for the folder above."""
    above, _, last = document.folder.rpartition("/")
    return above if last in SUBFOLDERS else document.folder
