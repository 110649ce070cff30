"""One file, read: its text, and what its format makes of it before anyone asks what the words mean."""

import posixpath
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located, Table

if TYPE_CHECKING:
    from poolaudit.readers.python.module import Module  # ast is slow to import, and most runs have no Python


class Kind(StrEnum):
    """What a file is written in; the words of `--as`."""

    YAML = "yaml"
    JSON = "json"
    TOML = "toml"
    INI = "ini"
    ENV = "env"
    PYTHON = "python"
    TEXT = "text"
    """A shell script, a Procfile, a Dockerfile, a list of requirements: whoever knows its name reads its text."""


_SIGNS = ("$", "%(", "{{", "!env_var")
"""What stands in the text of a data file in which another program fills something in."""


class Document(NamedTuple):
    """A file and what is in it.

    `path` is as it was named, or found below a folder that was. `roots` are a data file's documents: several for YAML;
    one for JSON and TOML; one for ini, its sections as tables; one for .env, a table of its variables. `module` is a
    Python file's.
    """

    path: str
    kind: Kind
    text: str
    roots: tuple[Located, ...] = ()
    module: "Module | None" = None

    @property
    def name(self) -> str:
        """Its file's name, without the folders."""
        return self.path.rpartition("/")[2]

    @property
    def table(self) -> Table:
        """The table of its first or only data document; an empty one where it has none."""
        return self.roots[0].table if self.roots else {}

    @property
    def folder(self) -> str:
        """The folder it stands in, "" for the working folder."""
        return self.path.rpartition("/")[0]

    @property
    def place(self) -> Place:
        """The file as a whole."""
        return Place(self.path)

    def named(self, *parts: str) -> str:
        """Name something within it: `config.py`, `config.py:Config`, `app.yaml:databases.main`."""
        inner = ".".join(part for part in parts if part)
        return f"{self.path}:{inner}" if inner else self.path


def may_be_filled(document: Document) -> bool:
    """Whether a data file may hold what another program fills in; else `filling` has nothing to do there."""
    return bool(document.roots) and any(sign in document.text for sign in _SIGNS)


def joined(folder: str, path: str) -> str:
    """Give what a path means that stands in a file of a folder, as that file's own path is written; "" is the top."""
    found = posixpath.normpath(posixpath.join(folder, path))
    if folder.startswith("./") and not found.startswith((".", "/")):
        return f"./{found}"
    return "" if found == "." and not folder.startswith("./") else found
