"""PA102: connections in use against max_connections."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.shares import share_of
from poolaudit.facts.words import percent
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """Shares of max_connections in use from which it fires."""

    warning_share: float = 0.8
    error_share: float = 0.9


@rule("PA102", "connections-near-limit", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Most of the connections that the server allows are in use.

    ## Why it matters

    At `max_connections` the server refuses the next connection with error 1040, whoever asks: the application, the
    backup, the person who wants to look. What is left is what a deploy or a moment of load may still take.

    Judged by Threads_connected, which counts the audit's own connection too, against max_connections. The warning at
    80 % is that of PMM and of awesome-prometheus-alerts, the error at 90 % that of Netdata and Canonical.

    ## What to do

    See who holds them in the table of clients. Where most of them sleep, the pools are too large or do not get their
    connections back: end what is held, lower `pool_size` and `max_overflow`. Where they run, look at the statements.
    Raise `max_connections` only if the server has the memory for it.

    ## Fires

    ```toml
    variables = { max_connections = "100" }
    counters = { Threads_connected = 80 }
    ```

    ## Stays quiet

    ```toml
    variables = { max_connections = "100" }
    counters = { Threads_connected = 79 }
    ```
    """
    connected, limit = server.connected_connections, server.max_connections
    share = share_of(connected, limit)
    if share < min(options.warning_share, options.error_share):
        return
    yield Found(
        message=f"{connected:,} of {limit:,} connections ({percent(share)}) are in use",
        why="once all are, the server refuses every further one with error 1040",
        fix="end the sessions that are held and lower the pools' size and overflow, or raise max_connections",
        severity=Severity.ERROR if share >= options.error_share else Severity.WARNING,
        evidence={
            "connected_connections": connected,
            "max_connections": limit,
            "in_use_share": round(share, 4),
        },
    )
