"""PA207: one client that holds half the server and uses little of it."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.words import percent
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """From which share of max_connections on, and from which share of its own sessions asleep."""

    held_share: float = 0.5
    asleep_share: float = 0.8


@rule("PA207", "idle-hog", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """One client has half of the server's connections, and most of them are asleep.

    ## Why it matters

    It names whom to talk to: this client alone decides whether anybody else gets in.

    ## What to do

    Lower its `pool_size` and the number of its processes, or give its account a `MAX_USER_CONNECTIONS`, so that the
    next leak of this one application does not shut out all others.

    ## Fires

    ```toml
    variables = { max_connections = "10" }
    processlist = [{ id = 1 }, { id = 2 }, { id = 3 }, { id = 4 }, { id = 5, command = "Query" }]
    ```

    ## Stays quiet

    ```toml
    variables = { max_connections = "11" }
    processlist = [{ id = 1 }, { id = 2 }, { id = 3 }, { id = 4 }, { id = 5, command = "Query" }]
    ```
    """
    limit = server.max_connections
    for client in server.clients:
        total, asleep = len(client.sessions), len(client.sleeping)
        if total >= options.held_share * limit and asleep >= options.asleep_share * total:
            yield Found(
                message=(
                    f"{client.key} has {total:,} of the server's {limit:,} connections"
                    f" ({percent(total / limit)}), {asleep:,} of them asleep"
                ),
                why="this client alone decides whether anybody else gets in",
                fix=f"lower its pool_size or processes, or cap it: ALTER USER … WITH MAX_USER_CONNECTIONS {limit // 2}",
                about=str(client.key),
                lasting=client.key.lasting,
                evidence={"sessions": total, "asleep_sessions": asleep, "max_connections": limit},
            )
