"""Sessions that the server ended for idleness, as it counts them for each account."""

import re

from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.server import AccountError, Server

IDLE_ERROR = 4031
FIRST_VERSION = (8, 0, 24)
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
