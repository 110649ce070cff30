"""How a server was when it was new: what `clean` brings it back to."""

import re
from dataclasses import dataclass, field
from typing import Any

import pymysql

# Tables of performance_schema that count or remember, and may be emptied.
COUNTING = re.compile(
    r"events_(errors|statements|transactions)_(summary_.*|history|history_long)"
    r"|status_by_(account|host|user)|accounts|hosts|users|host_cache"
)
SWITCHES = ("setup_consumers", "setup_instruments")

Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Baseline:
    """What was there before any test: it stays, and all else goes."""

    variables: dict[str, str] = field(default_factory=dict)
    databases: frozenset[str] = frozenset()
    accounts: frozenset[tuple[str, str]] = frozenset()
    sessions: frozenset[int] = frozenset()
    counting: tuple[str, ...] = ()
    switches: dict[str, Rows] = field(default_factory=dict)
    checksums: dict[str, Rows] = field(default_factory=dict)


class Reader:
    """What `Baseline` holds, read from a server as it is now."""

    def __init__(self, connection: "pymysql.Connection[Any]") -> None:
        """Read over this connection of an account with all privileges."""
        self._connection = connection

    def rows(self, statement: str) -> Rows:
        """Run one statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return tuple(cursor.fetchall())

    def variables(self) -> dict[str, str]:
        """Return every global variable; SHOW gives what SET takes."""
        return {name: value for name, value in self.rows("SHOW GLOBAL VARIABLES")}  # noqa: C416 - typed pairs

    def counters(self) -> dict[str, str]:
        """Return the counters that remember what connections met."""
        return dict(self.rows("SHOW GLOBAL STATUS WHERE Variable_name LIKE '%connect%'"))

    def databases(self) -> frozenset[str]:
        """Return the names of all databases."""
        return frozenset(name for (name,) in self.rows("SHOW DATABASES"))

    def accounts(self) -> frozenset[tuple[str, str]]:
        """Return user and host of every account; a role is an account, in MariaDB one without a host."""
        return frozenset((user, host) for user, host in self.rows("SELECT User, Host FROM mysql.user"))

    def sessions(self) -> frozenset[int]:
        """Return the ids of the sessions of clients other than this one."""
        ((own,),) = self.rows("SELECT CONNECTION_ID()")
        listed = [row[:2] for row in self.rows("SHOW PROCESSLIST")]
        return frozenset(id_ for id_, user in listed if id_ != own and user not in {"system user", "event_scheduler"})

    def has_performance_schema(self) -> bool:
        """Tell whether performance_schema is switched on; MariaDB's is not."""
        return self.rows("SELECT @@performance_schema") == ((1,),)

    def counting(self) -> tuple[str, ...]:
        """Return the tables of performance_schema that may be emptied."""
        found = self.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'performance_schema'")
        return tuple(sorted(name for (name,) in found if COUNTING.fullmatch(name)))

    def switches(self, table: str) -> Rows:
        """Return what of performance_schema is switched on."""
        timed = ", TIMED" if table == "setup_instruments" else ""
        return self.rows(f"SELECT NAME, ENABLED{timed} FROM performance_schema.{table}")  # noqa: S608 - own names

    def checksum(self, table: str) -> Rows:
        """Return a number that changes with `switches`, since reading a thousand rows each time is slow."""
        timed = ", TIMED" if table == "setup_instruments" else ""
        row = f"SUM(CRC32(CONCAT(NAME, ENABLED{timed})))"
        return self.rows(f"SELECT {row} FROM performance_schema.{table}")  # noqa: S608 - own names


def baseline(connection: "pymysql.Connection[Any]") -> Baseline:
    """Read a server that no test has used yet."""
    reader = Reader(connection)
    tables = SWITCHES if reader.has_performance_schema() else ()
    return Baseline(
        variables=reader.variables(),
        databases=reader.databases(),
        accounts=reader.accounts(),
        sessions=reader.sessions(),
        counting=reader.counting() if tables else (),
        switches={table: reader.switches(table) for table in tables},
        checksums={table: reader.checksum(table) for table in tables},
    )
