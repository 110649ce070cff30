""".env files: read as the real python-dotenv reads them, with places beside."""

import io
import logging

import pytest
from dotenv import dotenv_values
from hypothesis import example, given
from hypothesis import strategies as st

from poolaudit.errors import CannotAuditError
from poolaudit.readers.formats.bounds import MOST_VALUES
from poolaudit.readers.formats.env_file import parse
from poolaudit.readers.located import LONGEST_SETTING, Located
from tests.readers.formats.places import at, literal, plain

TEXT = """\
# settings of the shop
export DB_POOL_SIZE=5 # five
DB_URL="mysql://app@${DB_HOST}/shop"  # a comment
DB_HOST='db1'
 READ_URL=mysql://app@${DB_HOST}/${DB_NAME:-shop}
OPTIONS='{"pool_size": 5}'
EMPTY=
HASH=a#b
KEY="one
two" # and on
ESCAPED="a\\"b\\nc\\x"
SINGLE='a\\'b\\nc'
NOTHING
SPACED = x y
COMMENT= # no value
OLD=1
OLD=2
"""


def read(text: str) -> Located:
    (root,) = parse(text, ".env")
    return root


@pytest.mark.parametrize(
    ("key", "value", "line", "written"),
    [
        ("DB_POOL_SIZE", "5", 2, "5"),
        ("DB_URL", "mysql://app@${DB_HOST}/shop", 3, '"mysql://app@${DB_HOST}/shop"'),
        ("DB_HOST", "db1", 4, "'db1'"),
        ("READ_URL", "mysql://app@db1/${DB_NAME:-shop}", 5, None),
        ("OPTIONS", '{"pool_size": 5}', 6, "'{\"pool_size\": 5}'"),
        ("EMPTY", "", 7, None),
        ("HASH", "a#b", 8, "a#b"),
        ("KEY", "one\ntwo", 9, None),
        ("ESCAPED", 'a"b\nc\\x', 11, '"a\\"b\\nc\\x"'),
        ("SINGLE", "a'b\\nc", 12, "'a\\'b\\nc'"),
        ("NOTHING", None, 13, None),
        ("SPACED", "x y", 14, "x y"),
        ("COMMENT", "", 15, None),
        ("OLD", "2", 17, "2"),
    ],
)
def test_values_and_places(key: str, value: str | None, line: int, written: str | None) -> None:
    found = at(read(TEXT), key)
    assert found.place is not None
    assert (found.value, found.place.line, literal(TEXT, found.place)) == (value, line, written)


def test_a_key_said_twice_is_noted() -> None:
    assert at(read(TEXT), "OLD").note == "said more than once; line 17 is the last and counts"


@pytest.mark.parametrize("text", ["A='x\nB=1\n", "A=1\n'B\nB=1", 'A="x" y\nB=1', "=x\nB=1", "set -a\rB=1\r\nC=2"])
def test_a_line_that_cannot_be_read_is_passed_over(text: str) -> None:
    assert at(read(text), "B").value == "1"


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_an_empty_file_says_nothing(text: str) -> None:
    assert plain(read(text)) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("if true CANARY", ".env:1: this is no .env file that can be read"),
        ("\n\n'CANARY\n", ".env:3: this is no .env file that can be read"),
        (
            "".join(f"K{n}=1\n" for n in range(MOST_VALUES + 1)),
            ".env:50001: the file holds more than 50,000 values for a settings file",
        ),
        (
            f"A={'x' * 4000}\n" + "".join(f"B{n}=${{A}}\n" for n in range(600)),
            ".env: its values fill in one another too often for a settings file",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(CannotAuditError) as caught:
        read(text)
    assert caught.value.message == message
    assert "CANARY" not in caught.value.hint


def test_a_long_text_is_filled_in_by_nothing() -> None:
    text = f"A=1\nB={'x' * LONGEST_SETTING}${{A}}\n"
    assert str(at(read(text), "B").value).endswith("${A}")


PIECES = st.sampled_from(
    [
        *("A", "B", "=", " = ", "= ", "\n", "\r\n", "\r", " ", "\t", "#", " #", "'", '"', "\\", "\\n", "\\'", "x", "é"),
        *("$", "5", "export ", "${A}", "${B:-d}", "${C}", "\n\n", "A=", "\nB="),
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join))
@example("A=1\nB='${A}'")
@example("A = # x\nexport B=2")
def test_what_python_dotenv_reads_is_read_the_same(text: str) -> None:
    logging.getLogger("dotenv.main").disabled = True
    theirs = dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False)
    try:
        ours = plain(read(text)) or {}
    except CannotAuditError:
        assert theirs == {}
        return
    if "${" not in text:
        assert ours == theirs
    else:
        assert list(ours) == list(theirs)


@pytest.mark.parametrize(
    "text", ["A=1\nB=${A}", "B=x${A}\nA=1", "A=1\nB='${A}'", 'A=\nB="${A}y"', "A=1\nA=${A}2\nB=$A"]
)
def test_what_python_dotenv_fills_in_is_filled_in_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "AB":
        monkeypatch.delenv(name, raising=False)
    theirs = dotenv_values(stream=io.StringIO(text))
    assert {key: str(value).replace("${A}", "") for key, value in plain(read(text)).items()} == theirs
