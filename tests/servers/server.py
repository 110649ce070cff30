"""A server the tests may use: where it answers, who it is, and how it was when it was new."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pymysql
from pymysql.cursors import DictCursor

from tests.servers.baseline import Baseline, baseline
from tests.servers.kinds import DSNS_VARIABLE, ServerError

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """A server that answers; `kind` is flavor and series, such as mysql-8.4, also where it is none that is fetched."""

    kind: str
    flavor: str
    version: str
    host: str
    port: int
    socket: Path | None
    admin_port: int | None
    user: str
    password: str = field(repr=False)
    baseline: Baseline = field(repr=False)

    def dsn(self, user: str | None = None, password: str = "", database: str = "") -> str:
        """Return a SQLAlchemy URL; without a user it is the account with all privileges."""
        if user is None:
            user, password = self.user, self.password
        secret = f":{quote(password, safe='')}" if password else ""
        return f"mysql+pymysql://{quote(user, safe='')}{secret}@{self.host}:{self.port}/{quote(database, safe='')}"

    def connect(self, **options: Any) -> "pymysql.Connection[Any]":  # noqa: ANN401 - they are PyMySQL's own
        """Connect over TCP as the account with all privileges, with autocommit; `options` are PyMySQL's and win."""
        own = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        return pymysql.connect(**{**own, "autocommit": True, **options})

    def sql(self, statement: str, arguments: object = None) -> list[dict[str, Any]]:
        """Run one statement on a connection of its own, which is gone afterwards, and return the rows."""
        with leaving(self.connect(cursorclass=DictCursor)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return list(cursor.fetchall())


@contextmanager
def leaving(connection: "pymysql.Connection[Any]") -> Iterator["pymysql.Connection[Any]"]:
    """Close at the end and wait until the server has hung up too, so that the next one to look does not see it."""
    try:
        yield connection
    finally:
        wire = getattr(connection, "_sock", None)
        last = socket.socket(fileno=os.dup(wire.fileno())) if wire is not None else None
        with suppress(pymysql.Error):
            connection.close()
        if last is not None:
            _await_end(last)


def _await_end(wire: socket.socket) -> None:
    """Read until there is nothing more to read, which is when the server has closed its side."""
    with wire, suppress(OSError):
        wire.settimeout(PATIENCE_SECONDS)
        while wire.recv(4096):
            pass


def series_of(version: str) -> tuple[str, str]:
    """Return flavor and series of a version: 11.8.9-MariaDB-4 is mariadb and 11.8."""
    flavor = "mariadb" if "mariadb" in version.lower() else "mysql"
    number = re.match(r"\d+\.\d+", version.removeprefix("5.5.5-"))
    return flavor, number.group() if number else version


def attach(dsn: str) -> Server:
    """Use a server that somebody else started, as the account of the DSN, which needs all privileges."""
    try:
        parts = urlsplit(dsn)
        host, port = parts.hostname or "127.0.0.1", parts.port or 3306
        user, password = unquote(parts.username or "root"), unquote(parts.password or "")
    except ValueError as error:
        raise ServerError(f"{DSNS_VARIABLE} holds a DSN that cannot be read ({error}).") from error
    try:
        connection = pymysql.connect(host=host, port=port, user=user, password=password, autocommit=True)
        with leaving(connection), connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            version = str((cursor.fetchone() or ("",))[0])
            new = baseline(connection)
    except (pymysql.Error, RuntimeError) as error:
        raise ServerError(f"The server at {host}:{port} that {DSNS_VARIABLE} names cannot be used: {error}.") from error
    flavor, series = series_of(version)
    return Server(f"{flavor}-{series}", flavor, version, host, port, None, None, user, password, new)
