"""An ini file as located values: its sections as tables, keys in lower case, every value a text.

As Python's ConfigParser reads it (`=` or `:`, lines of comment by `#` and `;`, continuation lines by indentation, the
section DEFAULT for all, a key without a value), and beyond it what settings files in use have: ConfigObj's `[[inner]]`
sections within the one before, and keys before any section, which are at the top. A comment behind a value is part of
it, as it is to ConfigParser; a reader whose library takes it away asks for `without_comment`. A value that is empty
says nothing, and is left out. `%(name)s` is filled in from the section and DEFAULT.
"""

import re

from poolaudit.errors import CannotAuditError
from poolaudit.facts.pool import Place
from poolaudit.readers.located import Located

MOST_LINES = 100_000
DEEPEST_INTERPOLATION = 10
LONGEST_VALUE = 100_000
DEFAULT = "DEFAULT"
_SECTION = re.compile(r"(?P<open>\[+)(?P<name>[^\[\]]+)(?P<close>\]+)\s*([#;].*)?")
_OPTION = re.compile(r"(?P<key>[^=:\s\[][^=:]*?)\s*(?:(?P<sign>[=:])\s*(?P<value>.*))?")
_COMMENT = re.compile(r"(?:^|\s)[#;].*$")
_HOLE = re.compile(r"%\(([^()]{1,200})\)s")
_Section = dict[str, Located]


class _Lines:
    """Reads line after line: which section is open, and which key a continuation belongs to."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.top: dict[str, Located | _Section] = {}
        self.sections: dict[tuple[str, ...], _Section] = {}
        self.names: tuple[str, ...] = ()
        self.open: _Section = self.sections.setdefault((), {})
        self.key = ""
        self.indent = 0

    def take(self, number: int, line: str) -> None:
        """Take the next line; CannotAuditError where it is none of an ini file."""
        text = line.strip()
        if not text or text[0] in "#;":
            return
        indent = len(line) - len(line.lstrip())
        section = _SECTION.fullmatch(text)
        if section is not None and len(section["open"]) == len(section["close"]):
            self._begin(number, section["name"].strip(), len(section["open"]))
        elif indent > self.indent and self.key:
            self._continue(text)
        else:
            self._option(number, text, indent)

    def _begin(self, number: int, name: str, level: int) -> None:
        if level > len(self.names) + 1:
            raise CannotAuditError(f"{self.path}:{number}: a section within a section that is not there")
        self.names = (*self.names[: level - 1], name)
        self.open = self.sections.setdefault(self.names, {})
        self.key, self.indent = "", 0

    def _continue(self, text: str) -> None:
        before = self.open[self.key]
        whole = f"{before.value}\n{text}"
        place = Place(self.path, before.place.line if before.place is not None else None)
        if len(whole) <= LONGEST_VALUE:
            self.open[self.key] = Located(whole, place)

    def _option(self, number: int, text: str, indent: int) -> None:
        option = _OPTION.fullmatch(text)
        if option is None or (not self.names and option["sign"] is None):
            raise CannotAuditError(f"{self.path}:{number}: this is no line of an ini file")
        value = option["value"] or ""
        column = indent + option.start("value") + 1
        end = column + len(without_comment(value))
        place = Place(self.path, number, column, end) if end > column else Place(self.path, number)
        self.key, self.indent = option["key"].strip().lower(), indent
        self.open[self.key] = Located(value, place)


def without_comment(value: str) -> str:
    """Give a value less a comment behind it, as Airflow, ConfigObj and supervisord read it."""
    return _COMMENT.sub("", value).rstrip()


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text's sections; CannotAuditError with file and line where it is no ini file, or too long."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise CannotAuditError(f"{path} has more than {MOST_LINES:,} lines, so it is no settings file")
    reader = _Lines(path)
    for number, line in enumerate(lines, 1):
        reader.take(number, line)
    return (_nested(reader, path),)


def _nested(reader: _Lines, path: str) -> Located:
    common = reader.sections.get((DEFAULT,), {})
    root: dict[str, Located] = _filled(reader.sections[()], common)
    tables: dict[tuple[str, ...], dict[str, Located]] = {(): root}
    for names, section in reader.sections.items():
        if not names:
            continue
        table = _filled(section, common)
        tables[names] = table
        first = next((one.place for one in section.values() if one.place is not None), Place(path))
        tables[names[:-1]][names[-1]] = Located(table, Place(first.file, first.line))
    return Located(root, Place(path, 1))


def _filled(section: _Section, common: _Section) -> dict[str, Located]:
    """Fill `%(name)s` in, and leave out what is empty; a name that is nowhere stays as it stands."""
    around = common | section
    return {key: one for key, found in section.items() if (one := _interpolated(found, around)).value != ""}


def _interpolated(found: Located, around: _Section) -> Located:
    value = str(found.value)
    for _ in range(DEEPEST_INTERPOLATION):
        filled = _HOLE.sub(lambda hole: _said(hole, around), value)
        if filled == value or len(filled) > LONGEST_VALUE:
            break
        value = filled
    if value == found.value:
        return found
    place = found.place
    return Located(value, Place(place.file, place.line) if place is not None else None, note="interpolated")


def _said(hole: "re.Match[str]", around: _Section) -> str:
    found = around.get(hole[1].lower())
    return str(found.value) if found is not None else hole[0]
