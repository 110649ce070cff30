"""The history's tables; their names begin with `poolaudit_`, for they may stand in a database that others use too.

Moments are kept in UTC, to the second. A label may be longer than what every database can index, so it is looked up by
a hash of it; the same goes for a delivery.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

SCHEMA_VERSION = 1
"""What `poolaudit_meta` says once every migration of this poolaudit is done."""

LARGEST = 2**63 - 1
_KEY_LENGTH = 64
MEDIUM, LONG = 2**24 - 1, 2**32 - 1


def key_of(*parts: str) -> str:
    """Give the hash by which a label, or a delivery, is looked up."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone in Python, in UTC and without one in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give what is kept."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - the same
        """Give what was kept."""
        return None if value is None else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text of any length from a server: what a database cannot hold (NUL, half a surrogate pair) is kept as escapes."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type: MySQL's TEXT would end at 64 KiB, and is a larger one where so much is asked for."""
        return dialect.type_descriptor(Text(MEDIUM) if dialect.name in {"mysql", "mariadb"} else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the same
        """Give what is kept."""
        if value is None:
            return None
        return value.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


_id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself in a column that is an INTEGER only
_words = Words()
_message = LargeBinary().with_variant(LargeBinary(LONG), "mysql", "mariadb")
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
    Column("taken_at", Moment, nullable=False),
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
    Column("since", Moment, nullable=False),
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
    Column("created_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_error", _words, nullable=False),
    Column("late", Boolean(create_constraint=False), nullable=False),
    Column("taken_by", String(200)),
    Column("taken_until", Moment),
    Column("delivered_at", Moment),
    Index("poolaudit_outbox_delivered_at", "delivered_at", "id"),
    **_options,
)
