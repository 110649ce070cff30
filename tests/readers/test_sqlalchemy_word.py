"""What the installed SQLAlchemy says it takes, beside what was measured on its versions."""

import pytest

from poolaudit.readers.sqlalchemy_word import refused, version

SIZES = ("pool_size", "max_overflow", "pool_timeout")


@pytest.mark.parametrize(
    ("pool_class", "words", "expected"),
    [
        (None, [*SIZES, "pool_recycle", "pool_pre_ping", "pool_use_lifo", "pool_reset_on_return"], set()),
        ("QueuePool", SIZES, set()),
        ("AsyncAdaptedQueuePool", SIZES, set()),
        ("NullPool", [*SIZES, "pool_use_lifo", "pool_recycle", "pool_pre_ping"], {*SIZES, "pool_use_lifo"}),
        ("StaticPool", SIZES, set(SIZES)),
        ("AssertionPool", SIZES, set(SIZES)),
        ("SingletonThreadPool", SIZES, {"max_overflow", "pool_timeout"}),
        (None, ["size", "pre_ping", "pool_max_overflow", "pool_size"], {"size", "pre_ping", "pool_max_overflow"}),
        (None, ["echo", "future", "isolation_level", "connect_args", "execution_options", "json_serializer"], set()),
        ("no such pool", ["pool_size"], set()),
    ],
)  # fmt: skip
def test_what_is_refused(pool_class: str | None, words: list[str], expected: set[str]) -> None:
    assert refused(words, pool_class=pool_class) == expected


@pytest.mark.parametrize(
    "dialect",
    ["mysql", "mysql+pymysql", "mysql+mysqldb", "mysql+mysqlconnector", "mysql+aiomysql", "mysql+asyncmy", "mariadb",
     "mysql+cymysql", "mysql+pyodbc", "mariadb+mariadbconnector", "mysql+${DRIVER}"],
)  # fmt: skip
def test_any_driver_can_be_asked_about_without_being_there(dialect: str) -> None:
    assert refused(["pool_size", "poolsize"], dialect) == {"poolsize"}


def test_a_dialect_that_does_not_exist_refuses_nothing_that_is_known() -> None:
    assert refused(["poolsize"], "mysql+nosuchdriver") == frozenset()


def test_who_answers() -> None:
    assert version() >= (2, 0)
