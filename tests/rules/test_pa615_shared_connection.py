"""PA615 by class and by where the pool leads; what the classes do is seen at SQLAlchemy itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy.pool import SingletonThreadPool, StaticPool

from tests.rules.run import run, severities


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("poolclass = 'StaticPool'", ["error"]),
        ("poolclass = 'sqlalchemy.pool.SingletonThreadPool'", ["error"]),
        ("poolclass = 'AssertionPool'", []),
        ("poolclass = 'NullPool'", []),
        ("pool_size = 5", []),
        ("poolclass = 'StaticPool'\nurl = 'mariadb+pymysql://app@db/shop'", ["error"]),
        ("poolclass = 'StaticPool'\nurl = 'sqlite://'", []),
    ],
)
def test_severities(toml: str, expected: list[str]) -> None:
    assert severities(run("PA615", f"[[pools]]\n{toml}")) == expected


def test_unanswered_where_unknown() -> None:
    assert [gap.missing.part for gap in run("PA615", "[[pools]]\npoolclass = '${X}'").unanswered] == ["poolclass"]


def test_says_the_change() -> None:
    (finding,) = run("PA615", "[[pools]]\npoolclass = 'StaticPool'").findings
    assert finding.fix == "poolclass: StaticPool → QueuePool, or leave it out"


class Connection:
    """A driver's connection that does nothing."""

    is_open = True

    def close(self) -> None:
        """Close it."""
        self.is_open = False

    def rollback(self) -> None:
        """End no transaction."""


def test_static_pool_lends_one_connection_to_all() -> None:
    pool = StaticPool(Connection)  # type: ignore[arg-type]  # a pool needs no more of a connection
    first, second = pool.connect(), pool.connect()
    assert first.dbapi_connection is second.dbapi_connection


@contextmanager
def connected_in_a_thread(pool: SingletonThreadPool) -> Iterator[None]:
    """Check out a connection in a thread of its own, for as long as the block lasts."""
    begun, ended = Event(), Event()

    def use() -> None:
        connection = pool.connect()
        begun.set()
        ended.wait()
        connection.detach()

    thread = Thread(target=use)
    thread.start()
    begun.wait()
    yield
    ended.set()
    thread.join()


def test_singleton_thread_pool_closes_what_another_thread_uses() -> None:
    made: list[Connection] = []

    def connect() -> Connection:
        made.append(Connection())
        return made[-1]

    pool = SingletonThreadPool(connect, pool_size=1)  # type: ignore[arg-type]  # a pool needs no more of a connection
    with connected_in_a_thread(pool), connected_in_a_thread(pool):
        assert [one.is_open for one in made] == [False, True]
