"""JSON files: what the standard library reads, and where its tokens stand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.errors import CannotAuditError
from poolaudit.readers.formats.bounds import MOST_VALUES
from poolaudit.readers.formats.json_file import parse
from poolaudit.readers.located import Located
from tests.readers.formats.places import at, leaves, literal, plain

TEXT = '{\n\t"db": {"pool_size": 5, "url": "mysql://db/shop", "é": [true, null, -1.5e3]},\r\n  "last" : "\\"x\\\\"\n}\n'


def read(text: str) -> Located:
    (root,) = parse(text, "app.json")
    return root


def test_values() -> None:
    assert plain(read(TEXT)) == json.loads(TEXT)


@pytest.mark.parametrize(
    ("keys", "line", "written"),
    [
        (["db"], 2, None),
        (["db", "pool_size"], 2, "5"),
        (["db", "url"], 2, '"mysql://db/shop"'),
        (["db", "é"], 2, None),
        (["db", "é", 0], 2, "true"),
        (["db", "é", 1], 2, "null"),
        (["db", "é", 2], 2, "-1.5e3"),
        (["last"], 3, '"\\"x\\\\"'),
    ],
)
def test_places(keys: list[str | int], line: int, written: str | None) -> None:
    place = at(read(TEXT), *keys).place
    assert place is not None
    assert (place.file, place.line, literal(TEXT, place)) == ("app.json", line, written)


def test_a_tab_is_one_column() -> None:
    place = at(read('{\t"a":\t1}'), "a").place
    assert place is not None
    assert (place.column, place.end_column) == (8, 9)


def test_a_key_said_twice_is_noted() -> None:
    found = at(read('{"a": 1,\n"a": 2}'), "a")
    assert (found.value, found.note) == (2, "said more than once; line 2 is the last and counts")


def test_half_a_character_is_replaced() -> None:
    assert plain(read('["\\ud800x", {"\\udc00": 1}]')) == ["?x", {"?": 1}]


def test_a_number_too_long_stays_a_text() -> None:
    assert plain(read("[" + "1" * 5000 + "]")) == ["1" * 5000]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "app.json:1: this is not JSON that can be read"),
        ('{"a": CANARY}', "app.json:1: this is not JSON that can be read"),
        ('{\n"a": 1,\n}', "app.json:3: this is not JSON that can be read"),
        ('{"a": "x\ny"}', "app.json:1: this is not JSON that can be read"),
        ("[" * 100_000, "app.json:1: the file nests too deeply for a settings file"),
        ("\n" + '{"a":' * 200, "app.json:2: the file nests too deeply for a settings file"),
        ("[" + "1," * (2 * MOST_VALUES + 1), "app.json:1: the file holds more than 50,000 values for a settings file"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(CannotAuditError) as caught:
        read(text)
    assert caught.value.message == message
    assert caught.value.__cause__ is None


DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(DATA, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_literal_stands_at_its_place(data: object, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    root = read(text)
    assert plain(root) == data
    lines = text.split("\n")
    for one in leaves(root):
        place = one.place
        assert place is not None
        assert place.line is not None
        assert place.column is not None
        assert place.end_column is not None
        assert json.loads(lines[place.line - 1][place.column - 1 : place.end_column - 1]) == one.value
