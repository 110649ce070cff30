"""Brings a history's tables to the form that this poolaudit knows, in one transaction; a newer form is refused."""

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select, text

from poolaudit.errors import HistoryError
from poolaudit.history import schema
from poolaudit.history.database import Database
from poolaudit.history.schema import meta, metadata

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
    if version == schema.SCHEMA_VERSION:
        return
    try:
        database.write(lambda connection: _forward(database, connection))
    except HistoryError:
        # MySQL commits each table as it is made, and the lock is let go of before the rest is: another was faster.
        with database.reading() as connection:
            if version_of(connection) != schema.SCHEMA_VERSION:
                raise


def version_of(connection: Connection) -> int:
    """Give the version of the tables, 0 where there are none."""
    if not inspect(connection).has_table(meta.name):
        return 0
    return int(connection.scalar(select(meta.c.value).where(meta.c.name == "schema")) or 0)


def check(database: Database, version: int) -> None:
    """Raise HistoryError where the tables are a newer poolaudit's."""
    if version > schema.SCHEMA_VERSION:
        raise HistoryError(
            f"the history {database.place.name} is a newer poolaudit's: its tables are of version {version}, and this"
            f" one knows them up to version {schema.SCHEMA_VERSION}",
            "use that poolaudit, or name another place with --history; nothing was changed",
        )


def _forward(database: Database, connection: Connection) -> None:
    """Do it alone: whoever waited finds it done."""
    with_lock = connection.dialect.name
    if with_lock == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
    if with_lock in {"mysql", "mariadb"}:
        connection.execute(text("SELECT GET_LOCK(:name, :seconds)"), {"name": _LOCK, "seconds": _LOCK_SECONDS})
    try:
        version = version_of(connection)
        check(database, version)
        if version == 0:
            metadata.create_all(connection)
        else:
            for step in STEPS[version - 1 :]:
                step(connection)
        _note(connection, version)
    finally:
        if with_lock in {"mysql", "mariadb"}:
            connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": _LOCK})


def _note(connection: Connection, was: int) -> None:
    if was == 0:
        connection.execute(meta.insert(), {"name": "schema", "value": schema.SCHEMA_VERSION})
    elif was != schema.SCHEMA_VERSION:
        connection.execute(meta.update().where(meta.c.name == "schema").values(value=schema.SCHEMA_VERSION))
