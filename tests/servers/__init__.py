"""Real MySQL and MariaDB servers for the tests: fetched without root, started beside anything that is there.

    from tests.servers import Kind, start

    with start(Kind.MYSQL_97, "--max-connections=3") as server:
        server.sql("SELECT 1")

In a test, take a fixture instead: `server` (all three kinds in turn), `mysql97`, `mysql56`, `mariadb118` (shared, and
clean at the start of each test), or `start_server` for a server with settings of its own.

    $POOLAUDIT_SERVER_CACHE     where fetched servers are kept, by default ~/.cache/poolaudit/servers
    $POOLAUDIT_TEST_DSNS        servers to use for the shared ones, of an account with all privileges. They are cleaned
                                like our own: whatever and whoever comes after the run has begun goes. Nothing is
                                downloaded by a test run then; the private ones want `python -m tests.servers fetch`.
    $POOLAUDIT_DEBIAN_MIRROR    for a machine whose apt sources name no Debian mirror
"""

from tests.servers.cleaning import clean
from tests.servers.kinds import Kind, ServerError
from tests.servers.recipes import fetch
from tests.servers.running import RunningServer, start
from tests.servers.server import Server, attach

__all__ = ["Kind", "RunningServer", "Server", "ServerError", "attach", "clean", "fetch", "start"]
