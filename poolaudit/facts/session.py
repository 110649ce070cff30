"""A session as the server shows it, and whether its application still has it.

Three measured facts decide how a sleeper is judged (SQLAlchemy's QueuePool over PyMySQL, on MySQL 9.7, MySQL 5.6 and
MariaDB 11.8; tests/collect repeats the measurement):

* A connection given back to a pool shows ROLLBACK as its last statement and no open transaction, because the pool
  resets what it gets back.
* A connection that is still lent shows its own last statement and, where that touched a table, an open transaction.
* A ping sets the processlist's time to 0 and replaces the last statement, but leaves the transaction open. So neither
  the time nor the current statement alone is evidence.
"""

from enum import StrEnum
from typing import NamedTuple

SERVER_USERS = frozenset({"system user", "event_scheduler"})
SERVER_COMMANDS = frozenset({"Daemon", "Binlog Dump", "Binlog Dump GTID", "Slave_IO", "Slave_SQL", "Slave_worker"})
RESETS = frozenset({"rollback", "Reset Connection", "Change user"})
UNAUTHENTICATED = "unauthenticated user"


class Use(StrEnum):
    """What an application does with a connection at the moment of the audit."""

    RUNNING = "running"
    POOLED = "pooled"
    HELD = "held"
    UNKNOWN = "unknown"


class ProcessRow(NamedTuple):
    """One row of SHOW FULL PROCESSLIST. `time_seconds` is the time in the present state; a ping sets it to 0."""

    id: int
    user: str
    host: str
    db: str | None
    command: str
    time_seconds: int
    state: str
    statement: str | None = None


class Transaction(NamedTuple):
    """An open InnoDB transaction (information_schema.innodb_trx), `age_seconds` since trx_started."""

    id: int
    age_seconds: int
    rows_locked: int = 0
    rows_modified: int = 0


class Program(NamedTuple):
    """What a client said of itself when it connected (performance_schema.session_connect_attrs).

    `routed_for` is the address of the client on whose behalf a MySQL Router connects (its attribute _client_ip).
    """

    id: int
    name: str | None
    pid: int | None
    routed_for: str | None = None


class LastStatement(NamedTuple):
    """What a session did last, as performance_schema kept it.

    `kind` is the statement's name without its prefix (`select`, `rollback`, `Reset Connection`), pings passed over;
    None where only a ping is left of it. `reset_before` is whether the session's kept history shows a pool's reset.
    `transaction_seconds` is the age of a transaction that performance_schema calls ACTIVE, None where there is none.
    `digest` is the statement with its values struck out, read for the sessions that matter most; `text` is the
    statement as it was sent, only where it was asked for.
    """

    id: int
    kind: str | None
    pinged: bool = False
    reset_before: bool = False
    transaction_seconds: int | None = None
    digest: str | None = None
    text: str | None = None


class LockWait(NamedTuple):
    """A session that waits for a row lock that another holds. Ids are those of the processlist."""

    waiting_id: int
    blocking_id: int
    waited_seconds: int


class Session(NamedTuple):
    """One processlist row with all that is known of it. Missing evidence is None; what it means is `use`."""

    row: ProcessRow
    program: Program | None
    transaction: Transaction | None
    last: LastStatement | None
    use: Use

    @property
    def id(self) -> int:
        """The processlist's id, which KILL takes."""
        return self.row.id

    @property
    def sleeping(self) -> bool:
        """Whether its command is Sleep."""
        return self.row.command == "Sleep"

    @property
    def transaction_seconds(self) -> int | None:
        """Age of the open transaction, or None. InnoDB's own list is preferred; it alone omits a bare BEGIN."""
        if self.transaction is not None:
            return self.transaction.age_seconds
        return self.last.transaction_seconds if self.last is not None else None

    @property
    def idle_seconds(self) -> int:
        """For how long it has at least been idle: a ping resets the processlist's time, not the transaction's."""
        if self.use is Use.HELD:
            return max(self.row.time_seconds, self.transaction_seconds or 0)
        return self.row.time_seconds


def is_servers_own(row: ProcessRow) -> bool:
    """Whether the row is a thread of the server itself (replication, events), never judged as sleeping or old."""
    return row.user in SERVER_USERS or row.command in SERVER_COMMANDS


def use_of(row: ProcessRow, transaction: Transaction | None, last: LastStatement | None, *, pool_resets: bool) -> Use:
    """Say what the application does with the session; UNKNOWN where the evidence does not tell.

    `pool_resets` is whether the session's client is seen to reset what it takes back: then a session at rest after
    anything but a reset was never given back.
    """
    if row.command != "Sleep":
        return Use.RUNNING
    if transaction is not None or (last is not None and last.transaction_seconds is not None):
        return Use.HELD
    if last is None or last.kind is None:
        return Use.UNKNOWN
    if last.kind in RESETS:
        return Use.POOLED
    if last.kind == "commit":
        return Use.UNKNOWN
    return Use.HELD if pool_resets or last.reset_before else Use.UNKNOWN
