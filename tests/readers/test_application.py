"""Applications' files as a whole: which mappings are pools, what stands above them, and what options lay over them."""

import os
import tempfile
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.errors import CannotAuditError
from poolaudit.facts.fit import Deployment
from poolaudit.facts.pool import PoolUrl
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.application import (
    deployment_from_words,
    deployments_from_words,
    overridden,
    read_application,
)
from poolaudit.readers.libraries.flask import FLASK_WORDS
from poolaudit.readers.libraries.sqlalchemy_words import MOST_HEADINGS
from poolaudit.readers.misfits import POOL_WORDS

CANARY = "hunter2CANARY"


def read(folder: Path, text: str) -> tuple[Deployment, ...]:
    (folder / "app.yaml").write_text(dedent(text), encoding="utf-8")
    os.chdir(folder)
    return read_application("app.yaml")


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_file_of_the_first_incident(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path,
        f"""\
        url: mysql+pymysql://todo:{CANARY}@db/todo?password={CANARY}
        pool_size: 5
        max_overflow: 0
        pool_timeout: 30
        pool_recycle: -1
        deployment:
          processes: 1
        """,
    )
    pool = found.pool
    assert pool.name == "app.yaml"
    assert pool.size == Setting(5, Place("app.yaml", 2), word="pool_size")
    assert pool.recycle_seconds.origin == "app.yaml:5"
    assert pool.pre_ping.origin == "SQLAlchemy's default"
    assert (found.processes.origin, found.hosts.origin) == ("app.yaml:7", "poolaudit's default")
    assert found.multiplication == "app.yaml: (5 + 0) × 1 process × 1 host = 5"
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("pool_size: 5", ["app.yaml"]),
        ("database: {pool_size: 5}", ["app.yaml:database"]),
        ("pool_size: 5\ndb: {pool_size: 3}", ["app.yaml", "app.yaml:db"]),
        ("a: {b: {pool_pre_ping: true}}", ["app.yaml:a.b"]),
        ("dbs:\n- pool_size: 1\n- x\n- pool_size: 2", ["app.yaml:dbs[0]", "app.yaml:dbs[2]"]),
        ("x: 1\n---\ndb: {pool_size: 1}", ["app.yaml[2]:db"]),
        ("url: mysql://db/shop", ["app.yaml"]),
        ("db: {url: 'postgresql://db/shop'}", ["app.yaml:db"]),
        ("db:\n  url: mysql://db/shop\n  pool: {pool_size: 5}", ["app.yaml:db.pool"]),
        ("redis: {pool_size: 5}\ndb: {pool_size: 5}", ["app.yaml:db"]),
        ("redis: {pool_size: 5, url: 'mysql://db/shop'}", ["app.yaml:redis"]),
        ("default: &default {pool_size: 5}\nlive: {<<: *default}", ["app.yaml:live"]),
        ("main: &main {pool_size: 5}\nreports: {<<: *main}", ["app.yaml:main", "app.yaml:reports"]),
        ("one: &one {pool_size: 5}\ntwo: *one", ["app.yaml:one", "app.yaml:two"]),
        (f"'mysql://u:{CANARY}@db': {{pool_size: 5}}", ["app.yaml:[0]"]),
        ("SQLALCHEMY_ENGINE_OPTIONS: {pool_size: 5}", ["app.yaml"]),
        ("数据库: {pool_size: 5}", ["app.yaml:数据库"]),
    ],
)
def test_which_mappings_are_pools(tmp_path: Path, text: str, names: list[str]) -> None:
    assert [found.pool.name for found in read(tmp_path, text)] == names


@pytest.mark.parametrize(
    "text",
    ["", "x: 1", "redis: {pool_size: 5}", "url: http://shop", "[1, 2]", "just text", "deployment: {processes: 4}"],
)
def test_no_pool(tmp_path: Path, text: str) -> None:
    with pytest.raises(CannotAuditError, match=r"app\.yaml says nothing of a pool; .*pool_size, max_overflow"):
        read(tmp_path, text)


def test_the_nearest_url_and_deployment_count(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        """\
        url: mysql://all@db/shop
        deployment: {processes: 4}
        web:
          pool_size: 5
        jobs:
          url: mysql://jobs@db/shop
          pool_size: 2
          deployment: {processes: 1, hosts: 2}
        """,
    )
    assert (first.pool.url.value.user, first.copies) == ("all", 4)
    assert (second.pool.url.value.user, second.copies) == ("jobs", 2)
    assert first.pool.place == Place("app.yaml", 3)


def test_flask_keys(tmp_path: Path) -> None:
    text = "SQLALCHEMY_DATABASE_URI: mysql+pymysql://app:x@db/shop\nSQLALCHEMY_POOL_SIZE: 1\n"
    second, third = read(tmp_path, text)
    assert (second.pool.reading, second.pool.size.origin) == ("Flask-SQLAlchemy 2", "app.yaml:2")
    assert (third.pool.reading, third.pool.size.origin) == ("Flask-SQLAlchemy 3", "SQLAlchemy's default")
    (known,) = read(tmp_path, text + "deployment: {flask_sqlalchemy: '2.5'}\n")
    assert (known.pool.reading, known.pool.size.value) == (None, 1)


def test_sqlalchemys_words_beside_flasks_uri(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "SQLALCHEMY_DATABASE_URI: mysql://app@db/shop\npool_size: 3\n")
    assert (found.pool.library, found.pool.size.value, found.pool.url.value.user) == ("sqlalchemy", 3, "app")


def test_an_alias_bomb_of_headings_is_refused(tmp_path: Path) -> None:
    lines = ["l0: &l0 {pool_size: 1}"]
    lines += [f"l{n}: &l{n} {{{', '.join(f'k{k}: *l{n - 1}' for k in range(9))}}}" for n in range(1, 9)]
    with pytest.raises(CannotAuditError, match="aliases make too many headings"):
        read(tmp_path, "\n".join(lines))


@pytest.mark.slow
def test_many_pools_are_read(tmp_path: Path) -> None:
    text = "".join(f"db{n}: {{pool_size: {n}}}\n" for n in range(2000))
    assert len(read(tmp_path, text)) == 2000 < MOST_HEADINGS


def test_words_of_a_plain_mapping_are_given_to_a_scan() -> None:
    found = deployment_from_words({"pool_size": 3, "name": "web", "deployment": {"processes": 2}}, "web")
    assert (found.pool.name, found.pool.size, found.copies) == ("web", Setting(3, word="pool_size"), 2)
    assert found.pool.url.value == PoolUrl("mysql")
    assert found.pool.is_mysql


def test_a_plain_mapping_with_two_readings() -> None:
    words = {"SQLALCHEMY_POOL_SIZE": 3}
    assert len(deployments_from_words(words, "web")) == 2
    with pytest.raises(ValueError, match="unpack"):
        deployment_from_words(words, "web")


def test_no_options_change_nothing_but_the_url() -> None:
    assert overridden(()) == ()
    found = deployment_from_words({"url": "mysql://app@db/shop", "pool_size": 3}, "web")
    assert overridden([found], pool_size=None) == (found,)


def test_a_pool_given_to_a_scan_without_a_url_leads_there(tmp_path: Path) -> None:
    (found,) = overridden(read(tmp_path, "url: ${DATABASE_URL}\npool_size: 3"))
    assert found.pool.url.value == PoolUrl("mysql")
    note = (
        "taken to lead to the scanned server, for the url is not known: environment variable DATABASE_URL, no default"
    )
    assert (found.pool.url.note, found.pool.url.origin) == (note, "app.yaml:1")


def test_a_pool_of_another_database_leads_there_still() -> None:
    (found,) = overridden([deployment_from_words({"url": "postgresql://app@db/shop"}, "web")])
    assert found.pool.leads_elsewhere


def test_options_replace_settings() -> None:
    before = deployment_from_words({"pool_size": 3, "deployment": {"processes": 2, "hosts": 3}}, "web")
    (after,) = overridden(
        [before], pool_size=7, max_overflow=-1, pool_recycle=60, pool_timeout=0.5, pool_pre_ping=False,
        processes=5, threads=8, request_timeout=30,
    )  # fmt: skip
    assert after.pool.size == Setting(7, Place("--pool-size"), word="pool_size")
    assert (after.pool.max_overflow.value, after.pool.recycle_seconds.value) == (-1, 60)
    assert after.pool.checkout_timeout_seconds.value == 0.5
    assert (after.pool.pre_ping.value, after.pool.pre_ping.origin) == (False, "--no-pool-pre-ping")
    assert (after.processes.value, after.hosts.value) == (5, 3)
    assert (after.pool.threads.value, after.pool.request_timeout_seconds.value) == (8, 30)


def test_options_alone_make_a_pool() -> None:
    (found,) = overridden((), pool_size=3, processes=4)
    assert found.multiplication == "command line: (3 + 10) × 4 processes × 1 host = 52"
    assert found.pool.max_overflow.origin == "SQLAlchemy's default"


def test_a_pool_without_sizes_takes_none() -> None:
    (found,) = overridden([deployment_from_words({"poolclass": "NullPool"}, "web")], pool_size=3, threads=4)
    assert found.pool.size.unknown == "NullPool has no pool_size"
    assert found.pool.ceiling_connections == 4


WORDS = st.sampled_from(
    (
        *POOL_WORDS,
        *FLASK_WORDS,
        "url",
        "deployment",
        "processes",
        "hosts",
        "sqlalchemy",
        "db",
        "redis",
        "<<",
        "pool_recylce",
    )
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["${X:-5}", "5", "NullPool", "mysql://u:p@h/d", "sqlite://", "{{ x }}", "!secret x", "*a", "&a 5"]),
)  # fmt: skip
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=20
)


def read_bytes(content: bytes) -> tuple[Deployment, ...]:
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(content)
        file.flush()
        return read_application(file.name)


def names_of(content: bytes) -> list[str]:
    """Read a file and look at all that its pools say; nothing but CannotAuditError may come of it."""
    try:
        found = overridden(read_bytes(content), processes=2)
    except CannotAuditError as error:
        return [error.message]
    return [repr(one) + one.pool.label + one.pool.url.origin for one in found]


@given(DATA)
def test_any_settings_are_read_or_refused(data: object) -> None:
    assert all(isinstance(name, str) for name in names_of(yaml.safe_dump(data).encode()))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert all(isinstance(name, str) for name in names_of(content))


@given(st.lists(st.tuples(WORDS, st.sampled_from([": ", ":\n  ", ": &a ", ": *a ", ": [", ": {", "\n- "]), SCALARS)))
def test_any_text_is_read_or_refused(lines: list[tuple[str, str, object]]) -> None:
    text = "\n".join(f"{word}{sign}{value}" for word, sign, value in lines)
    assert all(isinstance(name, str) for name in names_of(text.encode(errors="replace")))


PLACES_OF_A_PASSWORD = (
    "url: mysql://u:{}@h/d\npool_size: 1",
    "url: 'mysql://u:{}@h/d'",
    'pool_size: 1\nurl: "mysql://h/?passwd={}"',
    "url: {}\npool_size: 1",
    "password: {}\npool_size: 1",
    "pool_size: {}",
    "'mysql://u:{}@h/d': {{pool_size: 1}}",
    "a: {}",
)


@given(
    password=st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: f"CAN{text}$SECRET_ARY"),
    form=st.sampled_from(PLACES_OF_A_PASSWORD),
)
def test_no_password_gets_out(password: str, form: str) -> None:
    shown = "".join(names_of(form.format(password).encode()))
    assert password not in shown
    assert "SECRET_ARY" not in shown or form == "pool_size: {}"


def test_options_take_kinds_of_process_together() -> None:
    """How many processes there are in all is then said; how many hosts is said of each kind."""
    web = deployment_from_words({"url": "mysql://app@db/shop", "deployment": {"processes": 4, "threads": 2}}, "app")
    kinds = (web._replace(process="web"), web._replace(process="worker", threads=Setting(9)))
    (together,) = overridden(kinds, processes=6)
    assert (together.process, together.processes.value) == ("", 6)
    each = overridden(kinds, hosts=3, threads=5)
    assert [(one.process, one.copies, one.carried.threads.value) for one in each] == [("web", 12, 5), ("worker", 12, 5)]
    (unused,) = overridden([web._replace(processes=Setting(0))], processes=6)
    assert unused.copies == 0
