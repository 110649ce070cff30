"""A line of a file as it may be shown: with nothing secret in it, and what is meant marked."""

from typing import NamedTuple


class Excerpt(NamedTuple):
    """A line's text, made safe to print, and where in it the value stands: characters from 0, `end` not included.

    `start` is `end` where the value's columns are not known.
    """

    text: str
    start: int = 0
    end: int = 0
