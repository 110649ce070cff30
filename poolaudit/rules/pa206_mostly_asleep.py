"""PA206: a server whose connections are mostly asleep."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.words import percent
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """Above which share of sleepers, and from how many connections and which share of max_connections on."""

    asleep_share: float = 0.8
    from_connections: int = 10
    used_share: float = 0.5


@rule("PA206", "mostly-asleep", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Most of a well-filled server's connections are asleep.

    ## Why it matters

    The pools were sized for peaks that do not come. Their connections crowd out new ones at the next restart or deploy,
    when old and new processes run side by side, though the server has next to nothing to do.

    ## What to do

    Lower `pool_size` where the table of clients shows the most sleepers and let `max_overflow` take the peaks.

    ## Fires

    ```toml
    variables = { max_connections = "22" }
    counters = { Threads_connected = 11 }
    processlist = [
        { id = 1 }, { id = 2 }, { id = 3 }, { id = 4 }, { id = 5 }, { id = 6 }, { id = 7 }, { id = 8 }, { id = 9 },
    ]
    ```

    ## Stays quiet

    ```toml
    variables = { max_connections = "23" }
    counters = { Threads_connected = 11 }
    processlist = [
        { id = 1 }, { id = 2 }, { id = 3 }, { id = 4 }, { id = 5 }, { id = 6 }, { id = 7 }, { id = 8 }, { id = 9 },
    ]
    ```
    """
    connected, limit = server.connected_connections, server.max_connections
    asleep = sum(session.sleeping for session in server.sessions)
    if connected <= options.from_connections or connected < options.used_share * limit:
        return
    if asleep <= options.asleep_share * connected:
        return
    yield Found(
        message=f"{asleep:,} of {connected:,} connections ({percent(asleep / connected)}) are asleep",
        why="pools sized for peaks that do not come leave no room for a deploy or another application",
        fix="lower pool_size where the clients show the most sleepers, and let max_overflow take the peaks",
        evidence={
            "asleep_sessions": asleep,
            "connected_connections": connected,
            "max_connections": limit,
        },
    )
