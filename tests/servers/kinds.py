"""The names every module here shares: the kinds of server, where they are kept, and the one error."""

import os
from enum import StrEnum
from pathlib import Path

DSNS_VARIABLE = "POOLAUDIT_TEST_DSNS"
CACHE_VARIABLE = "POOLAUDIT_SERVER_CACHE"
OWN_SERVERS = f"name servers of your own in {DSNS_VARIABLE}"


class ServerError(Exception):
    """A server cannot be had, started or cleaned; the message is one sentence that says what to do."""


class Kind(StrEnum):
    """The servers of a test run; the value is the test's id and the folder's name in the cache."""

    MYSQL_97 = "mysql-9.7"
    MYSQL_56 = "mysql-5.6"
    MARIADB_118 = "mariadb-11.8"

    @property
    def flavor(self) -> str:
        """What the product calls itself, as collectors name it: mysql or mariadb."""
        return self.value.partition("-")[0]

    @property
    def series(self) -> str:
        """The start of the version, such as 9.7."""
        return self.value.partition("-")[2]

    @property
    def product(self) -> str:
        """The name a person reads."""
        return f"{'MariaDB' if self.flavor == 'mariadb' else 'MySQL'} {self.series}"


def kind_named(name: str) -> Kind:
    """Read a kind from a command line or a test, and say which there are when it is none of them."""
    try:
        return Kind(name)
    except ValueError:
        raise ServerError(f"There is no server kind {name!r}; the kinds are {', '.join(Kind)}.") from None


def cache_folder() -> Path:
    """Return where fetched servers are kept: outside the tree, so that cleaning the tree fetches nothing again."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "poolaudit" / "servers"
