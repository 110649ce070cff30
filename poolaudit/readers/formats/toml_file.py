"""A TOML file as located values: read by tomllib, which keeps no lines, one statement after another.

A statement begins a line, and is whole as soon as tomllib takes it alone.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from poolaudit.errors import CannotAuditError
from poolaudit.facts.pool import Place
from poolaudit.readers.located import Located, Scalar

LONGEST_STATEMENT_LINES = 2000
MOST_VALUES = 50_000
_AT_LINE = re.compile(r"\(at line (\d+), ")
_SCALAR = re.compile(r"""[^=#"']*=\s*(?P<value>"[^"\\]*"|'[^']*'|[^\s#"'\[{,]+)\s*(#.*)?""")
_Tree = dict[str, Any]


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read the table of a text; CannotAuditError with file and line where it is not TOML, or too large."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        raise CannotAuditError(f"{path}{f':{at[1]}' if at else ''}: this is not TOML that can be read") from None
    except (RecursionError, ValueError):
        raise CannotAuditError(f"{path}: this is not TOML that can be read: it nests too deeply") from None
    root: _Tree = {}
    table = root
    for line, statement in _statements(text):
        if statement.lstrip().startswith("["):
            table = _table_of(root, statement)
        else:
            _merge(table, tomllib.loads(statement), _place(path, line, statement))
    return (_located(root, Place(path, 1)),)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Give each statement with its first line; CannotAuditError is for the caller, who has parsed the whole."""
    lines = text.replace("\r\n", "\n").split("\n")
    number = 0
    while number < len(lines):
        first, chunk = number, lines[number]
        number += 1
        while not _is_whole(chunk) and number < len(lines) and number - first < LONGEST_STATEMENT_LINES:
            chunk += "\n" + lines[number]
            number += 1
        if chunk.strip() and not chunk.lstrip().startswith("#"):
            yield first + 1, chunk


def _is_whole(chunk: str) -> bool:
    try:
        tomllib.loads(chunk)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _table_of(root: _Tree, header: str) -> _Tree:
    """Go to the table that a header opens; the last one of an array of tables, a new one for `[[ ]]`."""
    wanted = tomllib.loads(header)
    table: Any = root
    while wanted:
        ((key, wanted),) = wanted.items()
        is_new = isinstance(wanted, list)
        if is_new:
            table.setdefault(key, []).append({})
            wanted = wanted[0]
        table = table.setdefault(key, {})
        if isinstance(table, list):
            table = table[-1]
    return table  # type: ignore[no-any-return] # a table by TOML's own rules


def _merge(table: _Tree, said: Mapping[str, Any], place: Place) -> None:
    for key, value in said.items():
        inner = table.get(key)
        if isinstance(value, dict) and isinstance(inner, dict):
            _merge(inner, value, place)
        else:
            table[key] = _at(value, place)


def _at(value: object, place: Place) -> object:
    """Give a value's scalars their place; columns are those of a statement with one scalar alone."""
    if isinstance(value, dict):
        return {key: _at(entry, place) for key, entry in value.items()}
    if isinstance(value, list):
        return Located(tuple(_located(_at(entry, place), place) for entry in value), place)
    return Located(_scalar(value), place)


def _scalar(value: object) -> Scalar:
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def _place(path: str, line: int, statement: str) -> Place:
    match = _SCALAR.fullmatch(statement)
    return Place(path, line, match.start("value") + 1, match.end("value") + 1) if match else Place(path, line)


def _located(value: object, place: Place) -> Located:
    if isinstance(value, Located):
        return value
    if isinstance(value, list):
        return Located(tuple(_located(entry, place) for entry in value), place)
    entries: Mapping[str, object] = value if isinstance(value, dict) else {}
    table = {key: _located(entry, place) for key, entry in entries.items()}
    first = next((entry.place for entry in table.values() if entry.place is not None), place)
    return Located(table, Place(first.file, first.line))
