"""A file by Python's own SQLite: transactions are whole or not at all, and nobody waits to read."""

from pathlib import Path

import pytest

from poolaudit.errors import HistoryError
from poolaudit.history.database import Connection
from poolaudit.history.sqlite_database import SqliteDatabase

COUNT = "SELECT count(*) AS things FROM things"
ADD = "INSERT INTO things (name) VALUES (:name)"


@pytest.fixture
def database(tmp_path: Path) -> SqliteDatabase:
    """Make one with an empty table."""
    made = SqliteDatabase(str(tmp_path / "things.sqlite3"), 0.2)
    made.write(lambda connection: connection.execute("CREATE TABLE things (name TEXT NOT NULL)"))
    return made


def count(database: SqliteDatabase) -> int:
    with database.reading() as connection:
        (row,) = connection.rows(COUNT)
    return int(row["things"])


def test_what_fails_leaves_nothing_and_the_next_goes_on(database: SqliteDatabase) -> None:
    def work(connection: Connection) -> None:
        connection.execute(ADD, {"name": "one"})
        connection.execute(ADD, {"name": None})

    with pytest.raises(HistoryError, match="does not work: NOT NULL constraint failed"):
        database.write(work)
    assert count(database) == 0
    database.write(lambda connection: connection.execute_many(ADD, [{"name": "one"}, {"name": "two"}]))
    assert count(database) == 2
    database.close()


def test_a_fault_of_ones_own_leaves_nothing_and_is_no_failure_of_the_history(database: SqliteDatabase) -> None:
    def work(connection: Connection) -> None:
        connection.execute(ADD, {"name": "one"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(work)
    assert count(database) == 0
    database.close()


def test_a_reader_sees_one_moment_whatever_is_written(database: SqliteDatabase) -> None:
    with database.reading() as connection:
        assert connection.rows(COUNT) == [{"things": 0}]
        database.write(lambda writing: writing.execute(ADD, {"name": "one"}))
        assert connection.rows(COUNT) == [{"things": 0}]
    assert count(database) == 1
    database.close()


def test_a_change_says_how_many_rows_it_met(database: SqliteDatabase) -> None:
    database.write(lambda connection: connection.execute_many(ADD, [{"name": "one"}, {"name": "two"}]))
    met = database.write(lambda connection: connection.execute("DELETE FROM things WHERE name = :it", {"it": "two"}))
    assert met == 1
    assert count(database) == 1
    database.close()
