"""Lines of a terminal: measuring, cutting, wrapping and colouring. The only module of the report that uses rich.

Of rich it takes the width of characters alone. Its Console and Table would cost a scan 20 ms of imports and as much
again for a report, a third of the whole run, and may break a row of the table into several.
"""

import re
from typing import NamedTuple

from rich.cells import get_character_cell_size

# The sixteen colours of the terminal's own theme: readable on light and dark backgrounds alike.
_STYLES = {
    "": "",
    "bold": "1",
    "dim": "2",
    "error": "1;31",
    "warning": "33",
    "info": "36",
    "ok": "32",
    "error badge": "1;7;31",
    "warning badge": "1;7;33",
    "info badge": "1;7;36",
    "ok badge": "1;7;32",
}


class Span(NamedTuple):
    """A piece of a line in one style."""

    text: str
    style: str = ""


Line = tuple[Span, ...]

# What must not be torn apart: `KILL 38;`, `10 h 34 min`, `7 %`. Safe texts have no NUL, so it can stand for the blank.
_TIED = re.compile(
    r"(?<=\bKILL) (?=\d)|(?<=\d) (?=(?:d|h|min|s)\b|%)"
    r"|(?<=\d [dh]) (?=\d+ (?:h|min)\b)|(?<=\d min) (?=\d+ s\b)"
)
_TIE = "\0"


def cells(text: str) -> int:
    """Measure a text in columns of the terminal: two for a Chinese character, none for a combining mark."""
    return len(text) if text.isascii() else sum(map(get_character_cell_size, text))


def painted(line: Line, *, color: bool) -> str:
    """Give a line as it is printed, without blanks at its end."""
    text = "".join(_paint(span) if color else span.text for span in line)
    return text.rstrip(" ")


def _paint(span: Span) -> str:
    code = _STYLES[span.style]
    return f"\x1b[{code}m{span.text}\x1b[0m" if code and span.text.strip() else span.text


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text up to a width with blanks, on its left where it is to stand right."""
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


def middle_cut(text: str, width: int, mark: str) -> str:
    """Cut a text that is too wide in its middle, since names differ at both ends; `mark` shows where."""
    if cells(text) <= width:
        return text
    room = max(width - cells(mark), 0)
    head = _fitting(text, room - room // 2)
    tail = _fitting(text[::-1], room // 2)[::-1]
    while tail and cells(tail[0]) == 0:
        tail = tail[1:]
    return head + mark + tail


def _fitting(text: str, width: int) -> str:
    """Give as many of the first characters as fit."""
    used = 0
    for position, character in enumerate(text):
        used += cells(character)
        if used > width:
            return text[:position]
    return text


def wrapped(text: str, width: int) -> list[str]:
    """Break a text between words into lines that fit; a word that is too wide alone is broken where it must be."""
    lines: list[str] = []
    line, used = "", 0
    for word in _TIED.sub(_TIE, text).split(" "):
        for part in _parts(word.replace(_TIE, " "), width):
            size = cells(part)
            if line and used + 1 + size <= width:
                line, used = f"{line} {part}", used + 1 + size
                continue
            if line:
                lines.append(line)
            line, used = part, size
    return [*lines, line]


def _parts(word: str, width: int) -> list[str]:
    parts = []
    while cells(word) > width:
        part = _fitting(word, width) or word[0]
        parts.append(part)
        word = word[len(part) :]
    return [*parts, word] if word or not parts else parts


def paragraph(text: Span, width: int, *, indent: int = 0) -> list[Line]:
    """Lay a text out, each of its lines indented."""
    blanks = Span(" " * indent)
    return [(blanks, Span(line, text.style)) for line in wrapped(text.text, max(width - indent, 1))]


def labelled(label: Span, text: Span, width: int, *, indent: int = 0, start: int | None = None) -> list[Line]:
    """Lay a text out beside its label, its further lines under its first; it starts at the column `start`."""
    if start is None:
        start = indent + cells(label.text) + 2
    first, *others = paragraph(text, width, indent=start)
    gap = Span(" " * (start - indent - cells(label.text)))
    return [(Span(" " * indent), label, gap, first[1]), *others]
