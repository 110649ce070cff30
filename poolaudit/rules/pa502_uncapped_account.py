"""PA502: an account without a cap has half of the server."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.accounts import AccountUse, account_uses, undecided
from poolaudit.facts.missing import known
from poolaudit.facts.server import Server
from poolaudit.facts.shares import share_of
from poolaudit.facts.words import percent
from poolaudit.report import Found, Severity
from poolaudit.rule import judge_each, rule


class Options(NamedTuple):
    """The share of max_connections from which an account should have a cap."""

    at_least_share: float = 0.5


@rule("PA502", "uncapped-account", about=Server, severity=Severity.INFO, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """One account has half of all connections in use, and no cap.

    ## Why it matters

    Nothing keeps this account from taking the rest as well: a leak or a burst in one application then shuts out every
    other one, and the people who want to look. A cap (`max_user_connections`) keeps the fault where it arose.

    ## What to do

    Cap the account a little above the demand of its pools, at least ten connections or 5 % below `max_connections`.

    ## Fires

    ```toml
    variables = { max_connections = "10" }
    processlist = [{ id = 1 }, { id = 2 }, { id = 3 }, { id = 4 }, { id = 5 }]
    accounts = [{ user = "app", host = "%", cap_connections = 0 }]
    ```

    ## Stays quiet

    ```toml
    variables = { max_connections = "10" }
    processlist = [{ id = 1 }, { id = 2 }, { id = 3 }, { id = 4 }, { id = 5 }]
    accounts = [{ user = "app", host = "%", cap_connections = 9 }]
    ```
    """
    yield from judge_each(account_uses(server), lambda use: _judge(server, use, options))


def _judge(server: Server, use: AccountUse, options: Options) -> Iterator[Found]:
    limit = server.max_connections
    if use.cap_connections or share_of(use.possible_connections, limit) < options.at_least_share:
        return
    if use.cap_connections is None:
        known(server.sections.accounts)
    share = share_of(use.connections, limit)
    if share < options.at_least_share:
        raise undecided(use)
    yield Found(
        message=f"{use.account} has {use.connections:,} of {limit:,} connections ({percent(share)}) and no cap",
        why="a leak or a burst in one application can take all connections from every other one",
        fix=f"{_statement(server)} {use.quoted} WITH MAX_USER_CONNECTIONS n; with n just above its pools' demand",
        about=use.account,
        evidence={"account_connections": use.connections, "max_connections": limit, "in_use_share": round(share, 4)},
    )


def _statement(server: Server) -> str:
    """Give the statement that caps an account; MySQL's ALTER USER takes a cap from 5.7.6."""
    return "GRANT USAGE ON *.* TO" if server.version.startswith(("5.5.", "5.6.")) else "ALTER USER"
