"""One server at one moment, as it was read, and what follows from that alone."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from poolaudit.facts.client import Client, clients_of
from poolaudit.facts.earlier import Earlier
from poolaudit.facts.missing import FactMissingError, Missing, known
from poolaudit.facts.session import (
    UNAUTHENTICATED,
    LastStatement,
    LockWait,
    ProcessRow,
    Program,
    Session,
    Transaction,
    is_servers_own,
)


class Flavor(StrEnum):
    """Whose server it is: decides which variables, tables and ways in there are."""

    MYSQL = "mysql"
    MARIADB = "mariadb"
    PERCONA = "percona"
    AURORA = "aurora"


def titled(name: str, address: str) -> str:
    """Write a name and an address as one, either of which may be ""."""
    return f"{name} ({address})" if name and address and name != address else name or address


class Account(NamedTuple):
    """One account: its cap (max_user_connections; None where mysql.user could not tell, 0 for none of its own)."""

    user: str
    host: str
    cap_connections: int


class AccountError(NamedTuple):
    """How often the server raised an error for an account since it started (or its summary was truncated)."""

    user: str
    host: str
    error: int
    raised: int


class Refusal(NamedTuple):
    """Why the server did not let the audit in: the server's error number and its own words.

    `admin_port` says why its admin port did not either, "" where it did or was not named.
    """

    error: int
    message: str
    admin_port: str = ""


class Later(NamedTuple):
    """A second reading of the counters, `after_seconds` after the first (scan --interval)."""

    after_seconds: float
    counters: Mapping[str, int]


class Sections(NamedTuple):
    """What was read from a server, section by section; each is Missing where it could not be read."""

    variables: Mapping[str, str] | Missing
    counters: Mapping[str, int] | Missing
    processlist: tuple[ProcessRow, ...] | Missing
    transactions: tuple[Transaction, ...] | Missing
    programs: tuple[Program, ...] | Missing
    statements: tuple[LastStatement, ...] | Missing
    lock_waits: tuple[LockWait, ...] | Missing
    wait_timeouts: Mapping[int, int] | Missing
    accounts: tuple[Account, ...] | Missing
    errors: tuple[AccountError, ...] | Missing
    later: Later | Missing


class _ServerFields(NamedTuple):
    """The fields of a Server; what it works out once has its place beside them."""

    address: str
    version: str
    flavor: Flavor
    taken_at: datetime
    sections: Sections
    peak_at: datetime | None = None
    refused: Refusal | None = None
    name: str = ""
    earlier: Earlier | None = None


class Server(_ServerFields):
    """One server at one moment. `address` is how it was reached (host:port, or a socket's path).

    `name` is what the settings call it, "" where they do not name it. `earlier` are the counters of the last audit,
    where there is a history. The properties raise FactMissingError where the section they need is Missing.
    """

    @property
    def label(self) -> str:
        """What findings call it: its name, which outlives a move to another host, else its address."""
        return self.name or self.address

    @property
    def title(self) -> str:
        """Its name with its address, `db1 (10.0.3.7:3306)`, or its address alone."""
        return titled(self.name, self.address)

    @property
    def was_read(self) -> bool:
        """Whether the audit got in, be it through the admin port of a server that was full."""
        return self.refused is None or not isinstance(self.sections.counters, Missing)

    def variable(self, name: str) -> str:
        """Give a global variable as the server prints it."""
        variables = known(self.sections.variables)
        if name not in variables:
            raise FactMissingError(self._unsaid(name))
        return variables[name]

    def _unsaid(self, name: str) -> Missing:
        if self.version:
            return Missing(name, f"this server ({self.version}) has no variable {name}")
        return Missing(name, f"{self.label} does not say it", f"say it, as in --server {name}=…")

    def number(self, name: str) -> int:
        """Give a global variable that holds a whole number (decimals, as some timeouts have, are cut)."""
        text = self.variable(name)
        try:
            return int(float(text))
        except (ValueError, OverflowError):
            raise FactMissingError(Missing(name, f"the server says {text!r:.40}, which is no number")) from None

    def has(self, name: str) -> bool:
        """Say whether the server has a variable of this name."""
        return name in known(self.sections.variables)

    def counter(self, name: str) -> int:
        """Give a status counter since the server started or was flushed."""
        counters = known(self.sections.counters)
        if name not in counters:
            raise FactMissingError(Missing(name, f"this server ({self.version}) has no counter {name}"))
        return counters[name]

    def gained(self, name: str) -> int | None:
        """By how much a counter grew between the two readings, None with one reading alone.

        A counter that went backwards was flushed in between: what it shows since is what it gained at least.
        """
        if isinstance(self.sections.later, Missing):
            return None
        then, now = self.counter(name), self.sections.later.counters.get(name)
        if now is None:
            return None
        return now - then if now >= then else now

    @property
    def later(self) -> Later:
        """The second reading."""
        return known(self.sections.later)

    @property
    def uptime_seconds(self) -> int:
        """Seconds since the server started."""
        return self.counter("Uptime")

    @property
    def max_connections(self) -> int:
        """How many connections it lets in (one more for an account with CONNECTION_ADMIN or SUPER)."""
        return self.number("max_connections")

    @property
    def connected_connections(self) -> int:
        """Threads_connected, the audit's own connection among them."""
        return self.counter("Threads_connected")

    @property
    def peak_connections(self) -> int:
        """Max_used_connections; never clamped, for max_connections + 1 proves that the reserved slot was used."""
        return self.counter("Max_used_connections")

    @property
    def reserve_connections(self) -> int:
        """What a plan must leave free: the larger of 10 and 5 % of max_connections."""
        return max(10, -(-self.max_connections // 20))

    @cached_property
    def wait_timeout_seconds(self) -> int:
        """After how many idle seconds the server ends a session; on Aurora the smaller of its two timeouts."""
        if self.flavor is Flavor.AURORA:
            return min(self.number("wait_timeout"), self.number("interactive_timeout"))
        return self.number("wait_timeout")

    def session_wait_timeout_seconds(self, session: Session) -> int:
        """Give the session's own wait_timeout where the server shows it, else the global one."""
        own = self.sections.wait_timeouts
        if not isinstance(own, Missing) and session.id in own:
            return own[session.id]
        return self.wait_timeout_seconds

    @cached_property
    def shortest_wait_timeout_seconds(self) -> int:
        """The least of all timeouts that are known: nobody who slept for less is near the end."""
        own = self.sections.wait_timeouts
        shared: int = self.wait_timeout_seconds
        return shared if isinstance(own, Missing) else min([shared, *own.values()])

    @property
    def lock_waits(self) -> tuple[LockWait, ...]:
        """Who waits for whose row locks."""
        return known(self.sections.lock_waits)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts and their own caps."""
        return known(self.sections.accounts)

    @property
    def errors(self) -> tuple[AccountError, ...]:
        """Errors by account."""
        return known(self.sections.errors)

    @cached_property
    def unauthenticated(self) -> tuple[ProcessRow, ...]:
        """Connections that have not logged in yet."""
        return tuple(row for row in known(self.sections.processlist) if row.user == UNAUTHENTICATED)

    @cached_property
    def clients(self) -> tuple[Client, ...]:
        """Sessions of applications and people, grouped, the largest client first; the server's own threads left out."""
        rows = (
            row for row in known(self.sections.processlist) if row.user != UNAUTHENTICATED and not is_servers_own(row)
        )
        sections = self.sections
        programs = () if isinstance(sections.programs, Missing) else sections.programs
        transactions = () if isinstance(sections.transactions, Missing) else sections.transactions
        statements = () if isinstance(sections.statements, Missing) else sections.statements
        return clients_of(
            rows,
            {program.id: program for program in programs},
            {transaction.id: transaction for transaction in transactions},
            {last.id: last for last in statements},
        )

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """Every client's sessions."""
        return tuple(session for client in self.clients for session in client.sessions)

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """Open transactions; a rule that judges by them touches this first, so that it never passes without them."""
        return known(self.sections.transactions)

    @property
    def statements(self) -> tuple[LastStatement, ...]:
        """Last statements; a rule that judges by them touches this first."""
        return known(self.sections.statements)
