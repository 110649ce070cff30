"""PA402: accounts whose idle sessions the server ended."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.reaped import COUNTED, reaped, reaped_since
from poolaudit.facts.server import AccountError, Server
from poolaudit.facts.window import Window
from poolaudit.facts.words import count
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """How many sessions ended for idleness are a finding."""

    at_least_errors: int = 1


@rule("PA402", "reaped-by-timeout", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """The server ended an account's sessions because they were idle for too long.

    ## Why it matters

    The server says itself whose pool outlives `wait_timeout`: error 4031 in
    `performance_schema.events_errors_summary_by_account_by_error`, on MySQL from 8.0.24. Each was a connection that
    some pool still believed in; the next statement on it failed with 2006, 2013 or 4031, or a ping replaced it. If the
    pool does recycle in time, the connection was checked out and never given back, which recycle cannot reach.

    With a history it is what came since the last audit; without one the count goes back to the server's start. People
    at a console are ended for idleness too; ignore their accounts.

    ## What to do

    Set `pool_recycle` below `wait_timeout` and `pool_pre_ping` on. If both are so, look for sessions that are never
    closed (PA201, PA203).

    ## Fires

    ```toml
    errors = [{ user = "app", host = "10.0.3.7", error = 4031, raised = 1 }]
    ```

    ## Stays quiet

    ```toml
    errors = [{ user = "app", host = "10.0.3.7", error = 1045, raised = 7 }]
    ```
    """
    counted, when = _counted(server)
    for one in sorted(counted, key=lambda one: (-one.raised, one.user, one.host)):
        if one.raised >= options.at_least_errors:
            yield _found(one, when)


def _counted(server: Server) -> tuple[tuple[AccountError, ...], str]:
    """Give the counts, and since when they are where that is not the server's start."""
    if server.earlier is None or COUNTED not in server.earlier.counters:
        return reaped(server), ""
    window = Window(server)
    if window.earlier is None:
        return reaped(server), ""
    return reaped_since(server, window.earlier), f" {window.words}"


def _found(one: AccountError, when: str) -> Found:
    account = f"{one.user}@{one.host}" if one.host else one.user
    return Found(
        message=f"the server ended {count(one.raised, 'session')} of {account} for idleness{when} (error 4031)",
        why="its pool kept connections longer than wait_timeout, or never got them back; their next use fails",
        fix="set pool_recycle below wait_timeout and pool_pre_ping on; if they are, close the sessions that are held",
        about=account,
        evidence={"reaped_by_timeout_errors": one.raised},
    )
