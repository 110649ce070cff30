"""PA801: sessions that come from a proxy, so that the server does not see the applications."""

from collections.abc import Iterator

from poolaudit.facts.missing import known
from poolaudit.facts.server import Server
from poolaudit.facts.words import count
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA801", "behind-proxy", about=Server, severity=Severity.INFO, since="0.1")
def check(server: Server, options: NoOptions) -> Iterator[Found]:
    """Sessions come from a proxy that stands between applications and server.

    ## Why it matters

    A proxy has connections of its own to the server and lends them to its clients, often one to many. What sleeps here
    is the proxy's, and says nothing of an application's pool; a client's process id is the proxy's. So PA203, PA705 and
    PA706 are unanswered for such clients, and limits and leaks are to be looked for at the proxy. An open transaction
    (PA201) is one all the same.

    Told are ProxySQL, by the program_name that it gives; MySQL Router, by the client address that it adds to the
    client's attributes (it adds none where it passes TLS through unopened); and RDS Proxy, by the sessions of its user
    `rdsproxyadmin`, but not which of the others are its own: all of them are taken to be. MaxScale adds nothing to what
    its client says, and cannot be told.

    ## What to do

    Look at the proxy's own view: `stats_mysql_processlist` and `stats_mysql_connection_pool` of ProxySQL, the REST API
    of MySQL Router, the metrics ClientConnections and DatabaseConnectionsBorrowed of RDS Proxy.

    ## Fires

    ```toml
    processlist = [{ id = 7 }]
    programs = [{ id = 7, name = "proxysql", pid = 12 }]
    ```

    ```toml
    processlist = [{ id = 7 }]
    programs = [{ id = 7, name = "web", pid = 12, routed_for = "10.0.0.9" }]
    ```

    ```toml
    processlist = [{ id = 7 }, { id = 8, user = "rdsproxyadmin" }]
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7 }]
    programs = [{ id = 7, name = "web", pid = 12 }]
    ```
    """
    _ = options
    for proxy in sorted({client.proxy for client in server.clients if client.proxy is not None}):
        yield _found(server, proxy)
    if server.clients:
        known(server.sections.programs)


def _found(server: Server, proxy: str) -> Found:
    clients = [client for client in server.clients if client.proxy == proxy]
    sessions = sum(len(client.sessions) for client in clients)
    return Found(
        message=f"{count(sessions, 'session')} of {count(len(clients), 'client')} come through {proxy}",
        why="they are the proxy's connections, so what applications do with theirs cannot be seen here",
        fix=f"look for leaks and limits at {proxy}; PA203, PA705 and PA706 are unanswered here",
        about=proxy,
        evidence={"sessions": sessions, "clients": len(clients)},
    )
