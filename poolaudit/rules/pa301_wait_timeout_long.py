"""PA301: wait_timeout keeps idle sessions for hours on a server that is short of connections."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.words import duration
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """The wait_timeout from which it is long; 28800 is the server's default."""

    at_least_seconds: int = 28800


@rule(
    "PA301",
    "wait-timeout-long",
    about=Server,
    severity=Severity.INFO,
    since="0.1",
    beside=("PA102", "PA103", "PA206"),
)
def check(server: Server, options: Options) -> Iterator[Found]:
    """Idle sessions are kept for hours while connections are short.

    ## Why it matters

    A connection that its application lost (a process killed, a network cut, a session never closed) stays until
    `wait_timeout` ends it, by default after eight hours. While there is room that does no harm, so this rule speaks
    only where PA102, PA103 or PA206 does.

    ## What to do

    Lower `wait_timeout`, and `interactive_timeout` with it, to what the slowest pool needs: above every `pool_recycle`,
    or pooled connections are ended under the application. It holds for sessions opened from then on. It does not cure a
    leak; it only bounds how long each connection is lost.

    ## Fires

    ```toml
    variables = { wait_timeout = "28800", interactive_timeout = "28800" }
    ```

    ## Stays quiet

    ```toml
    variables = { wait_timeout = "28799", interactive_timeout = "28799" }
    ```
    """
    seconds = server.wait_timeout_seconds
    if seconds < options.at_least_seconds:
        return
    yield Found(
        message=f"wait_timeout is {seconds:,} s ({duration(seconds)}) while connections are short",
        why="each connection that its application lost stays that long before the server ends it",
        fix="SET GLOBAL wait_timeout = 3600; (above every pool's pool_recycle, and in the server's option file too)",
        evidence={"wait_timeout_seconds": seconds},
    )
