"""PA302: wait_timeout ends idle sessions within a minute."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.words import duration
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """The wait_timeout under which it is short."""

    under_seconds: int = 60


@rule("PA302", "wait-timeout-short", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """The server ends idle sessions within a minute.

    ## Why it matters

    A pool keeps connections idle on purpose. With a `wait_timeout` this short most of them are dead when they are lent
    again: `MySQL server has gone away` (2006), `Lost connection` (2013) or 4031. `pool_pre_ping` hides it at the price
    of a new connection for nearly every checkout, and a session that waits for another service is ended as well.

    On Aurora the smaller of `wait_timeout` and `interactive_timeout` counts.

    ## What to do

    Give `wait_timeout` some minutes at least, and every pool a `pool_recycle` below it. If it was lowered against
    leaked sessions, close the sessions instead.

    ## Fires

    ```toml
    variables = { wait_timeout = "59" }
    ```

    ## Stays quiet

    ```toml
    variables = { wait_timeout = "60" }
    ```
    """
    seconds = server.wait_timeout_seconds
    if seconds >= options.under_seconds:
        return
    yield Found(
        message=f"the server ends sessions after {duration(seconds)} of idleness (wait_timeout {seconds})",
        why="pooled connections are dead when they are lent again, and the statement fails with 2006, 2013 or 4031",
        fix="SET GLOBAL wait_timeout = 600; (and in the server's option file), with every pool_recycle below it",
        evidence={"wait_timeout_seconds": seconds},
    )
