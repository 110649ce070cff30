"""A setting's value, its place, and the words for both."""

from typing import Any

import pytest

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.setting import Place, Setting, as_yaml


def test_a_place_as_compilers_write_it() -> None:
    assert (str(Place("app.yaml", 3)), str(Place("--pool-size"))) == ("app.yaml:3", "--pool-size")


@pytest.mark.parametrize(
    ("setting", "origin", "words"),
    [
        (Setting(5, Place("app.yaml", 3), word="pool_size"), "app.yaml:3", "pool_size: 5"),
        (Setting(-1, default_of="SQLAlchemy", word="x"), "SQLAlchemy's default", "x: -1, SQLAlchemy's default"),
        (Setting(said=False, word="ping"), "as given", "ping: false"),
    ],
)
def test_where_a_setting_comes_from(setting: Setting[Any], origin: str, words: str) -> None:
    assert (setting.origin, setting.words, setting.is_known) == (origin, words, True)


def test_an_unknown_setting_says_why_and_where() -> None:
    setting: Setting[int] = Setting(place=Place("app.yaml", 6), unknown="environment variable X", word="pool_size")
    assert (setting.origin, setting.is_known) == ("unknown: environment variable X", False)
    with pytest.raises(FactMissingError) as caught:
        _ = setting.value
    missing = caught.value.missing
    assert (missing.part, missing.because) == ("pool_size", "environment variable X (app.yaml:6)")
    assert missing.remedy == "say it as a literal, or give it as an option"


def test_null_is_a_value() -> None:
    assert Setting[int | None](None, word="pool_timeout").value is None


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (None, "null"), (0, "0"), ("a", "a")])
def test_as_yaml(value: object, text: str) -> None:
    assert as_yaml(value) == text


def test_a_change_is_said_exactly() -> None:
    assert Setting(-1, word="pool_recycle").changed_to(25000) == "pool_recycle: -1 → 25000"


def test_a_place_without_its_columns_is_its_line_alone() -> None:
    assert Place("app.yaml", 3, 5, 9).without_columns.exact == ("app.yaml", 3, None, None)
