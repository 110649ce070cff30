"""A history in MySQL, MariaDB or PostgreSQL, by SQLAlchemy."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy import Connection as SqlalchemyConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from poolaudit.errors import HistoryError, UsageError
from poolaudit.history.database import NO_VALUES
from poolaudit.history.failures import not_working
from poolaudit.history.place import EXAMPLE, OPTION
from poolaudit.history.schema import metadata
from poolaudit.history.values import Row, Values, kept, rows_of

T = TypeVar("T")

TRIES = 5
PAUSE_SECONDS = 0.05
_AGAIN = frozenset({1205, 1213, "40001", "40P01"})
"""What MySQL and PostgreSQL say of a transaction that got in another's way, and may be tried again."""
_DATABASES = frozenset({"mysql", "mariadb", "postgresql"})
_THERE_ARE = "there are sqlite:///, mysql://, mariadb:// and postgresql://"
_DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
"""Of the databases whose name alone would mean a driver that poolaudit does not bring, the one that it does."""


class ServerConnection:
    """One transaction; see `database.Connection`."""

    def __init__(self, connection: SqlalchemyConnection) -> None:
        self._connection = connection
        self.dialect = connection.dialect.name

    def rows(self, statement: str, values: Values = NO_VALUES) -> list[Row]:
        """Ask, and give the rows by their columns' names."""
        result = self._connection.execute(text(statement), kept(values))
        return rows_of(list(result.keys()), result.all())

    def execute(self, statement: str, values: Values = NO_VALUES) -> int:
        """Change something, and say how many rows were met."""
        return self._connection.execute(text(statement), kept(values)).rowcount

    def execute_many(self, statement: str, values: Sequence[Values]) -> None:
        """Do the same for each of several values."""
        self._connection.execute(text(statement), [kept(one) for one in values])

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        return inspect(self._connection).has_table(name)

    def make_tables(self) -> None:
        """Make those of the history's tables that are not there."""
        metadata.create_all(self._connection)


class ServerDatabase:
    """A database that a server keeps; see `database.Database`.

    UsageError where the URL is none, HistoryError where there is no such database or no driver for it.
    """

    def __init__(self, url: str) -> None:
        self._url = url_of(url)
        self.name = _printable(self._url)
        with self._said():
            if self._url.get_dialect().name not in _DATABASES:
                raise HistoryError(
                    f"the history cannot be kept in {self.name}: it is no database that poolaudit can use", _THERE_ARE
                )
            self._engine = create_engine(self._url, pool_pre_ping=True, pool_size=1, max_overflow=-1)

    @contextmanager
    def reading(self) -> Iterator[ServerConnection]:
        """Lend a connection to read with; HistoryError where that fails."""
        with self._said(), self._engine.connect() as connection:
            yield ServerConnection(connection)

    def write(self, work: Callable[[ServerConnection], T]) -> T:
        """Do the work in one transaction, again where another got in its way or the connection was lost.

        HistoryError where it fails for good: then nothing of it was done.
        """
        with self._said():
            for _ in range(TRIES - 1):
                try:
                    return self._once(work)
                except DBAPIError as error:
                    if not _is_worth_another_try(error):
                        raise
                    time.sleep(PAUSE_SECONDS)
            return self._once(work)

    def _once(self, work: Callable[[ServerConnection], T]) -> T:
        with self._engine.begin() as connection:
            return work(ServerConnection(connection))

    def close(self) -> None:
        """Close what connections there are."""
        self._engine.dispose()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn whatever SQLAlchemy or a driver raises within into a HistoryError."""
        password = None if self._url.password is None else str(self._url.password)
        try:
            yield
        except DBAPIError as error:
            raise not_working(self.name, error.orig or error, password) from None
        except NoSuchModuleError:
            raise HistoryError(
                f"the history cannot be kept in {self.name}: SQLAlchemy knows no such database or driver", _THERE_ARE
            ) from None
        except ModuleNotFoundError as error:
            raise HistoryError(
                f"the history cannot be kept in {self.name}: its driver {error.name} is not installed",
                _install(error.name),
            ) from None
        except (SQLAlchemyError, OSError) as error:
            raise not_working(self.name, error, password) from None


def url_of(given: str) -> URL:
    """Read a URL; UsageError, which repeats nothing of it, where it is none."""
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise UsageError(f"{OPTION} is to be a URL, {EXAMPLE}") from None
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def _printable(url: URL) -> str:
    """Name a database without its password and without the URL's query, which may hold another."""
    return URL.create(
        url.drivername, username=url.username, host=url.host, port=url.port, database=url.database
    ).render_as_string(hide_password=True)


def _install(module: str | None) -> str:
    package = "poolaudit[postgresql]" if module == "psycopg" else str(module)
    return f"install it: pip install '{package}'"


def _is_worth_another_try(error: DBAPIError) -> bool:
    codes = {getattr(error.orig, "sqlstate", None), *(getattr(error.orig, "args", None) or ())[:1]}
    return error.connection_invalidated or not _AGAIN.isdisjoint(code for code in codes if _is_code(code))


def _is_code(code: object) -> bool:
    return isinstance(code, (int, str))
