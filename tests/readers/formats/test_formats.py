"""All formats together: by which name, as what document, and that the same data reads the same in each."""

import json
from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.errors import CannotAuditError
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.filling import filled
from poolaudit.readers.formats import kind_of, parse
from poolaudit.readers.located import Located
from poolaudit.readers.source import decoded
from tests.readers.formats.places import plain

DATA_KINDS = [kind for kind in Kind if kind not in {Kind.PYTHON, Kind.TEXT}]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("app.yaml", Kind.YAML),
        ("conf/app.YML", Kind.YAML),
        ("nova.conf.j2", Kind.INI),
        ("values.yaml.tpl", Kind.YAML),
        ("app.json", Kind.JSON),
        ("Pipfile.lock", Kind.JSON),
        ("uv.lock", Kind.TOML),
        ("alembic.ini", Kind.INI),
        ("my.cnf", Kind.INI),
        (".env", Kind.ENV),
        (".env.prod", Kind.ENV),
        ("shop/.flaskenv", Kind.ENV),
        ("prod.env", Kind.ENV),
        ("config.py", Kind.PYTHON),
        ("Procfile", Kind.TEXT),
        ("a.b/README", Kind.TEXT),
        ("notes.txt", Kind.TEXT),
    ],
)
def test_kinds(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


def test_what_has_no_format_is_kept_as_text() -> None:
    assert parse("Procfile", Kind.TEXT, "web: gunicorn") == Document("Procfile", Kind.TEXT, "web: gunicorn")


@pytest.mark.parametrize("kind", DATA_KINDS)
def test_a_data_file_has_roots_and_its_text(kind: Kind) -> None:
    text = {"json": '{"a": "1"}', "toml": 'a = "1"', "yaml": "a: '1'", "ini": "a=1", "env": "a=1"}[kind]
    document = parse("file", kind, text)
    assert (document.text, document.module, [plain(root) for root in document.roots]) == (text, None, [{"a": "1"}])


def document_of(data: bytes, kind: Kind) -> Kind:
    """Read and fill in bytes, or refuse them in a sentence that names the file; nothing else may come of it."""
    try:
        return filled(parse("file", kind, decoded(data, "file")), {"A": Located("${A}")}).kind
    except CannotAuditError as error:
        return kind if error.message.startswith("file") and error.__cause__ is None else Kind.TEXT


ANY_BYTES = st.binary(max_size=120) | st.text(max_size=80).map(str.encode)


@given(ANY_BYTES, st.sampled_from([*DATA_KINDS, Kind.TEXT]))
def test_any_bytes_are_a_document_or_refused(data: bytes, kind: Kind) -> None:
    assert document_of(data, kind) == kind


SIGNS = st.sampled_from(
    [
        *("[a]", "[[a]]", "a", ".", "=", ":", " ", "\n", '"', "'", "{", "}", "[", "]", ",", "#", ";", "%(a)s", "${a}"),
        *("$A", "{% if x %}", "{{ x }}", "\\", "\\u", "1", "true", "\t", "\r", "<<", "&a", "*a", "!x", "-", "|"),
        *("export ", '"""'),
    ]
)  # fmt: skip


@given(st.lists(SIGNS, max_size=20).map("".join), st.sampled_from(DATA_KINDS))
def test_any_text_is_a_document_or_refused(text: str, kind: Kind) -> None:
    assert document_of(text.encode(), kind) == kind


KEYS = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="_-"), min_size=1, max_size=8)
LEAVES = (
    st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e6, 1e6).map(lambda one: round(one, 3))
    | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8)
)  # fmt: skip
NESTED = st.dictionaries(
    KEYS,
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
    ),
    max_size=5,
)


def as_toml(data: object) -> str:
    """Write data as TOML's inline values; its JSON is TOML's but for mappings."""
    if isinstance(data, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(one)}" for key, one in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(as_toml, data)) + "]"
    return json.dumps(data, ensure_ascii=False)


@given(NESTED)
def test_the_same_data_reads_the_same_in_every_format(data: dict[str, object]) -> None:
    written = {
        Kind.YAML: yaml.safe_dump(data, allow_unicode=True),
        Kind.JSON: json.dumps(data, indent="\t", ensure_ascii=False),
        Kind.TOML: "".join(f"{json.dumps(key)} = {as_toml(one)}\n" for key, one in data.items()),
    }
    found = {kind: plain(parse("file", kind, text).roots[0]) for kind, text in written.items()}
    assert found == dict.fromkeys(written, json.loads(json.dumps(data)))
