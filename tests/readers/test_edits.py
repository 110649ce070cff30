"""One literal for another, in the file's own language, and nothing else in the file."""

import json
import tomllib
from ast import literal_eval
from collections.abc import Callable
from configparser import ConfigParser

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.facts.setting import Place, Replacement
from poolaudit.readers.document import Kind
from poolaudit.readers.edits import Edit, edited, replacement


@pytest.mark.parametrize(
    ("old", "value", "kind", "new"),
    [
        ("28800", 25000, Kind.YAML, "25000"),
        ("-1", 10, Kind.JSON, "10"),
        ("28_800", 25000, Kind.PYTHON, "25000"),
        ("0.5", 2.5, Kind.TOML, "2.5"),
        ("60", 10.0, Kind.PYTHON, "10"),
        ("false", True, Kind.YAML, "true"),
        ("no", True, Kind.YAML, "true"),
        ("False", True, Kind.PYTHON, "True"),
        ("true", False, Kind.INI, "false"),
        ("false", True, Kind.INI, "true"),
        ("False", True, Kind.INI, "True"),
        ("OFF", True, Kind.ENV, "ON"),
        ("0", True, Kind.ENV, "1"),
        ("no", True, Kind.INI, "yes"),
        ('"false"', True, Kind.YAML, "true"),
        ('"false"', True, Kind.ENV, '"true"'),
        ("'28800'", 25000, Kind.ENV, "'25000'"),
        ('"28800"', 25000, Kind.PYTHON, '"25000"'),
        ("None", "rollback", Kind.PYTHON, '"rollback"'),
        ("null", "rollback", Kind.YAML, "rollback"),
        ("'none'", "rollback", Kind.YAML, "'rollback'"),
        ('"none"', "rollback", Kind.TOML, '"rollback"'),
        ("null", "rollback", Kind.JSON, '"rollback"'),
        ("none", "rollback", Kind.INI, "rollback"),
        ("5", None, Kind.PYTHON, "None"),
        ("5", None, Kind.YAML, "null"),
        ("5", None, Kind.TOML, None),
        ("hunter2", 5, Kind.YAML, None),
        ('"hunter2"', 5, Kind.YAML, None),
        ("5'", 5, Kind.YAML, None),
        ("pool_size", 5, Kind.PYTHON, None),
        ("60 * 60", 5, Kind.PYTHON, None),
        ("", 5, Kind.INI, "5"),
    ],
)
def test_literals(old: str, value: Replacement, kind: Kind, new: str | None) -> None:
    assert replacement(old, value, kind) == new


def test_quotes_go_where_they_are_the_fault() -> None:
    assert replacement('"28800"', 25000, Kind.YAML, unquoted=True) == "25000"
    assert replacement('"28800"', 25000, Kind.ENV, unquoted=True) == '"25000"'
    assert replacement('"none"', "rollback", Kind.YAML, unquoted=True) == '"rollback"'


def place(line: int, column: int, end: int) -> Place:
    return Place("a", line, column, end)


def test_several_edits_of_a_line_and_all_else_as_it_was() -> None:
    text = "\ta: {x: 5, y: no}\r\n# é\x0c\r\nb: 1"
    edits = (Edit(place(1, 9, 10), 10), Edit(place(1, 15, 17), value=True), Edit(place(3, 4, 5), 22))
    result = edited(text, Kind.YAML, edits)
    assert result.text == "\ta: {x: 10, y: true}\r\n# é\x0c\r\nb: 22"
    assert (result.refused, result.changed_lines) == ((), (1, 3))


@pytest.mark.parametrize(
    "where",
    [place(9, 1, 2), place(1, 1, 2), place(1, 4, 99), place(1, 5, 6), place(1, 6, 5), Place("a", 1), Place("a")],
)
def test_what_is_no_literal_of_its_own_is_left(where: Place) -> None:
    edit = Edit(where, 7)
    result = edited("a: 555", Kind.YAML, (edit,))
    assert (result.text, result.refused, result.changed_lines) == ("a: 555", (edit,), ())


def test_the_same_value_changes_nothing() -> None:
    result = edited("a: 5", Kind.YAML, (Edit(place(1, 4, 5), 5),))
    assert (result.text, result.refused, result.changed_lines) == ("a: 5", (), ())


values = st.one_of(st.integers(-1, 10**9), st.booleans())
WRITTEN: dict[Kind, tuple[str, str, Callable[[str], object]]] = {
    Kind.YAML: ("pool: ", "\n", lambda text: yaml.safe_load(text)["pool"]),
    Kind.JSON: ('{"pool": ', "}", lambda text: json.loads(text)["pool"]),
    Kind.TOML: ("pool = ", "\n", lambda text: tomllib.loads(text)["pool"]),
    Kind.PYTHON: ("pool = ", "\n", lambda text: literal_eval(text.partition("=")[2].strip())),
}


@pytest.mark.parametrize("kind", list(WRITTEN))
@given(st.sampled_from(["5", "-1", '"30"', "true", "False", "null"]), values)
def test_what_is_written_is_read_as_the_value(kind: Kind, old: str, value: Replacement) -> None:
    before, after, read = WRITTEN[kind]
    text = before + old + after
    column = len(before) + 1
    edit = Edit(Place("a", 1, column, column + len(old)), value, unquoted=True)
    result = edited(text, kind, (edit,))
    assert result.refused == ()
    assert read(result.text) == value
    width = len(result.text) - len(before) - len(after)
    again = edited(result.text, kind, (edit._replace(place=Place("a", 1, column, column + width)),))
    assert again.text == result.text


@given(st.sampled_from(["5", "off", "False", "0"]), st.booleans())
def test_ini_reads_the_switch(old: str, on: bool) -> None:
    result = edited(f"[a]\npool = {old}\n", Kind.INI, (Edit(Place("a", 2, 8, 8 + len(old)), value=on),))
    parser = ConfigParser()
    parser.read_string(result.text)
    assert parser.getboolean("a", "pool") is on
