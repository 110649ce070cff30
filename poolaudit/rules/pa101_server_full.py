"""PA101: the server refused the audit itself, for all its connections are in use."""

from collections.abc import Iterator

from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Server
from poolaudit.facts.words import ids
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule

TOO_MANY_CONNECTIONS = 1040


@rule("PA101", "server-full", about=Server, severity=Severity.ERROR, since="0.1")
def check(
    server: Server,
    options: NoOptions,  # noqa: ARG001 - every rule takes its options
) -> Iterator[Found]:
    """The server refused the audit itself: all its connections are in use.

    ## Why it matters

    Error 1040 is what every application gets now that asks for one connection more. Who holds the connections can only
    be seen from inside, and the usual way in is closed.

    ## What to do

    There are three other ways in; two of them have to be set up beforehand:

    - the administrators' own port: `admin_address` and `admin_port` on MySQL from 8.0.14, `extra_port` with
      `extra_max_connections` on MariaDB and Percona Server. Then `poolaudit scan --admin-port PORT`.
    - the one connection beyond `max_connections` that the server keeps for an account with CONNECTION_ADMIN
      (`CONNECTION ADMIN` on MariaDB) or SUPER. It is free only if no application has such an account.
    - a connection that somebody still has open: `SHOW FULL PROCESSLIST`, then `KILL` what sleeps longest.

    Stopping one process of the application closes its pool and frees its connections too.

    ## Fires

    ```toml
    refused = { error = 1040, message = "Too many connections" }
    missing = ["variables", "counters", "processlist"]
    ```

    ## Stays quiet

    ```toml
    counters = { Threads_connected = 150 }
    ```
    """
    if server.refused is None or server.refused.error != TOO_MANY_CONNECTIONS:
        return
    by_admin_port = f"; by the admin port: {server.refused.admin_port}" if server.refused.admin_port else ""
    yield Found(
        message=f"{server.title} refused this audit with error 1040 ({server.refused.message}){by_admin_port}",
        why="all its connections are in use, so each application that needs one more is refused as well",
        fix=_room(server) if server.was_read else _WAYS_IN,
        evidence={"refusal_error": server.refused.error},
    )


_WAYS_IN = (
    "get in by the administrators' port (admin_address and admin_port from MySQL 8.0.14, extra_port on MariaDB"
    " and Percona Server: poolaudit scan --admin-port PORT), or by the one slot kept for an account with"
    " CONNECTION_ADMIN or SUPER"
)


def _room(server: Server) -> str:
    """Say, to who got in by the admin port, whose sleepers to end."""
    clients = () if isinstance(server.sections.processlist, Missing) else server.clients
    most = max(clients, key=lambda client: len(client.sleeping), default=None)
    if most is None or not most.sleeping:
        return "stop one process of the application with the most connections, or raise max_connections"
    longest = sorted(most.sleeping, key=lambda session: (-session.idle_seconds, session.id))
    return (
        f"stop a process of {most.key}, which has the most sleepers, or end those that slept longest:"
        f" {ids(longest, 'KILL {id};')}"
    )
