"""An ini file as located values: its sections as tables of texts, as Python's ConfigParser reads them.

    [database]                        a table, "DEFAULT" too; what stands above the first heading is beside the tables
    Max_Pool_Size: 5                  keys in lower case; = or : between; "5" stays a text, as it is to the application
    url = mysql://%(user)s@db/shop    filled in from its own section or [DEFAULT], `here` from the file's folder
    hosts = db1                       indented lines go on with the value
      db2
    max_overflow =                    "", which most applications take for "not said": see located.said
    skip-networking                   None: a word without a value
    [[pool]]                          ConfigObj's: a table in a table; then quotes and # comments go, and case stays

Comments are whole lines, as ConfigParser, oslo.config and Airflow have it; `5  ; note` is a text with a note in it.
supervisord and uWSGI cut a `;` off, and so does the reader where the file is one of theirs. Jinja's lines (`{% if %}`)
are passed over, and what stands between them is unknown.
"""

import re
from dataclasses import dataclass, field, replace

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.formats.bounds import DEEPEST_LEVEL, MOST_VALUES, said_again, too_deep, too_many
from poolaudit.readers.formats.template import Branches
from poolaudit.readers.located import LONGEST_SETTING, Located, Table

DEFAULT = "DEFAULT"
MOST_FILLED = 1_000_000
"""Characters, in all of a file, to fill in."""
COST_OF_REFERENCE = 20
"""Characters that looking for one key counts as."""
MOST_STEPS = 10
"""How often a filled-in value may hold another to fill in: ConfigParser's own limit."""

_INLINE = re.compile(r"[ \t][;#]")
_WORD = re.compile(r"!?[\w.-]+")
_NESTED = re.compile(r"^[ \t]*\[\[", re.MULTILINE)
_CUTS_COMMENTS = re.compile(r"^\[(?:supervisord|supervisorctl|program:[^\]]*|group:[^\]]*|uwsgi)\]", re.MULTILINE)
_REFERENCE = re.compile(r"%%|%\((?P<key>[^()%]{1,128})\)s|\$\{(?P<other>[\w.-]{1,64}(?::[\w.-]{1,64})?)\}")
_HINT = "an ini file has [headings] and lines such as key = value"


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text; CannotAuditError with file and line where it is no ini file, or too large."""
    top = _Section(1)
    reading = _Reading(path, text, [top])
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        reading.read(number, line)
    root = top.located(path)
    here = Located(path.rpartition("/")[0] or ".")
    return (_Filling(path).section(root, (_texts(root.table.get(DEFAULT)), {"here": here})),)


@dataclass
class _Section:
    line: int
    entries: dict[str, "Located | _Section"] = field(default_factory=dict)

    def located(self, path: str) -> Located:
        made = {key: one.located(path) if isinstance(one, _Section) else one for key, one in self.entries.items()}
        return Located(made, Place(path, self.line))


class _Reading:
    """Reads line after line. `open` are the sections that the line stands in, the outermost first."""

    def __init__(self, path: str, text: str, opened: list[_Section]) -> None:
        self.path = path
        self.open = opened
        self.is_nested = _NESTED.search(text) is not None
        self.cuts_comments = _CUTS_COMMENTS.search(text) is not None
        self.branches = Branches()
        self.last: str | None = None
        self.indent = 0
        self.values = 0

    def read(self, number: int, line: str) -> None:
        """Take in one line."""
        stripped = line.strip()
        if self.branches.takes(line) or not stripped or stripped[0] in "#;":
            return
        indent = len(line) - len(line.lstrip())
        if self.last is not None and indent > self.indent and not self.is_nested:
            self._go_on(stripped)
            return
        self.indent = indent
        if stripped[0] == "[" and "]" in stripped:
            self._open(number, stripped)
        else:
            self._say(number, line)

    def _open(self, number: int, heading: str) -> None:
        level = len(heading) - len(heading.lstrip("[")) if self.is_nested else 1
        name = heading[level:].partition("]")[0].strip()
        if level > min(len(self.open), DEEPEST_LEVEL):
            raise too_deep(self.path, number, _HINT)
        self._count(number)
        del self.open[level:]
        found = self.open[-1].entries.get(name)
        section = found if isinstance(found, _Section) else _Section(number)
        self.open[-1].entries[name] = section
        self.open.append(section)
        self.last = None

    def _say(self, number: int, line: str) -> None:
        """Take in `key = value`, `key: value` or, below a heading, a word alone."""
        at = min((at for at in (line.find("="), line.find(":")) if at >= 0), default=-1)
        written = (line[:at] if at >= 0 else _cut(line)).strip()
        if not written or (at < 0 and (len(self.open) == 1 or not _WORD.fullmatch(written))):
            raise CannotAuditError(f"{self.path}:{number}: this is no ini file that can be read", _HINT)
        value = self._value(line, at + 1, number) if at >= 0 else Located(None, Place(self.path, number))
        if self.branches.why is not None:
            value = Located(None, Place(self.path, number), self.branches.why)
        self._count(number)
        key = written if self.is_nested else written.lower()
        entries = self.open[-1].entries
        entries[key] = replace(value, note=said_again(number)) if key in entries else value
        self.last = key

    def _value(self, line: str, begins: int, number: int) -> Located:
        """Give what stands from a column on; in ConfigObj's files without its quotes, which are of the literal."""
        rest = line[begins:]
        text = rest.strip()
        start = len(line) - len(rest.lstrip()) + 1
        if self.is_nested:
            text = _configobj_literal(text)
        elif self.cuts_comments:
            text = _cut(" " + text).strip()
        place = Place(self.path, number, start, start + len(text)) if text else Place(self.path, number)
        is_quoted = self.is_nested and len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
        return Located(text[1:-1] if is_quoted else text, place)

    def _go_on(self, text: str) -> None:
        """Add a line to the last value, which then is no literal that could be replaced in place."""
        key = self.last or ""
        before = self.open[-1].entries[key]
        if isinstance(before, Located) and before.unknown is None and len(str(before.value)) <= LONGEST_SETTING:
            value = "\n".join([str(before.value or ""), text])
            self.open[-1].entries[key] = replace(
                before, value=value, place=before.place and before.place.without_columns
            )

    def _count(self, number: int) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise too_many(self.path, number, _HINT)


def _cut(line: str) -> str:
    """Cut a comment off that stands behind something."""
    comment = _INLINE.search(line)
    return line[: comment.start()] if comment is not None else line


def _configobj_literal(text: str) -> str:
    if text[:1] in {"'", '"'}:
        return text[: text.find(text[0], 1) + 1] or text
    return text.partition("#")[0].rstrip()


_Around = tuple[Table, ...]


def _texts(found: Located | None) -> Table:
    return {key: one for key, one in found.table.items() if not one.holds_others} if found is not None else {}


class _Filling:
    """Fills in ConfigParser's `%(key)s`, and `${key}` and `${section:key}` of its extended interpolation."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sections: Table = {}
        self.spent = 0

    def section(self, one: Located, around: _Around) -> Located:
        """Fill in a section's values, from its own and from those around it."""
        self.sections = self.sections or one.table
        own = (_texts(one), *around)
        return replace(one, value={key: self._entry(entry, own) for key, entry in one.table.items()})

    def _entry(self, one: Located, own: _Around) -> Located:
        if one.holds_others:
            return self.section(one, own)
        text = one.value if isinstance(one.value, str) else ""
        if "%" not in text and "${" not in text:
            return one
        whole = _REFERENCE.fullmatch(text)
        found = self._named(whole, own) if whole is not None else None
        if found is not None and found.place is not None and isinstance(found.value, str):
            return replace(found, value=self._text(found.value, own, MOST_STEPS - 1), note=None)
        value = self._text(text, own, MOST_STEPS)
        return one if value == text else replace(one, value=value, place=one.place and one.place.without_columns)

    def _text(self, text: str, own: _Around, steps: int) -> str:
        """Fill in a text; what is not found stays as it is, for the environment to fill in."""
        self.spent += 1 + len(text)
        if self.spent > MOST_FILLED:
            raise CannotAuditError(f"{self.path}: its values fill in one another too often for a settings file", _HINT)
        if steps == 0 or len(text) > LONGEST_SETTING:
            return text
        return _REFERENCE.sub(lambda match: self._part(match, own, steps), text)

    def _part(self, match: re.Match[str], own: _Around, steps: int) -> str:
        if match[0] == "%%":
            return "%"
        self.spent += COST_OF_REFERENCE
        found = self._named(match, own)
        if found is None or not isinstance(found.value, str):
            return match[0]
        return self._text(found.value, own, steps - 1)

    def _named(self, match: re.Match[str], own: _Around) -> Located | None:
        """Find the key that is meant, by its own name or in lower case."""
        section, colon, key = (match["key"] or match["other"] or "").rpartition(":")
        tables = (self._texts_of(section),) if colon else own
        return next((table[name] for table in tables for name in (key, key.lower()) if name in table), None)

    def _texts_of(self, section: str) -> Table:
        return _texts(self.sections.get(section))
