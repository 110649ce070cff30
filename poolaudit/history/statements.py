"""SQL that SQLite, MySQL, MariaDB and PostgreSQL all take, with `:name` where a value belongs.

What is put together here are names of tables and columns, never a value.
"""

from collections.abc import Iterable


def select(columns: Iterable[str], rest: str) -> str:
    """Ask for columns; `rest` is the table and what follows it."""
    return f"SELECT {', '.join(columns)} FROM {rest}"


def insert(table: str, columns: Iterable[str]) -> str:
    """Put in a row, each column's value by the column's name."""
    names = list(columns)
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"
