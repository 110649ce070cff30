"""Files once more, line by line: for what is shown, changed or accepted in the place where it is said."""

import re
from collections.abc import Mapping

from poolaudit.errors import CannotAuditError
from poolaudit.readers.document import Kind
from poolaudit.readers.formats import kind_of
from poolaudit.readers.source import read_text

_ENDS = r"\r\n|\n|\r"
_ENDS_IN_YAML = "\r\n|\n|\r|\x85|\u2028|\u2029"


class Texts:
    """The texts of files, read when they are asked for and kept; `given` are those that cannot be read again."""

    def __init__(self, given: Mapping[str, str] | None = None, kind: Kind | None = None) -> None:
        """Take what is there already; `kind` is what every file is taken to be, where that was said."""
        self._texts: dict[str, str | None] = dict(given or {})
        self._lines: dict[str, list[str]] = {}
        self._kind = kind

    def kind(self, path: str) -> Kind:
        """Say what a file is written in."""
        return self._kind or kind_of(path)

    def text(self, path: str) -> str | None:
        """Give a file's text, None where it cannot be read any more."""
        if path not in self._texts:
            try:
                self._texts[path] = read_text(path)
            except CannotAuditError:
                self._texts[path] = None
        return self._texts[path]

    def lines(self, path: str) -> list[str]:
        """Give a file's lines without their ends; none where it cannot be read any more."""
        if path not in self._lines:
            text = self.text(path)
            self._lines[path] = split(text, self.kind(path))[0] if text is not None else []
        return self._lines[path]

    def line(self, path: str, number: int) -> str | None:
        """Give one line, counted from 1; None where there is none."""
        lines = self.lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else None


def split(text: str, kind: Kind) -> tuple[list[str], list[str]]:
    """Split a text into lines as its format's reader counts them, and give what ends each ("" for the last).

    YAML ends lines at three more characters than others (YAML 1.1, 5.4).
    """
    pattern = _ENDS_IN_YAML if kind is Kind.YAML else _ENDS
    lines, ends, start = [], [], 0
    for match in re.finditer(pattern, text):
        lines.append(text[start : match.start()])
        ends.append(match[0])
        start = match.end()
    return [*lines, text[start:]], [*ends, ""]
