"""peewee's pooled databases: their classes, URLs, and headings of data files."""

from textwrap import dedent

import pytest

from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import peewee
from tests.readers.libraries.engines import misfits, pools

HEAD = "from playhouse.pool import PooledMySQLDatabase\nfrom playhouse.db_url import connect\n"


def only(text: str) -> Pool:
    (pool,) = pools(peewee, Kind.PYTHON, HEAD + dedent(text), path="db.py").values()
    return pool


@pytest.mark.parametrize(
    ("said", "size", "recycle", "timeout"),
    [
        ("", 20, -1, 0),
        (", max_connections=7, stale_timeout=300, timeout=10", 7, 300, 10),
        (", 7, 300, 10", 7, 300, 10),
        (", max_connections='7'", 7, -1, 0),
        (", max_connections=None, stale_timeout=0, timeout=0", 0, -1, None),
        (", timeout=None", 20, -1, 0),
    ],
)
def test_a_class(said: str, size: int, recycle: int, timeout: int | None) -> None:
    pool = only(f"db = PooledMySQLDatabase('shop'{said}, host='db1')")
    assert (pool.size.value, pool.recycle_seconds.value, pool.checkout_timeout_seconds.value) == (
        size,
        recycle,
        timeout,
    )
    assert pool.url.value.host == "db1"


def test_a_class_whose_options_are_not_known() -> None:
    pool = only("db = PooledMySQLDatabase('shop', host='db1', max_connections=limit(), **more)")
    assert pool.size.unknown == "what limit() gives when the program runs"
    assert pool.recycle_seconds.unknown == "more is not said in this file, handed on as **options"


def test_a_database_that_is_named_later() -> None:
    assert only("db = PooledMySQLDatabase(None, max_connections=7)").url.unknown == "init() says where it leads"


def test_words_of_sqlalchemy() -> None:
    pool = only("db = PooledMySQLDatabase('shop', pool_size=7, max_overflow=3)")
    assert sorted(word for _, word in misfits(pool)) == ["max_overflow", "pool_size"]


@pytest.mark.parametrize(
    ("url", "size", "dialect"),
    [
        ("mysql+pool://shop@db1/shop?max_connections=7", 7, "mysql"),
        ("mysqlconnector+pool://shop@db1/shop", 20, "mysql"),
    ],
)
def test_a_url(url: str, size: int, dialect: str) -> None:
    pool = only(f"db = connect('{url}')")
    assert (pool.size.value, pool.url.value.dialect) == (size, dialect)


def test_a_url_without_a_pool() -> None:
    assert pools(peewee, Kind.PYTHON, f"{HEAD}db = connect('mysql://shop@db1/shop')\nother = connect()") == {}


def test_a_url_that_is_not_known() -> None:
    pool = only("import os\ndb = connect(os.environ['URL'], max_connections=7)")
    assert pool.size.value == 7
    assert pool.url.unknown == "environment variable URL, no default"


def test_a_heading() -> None:
    text = "mysql: {database: shop, host: db1, max_connections: 7, stale_timeout: 300}\nother: {size: 5}\n"
    (pool,) = pools(peewee, Kind.YAML, text).values()
    assert (pool.size.value, pool.recycle_seconds.value, pool.url.value.host) == (7, 300, "db1")


def test_what_is_none() -> None:
    assert pools(peewee, Kind.PYTHON, "db = 5") == {}
    assert pools(peewee, Kind.INI, "[mysql]\nstale_timeout = 5\n") == {}
