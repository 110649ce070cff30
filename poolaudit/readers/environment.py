"""The environment of the program at a path, as far as files say it. The auditor's own is never asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from poolaudit.readers.document import Document, Kind
from poolaudit.readers.folders import folders_above
from poolaudit.readers.located import Located

if TYPE_CHECKING:
    from poolaudit.readers.running.process import Environment, Process  # only where a file says what runs

_LOADS = (
    *("load_dotenv", "find_dotenv", "dotenv_values", "read_env"),
    *("from decouple", "import decouple", "dynaconf", "environs"),
)
"""What stands in the code of a program that loads an `.env` file."""
_NAMED = r"[\"']([\w./-]*\.env[\w.-]*)[\"']"
_NUMBER = r"[+-]?[0-9]{1,12}"
_SWITCHES = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "on": True, "off": False}


class DotEnv:
    """Knows which `.env` files a program loads: those beside it or above it, where its code says that it loads one."""

    def __init__(self, documents: tuple[Document, ...]) -> None:
        self.documents = documents
        self._found: dict[str, Environment] = {}

    def at(self, path: str) -> "Environment":
        """Give the variables of the `.env` that the program at a path loads; none where it loads none."""
        folder = path.rpartition("/")[0]
        if folder not in self._found:
            self._found[folder] = self._loaded(path)
        return self._found[folder]

    def named(self, name: str, path: str) -> "Environment":
        """Give the variables of the file that the program at a path loads by a name, from the nearest folder above."""
        last = name.rpartition("/")[2]
        for folder in folders_above(path):
            found = self.files.get(f"{folder}/{last}" if folder else last)
            if found is not None:
                return found.table
        return {}

    def beside(self, folder: str) -> "Environment":
        """Give the variables of the `.env` in a folder, which docker compose fills in without being told."""
        found = self.files.get(f"{folder}/.env" if folder else ".env")
        return found.table if found is not None else {}

    @cached_property
    def files(self) -> Mapping[str, Document]:
        """The files of variables."""
        return {one.path: one for one in self.documents if one.kind is Kind.ENV}

    @cached_property
    def loaders(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The programs that load one, each with the names of the files that it names."""
        if not self.files:
            return ()
        return tuple(
            (one.path, frozenset(name.rpartition("/")[2] for name in re.findall(_NAMED, one.text)))
            for one in self.documents
            if one.kind is Kind.PYTHON and any(word in one.text for word in _LOADS)
        )

    def _loaded(self, path: str) -> "Environment":
        for folder in folders_above(path):
            within = [names for loader, names in self.loaders if not folder or loader.startswith(f"{folder}/")]
            named = frozenset[str]().union(*within) or {".env"}
            for name in sorted(named) if within else ():
                found = self.files.get(f"{folder}/{name}" if folder else name)
                if found is not None:
                    return found.table
        return {}


def agreed(processes: "Iterable[Process]") -> "Environment":
    """Give the variables of processes that share a file; unknown are those in which they differ."""
    carriers = tuple(processes)
    names = dict.fromkeys(name for one in carriers for name in one.environment)
    return {name: _agreed(name, carriers) for name in names}


def _agreed(name: str, carriers: "tuple[Process, ...]") -> Located:
    said = [one for one in carriers if name in one.environment]
    first = said[0].environment[name]
    if len(said) == len(carriers) and all(one.environment[name].value == first.value for one in said):
        return first
    without = [one.name for one in carriers if one not in said]
    them = " and ".join(sorted({one.name for one in said}))
    why = f"is said for {them} and not for {' and '.join(without)}" if without else f"differs between {them}"
    return Located(None, first.place, unknown=f"environment variable {name} {why}", variable=name)


def in_force(found: Located, environment: Mapping[str, Located]) -> Located:
    """Take what the environment says for a value that a variable decides; every value in an environment is a text.

    Where the application converts it, so that it is of its default's kind, so is what is said.
    """
    said = environment.get(found.variable) if found.variable is not None else None
    if said is None:
        return found
    note = f"environment variable {found.variable}"
    if said.why_unknown is not None:
        return replace(found, value=None, unknown=said.why_unknown, place=said.place, note=None)
    value = said.value if found.is_text_when_set else like(found.value, said.value)
    return replace(found, value=value, unknown=None, place=said.place, note=note)


def like(default: object, value: object) -> "str | int | float | bool | None":
    """Give what an application makes of a variable's text that stands for a default: a value of its kind."""
    text = str(value)
    if isinstance(default, bool):
        return _SWITCHES.get(text.strip().lower(), text)
    if not isinstance(default, str) and re.fullmatch(_NUMBER, text.strip()):
        return int(text)
    return text
