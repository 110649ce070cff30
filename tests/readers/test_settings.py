"""What may stand for a number, a switch or a name."""

from collections.abc import Callable
from typing import Any

import pytest

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.located import Located, located
from poolaudit.readers.settings import (
    AS_TEXT,
    any_number,
    number_or_null,
    pool_class,
    reset,
    setting,
    switch,
    url_setting,
    whole_number,
)

PLACE = Place("app.yaml", 3)
DEFAULT: Setting[Any] = Setting(99, default_of="SQLAlchemy")


def read(value: object, how: Callable[[object], Any]) -> Setting[Any]:
    return setting("word", Located(located(value).value, PLACE), how, DEFAULT)


@pytest.mark.parametrize(
    ("value", "how", "said", "note"),
    [
        (5, whole_number, 5, None),
        ("5", whole_number, 5, AS_TEXT),
        (" -1 ", whole_number, -1, AS_TEXT),
        (3600.0, whole_number, 3600, None),
        ("0.5", any_number, 0.5, AS_TEXT),
        (None, number_or_null, None, None),
        (30, number_or_null, 30, None),
        (True, switch, True, None),
        (False, switch, False, None),
        (1, switch, True, "written as 1"),
        (0, switch, False, "written as 0"),
        ("True", switch, True, AS_TEXT),
        ("NullPool", pool_class, "NullPool", None),
        ("sqlalchemy.pool.QueuePool", pool_class, "QueuePool", None),
        (None, reset, None, None),
        (False, reset, None, None),
        ("none", reset, None, None),
        (True, reset, "rollback", None),
        ("Rollback", reset, "rollback", None),
        ("commit", reset, "commit", None),
    ],
)
def test_said(value: object, how: Callable[[object], Any], said: object, note: str | None) -> None:
    assert read(value, how) == Setting(said, PLACE, note=note, word="word")


@pytest.mark.parametrize(
    ("value", "how", "why"),
    [
        ("five CANARY", whole_number, "its value is a text, no number"),
        (None, whole_number, "its value is empty, no number"),
        (True, whole_number, "its value is true or false, no number"),
        ([5], whole_number, "its value is a list, no number"),
        ({"a": 5}, whole_number, "its value is a mapping, no number"),
        (5.5, whole_number, "5.5 is no whole number"),
        (float("nan"), any_number, "its value is no number of any use"),
        (float("inf"), any_number, "its value is no number of any use"),
        (10**13, any_number, "its value is no number of any use"),
        ("false", switch, "its value is a text, which SQLAlchemy takes for true whatever it says"),
        (2, switch, "its value is a number, neither true nor false"),
        (None, switch, "its value is empty, neither true nor false"),
        ([1], switch, "its value is a list, neither true nor false"),
        ("MyPool", pool_class, "its value names none of SQLAlchemy's pools"),
        (5, pool_class, "its value names none of SQLAlchemy's pools"),
        ("bogus", reset, "its value is none of rollback, commit and null"),
        ({"a": 1}, reset, "its value is none of rollback, commit and null"),
        ("${POOL:-5}", whole_number, "environment variable POOL, default 5"),
    ],
)
def test_not_readable(value: object, how: Callable[[object], Any], why: str) -> None:
    assert read(value, how) == Setting(place=PLACE, unknown=why, word="word")


def test_not_said() -> None:
    assert setting("word", None, whole_number, DEFAULT) == Setting(99, default_of="SQLAlchemy", word="word")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("${DATABASE_URL}", "environment variable DATABASE_URL, no default"),
        ("nothing", "its text is no database URL"),
        ("mysql://app:pa$CANARY@x@db/shop", "the url has more than one @; one in a password is written %40"),
        ("app:pa$CANARY", "its text is no database URL"),
        (5, "its value is no text, so no URL"),
        (None, "its value is no text, so no URL"),
    ],
)
def test_no_url(value: object, why: str) -> None:
    assert url_setting("url", Located(located(value).value, PLACE), DEFAULT).unknown == why
