"""What a scan asks a server, one function a section.

Each function gives its section, or raises StatementError where the server refuses; `gather` turns that into Missing.
No statement's cost grows with anything but the number of connections. What performance_schema tells is in `threads`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from poolaudit.facts.server import Account, AccountError
from poolaudit.facts.session import LockWait, ProcessRow, Transaction

VARIABLES = (
    "SHOW GLOBAL VARIABLES WHERE Variable_name LIKE '%timeout%' OR Variable_name LIKE '%connect%' OR Variable_name IN ("
    "'admin_address', 'admin_port', 'aurora_version', 'extra_port', 'host_cache_size', 'performance_schema',"
    " 'performance_schema_max_thread_instances', 'skip_name_resolve', 'system_time_zone', 'thread_cache_size',"
    " 'thread_handling', 'version', 'version_comment')"
)
STATUS = (
    "SHOW GLOBAL STATUS WHERE Variable_name LIKE 'Abort%' OR Variable_name LIKE 'Connection_errors%'"
    " OR Variable_name IN ('Access_denied_errors', 'Connections', 'Max_used_connections', 'Max_used_connections_time',"
    " 'Questions', 'Threads_connected', 'Threads_created', 'Threads_running', 'Uptime', 'Uptime_since_flush_status')"
)
PEAK_TIME = "Max_used_connections_time"
TRANSACTIONS = (
    "SELECT trx_id, trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, CONVERT_TZ(trx_started, 'SYSTEM', '+00:00'),"
    " UTC_TIMESTAMP()), trx_rows_locked, trx_rows_modified,"
    " TIMESTAMPDIFF(SECOND, CONVERT_TZ(trx_wait_started, 'SYSTEM', '+00:00'), UTC_TIMESTAMP())"
    " FROM information_schema.innodb_trx WHERE trx_mysql_thread_id > 0"
)
ERRORS_BY_ACCOUNT = (1045, 1203, 1226, 4031)
ERRORS = " UNION ALL ".join(
    "SELECT e.user, e.host, e.error_number, e.sum_error_raised FROM performance_schema.accounts a"
    " JOIN performance_schema.events_errors_summary_by_account_by_error e"
    f" ON e.user = a.user AND e.host = a.host AND e.error_number = {number} WHERE e.sum_error_raised > 0"
    for number in ERRORS_BY_ACCOUNT
)
MOST_LOCK_WAITS = 10_000


class Reader(Protocol):
    """A connection to read from."""

    def query(self, statement: str) -> "Rows":
        """Run one statement; StatementError where the server refuses it."""


class Rows(Protocol):
    """A result: its columns' names and its rows."""

    @property
    def names(self) -> Sequence[str]:
        """The columns' names as the server spells them."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The rows' values."""


class Edition(NamedTuple):
    """What decides how a statement is written: whose server it is, and its version's numbers."""

    mariadb: bool
    numbers: tuple[int, ...]

    @property
    def has_transaction_events(self) -> bool:
        """MySQL 5.7 and MariaDB 10.5 brought events_transactions_current."""
        return self.numbers >= ((10, 5) if self.mariadb else (5, 7))

    @property
    def has_indexed_tables(self) -> bool:
        """MySQL 8.0 brought performance_schema's indexes and data_lock_waits."""
        return not self.mariadb and self.numbers >= (8,)

    @property
    def has_error_summaries(self) -> bool:
        """MySQL 8.0 brought events_errors_summary_by_account_by_error."""
        return self.has_indexed_tables


def edition_of(version: str) -> Edition:
    """Read a version such as `9.7.4-2` or `10.11.19-MariaDB-0+deb12u1` (old clients see `5.5.5-` before MariaDB's)."""
    mariadb = "mariadb" in version.lower()
    plain = version.removeprefix("5.5.5-") if mariadb else version
    numbers = []
    for part in plain.partition("-")[0].split(".")[:3]:
        digits = "".join(letter for letter in part if letter.isdigit())
        numbers.append(int(digits) if digits else 0)
    return Edition(mariadb, tuple(numbers))


def preamble(edition: Edition, seconds: float) -> str:
    """Give the one SET that bounds the session and keeps it read-only; times come in UTC from then on."""
    settings = ["NAMES utf8mb4", "autocommit = 1", "time_zone = '+00:00'", "SESSION lock_wait_timeout = 1"]
    settings.append("SESSION group_concat_max_len = 16777216")
    settings.append("SESSION wait_timeout = 86400")  # the server's own may be shorter than the pause of --interval
    if edition.mariadb:
        settings.append(f"SESSION max_statement_time = {seconds:g}")
        settings.append(f"SESSION {'transaction' if edition.numbers >= (11, 1) else 'tx'}_read_only = 1")
    elif edition.numbers >= (5, 7, 20):
        settings.append(f"SESSION max_execution_time = {int(seconds * 1000)}")
        settings.append("SESSION transaction_read_only = 1")
    else:
        settings.append("SESSION tx_read_only = 1")
    return "SET " + ", ".join(settings)


def processlist(reader: Reader, own_id: int, *, texts: bool) -> tuple[ProcessRow, ...]:
    """Read every session but the audit's own. Columns are found by name: MariaDB has one more."""
    result = reader.query("SHOW FULL PROCESSLIST")
    at = {name.lower(): number for number, name in enumerate(result.names)}
    columns = itemgetter(*(at[name] for name in ("id", "user", "host", "db", "command", "time", "state", "info")))
    rows = []
    for row in result.rows:
        number, user, host, db, command, time, state, info = columns(row)
        if number != own_id:
            statement = info if texts else None
            rows.append(ProcessRow(number, user or "", host or "", db, command, int(time or 0), state or "", statement))
    return tuple(sorted(rows, key=lambda row: row.id))


def variables(reader: Reader) -> dict[str, str]:
    """Read the global variables that rules judge by."""
    return {str(row[0]): str(row[1]) for row in sorted(map(tuple, reader.query(VARIABLES).rows))}


def status(reader: Reader) -> tuple[dict[str, int], datetime | None]:
    """Read the counters, and when the peak of connections was (None where the server does not say)."""
    texts = {str(row[0]): str(row[1]) for row in sorted(map(tuple, reader.query(STATUS).rows))}
    peak = texts.pop(PEAK_TIME, "")
    return {name: int(text) for name, text in texts.items() if text.isdigit()}, _moment(peak)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


class OpenTransaction(NamedTuple):
    """A row of innodb_trx; `trx_id` and `waited_seconds` (None: waits for nothing) serve to find lock waits."""

    trx_id: str
    transaction: Transaction
    waited_seconds: int | None


def open_transactions(reader: Reader, own_id: int) -> tuple[OpenTransaction, ...]:
    """Read InnoDB's open transactions; refused with 1227 where the account lacks PROCESS."""
    found = []
    for trx_id, session_id, age, locked, modified, waited in reader.query(TRANSACTIONS).rows:
        if session_id != own_id:
            transaction = Transaction(int(session_id), max(0, int(age or 0)), int(locked or 0), int(modified or 0))
            found.append(OpenTransaction(str(trx_id), transaction, None if waited is None else max(0, int(waited))))
    return tuple(sorted(found, key=lambda one: one.transaction.id))


def lock_waits(reader: Reader, edition: Edition, opened: Iterable[OpenTransaction]) -> tuple[LockWait, ...]:
    """Read who waits for whose row locks; asks nothing where no transaction waits."""
    by_trx = {one.trx_id: one for one in opened}
    if all(one.waited_seconds is None for one in by_trx.values()):
        return ()
    if edition.has_indexed_tables:
        columns, table = (
            "requesting_engine_transaction_id, blocking_engine_transaction_id",
            "performance_schema.data_lock_waits",
        )
    else:
        columns, table = "requesting_trx_id, blocking_trx_id", "information_schema.innodb_lock_waits"
    result = reader.query(f"SELECT DISTINCT {columns} FROM {table} LIMIT {MOST_LOCK_WAITS}")
    waits = set()
    for waiting, blocking in result.rows:
        waiter, blocker = by_trx.get(str(waiting)), by_trx.get(str(blocking))
        if waiter is not None and blocker is not None:
            waits.add(LockWait(waiter.transaction.id, blocker.transaction.id, waiter.waited_seconds or 0))
    return tuple(sorted(waits, key=lambda wait: (wait.blocking_id, wait.waiting_id)))


def accounts(reader: Reader, users: Collection[str]) -> tuple[Account, ...]:
    """Read the caps of the accounts of these users."""
    if not users:
        return ()
    names = ", ".join(_text(user) for user in sorted(users))
    result = reader.query(f"SELECT user, host, max_user_connections FROM mysql.user WHERE user IN ({names})")
    return tuple(
        sorted((Account(row[0], row[1], int(row[2])) for row in result.rows), key=lambda one: (one.user, one.host))
    )


def errors(reader: Reader) -> tuple[AccountError, ...]:
    """Read how often each account met the errors that tell of connections (MySQL 8.0 and newer)."""
    rows = sorted(map(tuple, reader.query(ERRORS).rows))
    return tuple(AccountError(row[0], row[1], int(row[2]), int(row[3])) for row in rows)


def _text(value: str) -> str:
    """Write a value as a hexadecimal literal, which no character in it can end early."""
    return f"_utf8mb4 0x{value.encode('utf-8', 'surrogateescape').hex()}" if value else "''"
