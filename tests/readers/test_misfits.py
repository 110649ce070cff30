"""What is said beside a pool's settings, with its place, and how it is written."""

from pathlib import Path
from textwrap import dedent

import pytest

from poolaudit.facts.misfit import (
    CLASS_AS_TEXT,
    FALSE_AS_TEXT,
    NO_NUMBER,
    REFUSED,
    REFUSED_VALUE,
    SECRET,
    UNKNOWN_OPTION,
    UNREAD,
    Misfit,
)
from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Place
from poolaudit.readers.application import overridden, read_application
from poolaudit.readers.url import password_in


def read(folder: Path, text: str) -> tuple[Pool, ...]:
    (folder / "app.yaml").write_text(dedent(text), encoding="utf-8")
    return tuple(one.pool for one in read_application("app.yaml"))


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


NULL_RECYCLE = Misfit(NO_NUMBER, "pool_recycle", "pool_recycle", Place("app.yaml", 1), "null", is_sure=False)
UNPREFIXED = Misfit(UNREAD, "pool_pre_ping", "pre_ping", Place("app.yaml", 2), is_sure=False)
NULL_POOL_OF_FIVE = Misfit(REFUSED, "pool_size", "pool_size", Place("app.yaml", 2), in_force="NullPool")


@pytest.mark.parametrize(
    ("text", "misfits"),
    [
        ("pool_size: 5\npool_recycle: 3600", []),
        ("poolclass: NullPool\npool_size: 5", [NULL_POOL_OF_FIVE]),
        ("pool_size: '5'", [Misfit(NO_NUMBER, "pool_size", "pool_size", Place("app.yaml", 1), "5", is_sure=False)]),
        ("pool_size: five", []),
        ("pool_size: ${SIZE}", []),
        ("pool_recycle: null", [NULL_RECYCLE]),
        ("pool_timeout: null", []),
        ("pool_pre_ping: 'no'", [Misfit(FALSE_AS_TEXT, "pool_pre_ping", "pool_pre_ping", Place("app.yaml", 1))]),
        ("pool_pre_ping: no", []),
        ("pool_size: 5\npool_recylce: 60", [Misfit(UNREAD, "pool_recycle", "pool_recylce", Place("app.yaml", 2))]),
        ("pool_size: 5\npre_ping: true", [UNPREFIXED]),
        ("pool_size: 5\nmax_pool_size: 6\nmin_pool_size: 1\nsize: 3\ntimeout: 4", []),
        ("pool_size: 5\npassword: hunter2", [Misfit(SECRET, "password", "password", Place("app.yaml", 2))]),
        ("url: mysql://app:hunter2@db/shop", [Misfit(SECRET, "url", "url", Place("app.yaml", 1))]),
        ("url: !secret shop\npool_size: 5\npassword: !vault x", []),
    ],
)  # fmt: skip
def test_of_sqlalchemys_words(tmp_path: Path, text: str, misfits: list[Misfit]) -> None:
    (pool,) = read(tmp_path, text)
    assert list(pool.misfits) == misfits


OPTIONS = """\
SQLALCHEMY_DATABASE_URI: mysql://app@db/shop
SQLALCHEMY_ENGINE_OPTIONS: {{{}}}
deployment: {{flask_sqlalchemy: '{}'}}
"""


@pytest.mark.parametrize(
    ("option", "version", "kind", "word"),
    [
        ("recycle: 5", "3.1", UNKNOWN_OPTION, 'SQLALCHEMY_ENGINE_OPTIONS["recycle"]'),
        ("max_pool_size: 5", "3.1", UNKNOWN_OPTION, 'SQLALCHEMY_ENGINE_OPTIONS["max_pool_size"]'),
        ("pool_size: '5'", "2.5", NO_NUMBER, 'SQLALCHEMY_ENGINE_OPTIONS["pool_size"]'),
        ("pool_size: '5.5'", "3.1", REFUSED_VALUE, 'SQLALCHEMY_ENGINE_OPTIONS["pool_size"]'),
        ("poolclass: !!python/name:sqlalchemy.pool.NullPool ''", "2.5", REFUSED, "pool_size"),
        ("poolclass: NullPool", "3.1", CLASS_AS_TEXT, 'SQLALCHEMY_ENGINE_OPTIONS["poolclass"]'),
        ("fancy: 1", "3.1", UNKNOWN_OPTION, 'SQLALCHEMY_ENGINE_OPTIONS["fancy"]'),
    ],
)
def test_of_flasks_engine_options(tmp_path: Path, option: str, version: str, kind: str, word: str) -> None:
    (pool,) = read(tmp_path, OPTIONS.format(option, version))
    assert [(one.kind, one.word) for one in pool.misfits] == [(kind, word)]


def test_of_flasks_old_keys_by_reading(tmp_path: Path) -> None:
    second, third = read(tmp_path, "SQLALCHEMY_POOL_SIZE: 7\nSQLALCHEMY_POOL_TIMEOUT: null")
    assert second.misfits == ()
    said = 'SQLALCHEMY_ENGINE_OPTIONS: {"pool_size": …}'
    expected = Misfit(UNREAD, "pool_size", "SQLALCHEMY_POOL_SIZE", Place("app.yaml", 1), in_force=said, is_sure=False)
    assert third.misfits == (expected,)


def test_an_option_of_the_command_line_puts_its_own_in_force(tmp_path: Path) -> None:
    read(tmp_path, "pool_size: '5'\npool_recycle: '60'\npassword: hunter2")
    (found,) = overridden(read_application("app.yaml"), pool_size=5)
    assert [one.option for one in found.pool.misfits] == ["pool_recycle", "password"]


def test_the_isolation_level(tmp_path: Path) -> None:
    (own,) = read(tmp_path, "pool_size: 5\nisolation_level: autocommit")
    (among,) = read(tmp_path, "pool_size: 5\nexecution_options:\n  isolation_level: READ COMMITTED")
    (neither,) = read(tmp_path, "pool_size: 5\nexecution_options: {}")
    assert (own.isolation_level.value, own.isolation_level.origin) == ("AUTOCOMMIT", "app.yaml:2")
    assert (among.isolation_level.value, among.isolation_level.origin) == ("READ COMMITTED", "app.yaml:3")
    assert (neither.isolation_level.value, neither.isolation_level.is_default) == (None, True)
    (wrong,) = read(tmp_path, "pool_size: 5\nisolation_level: 5")
    assert wrong.isolation_level.unknown == "its value is a number, no isolation level"


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("mysql://u:p@h/d", "p"),
        ("mysql+pymysql://u:p%40q/r@h:3306/d?charset=utf8", "p%40q/r"),
        ("mysql://u@h/d", ""),
        ("mysql://h:3306/d", ""),
        ("mysql://h/d?password=p&x=1", "p"),
        ("no url", ""),
        ("mysql://u:p@h/" + "d" * 5000, ""),
    ],
)
def test_a_urls_password(text: str, password: str) -> None:
    assert password_in(text) == password
