"""PA104: connections that the server refused with error 1040."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Flavor, Server
from poolaudit.facts.window import REFUSED, Window
from poolaudit.facts.words import count
from poolaudit.report import Found, Number, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """More refused connections than this are a finding."""

    more_than_connections: int = 0


@rule("PA104", "connections-refused", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """The server refused connections with error 1040, Too many connections.

    ## Why it matters

    Each refusal was a request, a job or a person that did not get in. The counter Connection_errors_max_connections
    tells how many since the server started; whether it still goes on, a history tells, which knows the counter of the
    last audit, or `--interval`. Then it is an error.

    On MariaDB the counter misses refusals (10.11: three refusals left it at 0). So there a peak at the limit answers
    too.

    ## What to do

    Bring the sum of all pools' ceilings below `max_connections`, less a reserve. Where there is no pool (NullPool), the
    number of requests at once is the number of connections: use a pool with a ceiling. A higher `max_connections` helps
    only where the server has the memory for it.

    ## Fires

    ```toml
    counters = { Connection_errors_max_connections = 1 }
    ```

    ```toml
    flavor = "mariadb"
    version = "11.8.9-MariaDB"
    counters = { Max_used_connections = 151 }
    ```

    ## Stays quiet

    ```toml
    counters = { Connection_errors_max_connections = 0, Max_used_connections = 151 }
    ```
    """
    window = Window(server)
    now, ever = window.gained(REFUSED), server.counter(REFUSED)
    if window.is_interval and now > options.more_than_connections:
        yield _found(f"the server refused {count(now, 'connection')} {window.words}", now, Severity.ERROR)
    elif ever > options.more_than_connections:
        yield _found(f"the server refused {count(ever, 'connection')} since it started", ever, Severity.WARNING)
    elif server.flavor is Flavor.MARIADB and server.peak_connections >= server.max_connections:
        yield _found(
            f"connections reached the limit ({server.peak_connections:,} of {server.max_connections:,}), so some were"
            f" probably refused; MariaDB counted {ever:,}, but its counter is known to miss refusals",
            ever,
            Severity.WARNING,
            peak_connections=server.peak_connections,
            max_connections=server.max_connections,
        )


def _found(message: str, refused: int, severity: Severity, **evidence: Number) -> Found:
    return Found(
        message=message,
        why="each was a request or a job that got error 1040, Too many connections",
        fix="keep the sum of all pools' ceilings below max_connections, less a reserve, and give each process a pool",
        severity=severity,
        evidence={"refused_connections": refused, **evidence},
    )
