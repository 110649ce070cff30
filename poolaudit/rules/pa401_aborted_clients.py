"""PA401: sessions that ended without a goodbye."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.reaped import reaped
from poolaudit.facts.server import Server
from poolaudit.facts.shares import share_of
from poolaudit.facts.window import Window
from poolaudit.facts.words import count, percent
from poolaudit.report import Found, Number, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """Shares of new connections above which it fires, and how many have to be meant for a share to mean anything."""

    warning_share: float = 0.02
    error_share: float = 0.1
    at_least_connections: int = 10


@rule("PA401", "aborted-clients", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Sessions ended without a goodbye.

    ## Why it matters

    Aborted_clients counts the sessions that were let in and did not end with a proper quit. Three causes, which need
    different cures:

    - idle sessions that the server ended at `wait_timeout`: error 4031, counted for each account by MySQL from 8.0.24
      (PA402). The pool finds out at the next checkout: gone away.
    - sessions that somebody killed.
    - processes that ended without closing their pool: one for each pooled connection. So every deploy adds to it, and a
      worker that is killed for its memory or by a timeout does.

    Without a second reading this is a lifetime ratio, in which old incidents weigh as much as new ones, and at most a
    warning. With a history it is the ratio since the last audit, with `--interval` that of the interval, and an error
    above 10 %. The 2 % are phpMyAdmin's.

    ## What to do

    Call `engine.dispose()` when a process stops, set `pool_recycle` below `wait_timeout`, and look at what kills
    workers. Whether it still goes on: `poolaudit scan --interval 60`.

    ## Fires

    ```toml
    counters = { Aborted_clients = 21, Connections = 1000 }
    ```

    ## Stays quiet

    ```toml
    counters = { Aborted_clients = 20, Connections = 1000 }
    ```

    ```toml
    counters = { Aborted_clients = 9, Connections = 20 }
    ```
    """
    window = Window(server)
    aborted, opened = window.gained("Aborted_clients"), window.gained("Connections")
    if aborted < options.at_least_connections:
        return
    share = share_of(aborted, opened)
    if share > options.warning_share:
        yield _found(server, window, (aborted, opened), options)
    else:
        window.refuse_if_flushed("Aborted_clients", share, options.warning_share)


def _found(server: Server, window: Window, counted: tuple[int, int], options: Options) -> Found:
    aborted, opened = counted
    share, idle = share_of(aborted, opened), None if window.is_interval else _ended_for_idleness(server)
    split = "" if idle is None else f"; the server ended {count(idle, 'session')} itself for idleness (error 4031)"
    evidence: dict[str, Number] = {
        "aborted_client_connections": aborted,
        "opened_connections": opened,
        "aborted_share": round(share, 4),
        "window_seconds": window.seconds,
    }
    return Found(
        message=(
            f"{aborted:,} of {opened:,} connections ({percent(share)}, a {window.ratio}) ended without a goodbye"
            f" {window.words}{split}"
        ),
        why=(
            "they were idle and ended at wait_timeout, or killed, or their process ended without closing its pool"
            " (one for each pooled connection, so deploys inflate it)"
        ),
        fix="call engine.dispose() when a process stops, keep pool_recycle below wait_timeout, see what kills workers",
        severity=Severity.ERROR if window.is_interval and share > options.error_share else Severity.WARNING,
        evidence=evidence if idle is None else evidence | {"reaped_by_timeout_errors": idle},
    )


def _ended_for_idleness(server: Server) -> int | None:
    """How many sessions the server ended at wait_timeout, None where it does not say: that alone is no gap."""
    try:
        return sum(one.raised for one in reaped(server))
    except FactMissingError:
        return None
