"""`--server max_connections=151,wait_timeout=28800`: a server of which only some variables are known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from poolaudit.errors import UsageError
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Flavor, Sections, Server

OPTION = "--server"
VARIABLES = ("max_connections", "max_user_connections", "wait_timeout", "interactive_timeout")
"""What rules about pools read of a server; another variable would be accepted in vain."""
LARGEST = 10**9
CAP = "max_user_connections"


def server_given(words: tuple[str, ...], taken_at: datetime) -> Server:
    """Read what the option says; UsageError where that is no known variable with a whole number."""
    variables: dict[str, str] = {}
    for word in words:
        name, sign, value = (part.strip() for part in word.partition("="))
        if not sign:
            raise UsageError(f"{OPTION} takes variables with their values, as in {OPTION} {VARIABLES[0]}=151")
        _check(name, value)
        if name in variables:
            raise UsageError(f"{OPTION} says {name} more than once")
        variables[name] = value
    return server_of(OPTION, variables, f"only {OPTION} was given", taken_at)


def server_of(address: str, variables: Mapping[str, str], because: str, taken_at: datetime) -> Server:
    """Make a server of which only these variables are known; all else is missing for that reason.

    Who says the cap of all accounts says that none has another.
    """
    missing: dict[str, Any] = {
        section: Missing(section, because, "name the server itself, as in -h db1") for section in Sections._fields
    }
    missing["variables"] = dict(variables)
    if CAP in variables:
        missing["accounts"] = ()
    return Server(address, "", Flavor.MYSQL, taken_at, Sections(**missing))


def _check(name: str, value: str) -> None:
    if name not in VARIABLES:
        from poolaudit.policy import nearest  # noqa: PLC0415 - only when something is wrong

        hint = nearest(name, VARIABLES) or f"; there are {', '.join(VARIABLES)}"
        raise UsageError(f"{OPTION}: there is no variable {name!r:.60} that a pool is held against{hint}")
    lowest = 0 if name == CAP else 1
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and lowest <= int(value) <= LARGEST):  # noqa: PLR2004 - no more digits than LARGEST has
        raise UsageError(f"{OPTION}: {name} is to be a whole number from {lowest}")
