"""Reads one server: one connection, at most 12 statements, each section by itself, so that a refusal costs one."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import NamedTuple, TypeVar

from poolaudit.collect import sections, threads
from poolaudit.collect.connection import Connection, ServerFullError, StatementError, connect
from poolaudit.collect.sections import Edition, OpenTransaction
from poolaudit.collect.target import Target
from poolaudit.errors import CannotAuditError
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Account, AccountError, Flavor, Later, Refusal, Sections, Server
from poolaudit.facts.session import LastStatement, LockWait, ProcessRow, Program, is_servers_own

T = TypeVar("T")

NEEDS_PROCESS = 1227
DENIED = frozenset({1044, 1142, 1143, NEEDS_PROCESS, 1370})
NO_SUCH_TABLE = frozenset({1049, 1109, 1146})
TO_WHOM = "TO the account that audits"
GRANT_PROCESS = f"GRANT PROCESS ON *.* {TO_WHOM}"
GRANT_PERFORMANCE_SCHEMA = f"GRANT SELECT ON performance_schema.* {TO_WHOM}"
GRANT_USERS = f"GRANT SELECT (user, host, max_user_connections) ON mysql.user {TO_WHOM}"
HIDDEN = Missing("processlist", "without PROCESS the server shows an account its own sessions only", GRANT_PROCESS)
ONE_READING = Missing("later", "there was one reading", "scan with --interval SECONDS")
SWITCHED_OFF = Missing(
    "performance_schema",
    "the server runs with performance_schema = OFF",
    "start the server with performance_schema = ON",
)
NO_TIMEOUTS = Missing("wait_timeouts", "sessions' own variables can be read cheaply on MySQL 8.0 and newer only")
NO_ERRORS = Missing("errors", "only MySQL 8.0 and newer count errors by account")
NO_STATEMENTS = Missing(
    "statements",
    "performance_schema keeps no current statements",
    "UPDATE performance_schema.setup_consumers SET enabled = 'YES' WHERE name = 'events_statements_current'",
)


class Depth(NamedTuple):
    """How much to read: `interval_seconds` between two readings of the counters, and whether statements' texts too.

    `pause` waits between the readings; what it raises ends the audit, with a goodbye to the server.
    """

    interval_seconds: float | None = None
    with_statements: bool = False
    pause: Callable[[float], object] = sleep


def gather(target: Target, depth: Depth) -> Server:
    """Read a server's facts; CannotAuditError where it cannot be reached, is lost while it is read, or tells nothing.

    A server that is full is read through its admin port where the target names one; `refused` is set in any case.
    """
    taken_at = datetime.now(UTC).replace(microsecond=0)
    try:
        with connect(target) as connection:
            return _Scan(connection, target, depth).read(taken_at)
    except ServerFullError as full:
        return _read_full(target, depth, taken_at, full.refusal)


def _read_full(target: Target, depth: Depth, taken_at: datetime, refusal: Refusal) -> Server:
    if target.admin_port is not None:
        try:
            with connect(target._replace(port=target.admin_port, socket=None)) as connection:
                server = _Scan(connection, target, depth).read(taken_at)
                return server._replace(refused=refusal)
        except CannotAuditError as error:
            refusal = refusal._replace(admin_port=error.message)
    return refused(target.address, taken_at, refusal)


def refused(address: str, taken_at: datetime, refusal: Refusal) -> Server:
    """Give what is known of a server that let nobody in: that, and nothing else."""
    nothing = Missing("server", f"the server refused the audit ({refusal.error})", "see server-full for the ways in")
    return Server(
        address=address,
        version="",
        flavor=Flavor.MYSQL,
        taken_at=taken_at,
        refused=refusal,
        sections=Sections(
            variables=nothing,
            counters=nothing,
            processlist=nothing,
            transactions=nothing,
            programs=nothing,
            statements=nothing,
            lock_waits=nothing,
            wait_timeouts=nothing,
            accounts=nothing,
            errors=nothing,
            later=nothing,
        ),
    )


def _section(part: str, remedy: str, read: Callable[[], T]) -> T | Missing:
    """Read a section; a server's refusal makes it Missing, with `remedy` where a privilege is what lacks."""
    try:
        return read()
    except StatementError as error:
        return _missing(part, remedy, error)


def _missing(part: str, remedy: str, error: StatementError) -> Missing:
    if error.code in DENIED:
        return Missing(part, f"the account may not read it (error {error.code})", remedy)
    if error.code in NO_SUCH_TABLE:
        return Missing(part, f"this server has no such table (error {error.code})")
    return Missing(part, f"the server answered: {error.message} (error {error.code})")


def _tells_nothing(target: Target, variables: Missing) -> CannotAuditError:
    """Say that the account is refused even what needs no privilege, as MariaDB does once its password has expired.

    A report in which every rule is unanswered would end with 0.
    """
    return CannotAuditError(
        f"{target.address} lets this account in, but tells it nothing: {variables.because}",
        "log in with mysql as this account to see what it wants, or use another account",
    )


class _Threads(NamedTuple):
    """What performance_schema adds."""

    programs: tuple[Program, ...] | Missing
    statements: tuple[LastStatement, ...] | Missing
    wait_timeouts: Mapping[int, int] | Missing
    errors: tuple[AccountError, ...] | Missing


class _Scan:
    """One connection, read section by section."""

    def __init__(self, connection: Connection, target: Target, depth: Depth) -> None:
        self.connection = connection
        self.target = target
        self.depth = depth
        self.edition: Edition = sections.edition_of(connection.server_version)

    def read(self, taken_at: datetime) -> Server:
        """Read all sections, the ground first; the processlist, which takes time to take apart, as the last of it."""
        connection, own = self.connection, self.connection.thread_id
        # The server ends a statement well before the client's patience ends, so that the refusal is heard.
        bound = self.target.read_timeout_seconds / 2
        _section("session", "", lambda: connection.query(sections.preamble(self.edition, bound)))
        variables = _section("variables", "", lambda: sections.variables(connection))
        status = _section("counters", "", lambda: sections.status(connection))
        if isinstance(variables, Missing) and isinstance(status, Missing):
            raise _tells_nothing(self.target, variables)
        began = monotonic()
        opened, hidden = self._transactions()
        switched_off = not isinstance(variables, Missing) and variables.get("performance_schema") == "OFF"
        if not switched_off:
            connection.announce(threads.overview_statement(self.edition))
        rows = _section(
            "processlist", "", lambda: sections.processlist(connection, own, texts=self.depth.with_statements)
        )
        rows = HIDDEN if hidden else rows
        shown = () if isinstance(rows, Missing) else tuple(row for row in rows if not is_servers_own(row))
        by_thread = self._no_threads(SWITCHED_OFF) if switched_off else self._threads(shown, opened)
        return Server(
            address=self.target.address,
            version=connection.server_version,
            flavor=flavor_of(self.edition, variables),
            taken_at=taken_at,
            peak_at=None if isinstance(status, Missing) else peak_in_utc(status[1], self.edition, variables),
            sections=Sections(
                variables=variables,
                counters=status if isinstance(status, Missing) else status[0],
                processlist=rows,
                transactions=opened if isinstance(opened, Missing) else tuple(one.transaction for one in opened),
                programs=by_thread.programs,
                statements=by_thread.statements,
                lock_waits=self._lock_waits(opened),
                wait_timeouts=by_thread.wait_timeouts,
                accounts=rows._replace(part="accounts") if isinstance(rows, Missing) else self._accounts(shown),
                errors=by_thread.errors,
                later=self._later(began),
            ),
        )

    def _transactions(self) -> tuple[tuple[OpenTransaction, ...] | Missing, bool]:
        """Read open transactions; also say whether the server hides other accounts' sessions.

        SHOW PROCESSLIST gives no error to an account without PROCESS; innodb_trx refuses it, so this asks for both.
        """
        try:
            return sections.open_transactions(self.connection, self.connection.thread_id), False
        except StatementError as error:
            return _missing("transactions", GRANT_PROCESS, error), error.code == NEEDS_PROCESS

    def _threads(self, shown: tuple[ProcessRow, ...], opened: tuple[OpenTransaction, ...] | Missing) -> _Threads:
        connection, edition = self.connection, self.edition
        if edition.has_error_summaries:
            connection.announce(sections.ERRORS)
        seen = _section("performance_schema", GRANT_PERFORMANCE_SCHEMA, lambda: threads.overview(connection, edition))
        if isinstance(seen, Missing):
            return self._no_threads(seen)
        statement = self._details_statement(seen, shown, opened)
        if edition.has_error_summaries:
            connection.announce(statement)
        errors = self._errors()
        last = threads.last_statements(seen, connection.thread_id)
        more = _section("details", GRANT_PERFORMANCE_SCHEMA, lambda: threads.details(connection, seen, statement))
        known = threads.Details({}, {}, {}) if isinstance(more, Missing) else more
        return _Threads(
            programs=tuple(program for program in seen.programs if program.id != connection.thread_id),
            statements=threads.with_details(last, seen, known) if seen.events else NO_STATEMENTS,
            wait_timeouts=self._wait_timeouts(more),
            errors=errors,
        )

    def _no_threads(self, why: Missing) -> _Threads:
        """Say why nothing of it could be read; of what this server lacks in any case, that, for no grant would help."""
        return _Threads(
            programs=why,
            statements=why,
            wait_timeouts=why if self.edition.has_indexed_tables else NO_TIMEOUTS,
            errors=why if self.edition.has_error_summaries else NO_ERRORS,
        )

    def _details_statement(
        self,
        seen: threads.Overview,
        shown: tuple[ProcessRow, ...],
        opened: tuple[OpenTransaction, ...] | Missing,
    ) -> str:
        ages = (
            {} if isinstance(opened, Missing) else {one.transaction.id: one.transaction.age_seconds for one in opened}
        )
        sleepers = (row for row in shown if row.command == "Sleep")
        asked = threads.wanted(seen, sleepers, ages, self.edition)
        return threads.details_statement(self.edition, seen, asked, texts=self.depth.with_statements)

    def _wait_timeouts(self, more: threads.Details | Missing) -> Mapping[int, int] | Missing:
        if not self.edition.has_indexed_tables:
            return NO_TIMEOUTS
        return more._replace(part="wait_timeouts") if isinstance(more, Missing) else more.timeouts

    def _errors(self) -> tuple[AccountError, ...] | Missing:
        if not self.edition.has_error_summaries:
            return NO_ERRORS
        return _section("errors", GRANT_PERFORMANCE_SCHEMA, lambda: sections.errors(self.connection))

    def _accounts(self, shown: tuple[ProcessRow, ...]) -> tuple[Account, ...] | Missing:
        users = {row.user for row in shown}
        return _section("accounts", GRANT_USERS, lambda: sections.accounts(self.connection, users))

    def _lock_waits(self, opened: tuple[OpenTransaction, ...] | Missing) -> tuple[LockWait, ...] | Missing:
        if isinstance(opened, Missing):
            return opened._replace(part="lock_waits")
        remedy = GRANT_PERFORMANCE_SCHEMA if self.edition.has_indexed_tables else GRANT_PROCESS
        return _section("lock_waits", remedy, lambda: sections.lock_waits(self.connection, self.edition, opened))

    def _later(self, began: float) -> Later | Missing:
        if self.depth.interval_seconds is None:
            return ONE_READING
        self.depth.pause(max(0.0, self.depth.interval_seconds - (monotonic() - began)))
        status = _section("later", "", lambda: sections.status(self.connection))
        return status if isinstance(status, Missing) else Later(round(monotonic() - began, 3), status[0])


def flavor_of(edition: Edition, variables: dict[str, str] | Missing) -> Flavor:
    """Say whose server it is, by its version and its comment, never by a number."""
    if edition.mariadb:
        return Flavor.MARIADB
    if isinstance(variables, Missing):
        return Flavor.MYSQL
    if "aurora_version" in variables:
        return Flavor.AURORA
    comment = variables.get("version_comment", "").lower()
    if "mariadb" in comment:
        return Flavor.MARIADB
    return Flavor.PERCONA if "percona" in comment else Flavor.MYSQL


def peak_in_utc(peak_at: datetime | None, edition: Edition, variables: dict[str, str] | Missing) -> datetime | None:
    """Give when the peak was, where it can be told: MySQL says it in the session's zone, MariaDB in the system's."""
    if not edition.mariadb:
        return peak_at
    zone = None if isinstance(variables, Missing) else variables.get("system_time_zone")
    return peak_at if zone == "UTC" else None
