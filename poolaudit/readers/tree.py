"""From paths to documents: files that are named, folders that are walked, and standard input.

A file that is named is read or the run ends; one met in a walk that cannot be read is a blind spot to be told, if it
looks as if it held a pool's settings. A walk leaves out what `ignored` and `names` say, follows no link to a folder
(it may lead back), and parses only what a look at the bytes finds worth it.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.errors import CannotAuditError
from poolaudit.facts.missing import Missing
from poolaudit.facts.setting import Place
from poolaudit.facts.unread import Unread
from poolaudit.readers import names
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.formats import kind_of, parse
from poolaudit.readers.ignored import ignored_above
from poolaudit.readers.source import (
    LARGEST_FILE_BYTES,
    STANDARD_INPUT,
    decoded,
    looks_binary,
    read_bytes,
    read_standard_input,
    shown,
)

if TYPE_CHECKING:
    from poolaudit.readers.python.module import Module  # ast is slow to import, and most runs have no Python

FIRST_BYTES = 65_536
"""As much of a huge file is looked at."""
MOST_FOLDERS_ABOVE = 20
MOST_MODULES_BESIDE = 200

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_WHERE = r"(?s)(?::(?P<line>\d+))?:? (?P<because>.*)"


class Tree(NamedTuple):
    """What paths lead to.

    `documents` are to be audited. `others` are Python files without a word of a pool, which may hold the constants of
    those with one: they are not parsed, their `module` is None. `unread` could not be read. No value of a document is
    filled in: see filling.filled.
    """

    documents: tuple[Document, ...]
    others: tuple[Document, ...] = ()
    unread: tuple[Unread, ...] = ()


def read_tree(paths: Iterable[str], as_kind: Kind | None = None) -> Tree:
    """Read files, folders, and standard input (`-`), each file once. `as_kind` is what files named are written in.

    CannotAuditError where a file that is named cannot be read, or a folder that is named cannot be listed.
    """
    walk = _Walk()
    for path in paths:
        if path == "-":
            walk.add(_parsed(STANDARD_INPUT, as_kind, read_standard_input()))
        elif os.path.isdir(path):
            walk.folder(path)
        else:
            walk.add(_parsed(path, as_kind, decoded(read_bytes(path), path)))
    return Tree(tuple(walk.documents.values()), tuple(walk.others.values()), tuple(walk.unread))


def companions(path: str) -> tuple[Document, ...]:
    """Give the files that say versions or variables beside a named file and above it, as far as they can be read.

    Folders above count up to the project's root, which has a .git or a pyproject.toml; without one none does.
    """
    folders = list(_folders_above(path))
    documents = []
    for folder in folders if _is_root(folders[-1]) else folders[:1]:
        for name in _names_in(folder):
            if names.is_companion(name, "") and f"{folder}{name}" != path:
                documents += _read_quietly(f"{folder}{name}")
            elif name in names.VERSION_FOLDERS:
                inner = f"{folder}{name}/"
                documents += [
                    one
                    for file in _names_in(inner)
                    if names.is_companion(file, name)
                    for one in _read_quietly(f"{inner}{file}")
                ]
    return tuple(documents)


def beside_of(path: str) -> Iterator[Document]:
    """Give what is read beside a file or folder that is named: companions, and modules that it may import."""
    if path == "-":
        return
    yield from companions(f"{path.rstrip('/')}/" if os.path.isdir(path) and path != "." else path)
    if kind_of(path) is Kind.PYTHON and not os.path.isdir(path):
        folder = path[: path.rfind("/") + 1]
        names_there = [name for name in _names_in(folder) if name.endswith(".py") and f"{folder}{name}" != path]
        for name in names_there[:MOST_MODULES_BESIDE]:
            with suppress(CannotAuditError):
                yield Document(shown(f"{folder}{name}"), Kind.PYTHON, decoded(read_bytes(f"{folder}{name}"), name))


def module_of(document: Document) -> "Module | None":
    """Give a Python file's module, parsed now where it was not before; None where it is none that can be read."""
    if document.module is not None or document.kind is not Kind.PYTHON:
        return document.module
    try:
        return parse(document.path, Kind.PYTHON, document.text).module
    except CannotAuditError:
        return None


def _folders_above(path: str) -> Iterator[str]:
    """Give a file's folder and those above it with a / behind ("" is the working one), up to the project's root."""
    folder = path[: path.rfind("/") + 1]
    for _ in range(MOST_FOLDERS_ABOVE):
        yield folder
        if _is_root(folder) or os.path.realpath(folder or ".") == "/":
            return
        parts = folder.rstrip("/").rpartition("/")
        is_above = parts[2] in {"", ".", ".."}
        folder = f"{folder}../" if is_above else parts[0] + parts[1]


def _is_root(folder: str) -> bool:
    return any(os.path.exists(f"{folder}{mark}") for mark in (".git", "pyproject.toml"))


def _names_in(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder or "."))
    except OSError:
        return []


def _read_quietly(path: str) -> list[Document]:
    try:
        return [_parsed(path, None, decoded(read_bytes(path), path))]
    except CannotAuditError:
        return []


def _parsed(path: str, kind: Kind | None, text: str) -> Document:
    chosen = kind or kind_of(path)
    if chosen is Kind.TEXT and kind is None and not (names.is_wanted(_name(path), "") or names.is_script(_name(path))):
        chosen = kind_by_text(text)
    return parse(shown(path), chosen, text)


def kind_by_text(text: str) -> Kind:
    """Say what a text is written in whose name does not say it, by its first line that is no comment."""
    line = next((line for line in text.splitlines() if line.strip() and line.lstrip()[0] not in "#;"), "")
    if text.startswith("#!"):
        return Kind.PYTHON if "python" in text.partition("\n")[0] else Kind.TEXT
    if line.lstrip().startswith("{"):
        return Kind.JSON
    if re.match(r"\[[^\]\[,]+\]\s*$", line):
        return Kind.INI
    if re.match(r"(export\s+)?[A-Za-z_]\w*=", line):
        return Kind.ENV
    return Kind.PYTHON if re.match(r"(import|from|def|class)\s+\w", line) else Kind.YAML


def _name(path: str) -> str:
    return path[path.rfind("/") + 1 :]


class _File(NamedTuple):
    """A file of a walk that may be worth reading."""

    path: str
    kind: Kind
    is_wanted: bool


class _Walk:
    """Gathers documents by their paths, so that each is there once."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.others: dict[str, Document] = {}
        self.unread: list[Unread] = []

    def add(self, document: Document) -> None:
        """Take in a document."""
        self.documents.setdefault(document.path, document)

    def folder(self, path: str) -> None:
        """Walk a folder that is named."""
        base = "" if os.path.normpath(path) == "." else f"{path.rstrip('/')}/"
        try:
            os.scandir(path).close()
        except OSError as error:
            raise CannotAuditError(f"{shown(path)} cannot be read: {error.strerror or 'it is no folder'}") from None
        for file in sorted(self._files(base)):
            if file.path not in self.documents:
                self._look(file)

    def _files(self, base: str) -> Iterator[_File]:
        """Give the files below a folder that may be worth reading."""
        waiting = [(base, ignored_above(base))]
        links: list[_File] = []
        seen: set[int] = set()
        while waiting:
            folder, ignored = waiting.pop()
            entries = self._entries(folder)
            if folder != base and not names.FOLDER_MARKS.isdisjoint(entry.name for entry in entries):
                continue
            ignored = ignored.within(folder, entries)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in names.SKIPPED_FOLDERS and not ignored.names(f"{folder}{entry.name}/"):
                        waiting.append((f"{folder}{entry.name}/", ignored))
                    continue
                file = _file(folder, entry.name)
                if file is None or ignored.names(file.path):
                    continue
                if entry.is_symlink():
                    links.append(file)
                elif entry.is_file(follow_symlinks=False):
                    seen.add(entry.inode())
                    yield file
        yield from (link for link in links if _leads_to_another_file(link.path, seen))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder or ".") as found:
                return list(found)
        except OSError as error:
            self._is_unread(folder.rstrip("/"), f"{folder.rstrip('/')} cannot be read: {error.strerror}")
            return []

    def _look(self, file: _File) -> None:
        """Read a file if it is worth it, and parse it if it holds a word of interest."""
        try:
            data, size = _first_bytes(file.path)
        except OSError as error:
            self._is_unread(file.path, f"{file.path} cannot be read: {error.strerror}")
            return
        if looks_binary(data):
            return
        if size > LARGEST_FILE_BYTES:
            if names.looks_like_settings(data[:FIRST_BYTES]):
                self._is_unread(file.path, f"{file.path} is larger than 1 MB, so it is no settings file")
            return
        if file.is_wanted or names.has_words(data, _words(file.kind)):
            self._parse(file, data)
        elif file.kind is Kind.PYTHON:
            text = data.decode("utf-8", "replace")
            self.others.setdefault(file.path, Document(shown(file.path), file.kind, text))

    def _parse(self, file: _File, data: bytes) -> None:
        try:
            self.add(parse(shown(file.path), file.kind, decoded(data, file.path)))
        except CannotAuditError as error:
            if names.looks_like_settings(data):
                self._is_unread(file.path, error.message, error.hint)

    def _is_unread(self, path: str, message: str, remedy: str = "") -> None:
        """Note what a message says of a path, which the message begins with."""
        match = re.fullmatch(_WHERE, message.removeprefix(shown(path))) if message.startswith(shown(path)) else None
        line = int(match["line"]) if match is not None and match["line"] else None
        because = match["because"] if match is not None else message
        place = Place(shown(path), line)
        self.unread.append(Unread(place, Missing(str(place), because, remedy)))


def _words(kind: Kind) -> tuple[bytes, ...]:
    if kind is Kind.TEXT:
        return names.PROGRAMS
    return (*names.WORDS, *names.MANIFEST_WORDS) if kind is Kind.YAML else names.WORDS


def _file(folder: str, name: str) -> _File | None:
    """Give a file that may be worth reading, by its name alone."""
    kind = kind_of(name)
    is_wanted = names.is_wanted(name, folder.rstrip("/"))
    if (kind is Kind.TEXT and not is_wanted and not names.is_script(name)) or names.is_sample(name):
        return None
    return _File(f"{folder}{name}", kind, is_wanted)


def _leads_to_another_file(path: str, seen: set[int]) -> bool:
    """Whether a link leads to a file that the walk has not met under its own name."""
    return os.path.isfile(path) and os.stat(path).st_ino not in seen


def _first_bytes(path: str) -> tuple[bytes, int]:
    """Give a file's bytes, the first ones of a huge file, and its size."""
    descriptor = os.open(path, _READ)
    try:
        size = os.fstat(descriptor).st_size
        return os.read(descriptor, size if size <= LARGEST_FILE_BYTES else FIRST_BYTES), size
    finally:
        os.close(descriptor)
