"""A JSON file as located values: what it says by the standard library, where by its tokens, which come in order."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.formats.bounds import (
    DEEPEST_LEVEL,
    MOST_VALUES,
    number,
    printable,
    said_again,
    too_deep,
    too_many,
)
from poolaudit.readers.located import Located

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]]|\n|[^\s{}\[\]:,"]+')
_LEVELS = {"{": 1, "[": 1, "}": -1, "]": -1}


class _Token(NamedTuple):
    line: int
    column: int
    end_column: int


class _Pairs(tuple[tuple[str, Any], ...]):
    """An object's entries in the file's order, repeated keys among them."""

    __slots__ = ()


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text; CannotAuditError with file and line where it is not JSON, too large or too deep."""
    tokens = _tokens(text, path)
    try:
        data = json.loads(text, object_pairs_hook=_Pairs, parse_int=number)
    except json.JSONDecodeError as error:
        raise CannotAuditError(f"{path}:{error.lineno}: this is not JSON that can be read", _HINT) from None
    return (_Placed(path, iter(tokens)).next(data),)


_HINT = "JSON has no comments and no comma after the last entry; its texts stand in double quotes"


def _tokens(text: str, path: str) -> list[_Token]:
    """Give the place of every value, key, and opening of an object or a list."""
    found: list[_Token] = []
    level, line, begins = 0, 1, 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":  # noqa: S105 - a line's end, no password
            line, begins = line + 1, match.end()
            continue
        level += _LEVELS.get(token, 0)
        if token not in {"}", "]"}:
            found.append(_Token(line, match.start() - begins + 1, match.end() - begins + 1))
        if level > DEEPEST_LEVEL:
            raise too_deep(path, line)
        if len(found) > 2 * MOST_VALUES:
            raise too_many(path, line)
    return found


class _Placed:
    """Lays the values over the tokens."""

    def __init__(self, path: str, tokens: Iterator[_Token]) -> None:
        self.path = path
        self.tokens = tokens

    def next(self, data: object) -> Located:
        """Give a value that begins with the next token."""
        token = next(self.tokens)
        if isinstance(data, _Pairs):
            return Located(self._table(data), Place(self.path, token.line))
        if isinstance(data, list):
            return Located(tuple(self.next(entry) for entry in data), Place(self.path, token.line))
        place = Place(self.path, token.line, token.column, token.end_column)
        return Located(printable(data) if isinstance(data, str) else data, place)  # type: ignore[arg-type]  # a scalar

    def _table(self, pairs: _Pairs) -> dict[str, Located]:
        table: dict[str, Located] = {}
        for written, data in pairs:
            key, token = printable(written), next(self.tokens)
            value = self.next(data)
            if value.holds_others:
                value = replace(value, place=Place(self.path, token.line))
            table[key] = replace(value, note=said_again(token.line)) if key in table else value
        return table
