"""TOML files: what tomllib reads, and where its statements stand."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.formats import toml_file
from poolaudit.readers.formats.toml_file import parse
from poolaudit.readers.located import Located
from tests.readers.formats.places import at, leaves, literal, plain

TEXT = '''\
# settings
title = "shop" # of the application
a.b.size = 0x10
[db] # main [one]
"pool size" = 5
pool_timeout	=	0.5
options = { pool_size = 7, note = "pool_recycle = 60", pool_recycle = 3_600, 'pre ping' = true }
list = [
  "flask>=3", # pool_size = 5
  'x = 3',
  7,
]
text = """
pool_size = 3
[other]
"""
hosts = [
  { name = "a", port = 3306 },
  { name = "b", port = 3306 }, # port = 3307
]
[[dbs]]
pool_size = 1
[dbs.inner]
n = -1
[[dbs]]
pool_size = 1
[[dbs.more]]
n = 2
["quoted.key".x]
y = 1
'''


def read(text: str) -> Located:
    (root,) = parse(text, "app.toml")
    return root


def test_values() -> None:
    assert plain(read(TEXT)) == tomllib.loads(TEXT)


@pytest.mark.parametrize(
    ("keys", "line", "written"),
    [
        (["title"], 2, '"shop"'),
        (["a"], 3, None),
        (["a", "b", "size"], 3, "0x10"),
        (["db"], 4, None),
        (["db", "pool size"], 5, "5"),
        (["db", "pool_timeout"], 6, "0.5"),
        (["db", "options"], 7, None),
        (["db", "options", "pool_size"], 7, "7"),
        (["db", "options", "note"], 7, '"pool_recycle = 60"'),
        (["db", "options", "pool_recycle"], 7, "3_600"),
        (["db", "options", "pre ping"], 7, "true"),
        (["db", "list"], 8, None),
        (["db", "list", 0], 9, '"flask>=3"'),
        (["db", "list", 1], 10, "'x = 3'"),
        (["db", "list", 2], 10, None),
        (["db", "text"], 13, None),
        (["db", "hosts", 0, "port"], 18, "3306"),
        (["db", "hosts", 1, "name"], 19, '"b"'),
        (["db", "hosts", 1, "port"], 19, "3306"),
        (["dbs"], 21, None),
        (["dbs", 0, "pool_size"], 22, "1"),
        (["dbs", 0, "inner", "n"], 24, "-1"),
        (["dbs", 1], 25, None),
        (["dbs", 1, "pool_size"], 26, "1"),
        (["dbs", 1, "more", 0, "n"], 28, "2"),
        (["quoted.key", "x", "y"], 30, "1"),
    ],
)
def test_places(keys: list[str | int], line: int, written: str | None) -> None:
    place = at(read(TEXT), *keys).place
    assert place is not None
    assert (place.line, literal(TEXT, place)) == (line, written)


def test_a_literal_in_a_comment_is_none() -> None:
    found = at(read("a = [ # n = 5\n {n = 5}]"), "a", 0, "n")
    assert found.place is not None
    assert (found.value, found.place.column) == (5, None)


def test_windows_lines() -> None:
    text = "a = 1\r\n[db]\r\npool_size = 5\r\n"
    place = at(read(text), "db", "pool_size").place
    assert (place and place.line, literal(text, place)) == (3, "5")


def test_a_date_is_a_text() -> None:
    found = at(read("a = 2026-01-02\nb = 07:30:00\n"), "a")
    assert found.value == "2026-01-02"


def test_a_number_too_long_stays_a_text() -> None:
    assert str(at(read("a = " + "9" * 200), "a").value).startswith("0x")


def test_where_places_take_too_much_work_the_values_stay() -> None:
    text = "first = 1\nx = [\n" + "[1],\n" * 3000 + "]\nlast = 2\n"
    root = read(text)
    first, last = at(root, "first").place, at(root, "last").place
    assert (first and first.line) == 1
    assert (at(root, "last").value, last and last.line) == (2, None)


def test_texts_over_several_lines() -> None:
    signs = "'''"
    text = f'a = "x" # """\nb = """\nc = 1\n{signs}\n"""\nd = 2\ne = {signs}\nf = [\n{signs}\ng = 3\n'
    assert [at(read(text), key).place for key in "abdeg"] == [Place("app.toml", line) for line in (1, 2, 6, 7, 10)]


def test_where_too_many_values_are_missed_the_first_line_counts() -> None:
    items = ", ".join(f'"\\u0041{n}"' for n in range(toml_file.MOST_MISSES + 5))
    text = f'x = [{items},\n "plain"]\n'
    place = at(read(text), "x", toml_file.MOST_MISSES + 5).place
    assert (place and place.line, place and place.column) == (1, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = CANARY", "app.toml:1: this is not TOML that can be read"),
        ("a = 1\n[x\n", "app.toml:2: this is not TOML that can be read"),
        ('a = 1\nb = "CANARY\n', "app.toml:2: this is not TOML that can be read"),
        ("a = 1\n\nb = [1,\n", "app.toml:3: this is not TOML that can be read"),
        ("a = 1\na = 2\n", "app.toml:2: this is not TOML that can be read"),
        ("a = " + "9" * 5000, "app.toml:1: this is not TOML that can be read"),
        ("a = " + "[" * 5000, "app.toml: the file nests too deeply for a settings file"),
        ("a = " + "[" * 150 + "]" * 150, "app.toml: the file nests too deeply for a settings file"),
        ("\n" + "a." * 200_000 + "b = 1", "app.toml:2: the file nests too deeply for a settings file"),
        ("[a]\n" * 20_000, "app.toml: the file holds more than 50,000 values for a settings file"),
        ("a = [" + "1," * 60_000 + "]", "app.toml: the file holds more than 50,000 values for a settings file"),
        ("a = 1\rb = 2", "app.toml:1: this is not TOML that can be read"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(CannotAuditError) as caught:
        read(text)
    assert caught.value.message == message
    assert "CANARY" not in caught.value.message + caught.value.hint
    assert caught.value.__cause__ is None


KEYS = st.sampled_from(["pool_size", "url", "a", "b-c", '"x y"', "'q#'", "a.b"])
VALUES = st.sampled_from(
    [
        *("1", "-7", "1_000", "0.5", "true", '"x"', "'y = 1'", '"# no"', '"a\\"b"', "[1, 2]"),
        *('[\n  "p", # c\n  "q",\n]', "{ a = 1, b = 'c' }", '"""\nx = 1\n"""', "2026-01-02", "[[1], ['a']]", "inf"),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["", "[t{n}]\n", "[[l]]\n", "# c\n", "\n"]), KEYS, VALUES), max_size=8))
def test_every_literal_stands_at_its_place(statements: list[tuple[str, str, str]]) -> None:
    lines = [head.format(n=n) + f"k{n}.{key} = {value}\n" for n, (head, key, value) in enumerate(statements)]
    text = "".join(lines)
    root = read(text)
    for one in leaves(root):
        assert one.place is not None
        assert one.place.line is not None
        written = literal(text, one.place)
        if written is not None:
            assert str(tomllib.loads(f"x = {written}")["x"]) == str(one.value)
    scalars = [one for one in leaves(root) if isinstance(one.value, (bool, float)) and "\n" not in text]
    assert all(one.place is not None and one.place.column is not None for one in scalars)
