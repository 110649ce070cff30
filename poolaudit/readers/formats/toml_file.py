"""A TOML file as located values: what it says by tomllib, and where by giving tomllib one statement after another.

tomllib tells no places. Lines that may begin a statement are cut apart; what tomllib does not take alone (a list over
several lines, a text with a key in it) goes on with the next. Within a statement a value's place is that of the next
literal behind its key that tomllib reads as that value.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.formats.bounds import DEEPEST_LEVEL, LONGEST_NUMBER, MOST_VALUES, too_deep, too_many
from poolaudit.readers.located import Located

MOST_WORK = 5
"""How many times a text is read again at most, for its places; the values behind are placed in the file alone."""
MOST_TABLES = 10_000
MOST_DOTS = 20
"""In one key; tomllib takes long for more."""
WINDOW = 4096
"""Characters behind the value before in which a value is looked for."""
MOST_MISSES = 20
"""How many values of a statement may be looked for in vain, before the others have its first line."""

_Path: TypeAlias = tuple[str | int, ...]
_PART = r"(?:[\w-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_BEGINS = re.compile(rf"[ \t]*(?:\[\[?(?:[\w \t.-]|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')+\]|{_PART}[ \t]*[.=])")
_MANY_DOTS = re.compile(rf"(?<![\w\"'-])(?:{_PART}[ \t]*\.[ \t]*){{{MOST_DOTS}}}")
_LITERAL = r"(?P<literal>\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\s,#}\]\"'\[{]+)"
_BEHIND_KEY = re.compile(rf"[\"']?[ \t]*=[ \t]*{_LITERAL}")
_PLAIN = re.compile(
    r"[ \t]*(?P<key>[A-Za-z0-9_-]+)[ \t]*=[ \t]*"
    r"(?P<literal>true|false|0|[1-9][0-9]{0,17}|\"(?!\"\")[^\"\\]*\"|'(?!'')[^']*')[ \t]*(?:#.*)?"
)
_AT = re.compile(r"\(at line (\d+), column \d+\)")
_HINT = "a TOML file has [headings] and lines such as key = 5; texts stand in quotes"


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text; CannotAuditError with file and line where it is not TOML, too large or too deep."""
    many_dots = _MANY_DOTS.search(text)
    if many_dots is not None:
        raise too_deep(path, text.count("\n", 0, many_dots.start()) + 1, _HINT)
    if text.count("\n[") > MOST_TABLES:
        raise too_many(path, None, _HINT)
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise too_deep(path, None, _HINT) from None
    except ValueError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at is not None else text.rstrip("\n").count("\n") + 1
        raise CannotAuditError(f"{Place(path, line)}: this is not TOML that can be read", _HINT) from None
    _refuse_beyond_bounds(data, path)
    return (_located(data, (), _Places(text, path)),)


def _refuse_beyond_bounds(data: dict[str, Any], path: str) -> None:
    waiting: list[tuple[Any, int]] = [(data, 1)]
    seen = 0
    while waiting:
        value, level = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        seen += 1
        if seen > MOST_VALUES:
            raise too_many(path, None, _HINT)
        if level > DEEPEST_LEVEL:
            raise too_deep(path, None, _HINT)
        waiting.extend((one, level + 1) for one in inner)


def _located(value: Any, at: _Path, places: "_Places") -> Located:  # noqa: ANN401 - whatever tomllib gives
    place = places.of(at)
    if isinstance(value, dict):
        return Located({key: _located(one, (*at, key), places) for key, one in value.items()}, place)
    if isinstance(value, list):
        return Located(tuple(_located(one, (*at, number), places) for number, one in enumerate(value)), place)
    is_long = isinstance(value, int) and value.bit_length() > LONGEST_NUMBER * 4
    return Located(value if isinstance(value, (int, float, str)) and not is_long else _text(value), place)


def _text(value: object) -> str:
    return hex(value) if isinstance(value, int) else str(value)


class _Statement(NamedTuple):
    """A heading or a `key = value`, as tomllib reads it alone."""

    line: int
    text: str
    data: dict[str, Any]


def _statements(text: str) -> Iterator[_Statement]:
    """Cut a text into its statements. One that takes too much work to find the end of ends it."""
    work = MOST_WORK * (len(text) + 1000)
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        end, chunk, data = at + 1, lines[at], _plainly(lines[at])
        delimiter = None
        while data is None and end <= len(lines):
            end = _next_beginning(lines, end, delimiter)
            chunk = "\n".join(lines[at:end])
            work -= len(chunk) + 1
            if work < 0:
                return
            data = _read(chunk)
            end, delimiter = end + (data is None), _delimiter(chunk)
        if data:
            yield _Statement(at + 1, chunk, data)
        at = end


def _plainly(line: str) -> dict[str, Any] | None:
    """Read a line alone that is plainly a statement, as most are; None where it is to be given to tomllib."""
    match = _PLAIN.fullmatch(line)
    if match is None:
        return {} if not line or line.isspace() else None
    literal = match["literal"]
    value = literal[1:-1] if literal[0] in "\"'" else literal == "true" if literal[0] in "tf" else int(literal)
    return {match["key"]: value}


def _delimiter(chunk: str) -> str | None:
    """Give the sign that ends a text over several lines which is open, None where none is."""
    return next((sign for sign in ('"""', "'''") if chunk.count(sign) % 2), None)


def _next_beginning(lines: list[str], at: int, delimiter: str | None) -> int:
    """Give the next line that may begin a statement, behind the end of a text over several lines."""
    if delimiter is not None:
        while at < len(lines) and delimiter not in lines[at]:
            at += 1
        at += 1
    while at < len(lines) and not _BEGINS.match(lines[at]):
        at += 1
    return at


def _read(chunk: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(chunk)
    except ValueError:
        return None


class _Places:
    """Knows where each value of a file stands, by its path: keys, and numbers within lists."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.found: dict[_Path, Place] = {(): Place(path, 1)}
        self.last: dict[_Path, int] = {}
        heading: _Path = ()
        for statement in _statements(text):
            if statement.text.startswith("[") or statement.text.lstrip(" \t").startswith("["):
                heading = self._heading(statement)
            else:
                _Search(statement, self).look(statement.data, heading)

    def of(self, at: _Path) -> Place:
        """Give the place of a value, without a line where it took too much work to find."""
        return self.found.get(at) or Place(self.path)

    def _heading(self, statement: _Statement) -> _Path:
        """Take in `[a.b]` or `[[a.b]]`; give the path of what stands below it."""
        at: _Path = ()
        place = Place(self.path, statement.line)
        inner: Any = statement.data
        while inner:
            (key, inner), *_ = inner.items()
            at = (*at, key)
            self.found.setdefault(at, place)
            if isinstance(inner, list):
                self.last[at] = self.last.get(at, -1) + 1
                inner = {}
            if at in self.last:
                at = (*at, self.last[at])
        self.found[at] = place
        return at


class _Search:
    """Looks for a statement's values in its text, each behind the one before."""

    def __init__(self, statement: _Statement, places: _Places) -> None:
        self.statement = statement
        self.places = places
        self.behind = 0
        self.line = statement.line
        self.begins = 0
        self.misses = 0

    def look(self, value: Any, at: _Path) -> None:  # noqa: ANN401 - whatever tomllib gives
        """Note the places of a value and of all within it."""
        if isinstance(value, dict):
            for key, one in value.items():
                self._look_into(one, (*at, key))
        elif isinstance(value, list):
            for number, one in enumerate(value):
                self._look_into(one, (*at, number))

    def _look_into(self, value: Any, at: _Path) -> None:  # noqa: ANN401 - whatever tomllib gives
        if isinstance(value, (dict, list)):
            self.places.found.setdefault(at, Place(self.places.path, self.line))
            self.look(value, at)
        else:
            self.places.found[at] = self._place(value, at[-1])

    def _place(self, value: object, key: str | int) -> Place:
        span = self._span(value, key) if self.misses < MOST_MISSES else None
        if span is None:
            self.misses += 1
            return Place(self.places.path, self.line)
        text = self.statement.text
        self.line += text.count("\n", self.behind, span[0])
        begins = text.rfind("\n", 0, span[0]) + 1
        self.behind = span[1]
        if "#" in text[begins : span[0]]:
            return Place(self.places.path, self.line)
        return Place(self.places.path, self.line, span[0] - begins + 1, span[1] - begins + 1)

    def _span(self, value: object, key: str | int) -> tuple[int, int] | None:
        """Give where a value's literal begins and ends; a text in a list has no key to go by, only itself."""
        if isinstance(key, str):
            return self._span_behind(key, value)
        written = [f"{quote}{value}{quote}" for quote in "\"'"] if isinstance(value, str) else []
        found = (self.statement.text.find(one, self.behind, self.behind + len(one) + WINDOW) for one in written)
        begins = min((one for one in found if one >= 0), default=None)
        return (begins, begins + len(written[0])) if begins is not None else None

    def _span_behind(self, key: str, value: object) -> tuple[int, int] | None:
        text = self.statement.text
        at = text.find(key, self.behind, self.behind + len(key) + WINDOW)
        for _ in range(MOST_MISSES):
            match = _BEHIND_KEY.match(text, at + len(key)) if at >= 0 else None
            if match is not None and not re.match(r"[\w-]", text[at - 1 : at]):
                return match.span("literal") if _is_same(match["literal"], value) else None
            at = text.find(key, at + 1, at + 1 + len(key) + WINDOW) if at >= 0 else -1
        return None


def _is_same(literal: str, value: object) -> bool:
    read = _plainly(f"x = {literal}") or _read(f"x = {literal}") or {}
    return type(read.get("x")) is type(value) and read["x"] == value
