"""PA208: connections stuck before their login."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.words import count, duration
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """From how many unauthenticated sessions at once on."""

    unauthenticated_sessions: int = 5


@rule("PA208", "login-stall", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Connections hang before they are logged in.

    ## Why it matters

    A login takes milliseconds. Sessions that stay `unauthenticated user` wait for a reverse DNS look-up, a TLS
    handshake, an authentication plugin's server, or come from a port probe that says nothing. Each holds a connection
    until `connect_timeout`, and applications meet it as a slow or failed connect.

    ## What to do

    Look at the hosts of those sessions. If they are applications: try `skip_name_resolve`, and the resolver of the
    server. If they are load balancers or monitors: give them a check that logs in.

    ## Fires

    ```toml
    processlist = [{ id = 7, user = "unauthenticated user", command = "Connect", time_seconds = 11 }]
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7, user = "unauthenticated user", command = "Connect", time_seconds = 10 }]
    ```
    """
    waiting = server.unauthenticated
    limit = server.number("connect_timeout")
    # A connection that has not said a word has no time yet: some servers print 2^32 - 1 or -1 seconds.
    ages = [row.time_seconds for row in waiting if 0 <= row.time_seconds < 2**31]
    oldest = max(ages, default=0)
    if len(waiting) >= options.unauthenticated_sessions or oldest > limit:
        hosts = sorted({row.host for row in waiting})[:5]
        yield Found(
            message=(
                f"{count(len(waiting), 'session')} {'is' if len(waiting) == 1 else 'are'} not logged in yet,"
                f" the oldest for {duration(oldest)}"
            ),
            why="a login takes milliseconds: something on its way does not answer (DNS, TLS, an authentication plugin)",
            fix="look at the hosts they come from; try skip_name_resolve and the server's resolver",
            evidence={
                "unauthenticated_sessions": len(waiting),
                "oldest_seconds": oldest,
                "connect_timeout_seconds": limit,
                "hosts": ", ".join(hosts),
            },
        )
