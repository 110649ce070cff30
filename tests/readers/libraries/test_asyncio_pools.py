"""Pools of aiomysql and asyncmy, and those that `databases` makes of a URL."""

import pytest

from poolaudit.facts.pool import ASYNCIO_POOL, Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import asyncio_pools
from tests.readers.libraries.engines import pools

HEAD = "import aiomysql, asyncmy, asyncmy.pool, os\nfrom databases import Database\n"
RUNS = "when the program runs"


def read(text: str) -> dict[str, Pool]:
    return pools(asyncio_pools, Kind.PYTHON, HEAD + text, path="db.py")


def only(text: str) -> Pool:
    (pool,) = read(text).values()
    return pool


@pytest.mark.parametrize(
    ("call", "size", "recycle"),
    [
        ("aiomysql.create_pool(host='db1')", 10, -1),
        ("aiomysql.create_pool(1, 20, False, 300, host='db1')", 20, 300),
        ("aiomysql.create_pool(minsize=2, maxsize=20, pool_recycle=300, host='db1')", 20, 300),
        ("asyncmy.create_pool(host='db1')", 10, 3600),
        ("asyncmy.create_pool(1, 20, host='db1')", 20, 3600),
        ("asyncmy.create_pool(1, 20, False, 300, host='db1')", 20, 300),
        ("asyncmy.pool.create_pool(1, 20, False, 300, host='db1')", 20, 300),
        ("asyncmy.Pool(1, 20, 300, False, host='db1')", 20, 300),
    ],
)
def test_a_call(call: str, size: int, recycle: int) -> None:
    pool = only(f"pool = {call}")
    assert (pool.size.value, pool.recycle_seconds.value, pool.url.value.host) == (size, recycle, "db1")
    assert pool.pool_class.value == ASYNCIO_POOL


def test_there_is_no_overflow_and_no_ping() -> None:
    pool = only("pool = asyncmy.create_pool(host='db1')")
    assert pool.max_overflow.unknown == "a pool of asyncmy has no overflow"
    assert pool.pre_ping.unknown is not None
    assert pool.checkout_timeout_seconds.value is None


def test_a_recycle_counts_from_the_last_use() -> None:
    assert only("pool = aiomysql.create_pool(pool_recycle=300)").recycle_seconds.note == asyncio_pools.IDLE
    pool = only("pool = aiomysql.create_pool(pool_recycle=os.getenv('R', 300))")
    assert pool.recycle_seconds.note == f"the default of environment variable R; {asyncio_pools.IDLE}"


def test_what_may_be_handed_on_is_no_default() -> None:
    pool = only("pool = aiomysql.create_pool(maxsize=3, **options())")
    assert pool.size.value == 3
    for setting in (pool.recycle_seconds, pool.url):
        assert setting.unknown == f"what options() gives {RUNS}, handed on as **options"


@pytest.mark.parametrize(
    ("said", "host", "database"),
    [
        ("", "localhost", ""),
        ("host='db1', port=3307, user='shop', db='shop'", "db1", "shop"),
        ("host='db1', database='shop', password=None", "db1", "shop"),
    ],
)
def test_where_it_leads(said: str, host: str, database: str) -> None:
    url = only(f"pool = aiomysql.create_pool({said})").url.value
    assert (url.host, url.database or "") == (host, database)


def test_where_it_leads_by_a_socket() -> None:
    url = only("pool = aiomysql.create_pool(unix_socket='/run/my.sock', db='shop')").url.value
    assert (url.host, dict(url.query)) == (None, {"unix_socket": "/run/my.sock"})


@pytest.mark.parametrize("said", ["read_default_file='~/.my.cnf'", "host=os.environ['HOST'], db='shop'"])
def test_where_it_leads_is_not_known(said: str) -> None:
    pool = only(f"pool = aiomysql.create_pool({said})")
    assert not pool.url.is_known or pool.url.value.host is None


def test_a_password_in_clear() -> None:
    pool = only("pool = aiomysql.create_pool(host='db1', password='hunter2')")
    assert [(one.kind, one.word) for one in pool.misfits] == [("secret", "password")]
    assert "hunter2" not in repr(pool)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pool = aiomysql.create_pool()", "db.py:pool"),
        ("def start():\n    return aiomysql.create_pool()", "db.py:start"),
        ("class App:\n    def start(self):\n        self.pool = aiomysql.create_pool()", "db.py:App.pool"),
        ("aiomysql.create_pool()", "db.py:line 3"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert list(read(text)) == [name]


@pytest.mark.parametrize(
    ("arguments", "size", "recycle"),
    [
        ("'mysql://db1/shop'", 10, -1),
        ("'mysql+asyncmy://db1/shop'", 10, 3600),
        ("'mysql://db1/shop?min_size=2&max_size=20&pool_recycle=300&ssl=true'", 20, 300),
        ("'mysql://db1/shop?max_size=20', max_size=7", 7, -1),
        ("url='mysql://db1/shop', min_size=1, max_size=7, pool_recycle=60", 7, 60),
    ],
)
def test_a_database_of_databases(arguments: str, size: int, recycle: int) -> None:
    pool = only(f"db = Database({arguments})")
    assert (pool.size.value, pool.recycle_seconds.value, pool.url.value.host) == (size, recycle, "db1")


def test_a_database_whose_url_is_not_known() -> None:
    pool = only("db = Database(os.environ['URL'], max_size=7)")
    assert (pool.size.value, pool.recycle_seconds.unknown) == (7, "the URL, which names the driver, is not known")
    assert pool.url.unknown == "environment variable URL, no default"


def test_what_is_none() -> None:
    assert read("db = Database()") == {}
    assert pools(asyncio_pools, Kind.PYTHON, "import sqlalchemy") == {}
    assert pools(asyncio_pools, Kind.YAML, "databases: {}") == {}
