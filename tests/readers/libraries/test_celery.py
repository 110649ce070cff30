"""Celery's result backend: where it is said, in whose words, and which pool it has."""

from textwrap import dedent

import pytest

from poolaudit.facts.misfit import UNREAD
from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import celery
from tests.readers.libraries.engines import misfits, pools, versions

URL = "db+mysql+pymysql://shop@db1/results"


def read(text: str, kind: Kind = Kind.PYTHON, version: tuple[int, ...] | None = (5, 4, 0)) -> dict[str, Pool]:
    known = versions(celery=version) if version is not None else None
    return pools(celery, kind, f"# celery\n{dedent(text)}", project=known)


def only(text: str, kind: Kind = Kind.PYTHON, version: tuple[int, ...] | None = (5, 4, 0)) -> Pool:
    (pool,) = read(text, kind, version).values()
    return pool


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        (f"result_backend = '{URL}'", Kind.PYTHON, "app"),
        (f"CELERY_RESULT_BACKEND = '{URL}'", Kind.PYTHON, "app"),
        (f"class Config:\n    CELERY = {{'result_backend': '{URL}'}}", Kind.PYTHON, "app:Config.CELERY"),
        (f"from celery import Celery\napp = Celery('shop', backend='{URL}')", Kind.PYTHON, "app:app"),
        (f"app.conf.update(result_backend='{URL}')", Kind.PYTHON, "app:app"),
        (f"app.conf.update({{'result_backend': '{URL}'}})", Kind.PYTHON, "app:app"),
        (f"app.conf.result_backend = '{URL}'", Kind.PYTHON, "app:app"),
        (f"app.conf['result_backend'] = '{URL}'", Kind.PYTHON, "app:app"),
        (f"celery: {{result_backend: '{URL}'}}\n", Kind.YAML, "app:celery"),
        (f"CELERY_RESULT_BACKEND={URL}\n", Kind.ENV, "app"),
        (f"result_backend = 'database'\ndatabase_url = '{URL.removeprefix('db+')}'", Kind.PYTHON, "app"),
    ],
)
def test_where_it_is_said(text: str, kind: Kind, name: str) -> None:
    pool = only(text, kind)
    assert (pool.name, pool.url.value.host, pool.url.value.dialect) == (name, "db1", "mysql")


@pytest.mark.parametrize(
    "text",
    [
        "result_backend = 'redis://db1'\ndatabase_engine_options = {'pool_size': 3}",
        "broker_url = 'redis://db1'\nx = 'db+'",
        "result_backend = 'database'  # database_url",
        "y = 5",
        "other.update(result_backend='db+mysql://db1/x')",
    ],
)
def test_what_is_no_database(text: str) -> None:
    assert read(text) == {}


def test_what_does_not_speak_of_it_is_none() -> None:
    assert pools(celery, Kind.PYTHON, f"x = '{URL}'") == {}


def test_a_backend_that_is_not_known_counts_where_options_are_said() -> None:
    pool = only("import os\nresult_backend = os.environ['B']\ndatabase_engine_options = {'pool_size': 3}")
    assert (pool.size.value, pool.url.unknown) == (3, "environment variable B, no default")
    pool = only("database_engine_options = {'pool_size': 3}")
    assert (pool.size.value, pool.url.unknown) == (3, "no result_backend is said")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((5, 4, 0), {"app": (-1, False)}),
        ((5, 7, 0), {"app": (3600, True)}),
        (None, {"app Celery 5.6": (-1, False), "app Celery 5.7": (3600, True)}),
    ],
)
def test_its_defaults_are_those_of_its_version(
    version: tuple[int, ...] | None, expected: dict[str, tuple[int, bool]]
) -> None:
    found = read(f"result_backend = '{URL}'", version=version)
    assert {name: (one.recycle_seconds.value, one.pre_ping.value) for name, one in found.items()} == expected


def test_options_replace_the_defaults() -> None:
    pool = only(f"result_backend = '{URL}'\ndatabase_engine_options = {{'pool_size': 3}}", version=(5, 7, 0))
    assert (pool.size.value, pool.recycle_seconds.value, pool.pre_ping.value) == (3, -1, False)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("options()", "database_engine_options is what options() gives when the program runs"),
        ("5", "database_engine_options is no dict"),
        ("None", None),
    ],
)
def test_options_that_are_no_dict(options: str, why: str | None) -> None:
    assert only(f"result_backend = '{URL}'\ndatabase_engine_options = {options}").size.unknown == why


@pytest.mark.parametrize(
    ("pool", "kind"),
    [("prefork", "QueuePool"), ("gevent", "NullPool"), ("solo", "NullPool"), ("threads", "NullPool")],
)
def test_the_workers_pool_decides(pool: str, kind: str) -> None:
    options = "database_engine_options = {'pool_recycle': 300, 'echo': True}"
    found = only(f"result_backend = '{URL}'\nworker_pool = '{pool}'\n{options}")
    assert found.pool_class.value == kind
    assert misfits(found) == ([(UNREAD, 'database_engine_options["pool_recycle"]')] if kind == "NullPool" else [])


def test_a_workers_pool_that_is_not_known() -> None:
    pool = only(f"result_backend = '{URL}'\nworker_pool = kind()")
    assert pool.pool_class.unknown == "worker_pool decides: what kind() gives when the program runs"
