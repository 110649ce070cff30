"""How many connections and statements a program costs a server, by the server's own general log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymysql

from bench.running import Command, seconds
from tests.servers import Server
from tests.servers.server import leaving


@dataclass(frozen=True)
class Cost:
    """What a program did to a server."""

    name: str
    server: str
    connections: int
    statements: int
    seconds: float


def cost_of(command: Command, server: Server) -> Cost:
    """Run it once with the general log on, and count what other sessions than the one that counts left there."""
    with leaving(server.connect()) as connection, _logging(connection), connection.cursor() as cursor:
        took = seconds(command)
        counts = {
            kind: _count(cursor, kind, connection.thread_id())  # type: ignore[no-untyped-call]  # the stubs' own
            for kind in ("Connect", "Query")
        }
    return Cost(command.name, server.version, counts["Connect"], counts["Query"], took)


def _count(cursor: "pymysql.cursors.Cursor", kind: str, own: int) -> int:
    asked = "SELECT COUNT(*) FROM mysql.general_log WHERE command_type = %s AND thread_id <> %s"
    cursor.execute(asked, (kind, own))
    row = cursor.fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _logging(connection: "pymysql.Connection[Any]") -> Iterator[None]:
    with connection.cursor() as cursor:
        for statement in (
            "SET GLOBAL log_output = 'TABLE'",
            "TRUNCATE mysql.general_log",
            "SET GLOBAL general_log = 1",
        ):
            cursor.execute(statement)
        yield
        cursor.execute("SET GLOBAL general_log = 0")


@contextmanager
def sleepers(server: Server, number: int) -> Iterator[None]:
    """Keep sessions open that sleep, every tenth of them with a transaction open."""
    connections = [server.connect() for _ in range(number)]
    try:
        for connection in connections[::10]:
            with connection.cursor() as cursor:
                cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        yield
    finally:
        for connection in connections:
            connection.close()
