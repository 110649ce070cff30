"""Whose connections they are: sessions matched to the accounts of mysql.user, as far as the processlist tells."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeAlias

from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.server import Account, Server

_IPV4 = r"\d{1,3}(\.\d{1,3}){3}"
_LIKE_AN_IP = r"[0-9a-fA-F.:%_]+(/.*)?"
_SIGNS = r"(?s)\\.|."
_WILD = {"%": "*", "_": "?"}
_LOOPBACK = ("127.0.0.1", "::1")

Origin: TypeAlias = tuple[str, str, bool]
"""A user, the host that the processlist shows, and whether a port follows it (a socket has none)."""


class AccountUse(NamedTuple):
    """What one account has open. `cap_connections` is the cap in force, 0 where there is none, None where unknown.

    `connections` are certainly its own; `possible_connections` also count those that may be another account's.
    """

    account: str
    cap_connections: int | None
    connections: int
    possible_connections: int

    @property
    def quoted(self) -> str:
        """The account as a statement names it: `'app'@'10.0.%'`."""
        user, _, host = self.account.rpartition("@")
        return "@".join("'" + part.replace("\\", "\\\\").replace("'", "''") + "'" for part in (user, host))


def account_uses(server: Server) -> tuple[AccountUse, ...]:
    """Count each account's connections, ordered by its name.

    The server applies an account's own max_user_connections, or the global one where that is 0, to user and host
    pattern together. Where mysql.user could not be read, users stand for accounts.
    """
    shared_cap = max(server.number("max_user_connections"), 0)
    origins = _origins(server)
    accounts = server.sections.accounts
    if isinstance(accounts, Missing):
        uses = _by_user(origins, shared_cap or None)
    else:
        uses = _by_account(origins, accounts, shared_cap)
    return tuple(sorted(uses, key=lambda use: use.account))


def _origins(server: Server) -> Counter[Origin]:
    """Count sessions by where they come from, a client at a time, for all of its sessions have its user and host."""
    origins: Counter[Origin] = Counter()
    for client in server.clients:
        user, host = client.key.user, client.key.host
        ported = sum(session.row.host != host for session in client.sessions)
        origins += {(user, host, True): ported, (user, host, False): len(client.sessions) - ported}
    return origins


def _by_user(origins: Counter[Origin], cap_connections: int | None) -> Iterator[AccountUse]:
    users: Counter[str] = Counter()
    for (user, _, _), count in origins.items():
        users[user] += count
    return (AccountUse(user, cap_connections, count, count) for user, count in users.items())


def _by_account(origins: Counter[Origin], accounts: Iterable[Account], shared_cap: int) -> Iterator[AccountUse]:
    certain: Counter[tuple[str, int]] = Counter()
    possible: Counter[tuple[str, int]] = Counter()
    accounts = tuple(accounts)
    for origin, count in origins.items():
        candidates = candidates_of(origin, accounts)
        names = [(f"{one.user}@{one.host}", one.cap_connections or shared_cap) for one in candidates]
        for name in names or [(f"{origin[0]}@?", shared_cap)]:
            possible[name] += count
            certain[name] += count if len(names) == 1 else 0
    return (AccountUse(name, cap, certain[name, cap], possible[name, cap]) for name, cap in possible)


def candidates_of(origin: Origin, accounts: Iterable[Account]) -> list[Account]:
    """Give the accounts that a session may have logged in as; one where that is certain, none where none fits.

    The server takes the most specific host first, and a named account before an anonymous one; where it keeps no order
    (two patterns that begin with a wildcard), all of them are candidates.
    """
    user, shown, ported = origin
    matches = [
        (account, match)
        for account in accounts
        if account.user in {user, ""} and (match := host_matches(account.host, shown, ported=ported)) is not False
    ]
    best = min((_rank(account) for account, match in matches if match), default=None)
    return [account for account, _ in matches if best is None or _rank(account) <= best]


def _rank(account: Account) -> tuple[int, int, bool]:
    """Order accounts as the server does: literal hosts, netmasks, then patterns by their first wildcard."""
    host = account.host
    if "/" in host:
        return (1, 0, account.user == "")
    wild = min((host.find(sign) for sign in "%_" if sign in host), default=None)
    if wild is None:
        return (0 if host else 3, 0, account.user == "")
    return (2, -wild, account.user == "")


def host_matches(pattern: str, shown: str, *, ported: bool) -> bool | None:
    """Say whether an account's host pattern admits a session, None where the processlist does not tell.

    The server compares the pattern with the client's name and with its address, but shows only one of them: the name
    where it resolved one. A client on a socket is `localhost` without a port and has no address.
    """
    if pattern in {"", "%"}:
        return True
    if re.fullmatch(_IPV4, shown) or ":" in shown:
        return _admits(pattern, shown)
    if _like(pattern, shown):
        return True
    if shown == "localhost":
        return _any_admits(pattern, _LOOPBACK) if ported else False
    return None if not shown or re.fullmatch(_LIKE_AN_IP, pattern) else False


def _any_admits(pattern: str, addresses: Iterable[str]) -> bool | None:
    answers = {_admits(pattern, address) for address in addresses}
    return answers.pop() if len(answers) == 1 else None


def _admits(pattern: str, address: str) -> bool | None:
    return _in_network(pattern, address) if "/" in pattern else _like(pattern, address)


def _in_network(pattern: str, address: str) -> bool | None:
    """Compare with `10.0.0.0/255.0.0.0` or, from MySQL 8.0.23, `10.0.0.0/8`."""
    from ipaddress import ip_address, ip_network  # noqa: PLC0415 - few accounts have a netmask

    try:
        return ip_address(address) in ip_network(pattern)
    except ValueError:
        return None


def _like(pattern: str, text: str) -> bool:
    """Compare as LIKE does, letters' case aside, in linear time: an account's host is not to be trusted."""
    return fnmatchcase(text.lower(), "".join(map(_glob, re.findall(_SIGNS, pattern.lower()))))


def _glob(sign: str) -> str:
    """Write one sign of a LIKE pattern, or one escaped by a backslash, as fnmatch has it."""
    if sign in _WILD:
        return _WILD[sign]
    return f"[{sign[-1]}]" if sign[-1] in "*?[" else sign[-1]


def undecided(use: AccountUse) -> FactMissingError:
    """Give the error that says that an account's connections cannot be told from others'."""
    return FactMissingError(
        Missing(
            "accounts",
            f"the processlist does not tell which of the {use.possible_connections} connections"
            f" that may be {use.account}'s are its own",
            "SELECT CURRENT_USER() in the application tells its account",
        )
    )
