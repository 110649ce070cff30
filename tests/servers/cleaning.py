"""Bring a server that many tests share back to how it was, so that no test sees what another one did."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
from pymysql.constants import ER

from tests.servers.baseline import Baseline, Reader
from tests.servers.kinds import ServerError
from tests.servers.server import Server, leaving

NUMBER = re.compile(r"-?\d+(\.\d+)?")
OF_ITSELF = re.compile(r"gtid_.*")  # what changes though nobody sets it
PATIENCE_SECONDS = 5.0
# Counters that newer MySQL cannot zero, and from when on a scan may find something in them.
REMEMBERED = {"Connection_errors_max_connections": 1, "Aborted_connects": 5}


def clean(server: Server) -> bool:
    """End the sessions, drop what was made, set back what was set, and begin every counter anew.

    What a server cannot zero stays, and a test takes the difference: everywhere Connections and Queries, on MySQL also
    Aborted_connects and Connection_errors_*. Max_used_connections begins at 1, the connection that cleans. Says whether
    the server is as good as new: not where a scan would find what earlier tests did in such a counter.
    """
    try:
        with _control(server) as connection:
            cleaner = _Cleaner(connection, server.baseline)
            cleaner.end_sessions()
            cleaner.restore_variables()
            cleaner.drop_databases()
            cleaner.drop_accounts()
            cleaner.restore_switches()
            cleaner.zero_counters()
            return cleaner.has_forgotten()
    except pymysql.Error as error:
        raise ServerError(f"{server.kind} at port {server.port} cannot be cleaned: {error}.") from error


@contextmanager
def _control(server: Server) -> Iterator["pymysql.Connection[Any]"]:
    """Connect by the socket where there is one, which a test's settings of TLS and of the network do not close."""
    options: dict[str, Any] = {"unix_socket": str(server.socket), "ssl_disabled": True} if server.socket else {}
    connection = _persistently(lambda: server.connect(**options))
    with leaving(connection):
        yield connection


def _persistently(connect: Callable[[], "pymysql.Connection[Any]"]) -> "pymysql.Connection[Any]":
    """Connect, and where a test has just let go of every last connection, wait for the server to notice."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return connect()
        except pymysql.OperationalError as error:
            if error.args[0] != ER.CON_COUNT_ERROR or time.monotonic() > until:
                raise
            time.sleep(0.01)


class _Cleaner:
    """The steps of `clean`, over one connection."""

    def __init__(self, connection: "pymysql.Connection[Any]", new: Baseline) -> None:
        self._connection = connection
        self._read = Reader(connection)
        self._new = new

    def _do(self, statement: str, *arguments: object) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, arguments or None)

    def end_sessions(self) -> None:
        """Kill the sessions that were not there when the server was new, and wait till they are gone."""
        until = time.monotonic() + PATIENCE_SECONDS
        while left := self._read.sessions() - self._new.sessions:
            if time.monotonic() > until:
                raise ServerError(f"The sessions {sorted(left)[:5]} did not end within {PATIENCE_SECONDS:g} s.")
            for session in left:
                self._kill(session)
            time.sleep(0.002)

    def _kill(self, session: int) -> None:
        try:
            self._do(f"KILL {session:d}")
        except pymysql.Error as error:
            if error.args[0] != ER.NO_SUCH_THREAD:
                raise

    def restore_variables(self) -> None:
        """Set back every global variable that differs, and look whether that worked."""
        if changed := self._changed():
            for name, value in changed.items():
                self._restore(name, value)
            if left := self._changed():
                raise ServerError(f"The global variables {', '.join(left)} could not be set back.")

    def _changed(self) -> dict[str, str]:
        now = self._read.variables()
        changed = {name: value for name, value in self._new.variables.items() if now.get(name, value) != value}
        return {name: value for name, value in changed.items() if not OF_ITSELF.fullmatch(name)}

    def _restore(self, name: str, value: str) -> None:
        """Set as a number where it looks like one; a variable of text then says so and is set as text."""
        if NUMBER.fullmatch(value):
            try:
                self._do(f"SET GLOBAL `{name}` = {value}")
            except pymysql.Error as error:
                if error.args[0] != ER.WRONG_TYPE_FOR_VAR:
                    raise
            else:
                return
        self._do(f"SET GLOBAL `{name}` = %s", value)

    def drop_databases(self) -> None:
        """Drop every database that a test made."""
        for name in self._read.databases() - self._new.databases:
            quoted = name.replace("`", "``")
            self._do(f"DROP DATABASE `{quoted}`")

    def drop_accounts(self) -> None:
        """Drop every user and role that a test made; what has no host is a role of MariaDB."""
        for user, host in self._read.accounts() - self._new.accounts:
            if host:
                self._do("DROP USER %s@%s", user, host)
            else:
                self._do("DROP ROLE %s", user)

    def restore_switches(self) -> None:
        """Switch the consumers and instruments of performance_schema back on and off."""
        for table, checksum in self._new.checksums.items():
            if self._read.checksum(table) != checksum:
                for row in set(self._new.switches[table]) - set(self._read.switches(table)):
                    self._switch(table, *row)

    def _switch(self, table: str, name: str, enabled: str, timed: str | None = None) -> None:
        columns = "ENABLED = %s" if timed is None else "ENABLED = %s, TIMED = %s"
        values = (enabled,) if timed is None else (enabled, timed)
        self._do(f"UPDATE performance_schema.{table} SET {columns} WHERE NAME = %s", *values, name)  # noqa: S608 - names of tables and columns of its own

    def zero_counters(self) -> None:
        """Begin the counters anew, those of the status variables last: emptying tables is counted too."""
        if "host_cache" not in self._new.counting:
            self._first_known("FLUSH LOCAL HOSTS")
        for table in self._new.counting:
            self._do(f"TRUNCATE TABLE performance_schema.{table}")
        self._do("FLUSH LOCAL USER_RESOURCES")
        if "mariadb" in self._new.variables["version"].lower():
            self._first_known("FLUSH LOCAL GLOBAL STATUS", "FLUSH LOCAL STATUS")
        else:
            self._do("FLUSH LOCAL STATUS")

    def has_forgotten(self) -> bool:
        """Say whether nothing is left that a scan would take for the server's own."""
        counters = self._read.counters()
        return all(int(counters.get(name, 0)) < limit for name, limit in REMEMBERED.items())

    def _first_known(self, *statements: str) -> None:
        """Run the first that this version has: MariaDB 11.5 gave FLUSH STATUS a new meaning and the old one a name."""
        for statement in statements:
            try:
                self._do(statement)
            except pymysql.Error as error:
                if error.args[0] != ER.PARSE_ERROR:
                    raise
            else:
                return
