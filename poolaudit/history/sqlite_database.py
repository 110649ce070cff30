"""A history in a file, by Python's own SQLite."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from poolaudit.history.database import NO_VALUES
from poolaudit.history.failures import said, sqlite_name
from poolaudit.history.values import Row, Values, kept, rows_of

T = TypeVar("T")

PAUSE_SECONDS = 0.05
_THERE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"


class SqliteConnection:
    """One transaction; see `database.Connection`."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, statement: str, values: Values = NO_VALUES) -> list[Row]:
        """Ask, and give the rows by their columns' names."""
        cursor = self._connection.execute(statement, _kept(values))
        return rows_of([one[0] for one in cursor.description], cursor.fetchall())

    def execute(self, statement: str, values: Values = NO_VALUES) -> int:
        """Change something, and say how many rows were met."""
        return self._connection.execute(statement, _kept(values)).rowcount

    def execute_many(self, statement: str, values: Sequence[Values]) -> None:
        """Do the same for each of several values."""
        self._connection.executemany(statement, [_kept(one) for one in values])

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        return bool(self.rows(_THERE, {"name": name}))

    def make_tables(self) -> None:
        """Make those of the history's tables that are not there."""
        from poolaudit.history.schema import sqlite_statements  # noqa: PLC0415 - it brings SQLAlchemy, once in a life

        for statement in sqlite_statements():
            self.execute(statement)


class SqliteDatabase:
    """A file; one process writes it at a time, and nobody waits to read it. See `database.Database`."""

    def __init__(self, file: str, wait_seconds: float) -> None:
        self.name = file
        self._wait_seconds = wait_seconds
        self._idle: list[sqlite3.Connection] = []
        with said(file):
            self._idle.append(self._connected())

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        """Lend a connection to read with; HistoryError where that fails."""
        with said(self.name), self._transaction("BEGIN") as connection:
            yield connection

    def write(self, work: Callable[[SqliteConnection], T]) -> T:
        """Do the work in one transaction; HistoryError where it fails, and then nothing of it was done."""
        # A lock that is taken later than at the beginning may be refused without waiting.
        with said(self.name), self._transaction("BEGIN IMMEDIATE") as connection:
            return work(connection)

    def close(self) -> None:
        """Close what connections there are."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[SqliteConnection]:
        connection = self._idle.pop() if self._idle else self._connected()
        try:
            connection.execute(begin)
            yield SqliteConnection(connection)
            connection.commit()
        except BaseException:
            with suppress(sqlite3.Error):  # where SQLite did it by itself, or the disk is gone
                connection.rollback()
            connection.close()
            raise
        self._idle.append(connection)

    def _connected(self) -> sqlite3.Connection:
        """Connect; no transaction begins by itself, and no commit comes back before the disk has it."""
        connection = sqlite3.connect(self.name, timeout=self._wait_seconds, isolation_level=None)
        try:
            _use_wal(connection, self._wait_seconds)
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection


def _kept(values: Values) -> dict[str, Any]:
    """Give values as they are kept; a moment is a text, for SQLite has none."""
    return {
        name: value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value
        for name, value in kept(values).items()
    }


def _use_wal(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Let a reader never wait for a writer. SQLite does not wait for others to let it switch to that; this does."""
    until = time.monotonic() + wait_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if sqlite_name(error) != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
