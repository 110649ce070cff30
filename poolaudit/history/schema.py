"""The history's tables; their names begin with `poolaudit_`, for they may stand in a database that others use too.

This is imported only where tables are made, for SQLAlchemy takes long to import; statements name their columns as they
are here. Moments are kept in UTC, to the second. A label may be longer than what every database can index, so it is
looked up by a hash of it; the same goes for a delivery.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

_KEY_LENGTH = 64
_MEDIUM, _LONG = 2**24 - 1, 2**32 - 1
"""MySQL's TEXT would end at 64 KiB, and is a larger one where so much is asked for; the same goes for its BLOB."""

_id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself in a column that is an INTEGER only
_words = Text().with_variant(Text(_MEDIUM), "mysql", "mariadb")
_message = LargeBinary().with_variant(LargeBinary(_LONG), "mysql", "mariadb")
_options: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
}

metadata = MetaData()

meta = Table(
    "poolaudit_meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
    **_options,
)

runs = Table(
    "poolaudit_runs",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("once", String(_KEY_LENGTH), nullable=False, unique=True),  # the same for a run that is tried again
    Column("label_key", String(_KEY_LENGTH), nullable=False),
    Column("label", _words, nullable=False),
    Column("address", _words, nullable=False),
    Column("version", _words, nullable=False),
    Column("flavor", String(20), nullable=False),
    Column("taken_at", DateTime, nullable=False),
    Column("uptime_seconds", BigInteger),
    Column("connected_connections", BigInteger),
    Column("running_connections", BigInteger),
    Column("peak_connections", BigInteger),
    Column("max_connections", BigInteger),
    Column("refused_connections", BigInteger),  # the server's counter of them, as it stood
    Column("was_read", Boolean(create_constraint=False), nullable=False),
    Column("missing", _words, nullable=False),  # a line for each part that could not be read
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("infos", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Index("poolaudit_runs_of_label", "label_key", "taken_at", "id"),
    Index("poolaudit_runs_taken_at", "taken_at", "id"),
    **_options,
)

counters = Table(
    "poolaudit_counters",
    metadata,
    Column("run", _id, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
    **_options,
)

clients = Table(
    "poolaudit_clients",
    metadata,
    Column("run", _id, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("account", _words, nullable=False),
    Column("host", _words, nullable=False),
    Column("program", _words),
    Column("pid", BigInteger),
    Column("connections", Integer, nullable=False),
    Column("running", Integer, nullable=False),
    Column("pooled", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    sqlite_with_rowid=False,
    **_options,
)

findings = Table(
    "poolaudit_findings",
    metadata,
    Column("run", _id, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("code", String(20), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("subject", _words, nullable=False),
    Column("about", _words, nullable=False),
    Column("message", _words, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", DateTime, nullable=False),
    Column("audits", Integer, nullable=False),
    sqlite_with_rowid=False,
    **_options,
)

outbox = Table(
    "poolaudit_outbox",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("once", String(_KEY_LENGTH), nullable=False, unique=True),  # of the target and the message's id
    Column("run", _id),
    Column("target", _words, nullable=False),
    Column("message_id", _words, nullable=False),
    Column("subject", _words, nullable=False),
    Column("message", _message, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_error", _words, nullable=False),
    Column("late", Boolean(create_constraint=False), nullable=False),
    Column("taken_by", String(200)),
    Column("taken_until", DateTime),
    Column("delivered_at", DateTime),
    Index("poolaudit_outbox_delivered_at", "delivered_at", "id"),
    **_options,
)


def sqlite_statements() -> tuple[str, ...]:
    """Give what makes the tables in SQLite, those that are not there."""
    dialect = sqlite.dialect()
    return tuple(str(one.compile(dialect=dialect)) for table in metadata.sorted_tables for one in _makers(table))


def _makers(table: Table) -> Iterator[ExecutableDDLElement]:
    yield CreateTable(table, if_not_exists=True)
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        yield CreateIndex(index, if_not_exists=True)
