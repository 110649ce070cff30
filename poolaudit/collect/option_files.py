"""MySQL's option files, read as mysql's own programs read them.

The grammar is that of mysys/my_default.cc (`[group]`, `name = value`, quotes, escapes, comments, `!include`,
`!includedir`); tests/collect compares it with what real servers make of the same file (`mysqld --print-defaults`).
Files are read in mysql's order, a later value replaces an earlier one.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from poolaudit.errors import UsageError

SYSTEM_FILES: Final = ("/etc/my.cnf", "/etc/mysql/my.cnf")
GROUPS: Final = ("client", "client-server", "client-mariadb", "poolaudit")
OWN_GROUP: Final = "poolaudit"
DEEPEST_INCLUDE: Final = 10
LARGEST_FILE_BYTES: Final = 1024 * 1024

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "s": " ", '"': '"', "'": "'", "\\": "\\"}
_QUOTES = "\"'"
_SPACE = " \t\n\v\f\r"  # a password may end with any other space that Unicode has


class Said:
    """A value and where it was said (`~/.my.cnf:3`, `--port`). Its repr hides the value, which may be a password.

    The value is None for an option without one (`password` alone asks for it), "0" for a `skip-` option.
    """

    __slots__ = ("value", "where")

    def __init__(self, value: str | None, where: str) -> None:
        self.value = value
        self.where = where

    def __repr__(self) -> str:
        """Say where, never what."""
        return f"Said(…, {self.where!r})"


class Reading:
    """What was read so far: settings by mysql's option names, and warnings for a person."""

    def __init__(self, groups: Iterable[str], known: frozenset[str]) -> None:
        self.groups = frozenset(groups)
        self.known = known
        self.own = frozenset(group for group in self.groups if group.startswith(OWN_GROUP))
        self.settings: dict[str, Said] = {}
        self.seen: set[str] = set()
        self.warnings: list[str] = []

    def keep(self, group: str, name: str, value: str | None, where: str) -> None:
        """Keep an option of a group that counts; what other programs' options mean is not asked."""
        self.seen.add(group)
        if group not in self.groups:
            return
        name, value, loose = _plain(name, value)
        if name in self.known:
            self.settings[name] = Said(value, where)
        elif group in self.own and not loose:
            self.warnings.append(f"{where}: poolaudit knows no option {name!r}, it is ignored")


def groups_with(suffix: str | None, names: Sequence[str] = GROUPS) -> tuple[str, ...]:
    """Give the groups that count: each as it is, and with --defaults-group-suffix appended."""
    return (*names, *(name + suffix for name in names)) if suffix else tuple(names)


def read_option_files(
    reading: Reading, environ: Mapping[str, str], defaults_file: str | None = None, extra_file: str | None = None
) -> None:
    """Read --defaults-file alone, else mysql's files in mysql's order with --defaults-extra-file before ~/.my.cnf.

    UsageError where a named file cannot be read or any file is damaged.
    """
    if defaults_file is not None:
        _read_named(reading, _expanded(defaults_file, environ))
        return
    for path in _system_files(environ):
        _read_found(reading, path)
    if extra_file is not None:
        _read_named(reading, _expanded(extra_file, environ))
    if home := environ.get("HOME"):
        _read_found(reading, os.path.join(home, ".my.cnf"))  # noqa: PTH118 - pathlib costs 5 ms of a scan's start


def read_text(reading: Reading, text: str, name: str, depth: int = 0) -> None:
    """Read an option file's text; `name` and the line are said where it is damaged (UsageError)."""
    group = None
    for number, line in enumerate(text.split("\n"), 1):
        where, line = f"{name}:{number}", line.strip(_SPACE)  # noqa: PLW2901 - the stripped line is all that counts
        if not line or line[0] in "#;":
            continue
        if line[0] == "!":
            _include(reading, line[1:], where, depth)
        elif line[0] == "[":
            group = _group(line, where)
            reading.seen.add(group)
        elif group is None:
            raise UsageError(f"{where}: an option stands before the first [group]", _HINT)
        else:
            reading.keep(group, *_option(line), where)


_HINT = "correct the file, or name another with --defaults-file"


def _system_files(environ: Mapping[str, str]) -> Iterator[str]:
    yield from SYSTEM_FILES
    if home := environ.get("MYSQL_HOME"):
        yield os.path.join(home, "my.cnf")  # noqa: PTH118 - see above


def _expanded(path: str, environ: Mapping[str, str]) -> str:
    """Expand a leading ~/, which a shell leaves alone in --defaults-file=~/x."""
    home = environ.get("HOME")
    return home + path[1:] if home and path.startswith("~/") else path


def _read_named(reading: Reading, path: str) -> None:
    """Read a file that a person named: not to read it would be to connect somewhere else."""
    try:
        _read_file(reading, path, 0)
    except OSError as error:
        raise UsageError(f"the option file {path} cannot be read: {error.strerror or error}", _HINT) from None


def _read_found(reading: Reading, path: str) -> None:
    """Read a file if it is there; one that may not be read is passed over, as mysql does, but said."""
    try:
        _read_file(reading, path, 0)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        reading.warnings.append(f"{path} cannot be read and is ignored: {error.strerror or error}")


def _read_file(reading: Reading, path: str, depth: int) -> None:
    with open(path, "rb") as file:  # noqa: PTH123 - see above
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISREG(mode) and mode & stat.S_IWOTH:
            reading.warnings.append(f"{path} is ignored: everybody may write to it (chmod o-w {path})")
            return
        content = file.read(LARGEST_FILE_BYTES + 1)
    if len(content) > LARGEST_FILE_BYTES:
        raise UsageError(f"{path} is no option file: it is larger than 1 MiB", _HINT)
    read_text(reading, content.decode("utf-8-sig", "surrogateescape"), path, depth)


def _include(reading: Reading, directive: str, where: str, depth: int) -> None:
    word, _, path = directive.replace("\t", " ").partition(" ")
    path = path.strip(_SPACE)
    if word not in {"include", "includedir"}:
        reading.warnings.append(f"{where}: ignored, only !include FILE and !includedir FOLDER have a meaning")
        return
    if not path:
        raise UsageError(f"{where}: what to include is missing after !{word}", _HINT)
    if depth >= DEEPEST_INCLUDE:
        reading.warnings.append(f"{where}: ignored, files include each other {DEEPEST_INCLUDE} deep")
        return
    for included in [path] if word == "include" else _folder(path, where):
        _read_included(reading, included, depth + 1)


def _read_included(reading: Reading, path: str, depth: int) -> None:
    try:
        _read_file(reading, path, depth)
    except OSError as error:
        reading.warnings.append(f"{path} cannot be read and is ignored: {error.strerror or error}")


def _folder(path: str, where: str) -> list[str]:
    try:
        names = sorted(name for name in os.listdir(path) if name.endswith(".cnf"))  # noqa: PTH208 - see above
    except OSError as error:
        raise UsageError(f"{where}: the folder {path} cannot be read: {error.strerror or error}", _HINT) from None
    return [os.path.join(path, name) for name in names]  # noqa: PTH118 - see above


def _group(line: str, where: str) -> str:
    name, bracket, _ = line[1:].partition("]")
    if not bracket:
        raise UsageError(f"{where}: the group's closing ] is missing", _HINT)
    return name.rstrip(_SPACE)


def _option(line: str) -> tuple[str, str | None]:
    """Split `name = value # comment`; the value is None where there is no `=`."""
    name, equals, value = _without_comment(line).partition("=")
    return name.strip(_SPACE), _value(value.strip(_SPACE)) if equals else None


def _without_comment(line: str) -> str:
    """Cut at a # that is not in quotes; a backslash protects a quote only inside quotes."""
    quote, escaped = "", False
    for position, letter in enumerate(line):
        if letter in _QUOTES and not escaped:
            quote = "" if quote == letter else quote or letter
        if letter == "#" and not quote:
            return line[:position]
        escaped = bool(quote) and letter == "\\" and not escaped
    return line


def _value(text: str) -> str:
    """Take the quotes off and resolve escapes; a backslash before any other letter stays."""
    if len(text) > 1 and text[0] in _QUOTES and text[0] == text[-1]:
        text = text[1:-1]
    out, letters = [], iter(text)
    for letter in letters:
        if letter != "\\":
            out.append(letter)
            continue
        following = next(letters, "")
        out.append(_ESCAPES.get(following, "\\" + following))
    return "".join(out)


def _plain(name: str, value: str | None) -> tuple[str, str | None, bool]:
    """Bring a name to its plain form: dashes, no loose-, and skip-, disable-, enable- said by the value."""
    name = name.replace("_", "-")
    loose = name.startswith("loose-")
    name = name.removeprefix("loose-")
    for prefix, meant in (("skip-", "0"), ("disable-", "0"), ("enable-", "1")):
        if name.startswith(prefix) and value is None:
            name = name.removeprefix(prefix)
            return name, "" if name == "password" else meant, loose
    return name, value, loose
