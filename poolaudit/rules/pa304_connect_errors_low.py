"""PA304: a few broken connects are enough for the server to block a host."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.words import count
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """The max_connect_errors under which it is low; 100 is the server's default."""

    under_errors: int = 100


@rule("PA304", "connect-errors-low", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """A few broken connects in a row are enough to block a host.

    ## Why it matters

    After `max_connect_errors` connects in a row that broke off before the login was done, the server blocks the host
    with error 1129 until somebody flushes the host cache. A TCP health check or a port scanner does that within
    minutes, and takes the application on the same host, or behind the same balancer, down with it.

    Only the host cache can block. It is not in use where `host_cache_size` is 0 or `skip_name_resolve` is ON: then
    nothing is entered in it, and no host is ever blocked (measured on MySQL 5.6 and 9.7 and MariaDB 11.8). It is not
    used for localhost either.

    ## What to do

    Raise it, and let health checks log in or speak the protocol to its end. To let a blocked host in again:
    `TRUNCATE TABLE performance_schema.host_cache;` on MySQL, `FLUSH HOSTS;` on MariaDB.

    ## Fires

    ```toml
    variables = { max_connect_errors = "99", host_cache_size = "279", skip_name_resolve = "OFF" }
    ```

    ## Stays quiet

    ```toml
    variables = { max_connect_errors = "100" }
    ```

    ```toml
    variables = { max_connect_errors = "10", skip_name_resolve = "ON" }
    ```

    ```toml
    variables = { max_connect_errors = "10", host_cache_size = "0" }
    ```
    """
    allowed = server.number("max_connect_errors")
    if allowed >= options.under_errors or not _uses_host_cache(server):
        return
    yield Found(
        message=f"{count(allowed, 'broken connect')} in a row (max_connect_errors) will make the server block a host",
        why="a health check or port scanner reaches that in minutes, and error 1129 then shuts the whole host out",
        fix="SET GLOBAL max_connect_errors = 100000; (and in the server's option file)",
        evidence={"max_connect_errors": allowed},
    )


def _uses_host_cache(server: Server) -> bool:
    return server.number("host_cache_size") > 0 and server.variable("skip_name_resolve").upper() not in {"ON", "1"}
