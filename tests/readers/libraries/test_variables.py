"""Variables of MLflow's, Dify's and applications' own."""

import pytest

from poolaudit.facts.misfit import REFUSED_VALUE, UNREAD
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import dify, environment_words, mlflow
from tests.readers.libraries.engines import misfits, pools


def test_a_class_that_mlflow_does_not_know_is_refused() -> None:
    (pool,) = pools(mlflow, Kind.ENV, "MLFLOW_SQLALCHEMYSTORE_POOLCLASS=sqlalchemy.pool.NullPool\n").values()
    assert pool.pool_class.unknown == "its value names none of SQLAlchemy's pools"
    assert misfits(pool) == [(REFUSED_VALUE, "MLFLOW_SQLALCHEMYSTORE_POOLCLASS")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MLFLOW_SQLALCHEMYSTORE_POOL_TIMEOUT=5", [(UNREAD, "MLFLOW_SQLALCHEMYSTORE_POOL_TIMEOUT")]),
        ("MLFLOW_SQLALCHEMYSTORE_POOL_SIZE=five", [(REFUSED_VALUE, "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE")]),
        ("MLFLOW_SQLALCHEMYSTORE_POOL_SIZE=0", [(UNREAD, "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE=0")]),
        ("MLFLOW_SQLALCHEMYSTORE_POOL_SIZE=", []),
        ("MLFLOW_SQLALCHEMYSTORE_POOL_SIZE=5\nMLFLOW_SQLALCHEMYSTORE_POOLCLASS=", []),
    ],
)
def test_what_mlflow_does_not_take(text: str, found: list[tuple[str, str]]) -> None:
    (pool,) = pools(mlflow, Kind.ENV, f"{text}\n").values()
    assert misfits(pool) == found
    assert pool.pre_ping.value is True


def test_a_class_from_elsewhere_is_not_known() -> None:
    (pool,) = pools(mlflow, Kind.ENV, "MLFLOW_SQLALCHEMYSTORE_POOLCLASS=${CLASS}\n").values()
    assert pool.pool_class.unknown == "environment variable CLASS, no default"


def test_a_tracking_server_is_no_database() -> None:
    text = "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE=5\nMLFLOW_TRACKING_URI=https://mlflow.example\n"
    (pool,) = pools(mlflow, Kind.ENV, text).values()
    assert pool.url.unknown == "no url is said"


DIFY = "CONSOLE_API_URL=x\nVECTOR_STORE=y\nSQLALCHEMY_POOL_SIZE=5\n"


@pytest.mark.parametrize(
    ("kind", "dialect"), [("", "postgresql"), ("DB_TYPE=mysql\n", "mysql"), ("DB_TYPE=postgresql\n", "postgresql")]
)
def test_difys_database_is_postgresql_where_nothing_says_mysql(kind: str, dialect: str) -> None:
    (pool,) = pools(dify, Kind.ENV, DIFY + kind).values()
    assert pool.url.value.dialect == dialect


def test_difys_database_may_not_be_known() -> None:
    (pool,) = pools(dify, Kind.ENV, f"{DIFY}DB_TYPE=${{KIND}}\n").values()
    assert pool.url.unknown == "DB_TYPE is environment variable KIND, no default"


@pytest.mark.parametrize("text", ["SQLALCHEMY_POOL_SIZE=5\n", "CONSOLE_API_URL=x\nVECTOR_STORE=y\n"])
def test_what_is_not_difys(text: str) -> None:
    assert pools(dify, Kind.ENV, text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "WORKER_POOL_SIZE=4",
        "REDIS_POOL_SIZE=4\nDATABASE_URL=mysql://db/x",
        "CACHE_DB_POOL_SIZE=3",
        "POOL_SIZE=4",
        "SHOP_POOL_SIZE=4",
        "QUEUE_URL=amqp://q\nQUEUE_POOL_RECYCLE=4",
        "OPTIONS={}",
        "DB_OPTIONS={not json",
        "DB_POOL_SIZE=",
    ],
)
def test_what_is_no_pool_of_a_database(text: str) -> None:
    assert pools(environment_words, Kind.ENV, f"{text}\n", path=".env") == {}


@pytest.mark.parametrize(
    ("text", "size", "dialect"),
    [
        ("SHOP_POOL_SIZE=4\nSHOP_DATABASE_URL=mysql+pymysql://db/x", 4, "mysql"),
        ("SHOP_SQLALCHEMY_POOL_SIZE=4\nDATABASE_URL=mariadb://db/x", 4, "mariadb"),
        ("MYSQL_POOL_SIZE=4", 4, "mysql"),
        ("PG_POOL_SIZE=4\nDATABASE_URL=mysql://db/x", 4, "postgresql"),
        ("DB_POOLSIZE=4\nDB_TYPE=mysql2\nDB_HOST=db\nDB_PORT=3306\nDB_NAME=shop", 4, "mysql"),
        ("POOL_SIZE=4\nPOOL_RECYCLE=5\nMYSQL_HOST=db", 4, "mysql"),
        ('SHOP_DB={"pool_size": 4}\nDATABASE_URL=mysql://db/x', 4, "mysql"),
        ('DB_POOL_RECYCLE=5\nDB_OPTIONS={"pool_size": 4}\nDB_URL=mysql://db/x', 4, "mysql"),
    ],
)
def test_what_is(text: str, size: int, dialect: str) -> None:
    (pool,) = pools(environment_words, Kind.ENV, f"{text}\n", path=".env").values()
    assert (pool.name, pool.size.value, pool.url.value.dialect) == (".env", size, dialect)


def test_texts_are_taken_as_most_applications_do() -> None:
    text = "DB_POOL_PRE_PING=no\nDB_POOL_SIZE=many\nDB_POOL_CLASS=NullPool\n"
    (pool,) = pools(environment_words, Kind.ENV, text, path=".env").values()
    assert (pool.pre_ping.value, pool.pool_class.value) == (False, "NullPool")


def test_a_url_that_names_no_database_leaves_the_group_out() -> None:
    text = "DB_URL=redis://cache\nDB_POOL_SIZE=3\n"
    assert pools(environment_words, Kind.ENV, text, path=".env") == {}
