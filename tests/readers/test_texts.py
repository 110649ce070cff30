"""Texts as the numbers, switches and tables that libraries make of them."""

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located, located
from poolaudit.readers.texts import NO_WHOLE_NUMBER, as_json, as_number, as_switch, at

PLACE = Place(".env", 3, 5, 12)


@pytest.mark.parametrize(
    ("value", "number"),
    [("5", 5), (" -1 ", -1), ("1_0", 10), (5, 5), (5.5, 5), (None, None), (True, True)],
)
def test_numbers(value: "str | float | None", number: object) -> None:
    assert as_number(Located(value)).value == number


@pytest.mark.parametrize("text", ["", "5.0", "five", "9" * 50, float("inf")])
def test_what_is_no_number(text: "str | float") -> None:
    assert as_number(Located(text)).unknown == NO_WHOLE_NUMBER


def test_what_is_not_known_stays_so() -> None:
    for read in (as_number, as_switch, as_json):
        assert read(Located("${X}")).why_unknown == "environment variable X, no default"
        assert read(Located(None, unknown="why")).unknown == "why"


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("OFF", False), ("0", False), (True, True)])
def test_switches(text: "str | bool", value: object) -> None:
    assert as_switch(Located(text)).value is value


def test_what_is_no_switch() -> None:
    assert as_switch(Located("perhaps")).unknown == "its text is neither true nor false"


def test_json_has_its_text_s_line_and_no_columns_of_its_own() -> None:
    found = as_json(Located('{"a": [1, {"b": 2}]}', PLACE))
    inner = found.table["a"].value
    assert isinstance(inner, tuple)
    assert [one.place for one in (found, *inner)] == [PLACE.without_columns] * 3
    assert found.place is not None
    assert found.place.column is None


@pytest.mark.parametrize("text", ["{", "null", "[" * 100_000, '"' + "x" * 5000 + '"'])
def test_what_is_no_json(text: str) -> None:
    assert as_json(Located(text)).unknown is not None or as_json(Located(text)).why_unknown is not None


def test_a_value_without_a_place_has_no_line() -> None:
    assert as_json(Located('{"a": 1}')).place is None
    assert at(located({"a": 1}), None).table["a"].place is None
