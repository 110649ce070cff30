"""Sessions grouped into clients: one account, host, program and process, as much as the server tells of each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from poolaudit.facts.proxy import proxies_of
from poolaudit.facts.session import (
    RESETS,
    LastStatement,
    ProcessRow,
    Program,
    Session,
    Transaction,
    Use,
    use_of,
)


class ClientKey(NamedTuple):
    """What tells one client from another; None where the server does not say."""

    user: str
    host: str
    program: str | None = None
    pid: int | None = None

    @property
    def account(self) -> str:
        """The account as MySQL writes it, less the port."""
        return f"{self.user}@{self.host}" if self.host else self.user

    @property
    def lasting(self) -> str:
        """The name that outlives a restart of the client's process, for fingerprints and ignores."""
        return f"{self.account} ({self.program})" if self.program else self.account

    def __str__(self) -> str:
        """Name it for a person: `app@10.0.3.7 (flask-todo, pid 4211)`."""
        details = [self.program] if self.program else []
        if self.pid is not None:
            details.append(f"pid {self.pid}")
        return f"{self.account} ({', '.join(details)})" if details else self.account


class _ClientFields(NamedTuple):
    """The fields of a Client; what it works out once has its place beside them."""

    key: ClientKey
    sessions: tuple[Session, ...]
    proxy: str | None = None


class Client(_ClientFields):
    """The sessions of one client, by their use; `unknown` are sleepers whose use the evidence does not tell.

    `proxy` names the product between application and server through which they come, None where none is seen.
    """

    @cached_property
    def _by_use(self) -> Mapping[Use, Sequence[Session]]:
        by_use: defaultdict[Use, list[Session]] = defaultdict(list)
        for session in self.sessions:
            by_use[session.use].append(session)
        return by_use

    def _of(self, use: Use) -> tuple[Session, ...]:
        return tuple(self._by_use.get(use, ()))

    @cached_property
    def running(self) -> tuple[Session, ...]:
        """Sessions that do something else than sleep."""
        return self._of(Use.RUNNING)

    @cached_property
    def pooled(self) -> tuple[Session, ...]:
        """Sleepers that wait in a pool: reset by it, nothing open."""
        return self._of(Use.POOLED)

    @cached_property
    def held(self) -> tuple[Session, ...]:
        """Sleepers that the application has checked out and not given back."""
        return self._of(Use.HELD)

    @property
    def oldest_held(self) -> Session | None:
        """The session that has been held longest, None where none is."""
        return max(self.held, key=lambda session: (session.idle_seconds, -session.id), default=None)

    @cached_property
    def unknown(self) -> tuple[Session, ...]:
        """Sleepers that may be either."""
        return self._of(Use.UNKNOWN)

    @cached_property
    def sleeping(self) -> tuple[Session, ...]:
        """All sleepers, whatever their use."""
        return tuple(session for session in self.sessions if session.sleeping)


def host_of(address: str) -> str:
    """Strip the port from a processlist's Host: `10.0.3.7:51000`, `[::1]:51000` and bare `::1` alike."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.endswith("]")):
        return host.strip("[]")
    return address


def clients_of(
    rows: Iterable[ProcessRow],
    programs: Mapping[int, Program],
    transactions: Mapping[int, Transaction],
    statements: Mapping[int, LastStatement],
) -> tuple[Client, ...]:
    """Group rows into clients, the largest first, and say of each session how it is used."""
    rows = tuple(rows)
    nobody = Program(0, None, None)
    groups: defaultdict[tuple[str, str, str | None, int | None], list[ProcessRow]] = defaultdict(list)
    proxies = proxies_of(rows, programs)
    for row in rows:
        _, name, pid, _ = programs.get(row.id, nobody)
        groups[row.user, host_of(row.host), name, pid].append(row)
    clients = (
        Client(
            ClientKey(*key), tuple(_sessions(members, programs, transactions, statements)), _proxy_of(members, proxies)
        )
        for key, members in groups.items()
    )
    return tuple(sorted(clients, key=lambda client: (-len(client.sessions), _order(client.key))))


def _proxy_of(rows: Iterable[ProcessRow], proxies: Mapping[int, str]) -> str | None:
    return next((proxies[row.id] for row in rows if row.id in proxies), None) if proxies else None


def _order(key: ClientKey) -> tuple[str, str, str, int]:
    return (key.user, key.host, key.program or "", key.pid or 0)


def _sessions(
    rows: list[ProcessRow],
    programs: Mapping[int, Program],
    transactions: Mapping[int, Transaction],
    statements: Mapping[int, LastStatement],
) -> Iterator[Session]:
    pool_resets = any(row.id in statements and statements[row.id].kind in RESETS for row in rows)
    for row in sorted(rows, key=attrgetter("id")):
        number = row.id
        transaction, last = transactions.get(number), statements.get(number)
        use = use_of(row, transaction, last, pool_resets=pool_resets)
        yield Session(row, programs.get(number), transaction, last, use)
