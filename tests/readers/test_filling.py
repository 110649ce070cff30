"""What is filled in: by which signs, from where, into what kind of value, and what stays unknown."""

import tracemalloc

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.facts.pool import PoolUrl
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import NO_URL, Engine, pool_from
from poolaudit.readers.filling import filled, filled_value
from poolaudit.readers.formats import parse
from poolaudit.readers.located import Located, located
from poolaudit.readers.settings import setting, url_setting, whole_number
from tests.readers.formats.places import at, literal, plain

NOTE = "the default of environment variable X"
ENVIRONMENT = {
    "SIZE": Located("12", Place("prod.env", 3)),
    "EMPTY": Located("", Place("prod.env", 4)),
    "HOST": Located("db7", Place("prod.env", 5)),
    "PASSWORD": Located("hunter2", Place("prod.env", 6)),
    "UNKNOWN": Located(None, Place("prod.env", 7), unknown="it differs between web and worker"),
    "BARE": Located(None, Place("prod.env", 8)),
}


def document(text: str, kind: Kind = Kind.YAML) -> Document:
    return filled(parse("app.yaml", kind, text), ENVIRONMENT)


def value_of(text: str, kind: Kind = Kind.YAML) -> Located:
    (root,) = document(text, kind).roots
    return at(root, "a")


@pytest.mark.parametrize(
    ("text", "value", "note", "variable", "written"),
    [
        ("${X:-5}", 5, NOTE, "X", "5"),
        ("'${X:-5}'", 5, NOTE, "X", "5"),
        ("${X-5}", 5, NOTE, "X", "5"),
        ("${X:5}", 5, NOTE, "X", "5"),
        ("${X:=5}", 5, NOTE, "X", "5"),
        ("${X=5}", 5, NOTE, "X", "5"),
        ("${X:--1}", -1, NOTE, "X", "-1"),
        ("!ENV ${X:5}", 5, NOTE, "X", "5"),
        ("!ENV ${X:-1}", -1, NOTE, "X", None),
        ("!env_var X 7", 7, NOTE, "X", None),
        ("${X:-0.5}", 0.5, NOTE, "X", "0.5"),
        ("${X:-true}", True, NOTE, "X", "true"),
        ("${X:-NullPool}", "NullPool", NOTE, "X", "NullPool"),
        ("${pool.size:5}", 5, "the default of environment variable pool.size", "pool.size", "5"),
        ("${oc.env:X,5}", 5, NOTE, "X", "5"),
        ("\"${env:X, '5'}\"", 5, NOTE, "X", "5"),
        ("${X:-${Y:-6}}", 6, "the default of environment variable Y", "Y", None),
        ("${X:-${SIZE}}", 12, "environment variable SIZE", "SIZE", None),
        ("{{ x | default('5') }}", 5, "the default of template variable x", None, "5"),
        ("'{{ x|default(5, true)|int }}'", 5, "the default of template variable x", None, "5"),
        ("{{ .Values.pool | default 5 }}", 5, "the default of template variable .Values.pool", None, "5"),
        ("${SIZE}", 12, "environment variable SIZE", "SIZE", None),
        ("${SIZE:-5}", 12, "environment variable SIZE", "SIZE", None),
        ("$SIZE", 12, "environment variable SIZE", "SIZE", None),
        ("'%(SIZE)s'", 12, "environment variable SIZE", "SIZE", None),
        ("'%(ENV_SIZE)s'", 12, "environment variable SIZE", "SIZE", None),
        ("${EMPTY:-5}", 5, "the default of environment variable EMPTY", "EMPTY", "5"),
    ],
)
def test_a_whole_value(text: str, value: object, note: str, variable: str | None, written: str | None) -> None:
    found = value_of(f"a: {text}\n")
    assert (found.value, found.note, found.variable) == (value, note, variable)
    assert type(found.value) is type(value)
    assert found.why_unknown is None
    if variable in ENVIRONMENT and "default" not in note:
        assert found.place == ENVIRONMENT[variable].place
    else:
        assert literal(f"a: {text}\n", found.place) == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("${X}", "environment variable X, no default"),
        ("$X", "environment variable X, no default"),
        ("'%(X)s'", "filled in from X"),
        ("${X?no}", "environment variable X, no default"),
        ("${X:?no}", "environment variable X, no default"),
        ("${X:+5}", "environment variable X, no default"),
        ("${X:-}", "the default of environment variable X is empty"),
        ("${X:}", "the default of environment variable X is empty"),
        ("${EMPTY}", "environment variable EMPTY is set to nothing"),
        ("${EMPTY-5}", "environment variable EMPTY is set to nothing"),
        ("${BARE}", "environment variable BARE is set to nothing"),
        ("${UNKNOWN:-5}", "it differs between web and worker"),
        ("${X:-${Y}}", "environment variable X, with a default"),
        ("${X:-a${Y}}", "environment variable X, with a default"),
        ("${X:-${A:-${B:-${C:-${D:-${E:-${F:-5}}}}}}}", "environment variable C, with a default"),
        ("${ssm:X}", "filled in by a template"),
        ("${opt:stage, 'dev'}", "filled in by a template"),
        ("${a b}", "filled in by a template"),
        ("{{ x }}", "filled in by a template"),
        ("'{{ x | default(y()) }}'", "filled in by a template"),
        ("!secret x", "filled in by !secret"),
        ("!ENV x", "filled in by !ENV"),
        ("!env_var 1 2", "filled in by !env_var"),
    ],
)
def test_what_stays_unknown(text: str, why: str) -> None:
    assert value_of(f"a: {text}\n").why_unknown == why


@pytest.mark.parametrize("kind", [Kind.INI, Kind.ENV])
def test_where_all_is_text_a_number_stays_one(kind: Kind) -> None:
    heading = "[s]\n" if kind is Kind.INI else ""
    (root,) = document(f"{heading}a=${{X:-5}}\nb=${{EMPTY}}\nc=${{SIZE}}\n", kind).roots
    table = root.table["s"].table if heading else root.table
    assert [table[key].value for key in "abc"] == ["5", "", "12"]
    assert table["a"].variable == "X"


def test_a_url_in_part() -> None:
    found = value_of("a: mysql://${USER:-app}:${PASSWORD}@${HOST:-db}:${PORT:-3306}/shop\n")
    assert found.value == "mysql://app:${PASSWORD}@db7:3306/shop"
    url = url_setting("url", found, NO_URL)
    assert url.value == PoolUrl("mysql", None, "app", "db7", 3306, "shop")
    assert url.note == (
        "with the default of environment variable USER and environment variable HOST"
        " and the default of environment variable PORT"
    )
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("password", "value"),
    [
        ("${PASSWORD:-x}", "mysql://app:${PASSWORD:-x}@db/shop"),
        ("${PW:-a@b}", "mysql://app:${PW:-a@b}@db/shop"),
        ("${PW:-hunter2}", "mysql://app:hunter2@db/shop"),
        ("pa$SECRET", "mysql://app:pa$SECRET@db/shop"),
    ],
)
def test_passwords(password: str, value: str) -> None:
    found = value_of(f"a: mysql://app:{password}@db/shop\n")
    assert (found.value, found.note) == (value, None)
    assert url_setting("url", found, NO_URL).value == PoolUrl("mysql", None, "app", "db", None, "shop")


def test_a_default_password_is_one_in_clear_and_is_not_shown() -> None:
    found = document("a: {url: 'mysql://app:${PW:-hunter2}@db/shop', pool_size: '${X:-5}'}\n").roots[0].table["a"]
    pool = pool_from(Engine(found.table), deployed_from(None), name="a")
    assert [misfit.kind for misfit in pool.misfits] == ["secret"]
    assert "hunter2" not in repr(pool)


def test_a_filled_in_number_is_no_misfit_and_one_in_quotes_is() -> None:
    found = document("a: {pool_size: '${X:-5}', max_overflow: '10'}\n").roots[0].table["a"]
    pool = pool_from(Engine(found.table), deployed_from(None), name="a")
    assert [(misfit.kind, misfit.option) for misfit in pool.misfits] == [("no number", "max_overflow")]
    assert pool.size == Setting(5, Place("app.yaml", 1), note=NOTE, word="pool_size")


def test_what_is_not_filled_in_is_the_same() -> None:
    plain_one = parse("app.yaml", Kind.YAML, "a: 5\n")
    assert filled(plain_one, ENVIRONMENT) is plain_one
    text = parse("run.sh", Kind.TEXT, "echo $X")
    assert filled(text, ENVIRONMENT) is text
    assert plain(document("a: costs $5\nb: [x, '${X:-1}']\n").roots[0]) == {"a": "costs $5", "b": ["x", 1]}


def test_plain_data() -> None:
    found = filled_value(located({"pool_size": "${X:-5}"}), {})
    assert setting("pool_size", found.table["pool_size"], whole_number, Setting(1)).value == 5


def test_an_alias_bomb_is_filled_in_as_small_as_it_is() -> None:
    lines = ["l0: &l0 {x: '${X:-1}'}"] + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 40)]
    (root,) = document("\n".join(lines)).roots
    bomb = root.table["l39"].value
    assert isinstance(bomb, tuple)
    assert bomb[0] is bomb[8]


def test_what_would_grow_without_end_is_refused() -> None:
    environment = {"X": Located("x" * 4000)}
    text = "a: [" + ", ".join(["'${X}${X}'"] * 2000) + "]"
    tracemalloc.start()
    try:
        with pytest.raises(CannotAuditError, match=r"app\.yaml: what is filled in makes too much of a settings file"):
            filled(parse("app.yaml", Kind.YAML, text), environment)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
