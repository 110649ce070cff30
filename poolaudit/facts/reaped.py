"""Sessions that the server ended for idleness, as it counts them for each account."""

import re
from collections.abc import Mapping
from hashlib import sha256

from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.server import AccountError, Server

IDLE_ERROR = 4031
FIRST_VERSION = (8, 0, 24)
COUNTED = "reaped_sessions"
"""Stands among an audit's counters where it counted at all, with the sum of all accounts."""
_NUMBERS = r"(\d+)\.(\d+)\.(\d+)"


def reaped(server: Server) -> tuple[AccountError, ...]:
    """Give the accounts whose idle sessions the server ended since it started, and how many of each.

    FactMissingError where errors by account could not be read, or where the server is older than MySQL 8.0.24, which
    brought error 4031 (ER_CLIENT_INTERACTION_TIMEOUT): nothing was counted there, though sessions were ended.
    """
    errors = server.errors
    numbers = re.match(_NUMBERS, server.version)
    if numbers and tuple(map(int, numbers.groups())) < FIRST_VERSION:
        because = f"MySQL {server.version} ends idle sessions without an error of its own; 8.0.24 brought 4031"
        raise FactMissingError(Missing("errors", because))
    return tuple(one for one in errors if one.error == IDLE_ERROR and one.raised > 0)


def reaped_counters(server: Server) -> dict[str, int]:
    """Give what an audit leaves to the next one of them, under names short enough to be kept; nothing where unknown."""
    try:
        counted = reaped(server)
    except FactMissingError:
        return {}
    return {COUNTED: sum(one.raised for one in counted)} | {_name(one): one.raised for one in counted}


def reaped_since(server: Server, earlier: Mapping[str, int]) -> tuple[AccountError, ...]:
    """Give the accounts as `reaped` does, each with what its count gained since an audit that left these counters.

    A count that went backwards was truncated in between: what it shows is what it gained at least. Where the audit of
    then could not count, nothing is known of the gain, and the counts are since the server started.
    """
    counted = reaped(server)
    if COUNTED not in earlier:
        return counted
    return tuple(one._replace(raised=gained) for one in counted if (gained := _gained(one, earlier)) > 0)


def _gained(one: AccountError, earlier: Mapping[str, int]) -> int:
    then = earlier.get(_name(one), 0)
    return one.raised - then if one.raised >= then else one.raised


def _name(one: AccountError) -> str:
    whole = f"{one.user}\0{one.host}".encode("utf-8", "surrogatepass")
    return f"{COUNTED} {sha256(whole).hexdigest()[:40]}"
