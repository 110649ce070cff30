"""PA403: connects that never became a session."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.shares import share_of
from poolaudit.facts.window import Window
from poolaudit.facts.words import percent
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """Shares of all connects above which it fires, and how many have to be meant for a share to mean anything."""

    warning_share: float = 0.01
    error_share: float = 0.03
    at_least_connections: int = 10


@rule("PA403", "aborted-connects", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Connects failed before they became a session.

    ## Why it matters

    Aborted_connects rises when the server is full (1040), when an account is at its cap (1203, 1226), for wrong
    passwords and unknown databases, and for every TCP probe that hangs up after the greeting. It never rises for
    sessions that were left open: those are Aborted_clients (PA401).

    Without a second reading this is a lifetime ratio and at most a warning. With a history it is the ratio since the
    last audit, with `--interval` that of the interval, and an error above 3 %.

    ## What to do

    If PA103 or PA104 fires, the limit is the cause. Otherwise look at the server's error log (`log_error_verbosity = 3`
    on MySQL, `log_warnings = 2` and more on MariaDB) for the host and account, and at load balancers' health checks.

    ## Fires

    ```toml
    counters = { Aborted_connects = 11, Connections = 1000 }
    ```

    ## Stays quiet

    ```toml
    counters = { Aborted_connects = 10, Connections = 1000 }
    ```

    ```toml
    counters = { Aborted_connects = 9, Connections = 20 }
    ```
    """
    window = Window(server)
    aborted, tried = window.gained("Aborted_connects"), window.gained("Connections")
    if aborted < options.at_least_connections:
        return
    share = share_of(aborted, tried)
    if share <= options.warning_share:
        window.refuse_if_flushed("Aborted_connects", share, options.warning_share)
        return
    yield Found(
        message=(
            f"{aborted:,} of {tried:,} connects ({percent(share)}, a {window.ratio}) failed before they became a"
            f" session {window.words}"
        ),
        why="the server or an account was full, a password or database was wrong, or something probes the port",
        fix="look for the host and account in the server's error log, and at health checks that only open the port",
        severity=Severity.ERROR if window.is_interval and share > options.error_share else Severity.WARNING,
        evidence={
            "aborted_connects": aborted,
            "tried_connections": tried,
            "aborted_share": round(share, 4),
            "window_seconds": window.seconds,
        },
    )
