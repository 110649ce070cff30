"""Connections to a history's database, each used for one transaction."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from poolaudit.history.failures import said, sqlite_name
from poolaudit.history.place import Place

T = TypeVar("T")

TRIES = 5
PAUSE_SECONDS = 0.05
_WRITES = "poolaudit_writes"
_AGAIN = frozenset({1205, 1213, "40001", "40P01"})
"""What MySQL and PostgreSQL say of a transaction that got in another's way, and may be tried again."""


class Database:
    """A history's database: reads and writes are transactions, whole or not at all, one writer at a time on SQLite."""

    def __init__(self, place: Place, wait_seconds: float) -> None:
        self.place = place
        self._wait_seconds = wait_seconds
        with said(place):
            if place.file is not None:
                _use_wal(place.file, wait_seconds)
            self.engine = _engine(place, wait_seconds)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection to read with; HistoryError where that fails."""
        with said(self.place), self.engine.connect() as connection:
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do the work in one transaction, again where another got in its way or the connection was lost.

        HistoryError where it fails for good: then nothing of it was done. Work that may have been done after all, when
        the connection was lost at its end, has to know itself again.
        """
        with said(self.place):
            for _ in range(TRIES - 1):
                try:
                    return self._once(work)
                except DBAPIError as error:
                    if not _is_worth_another_try(error):
                        raise
                    time.sleep(PAUSE_SECONDS)
            return self._once(work)

    def _once(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            return work(connection)

    def close(self) -> None:
        """Close what connections there are."""
        self.engine.dispose()


def _engine(place: Place, wait_seconds: float) -> Engine:
    if not place.is_sqlite:
        return create_engine(place.url, pool_pre_ping=True, pool_size=1, max_overflow=-1)
    engine = create_engine(place.url, connect_args={"timeout": wait_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
    """Let no transaction begin by itself, and no commit come back before the disk has it."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    """Begin; who means to write takes the lock at once, for one that is taken later may be refused without waiting."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _use_wal(file: str, wait_seconds: float) -> None:
    """Let a reader never wait for a writer. SQLite does not wait for others to let it switch to that; this does."""
    until = time.monotonic() + wait_seconds
    with closing(sqlite3.connect(file, timeout=wait_seconds)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if sqlite_name(error) != "SQLITE_BUSY" or time.monotonic() > until:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return


def _is_worth_another_try(error: DBAPIError) -> bool:
    codes = {getattr(error.orig, "sqlstate", None), *(getattr(error.orig, "args", None) or ())[:1]}
    return error.connection_invalidated or not _AGAIN.isdisjoint(code for code in codes if _is_code(code))


def _is_code(code: object) -> bool:
    return isinstance(code, (int, str))
