"""Brings a history's tables to the form that this poolaudit knows, in one transaction; a newer form is refused."""

from collections.abc import Callable

from poolaudit.errors import HistoryError
from poolaudit.history.database import Connection, Database
from poolaudit.history.keeping import version_of

SCHEMA_VERSION = 1
"""What `poolaudit_meta` says once every migration of this poolaudit is done."""

Step = Callable[[Connection], None]

STEPS: tuple[Step, ...] = ()
"""What takes the tables from each version to the next, from version 1 on. A step changes what is there and never looks
at `schema`, which says how the tables are after the last one. MySQL makes each change of a table final at once, so a
step does nothing that it finds done."""

_LOCK = "poolaudit history"
_LOCK_SECONDS = 60
_LOCK_NUMBER = 0x706F6F6C


def migrate(database: Database) -> None:
    """Make the tables where there are none, and bring older ones forward; HistoryError where they are newer."""
    with database.reading() as connection:
        version = version_of(connection)
    check(database, version)
    if version == SCHEMA_VERSION:
        return
    try:
        database.write(lambda connection: _forward(database, connection))
    except HistoryError:
        # MySQL commits each table as it is made, and the lock is let go of before the rest is: another was faster.
        with database.reading() as connection:
            if version_of(connection) != SCHEMA_VERSION:
                raise


def check(database: Database, version: int) -> None:
    """Raise HistoryError where the tables are a newer poolaudit's."""
    if version > SCHEMA_VERSION:
        raise HistoryError(
            f"the history {database.name} is a newer poolaudit's: its tables are of version {version}, and this"
            f" one knows them up to version {SCHEMA_VERSION}",
            "use that poolaudit, or name another place with --history; nothing was changed",
        )


def _forward(database: Database, connection: Connection) -> None:
    """Do it alone: whoever waited finds it done."""
    if connection.dialect == "postgresql":
        connection.rows("SELECT pg_advisory_xact_lock(:number)", {"number": _LOCK_NUMBER})
    has_lock = connection.dialect in {"mysql", "mariadb"}
    if has_lock:
        connection.rows("SELECT GET_LOCK(:name, :seconds)", {"name": _LOCK, "seconds": _LOCK_SECONDS})
    try:
        version = version_of(connection)
        check(database, version)
        if version == 0:
            connection.make_tables()
        else:
            for step in STEPS[version - 1 :]:
                step(connection)
        _note(connection, version)
    finally:
        if has_lock:
            connection.rows("SELECT RELEASE_LOCK(:name)", {"name": _LOCK})


def _note(connection: Connection, was: int) -> None:
    now = {"version": SCHEMA_VERSION}
    if was == 0:
        connection.execute("INSERT INTO poolaudit_meta (name, value) VALUES ('schema', :version)", now)
    elif was != SCHEMA_VERSION:
        connection.execute("UPDATE poolaudit_meta SET value = :version WHERE name = 'schema'", now)
