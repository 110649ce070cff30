"""What a settings file may hold, whatever it is written in: more is refused, so that reading one stays quick."""

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place

MOST_VALUES = 50_000
DEEPEST_LEVEL = 100
LARGEST_PYTHON_CHARACTERS = 400_000
"""A larger module is made by a program; parsing it takes too long."""
LARGEST_SLOW_CHARACTERS = 100_000
"""What PyYAML reads in under a second where it has no libyaml."""
LONGEST_NUMBER = 64
"""Digits; what is longer is kept as a text."""


def too_many(path: str, line: int | None, hint: str = "") -> CannotAuditError:
    """Give the error that says that a file holds more values than any settings file does."""
    what = f"holds more than {MOST_VALUES:,} values"
    return CannotAuditError(f"{Place(path, line)}: the file {what} for a settings file", hint)


def too_large(path: str, most: int, hint: str = "") -> CannotAuditError:
    """Give the error that says that a file is larger than can be read in little time."""
    return CannotAuditError(f"{path} is larger than {most // 1000} kB, which takes too long to read", hint)


def too_deep(path: str, line: int | None, hint: str = "") -> CannotAuditError:
    """Give the error that says that a file nests more deeply than any settings file does."""
    return CannotAuditError(f"{Place(path, line)}: the file nests too deeply for a settings file", hint)


def printable(text: str) -> str:
    """Replace halves of characters, which an escape may name: no program can write them."""
    return text.encode("utf-8", "replace").decode("utf-8") if any("\ud800" <= one <= "\udfff" for one in text) else text


def number(text: str) -> int | str:
    """Read a whole number in decimal; one too long to be of use stays a text."""
    return int(text) if len(text) <= LONGEST_NUMBER else text


def said_again(line: int | None) -> str:
    """Give the note of a value whose key stands more than once."""
    return f"said more than once; line {line} is the last and counts"
