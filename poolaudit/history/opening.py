"""Opens the database of a history: SQLite by Python's own module, which is there at once, others by SQLAlchemy."""

from poolaudit.history.database import Database
from poolaudit.history.failures import said
from poolaudit.history.place import file_of, make_file, own_file
from poolaudit.history.sqlite_database import SqliteDatabase


def database_of(url: str | None, wait_seconds: float) -> Database:
    """Open what a URL names, the user's own file without one; see `open_history`."""
    if url is None:
        return _in_file(own_file(), wait_seconds, is_own=True)
    file = file_of(url)
    if file is not None:
        return _in_file(file, wait_seconds, is_own=False)
    from poolaudit.history.server_database import ServerDatabase  # noqa: PLC0415 - SQLAlchemy takes long to import

    return ServerDatabase(url)


def _in_file(file: str, wait_seconds: float, *, is_own: bool) -> Database:
    with said(file):
        make_file(file, is_own=is_own)
    return SqliteDatabase(file, wait_seconds)
