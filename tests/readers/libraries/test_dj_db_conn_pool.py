"""dj_db_conn_pool: what POOL_OPTIONS and setup() say, and which keys are dropped."""

import pytest

from poolaudit.facts.misfit import UNREAD
from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import dj_db_conn_pool
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Module
from tests.readers.libraries.engines import misfits, pools

ENGINE = "'ENGINE': 'dj_db_conn_pool.backends.mysql', 'HOST': 'db1'"
HEAD = "import dj_db_conn_pool\n"
DEFAULTS = (10, 10, 30, 900, True)


def only(said: str, head: str = HEAD) -> Pool:
    text = f"{head}DATABASES = {{'default': {{{ENGINE}{said}}}, 'other': {{'ENGINE': 'django.db.backends.mysql'}}}}"
    (pool,) = pools(dj_db_conn_pool, Kind.PYTHON, text, path="settings.py").values()
    return pool


def in_force(pool: Pool) -> tuple[object, ...]:
    every = (pool.size, pool.max_overflow, pool.checkout_timeout_seconds, pool.recycle_seconds, pool.pre_ping)
    return tuple(one.value for one in every)


def test_its_defaults() -> None:
    assert in_force(only("")) == DEFAULTS


def test_pool_options() -> None:
    said = "'POOL_SIZE': 5, 'MAX_OVERFLOW': 2, 'TIMEOUT': 3, 'RECYCLE': 60, 'PRE_PING': False, 'ECHO': True"
    pool = only(f", 'POOL_OPTIONS': {{{said}}}")
    assert in_force(pool) == (5, 2, 3, 60, False)
    assert misfits(pool) == []


def test_setup_changes_the_defaults_and_pool_options_beat_it() -> None:
    head = f"{HEAD}dj_db_conn_pool.setup(pool_size=7, max_overflow=1, other=3)\n"
    assert in_force(only(", 'POOL_OPTIONS': {'POOL_SIZE': 5}", head)) == (5, 1, 30, 900, True)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("pool_size", "POOL_SIZE"),
        ("POOL_RECYCLE", "RECYCLE"),
        ("pool_timeout", "TIMEOUT"),
        ("OVERFLOW", "MAX_OVERFLOW"),
    ],
)
def test_a_key_that_is_dropped(key: str, meant: str) -> None:
    pool = only(f", 'POOL_OPTIONS': {{'{key}': 5, 'unheard': 3}}")
    assert in_force(pool) == DEFAULTS
    assert [(one.kind, one.word, one.in_force) for one in pool.misfits] == [
        (UNREAD, f'POOL_OPTIONS["{key}"]', f'POOL_OPTIONS["{meant}"]')
    ]


def test_options_that_are_not_known() -> None:
    pool = only(", 'POOL_OPTIONS': options()")
    assert pool.size.unknown == "POOL_OPTIONS: what options() gives when the program runs"
    assert pool.url.value.host == "db1"


def test_a_data_file() -> None:
    text = "DATABASES: {default: {ENGINE: dj_db_conn_pool.backends.mysql, POOL_OPTIONS: {POOL_SIZE: 3}}}\n"
    (pool,) = pools(dj_db_conn_pool, Kind.YAML, text).values()
    assert pool.size.value == 3


def test_what_is_none() -> None:
    assert pools(dj_db_conn_pool, Kind.PYTHON, "DATABASES = {'a': {'ENGINE': 'django.db.backends.mysql'}}") == {}
    assert pools(dj_db_conn_pool, Kind.PYTHON, "x = 5") == {}


def test_settings_that_all_others_change_are_no_pool() -> None:
    other = Module("settings/production.py", "from .base import *\nDATABASES = {}")
    project = Project(modules=lambda name, _path: other if name == ".production" else None)
    text = f"DATABASES = {{'default': {{{ENGINE}}}}}"
    assert pools(dj_db_conn_pool, Kind.PYTHON, text, path="settings/base.py", project=project) == {}
