"""Located values as typed settings: what may stand for a number, a switch or a name, and why another may not."""

import re
from collections.abc import Callable
from math import isfinite
from typing import TypeAlias, TypeVar

from poolaudit.facts.pool import CLASSES, PoolUrl
from poolaudit.facts.setting import Setting
from poolaudit.readers.located import FILLED_IN, Located
from poolaudit.readers.url import NoUrlError, parse_url

T = TypeVar("T")
Read: TypeAlias = tuple[T, str | None]

LARGEST_NUMBER = 10**12
AS_TEXT = "written as text"


class NotReadableError(ValueError):
    """A value cannot stand for the setting; the message says why and repeats no text."""


def setting(word: str, found: Located | None, read: Callable[[object], Read[T]], otherwise: Setting[T]) -> Setting[T]:
    """Make a setting of what was found under a word; `otherwise` where nothing was."""
    if found is None:
        return otherwise._replace(word=word)
    if found.why_unknown is not None:
        return Setting(place=found.place, unknown=found.why_unknown, word=word)
    try:
        value, note = read(found.value)
    except NotReadableError as error:
        return Setting(place=found.place, unknown=str(error), word=word)
    return Setting(value, found.place, note=note or found.note, word=word)


def url_setting(word: str, found: Located | None, otherwise: Setting[PoolUrl]) -> Setting[PoolUrl]:
    """Read a URL, of which another program may fill in a part: its password, say.

    A variable is named only where it is the whole text: in a password, `$SECRET` may be the password itself.
    """
    if found is None or not isinstance(found.value, str):
        return setting(word, found, _no_url, otherwise)
    try:
        return Setting(parse_url(found.value), found.place, note=found.note, word=word)
    except NoUrlError as error:
        whole = FILLED_IN.fullmatch(found.value.strip())
        return Setting(place=found.place, unknown=found.why_unknown if whole else str(error), word=word)


def _no_url(_value: object) -> Read[PoolUrl]:
    raise NotReadableError("its value is no text, so no URL")


def whole_number(value: object) -> Read[int]:
    """Take a whole number, also one in quotes: what an application makes of it is an int."""
    number, note = any_number(value)
    if number != int(number):
        raise NotReadableError(f"{number} is no whole number")
    return int(number), note


def any_number(value: object) -> Read[float]:
    """Take a number, also one in quotes."""
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,13}(\.[0-9]{1,6})?\s*", value):
        return (float(value) if "." in value else int(value)), AS_TEXT
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NotReadableError(f"its value is {_kind(value)}, no number")
    if not isfinite(value) or abs(value) > LARGEST_NUMBER:
        raise NotReadableError("its value is no number of any use")
    return value, None


def number_or_null(value: object) -> Read[float | None]:
    """Take a number or null, which means no limit."""
    return (None, None) if value is None else any_number(value)


def switch(value: object) -> Read[bool]:
    """Take true or false. A text that says false is refused: SQLAlchemy takes every text for true."""
    if isinstance(value, bool):
        return value, None
    if isinstance(value, int) and value in {0, 1}:
        return bool(value), f"written as {value}"
    if isinstance(value, str) and value.lower() in {"true", "yes", "on", "1"}:
        return True, AS_TEXT
    if isinstance(value, str):
        raise NotReadableError("its value is a text, which SQLAlchemy takes for true whatever it says")
    raise NotReadableError(f"its value is {_kind(value)}, neither true nor false")


def switch_of_any_text(value: object) -> Read[bool]:
    """Take true or false as SQLAlchemy does where a text is handed on to it: every text but the empty one is true."""
    if isinstance(value, str) and value.lower() not in {"true", "yes", "on", "1"}:
        return bool(value), "a text, which SQLAlchemy takes for true whatever it says"
    return switch(value)


def pool_class(value: object) -> Read[str]:
    """Take the name of one of SQLAlchemy's pools, with or without its module."""
    name = value.rpartition(".")[2] if isinstance(value, str) else ""
    if name not in CLASSES:
        raise NotReadableError("its value names none of SQLAlchemy's pools")
    return name, None


def reset(value: object) -> Read[str | None]:
    """Take what a pool does to a connection that comes back: `rollback`, `commit`, or null for nothing."""
    name = value.lower() if isinstance(value, str) else value
    if name is None or name is False or name == "none":
        return None, None
    if name is True or name == "rollback":
        return "rollback", None
    if name == "commit":
        return "commit", None
    raise NotReadableError("its value is none of rollback, commit and null")


def isolation(value: object) -> Read[str | None]:
    """Take the name of an isolation level, AUTOCOMMIT among them."""
    if value is not None and not isinstance(value, str):
        raise NotReadableError(f"its value is {_kind(value)}, no isolation level")
    return (value.upper() if value is not None else None), None


def _kind(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (str, int, float)):
        return "a text" if isinstance(value, str) else "a number"
    return "a list" if isinstance(value, tuple) else "a mapping"
