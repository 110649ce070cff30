"""PA105: connections opened for a few statements each."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.server import Flavor, Server
from poolaudit.facts.shares import share_of
from poolaudit.facts.window import Window
from poolaudit.facts.words import duration, percent
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """New connections per second, and new connections as a share of statements; it fires above both.

    `at_least_seconds` is how long a server has to be up for its lifetime to give a rate.
    """

    more_than_per_second: float = 10.0
    more_than_share: float = 0.1
    at_least_seconds: int = 60


@rule("PA105", "connection-churn", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Connections are opened for a few statements and closed again.

    ## Why it matters

    A connect costs the server a thread and a login, and the application a round trip or several (more with TLS), for
    every request. More than one connection to ten statements, and more than ten each second, is what a pool that is not
    one looks like: NullPool, an engine made for each request, a `pool_recycle` of 0, or work that overflows a small
    pool all day (overflow connections are closed when they come back).

    Judged by Connections against Questions: since the last audit that a history keeps, else since
    the server started, or between the two readings of `--interval`.
    The ten per second are those of check_mysql_health.

    ## What to do

    Keep one engine for each process and let it pool; raise `pool_size` until the everyday load fits without overflow.

    ## Fires

    ```toml
    counters = { Uptime = 1000, Connections = 10100, Questions = 100900 }
    ```

    ## Stays quiet

    ```toml
    counters = { Uptime = 1000, Connections = 10000, Questions = 20000 }
    ```

    ```toml
    counters = { Uptime = 1000, Connections = 50000, Questions = 500000 }
    ```
    """
    window = Window(server)
    opened, statements = window.gained("Connections"), window.gained("Questions")
    each_second, share = opened / window.seconds, share_of(opened, statements)
    if each_second <= options.more_than_per_second or share <= options.more_than_share:
        return
    _refuse_what_is_no_rate(server, window, options)
    yield Found(
        message=(
            f"{each_second:,.1f} connections per second were opened {window.words}, {percent(share)} of the number"
            f" of statements ({window.ratio})"
        ),
        why="a connect for a few statements costs the server a login and the request a wait each time",
        fix="keep one engine with a pool in each process, and raise pool_size until everyday load needs no overflow",
        evidence={
            "opened_connections": opened,
            "opened_connections_per_second": round(each_second, 2),
            "statements": statements,
            "window_seconds": window.seconds,
        },
    )


def _refuse_what_is_no_rate(server: Server, window: Window, options: Options) -> None:
    """Do not judge the first connections of a server by its first seconds, nor counters that began at different times.

    MariaDB's FLUSH GLOBAL STATUS sets Questions to 0 but not Connections (measured on 11.8).
    """
    if window.since_start and window.seconds < options.at_least_seconds:
        because = f"the server has been up for {duration(window.seconds)}, too short for a rate"
        raise FactMissingError(Missing("Uptime", because, "--interval 10"))
    if server.flavor is Flavor.MARIADB and window.flushed_seconds is not None:
        because = "FLUSH GLOBAL STATUS set Questions to 0 after the server started, and Connections not"
        raise FactMissingError(Missing("Questions", because, "--interval 60"))
