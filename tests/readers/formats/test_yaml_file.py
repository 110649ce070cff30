"""YAML files: lines, merges, bounds, and no word of the file in a message."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.errors import CannotAuditError
from poolaudit.readers.formats import yaml_file
from poolaudit.readers.formats.yaml_file import MOST_MERGED, parse
from poolaudit.readers.located import Located, Symbol
from poolaudit.readers.source import LARGEST_FILE_BYTES, read_text
from tests.readers.formats.places import at, leaves, literal, plain


def read_documents(path: str) -> tuple[Located, ...]:
    return parse(read_text(path), path)


def read(folder: Path, content: str | bytes) -> tuple[Located, ...]:
    file = folder / "app.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_documents(str(file))


def entry(folder: Path, content: str | bytes, *keys: str) -> Located:
    (found,) = read(folder, content)
    for key in keys:
        found = found.table[key]
    return found


def line_of(found: Located) -> int | None:
    assert found.place is not None
    return found.place.line


@pytest.mark.parametrize(
    ("content", "keys", "value", "line"),
    [
        ("a: 1\nb: 2\n", ["b"], 2, 2),
        ("a: 1\r\nb: 2\r\n", ["b"], 2, 2),
        ("# a comment\n\ndb:\n  size: 5 # more\n", ["db", "size"], 5, 4),
        ("a:\n  5\n", ["a"], 5, 2),
        ('a: "5"\n', ["a"], "5", 1),
        ("a: yes\n", ["a"], True, 1),
        ("a: ~\n", ["a"], None, 1),
        ("a: 1_000\n", ["a"], 1000, 1),
        ("a: 1:30\n", ["a"], 90, 1),
        ("a: 010\n", ["a"], 8, 1),
        ("a: 1.5\n", ["a"], 1.5, 1),
        ("a: 2026-11-21\n", ["a"], "2026-11-21", 1),
        ("a: !!int 'x'\n", ["a"], "x", 1),
        ("a: !!bool maybe\n", ["a"], "maybe", 1),
        ("a: !!float ''\n", ["a"], "", 1),
        ("a: !!python/name:sqlalchemy.pool.NullPool ''\n", ["a"], Symbol("sqlalchemy.pool.NullPool"), 1),
        ("a: &x 7\nb: *x\n", ["b"], 7, 1),
        ("a: 1\na: 2\n", ["a"], 2, 2),
        (b"\xef\xbb\xbfa: 1\n", ["a"], 1, 1),
        ("a: 1\n".encode("utf-16"), ["a"], 1, 1),
        ("名: 1\n", ["名"], 1, 1),
    ],
)
def test_scalars(tmp_path: Path, content: str | bytes, keys: list[str], value: object, line: int) -> None:
    found = entry(tmp_path, content, *keys)
    assert (found.value, line_of(found)) == (value, line)
    assert type(found.value) is type(value)


def test_a_heading_is_placed_at_its_key(tmp_path: Path) -> None:
    assert line_of(entry(tmp_path, "a: 1\ndb:\n\n  size: 5\n", "db")) == 2


def test_a_word_said_twice_is_noted(tmp_path: Path) -> None:
    note = entry(tmp_path, "a: 1\nb: 0\na: 2\n", "a").note
    assert note == "said more than once; line 3 is the last and counts"


def test_merged_mappings(tmp_path: Path) -> None:
    text = "base: &base {a: 1, b: 1}\nmore: &more {b: 2, c: 2}\nown:\n  <<: [*base, *more]\n  c: 3\n"
    own = entry(tmp_path, text, "own").table
    assert {word: found.value for word, found in own.items()} == {"a": 1, "b": 1, "c": 3}
    assert [line_of(own[word]) for word in "abc"] == [1, 1, 5]
    assert entry(tmp_path, text, "base").is_template
    assert not entry(tmp_path, text, "own").is_template


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("a: !secret db_pool\n", "filled in by !secret"),
        ("a: !ENV ${DB_POOL}\n", "environment variable DB_POOL, no default"),
        ("a: !ENV x\n", "filled in by !ENV"),
        ("a: !include {file: db.yaml}\n", "filled in by !include"),
        ("a: !hunter2 x\n", "filled in by a tag of the application's own"),
        ("a: !!binary aGVsbG8=\n", "filled in by !!binary"),
        ("a: {{ pool_size }}\n", "filled in by a template"),
    ],
)
def test_what_others_fill_in_is_unknown(tmp_path: Path, content: str, why: str) -> None:
    assert entry(tmp_path, content, "a").why_unknown == why


def test_several_documents(tmp_path: Path) -> None:
    documents = read(tmp_path, "a: 1\n---\na: 2\n---\n")
    assert [line_of(one.table["a"]) for one in documents[:2]] == [1, 3]


@pytest.mark.parametrize("content", ["", "# nothing\n", "---\n"])
def test_an_empty_file_holds_nothing(tmp_path: Path, content: str) -> None:
    assert not any(document.table for document in read(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{% if CANARY %}\na: 1\n{% endif %}\n", "app.yaml:1: this is a template, and no YAML as it stands"),
        ("a: 1\nb: {{ CANARY }}x\n", "app.yaml:2: this is a template, and no YAML as it stands"),
        ("a: 1\nb: *CANARY\n", "app.yaml:2: this is not YAML that can be read"),
        ("password: %CANARY\n", "app.yaml:1: this is not YAML that can be read"),
        ("a: 1\n  b: CANARY\n", "app.yaml:2: this is not YAML that can be read"),
        ("a: &a [*a]\n", "app.yaml:1: an alias in here holds itself"),
        ("a: CANARY\x07\n", "app.yaml holds control characters, so it is no text file"),
        (b"\xffCANARY", "app.yaml is not text in UTF-8 or UTF-16"),
        (b"\xff\xfea", "app.yaml is not text in UTF-8 or UTF-16"),
        ("[" * 500, "app.yaml:1: the file nests too deeply for a settings file"),
        ("[" + "1," * 60_000 + "]", "app.yaml:1: the file holds more than 50,000 values for a settings file"),
        ("#" * (LARGEST_FILE_BYTES + 1), "app.yaml is larger than 1 MB, so it is no settings file"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(CannotAuditError) as caught:
        read(tmp_path, content)
    assert caught.value.message == f"{tmp_path}/{message}"
    assert "CANARY" not in caught.value.message + caught.value.hint
    assert caught.value.__cause__ is None


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(CannotAuditError, match=r"none\.yaml cannot be read: No such file or directory"):
        read_documents(str(tmp_path / "none.yaml"))
    with pytest.raises(CannotAuditError, match="cannot be read: Is a directory"):
        read_documents(str(tmp_path))
    with pytest.raises(CannotAuditError, match="NUL"):
        read_documents("a\0b")


def test_an_alias_bomb_is_read_as_small_as_it_is(tmp_path: Path) -> None:
    lines = ["l0: &l0 {x: 1}"] + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 40)]
    bomb = entry(tmp_path, "\n".join(lines), "l39")
    assert isinstance(bomb.value, tuple)
    assert bomb.value[0] is bomb.value[8]


def test_a_merge_bomb_is_read_as_small_as_it_is(tmp_path: Path) -> None:
    lines = ["l0: &l0 {x: 1}"] + [f"l{n}: &l{n} {{<<: [{', '.join([f'*l{n - 1}'] * 9)}]}}" for n in range(1, 40)]
    assert entry(tmp_path, "\n".join(lines), "l39", "x").value == 1


PLACES = """\
a: 5
b: "x"  # c
c: 'y'
d: &d 7
e: !!int "8"
f: *d
g: [1, {h: two}]
i: |
  text
j:
k: "a
  b"
l: {{ x | default(5) }}
m: "é\\n"
n: 名 5
"""


@pytest.mark.parametrize(
    ("keys", "line", "written"),
    [
        (["a"], 1, "5"),
        (["b"], 2, '"x"'),
        (["c"], 3, "'y'"),
        (["d"], 4, "7"),
        (["e"], 5, '"8"'),
        (["f"], 4, "7"),
        (["g", 0], 7, "1"),
        (["g", 1, "h"], 7, "two"),
        (["i"], 8, None),
        (["j"], 10, None),
        (["k"], 11, None),
        (["l"], 13, "{{ x | default(5) }}"),
        (["m"], 14, '"é\\n"'),
        (["n"], 15, "名 5"),
    ],
)
@pytest.mark.parametrize("has_libyaml", [True, False])
def test_places(
    keys: list[str | int], line: int, written: str | None, has_libyaml: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml, "__with_libyaml__", has_libyaml)
    (root,) = parse(PLACES, "app.yaml")
    place = at(root, *keys).place
    assert (place and place.line, literal(PLACES, place)) == (line, written)


def test_a_template_over_two_lines_is_unknown(tmp_path: Path) -> None:
    assert entry(tmp_path, "a: {{ x |\n  default(5) }}\n", "a").unknown == "filled in by a template"
    assert entry(tmp_path, "a: {[1]: 2}\n", "a").unknown == "filled in by a template"


def test_lines_that_only_yaml_counts_have_no_columns() -> None:
    (root,) = parse("a: x\u2028b: 5\nc: 5\n", "app.yaml")
    assert [one.place and one.place.column for one in leaves(root)][-1] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: &a {" + ", ".join(f"k{n}: 1" for n in range(2000)) + "}\nb:\n"
            + "".join(f"  x{n}: {{<<: *a}}\n" for n in range(MOST_MERGED // 2000 + 1)),
            "app.yaml:103: the file holds more than 50,000 values for a settings file",
        ),
        (
            "? &a0 [x]\n: 1\n" + "".join(f"? &a{n} [*a{n - 1}]\n: 1\n" for n in range(1, 2000)) + "x: *a1999\n",
            "app.yaml:3799: the file nests too deeply for a settings file",
        ),
        (
            "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200)),
            "app.yaml:100: the file nests too deeply for a settings file",
        ),
    ],
)  # fmt: skip
def test_aliases_that_make_too_much_of_a_file(text: str, message: str) -> None:
    with pytest.raises(CannotAuditError) as caught:
        parse(text, "app.yaml")
    assert caught.value.message == message


TEXTS = st.lists(
    st.sampled_from(["a", "b: ", ": ", "- ", "\n", "\n  ", "5", "'x'", '"y"', "[", "]", "{", "}", ", ", "# c", "&z "])
    | st.sampled_from(["*z", "!!int ", "|", ">", "<<: ", "---\n", "é", "\t", "? ", "true", "~", "!x "]),
    max_size=14,
).map("".join)  # fmt: skip


@given(TEXTS)
def test_both_parsers_read_the_same(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        both = []
        for has_libyaml in (True, False):
            patch.setattr(yaml, "__with_libyaml__", has_libyaml)
            both.append(_read(text))
    if all(isinstance(one, list) for one in both):
        assert both[0] == both[1]


def _read(text: str) -> object:
    try:
        return [
            (plain(root), [one.place and tuple(one.place) for one in leaves(root) if one.value])
            for root in parse(text, "a.yaml")
        ]
    except CannotAuditError as error:
        return error.message


def test_libyaml_is_used_where_it_is_there() -> None:
    assert yaml.__with_libyaml__
    assert type(yaml_file._loader("a: 1")).__name__ == "QuickLoader"  # noqa: SLF001 - which parser is at work shows nowhere else
