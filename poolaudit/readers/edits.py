"""Replaces literals in a file's text: one for another, in the file's own language, and nothing else."""

import re
from typing import NamedTuple

from poolaudit.facts.setting import Place, Replacement
from poolaudit.readers.again import split
from poolaudit.readers.document import Kind

_NUMBER = r"[-+]?[0-9][0-9_]{0,20}(?:\.[0-9]{1,12})?"
_WORD = r"true|false|yes|no|on|off|none|null|nil|rollback|commit|[tfyn~]"
_LITERAL = re.compile(rf"(?P<quote>[\"']?)(?P<text>{_NUMBER}|{_WORD}|)(?P=quote)", re.IGNORECASE)
_YES = {"0": "1", "no": "yes", "off": "on", "n": "y", "f": "t"}
_TEXTS = frozenset({Kind.INI, Kind.ENV, Kind.TEXT})
"""Formats in which all is text: a number has no quotes to lose, and a switch may be written in many ways."""
_QUOTED_WORDS = frozenset({Kind.JSON, Kind.TOML, Kind.PYTHON})


class Edit(NamedTuple):
    """What is to stand at a place instead. `unquoted` is whether quotes around it go as well: they are the fault."""

    place: Place
    value: Replacement
    unquoted: bool = False


class Edited(NamedTuple):
    """A text after its edits, and the edits that could not be made since no such literal stands there any more."""

    text: str
    refused: tuple[Edit, ...]
    changed_lines: tuple[int, ...]


def edited(text: str, kind: Kind, edits: tuple[Edit, ...]) -> Edited:
    """Make the edits of one file; no two of them may overlap. Lines are counted from 1."""
    lines, ends = split(text, kind)
    refused, changed = [], set()
    for edit in sorted(edits, key=lambda one: one.place.column or 0, reverse=True):
        number = edit.place.line or 0
        line = _line_edited(lines[number - 1], edit, kind) if 0 < number <= len(lines) else None
        if line is None:
            refused.append(edit)
        elif line != lines[number - 1]:
            lines[number - 1] = line
            changed.add(number)
    whole = "".join(line + end for line, end in zip(lines, ends, strict=True))
    return Edited(whole, tuple(refused), tuple(sorted(changed)))


def _line_edited(line: str, edit: Edit, kind: Kind) -> str | None:
    start, end = (edit.place.column or 0) - 1, (edit.place.end_column or 0) - 1
    if not 0 <= start < end <= len(line) or _is_within_word(line, start, end):
        return None
    written = replacement(line[start:end], edit.value, kind, unquoted=edit.unquoted)
    return None if written is None else line[:start] + written + line[end:]


def _is_within_word(line: str, start: int, end: int) -> bool:
    return bool(re.match(r"\w\w", line[max(start - 1, 0) : start + 1]) and start) or bool(
        re.match(r"\w\w", line[end - 1 : end + 1])
    )


def replacement(old: str, value: Replacement, kind: Kind, *, unquoted: bool = False) -> str | None:
    """Write a value as the format does and, where it leaves a choice, as the old one was; None where it cannot be."""
    match = _LITERAL.fullmatch(old)
    if match is None:
        return None
    quote = match["quote"]
    text = _written(match["text"], value, kind)
    if text is None:
        return None
    if isinstance(value, str) and not quote and kind in _QUOTED_WORDS:
        quote = '"'
    if not isinstance(value, str) and (value is None or isinstance(value, bool) or unquoted) and kind is not Kind.ENV:
        quote = ""
    return f"{quote}{text}{quote}"


def _written(old: str, value: Replacement, kind: Kind) -> str | None:
    if value is None:
        return {Kind.PYTHON: "None", Kind.YAML: "null", Kind.JSON: "null"}.get(kind)
    if isinstance(value, bool):
        return _switch(old, kind, on=value)
    return value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _switch(old: str, kind: Kind, *, on: bool) -> str:
    if kind is Kind.PYTHON:
        return str(on)
    word = str(on).lower()
    if kind in _TEXTS and on:
        word = _YES.get(old.lower(), word)
        word = word.upper() if old.isupper() else word.capitalize() if old.istitle() else word
    return word
