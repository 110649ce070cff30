"""What the history wants of a database: transactions, and statements with named values in them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from poolaudit.history.values import Row, Values

T = TypeVar("T")

NO_VALUES: Values = {}


class Connection(Protocol):
    """A connection within one transaction; values stand in a statement as `:name`, and are kept as `values` says."""

    @property
    def dialect(self) -> str:
        """The database's name: sqlite, mysql, mariadb or postgresql."""
        ...

    def rows(self, statement: str, values: Values = NO_VALUES) -> list[Row]:
        """Ask, and give the rows by their columns' names."""
        ...

    def execute(self, statement: str, values: Values = NO_VALUES) -> int:
        """Change something, and say how many rows were met."""
        ...

    def execute_many(self, statement: str, values: Sequence[Values]) -> None:
        """Do the same for each of several values, of which there is one at least."""
        ...

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        ...

    def make_tables(self) -> None:
        """Make those of the history's tables that are not there."""
        ...


class Database(Protocol):
    """A history's database: reads and writes are transactions, whole or not at all; they raise HistoryError."""

    @property
    def name(self) -> str:
        """Where it is, in words that may be printed."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """Lend a connection to read with."""
        ...

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do the work in one transaction; where it fails for good, nothing of it was done.

        It may be done more than once, where another transaction got in its way or the connection was lost. Work that
        may have been done after all, when the connection was lost at its end, has to know itself again.
        """
        ...

    def close(self) -> None:
        """Close what connections there are."""
        ...


def first(connection: Connection, statement: str, values: Values = NO_VALUES) -> Row | None:
    """Ask for a row, and give the first one, None where there is none."""
    return next(iter(connection.rows(statement, values)), None)
