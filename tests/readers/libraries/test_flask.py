"""Flask-SQLAlchemy's keys: what versions 2.5.1 and 3.1.1 were measured to make of them."""

import pytest

from poolaudit.facts.pool import Pool
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.engine import pool_from
from poolaudit.readers.libraries.flask import flask_engines
from poolaudit.readers.located import located

MYSQL = "mysql+pymysql://app@db/shop"
MARIADB = "mariadb+pymysql://app@db/shop"


def pools(version: str | None, **words: object) -> list[Pool]:
    deployed = deployed_from(located({"flask_sqlalchemy": version}) if version else None)
    return [
        pool_from(engine, deployed, name="app")
        for engine in flask_engines(located(words).table, deployed.flask_sqlalchemy)
    ]


def in_force(pool: Pool) -> tuple[int, int, float | None, int, bool]:
    """Give size, overflow, timeout, recycle and pre-ping, in the order of the measurements below."""
    return (
        pool.size.value,
        pool.max_overflow.value,
        pool.checkout_timeout_seconds.value,
        pool.recycle_seconds.value,
        pool.pre_ping.value,
    )


@pytest.mark.parametrize(
    ("words", "second", "third"),
    [
        ({"SQLALCHEMY_DATABASE_URI": MYSQL}, (10, 10, 30, 7200, False), (5, 10, 30, 7200, False)),
        ({"SQLALCHEMY_DATABASE_URI": MARIADB}, (5, 10, 30, -1, False), (5, 10, 30, -1, False)),
        (
            {
                "SQLALCHEMY_DATABASE_URI": MYSQL,
                "SQLALCHEMY_POOL_SIZE": 1,
                "SQLALCHEMY_MAX_OVERFLOW": 0,
                "SQLALCHEMY_POOL_TIMEOUT": 1,
            },
            (1, 0, 1, 7200, False),
            (5, 10, 30, 7200, False),
        ),
        (
            {
                "SQLALCHEMY_DATABASE_URI": MYSQL,
                "SQLALCHEMY_POOL_SIZE": 1,
                "SQLALCHEMY_POOL_RECYCLE": 60,
                "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 3},
            },
            (3, 10, 30, 60, False),
            (3, 10, 30, 7200, False),
        ),
        (
            {"SQLALCHEMY_DATABASE_URI": MYSQL, "SQLALCHEMY_POOL_SIZE": None},
            (10, 10, 30, 7200, False),
            (5, 10, 30, 7200, False),
        ),
        (
            {"SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 3, "pool_pre_ping": True, "pool_recycle": 7}},
            (3, 10, 30, 7, True),
            (3, 10, 30, 7, True),
        ),
    ],
)
def test_as_measured(words: dict[str, object], second: tuple[int, ...], third: tuple[int, ...]) -> None:
    assert [in_force(pool) for pool in pools("2.5.1", **words)] == [second]
    assert [in_force(pool) for pool in pools("3.1.1", **words)] == [third]


def test_two_readings_where_the_version_decides() -> None:
    second, third = pools(None, SQLALCHEMY_DATABASE_URI=MYSQL, SQLALCHEMY_POOL_SIZE=1)
    assert (second.reading, second.size.value) == ("Flask-SQLAlchemy 2", 1)
    assert (third.reading, third.size.value) == ("Flask-SQLAlchemy 3", 5)
    assert third.size.note == "SQLALCHEMY_POOL_SIZE is not read from Flask-SQLAlchemy 3.0 on"
    assert second.label == "app read as Flask-SQLAlchemy 2"


def test_one_reading_where_it_does_not() -> None:
    (pool,) = pools(None, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 3})
    assert (pool.reading, pool.size.value, pool.library) == (None, 3, "flask-sqlalchemy")


def test_engine_options_are_read_since_2_4() -> None:
    (pool,) = pools("2.3", SQLALCHEMY_POOL_SIZE=4, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 3})
    assert pool.size.value == 4


def test_settings_are_named_as_the_application_writes_them() -> None:
    (second,) = pools("2.5", SQLALCHEMY_DATABASE_URI=MYSQL)
    (third,) = pools("3.0", SQLALCHEMY_DATABASE_URI=MYSQL)
    assert second.recycle_seconds.changed_to(300) == "SQLALCHEMY_POOL_RECYCLE: 7200 → 300"
    assert third.recycle_seconds.changed_to(300) == 'SQLALCHEMY_ENGINE_OPTIONS["pool_recycle"]: 7200 → 300'
    assert third.recycle_seconds.origin == "Flask-SQLAlchemy's default"


def test_nullpool_keeps_its_own_recycle_in_3() -> None:
    (third,) = pools("3.1", SQLALCHEMY_DATABASE_URI=MYSQL, SQLALCHEMY_ENGINE_OPTIONS={"poolclass": "NullPool"})
    assert third.pool_class.value == "NullPool"
    assert not third.keeps_connections


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("${OPTIONS}", "SQLALCHEMY_ENGINE_OPTIONS is environment variable OPTIONS, no default"),
        ('{"pool_size": 5}', "SQLALCHEMY_ENGINE_OPTIONS is no mapping"),
    ],
)
def test_options_that_are_not_known_leave_everything_unknown(options: str, why: str) -> None:
    (pool,) = pools("3.1", SQLALCHEMY_ENGINE_OPTIONS=options)
    assert [pool.size.unknown, pool.recycle_seconds.unknown, pool.pre_ping.unknown] == [why, why, why]


@pytest.mark.parametrize("uri", [None, "${DATABASE_URL}", "mysql://app:${PW}@db/shop"])
def test_an_unknown_url_is_taken_for_mysql(uri: str | None) -> None:
    words = {} if uri is None else {"SQLALCHEMY_DATABASE_URI": uri}
    (pool,) = pools("3.1", SQLALCHEMY_ENGINE_OPTIONS={}, **words)
    assert pool.recycle_seconds.value == 7200


@pytest.mark.parametrize(("version", "unlimited"), [("2.5", False), ("3.0", True), ("3.1", True)])
def test_a_size_of_zero(version: str, unlimited: bool) -> None:
    (pool,) = pools(version, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 0})
    assert pool.zero_size_is_unlimited is unlimited
