"""Start a server of one's own on a copy of a prepared data directory, and stop it."""

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql

from tests.servers.baseline import baseline
from tests.servers.daemon import Daemon, Folder
from tests.servers.kinds import Kind, ServerError, kind_named
from tests.servers.prepared import copy
from tests.servers.recipes import Installed, fetch
from tests.servers.server import Server, leaving

START_SECONDS = 60.0
ENDING_SECONDS = 5.0
LOG_LINES = 20
ATTEMPTS = 5
HOST = "127.0.0.1"
PORT_TAKEN = ("Address already in use", "port is already in use")


@dataclass(frozen=True)
class RunningServer(Server):
    """A server that this test run started, in a folder of its own that goes with it."""

    name: str
    daemon: Daemon = field(repr=False)

    def connect(self, **options: Any) -> "pymysql.Connection[Any]":  # noqa: ANN401 - they are PyMySQL's own
        """Connect without TLS, as nobody listens: PyMySQL would read all of the system's authorities, for 40 ms."""
        return super().connect(**{"ssl_disabled": True, **options})

    @property
    def datadir(self) -> Path:
        """Its own copy of the data directory."""
        return self.daemon.folder.data

    @property
    def pid(self) -> int:
        """The server's process."""
        return self.daemon.process.pid

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self.daemon.running

    def log(self) -> str:
        """Return the error log so far."""
        return self.daemon.folder.log()

    def wait(self) -> None:
        """Wait until it ends by itself."""
        self.daemon.process.wait()

    def stop(self) -> None:
        """Shut it down in good order, which takes a second, and remove its folder."""
        self.daemon.stop()
        self.close()

    def kill(self) -> None:
        """End it at once, as a crash would; log and data stay until `close`."""
        self.daemon.kill()

    def close(self) -> None:
        """End it without good order, if it still runs, and remove its folder."""
        self.daemon.close()

    def __enter__(self) -> Self:
        """Use it for as long as the block runs."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Throw it away: nobody reads what is in it again, so that good order would only cost time."""
        self.close()


def start(kind: Kind | str, *options: str, name: str = "", admin_port: bool = False) -> RunningServer:
    """Start a server with further options of its own, fetching it first where it is not in the cache.

    With `admin_port` it also listens on a port that is kept for administrators, and lets them in there when all
    connections are taken: MySQL's admin_port, MariaDB's extra_port. MySQL 5.6 has none.
    """
    found = fetch(kind_named(kind))
    for _ in range(ATTEMPTS - 1):
        try:
            return _start(found, options, name or found.kind.value, admin_port=admin_port)
        except _PortTakenError:
            continue
    return _start(found, options, name or found.kind.value, admin_port=admin_port)


class _PortTakenError(ServerError):
    """Somebody else took the free port between our finding it and the server's opening it."""


def _start(found: Installed, options: Sequence[str], name: str, *, admin_port: bool) -> RunningServer:
    """Make the folder and the process, and let go of both where it does not get as far as answering."""
    ports = _free_ports(2)
    admin = ports[1] if admin_port else None
    listening = (f"--port={ports[0]}", f"--bind-address={HOST}", *_administrators(found.kind, admin))
    folder = Folder.make(found.kind)
    try:
        copy(found.data, folder.data)
        line = found.program.line(found.kind, folder.data, *folder.options, *listening, *options)
        daemon = Daemon.spawn(folder, line, found.program.env)
    except (OSError, ServerError) as error:
        folder.remove()
        raise ServerError(f"The server {name} cannot be started: {error}") from error
    try:
        return _answering(found.kind, name, daemon, ports[0], admin)
    except BaseException:
        daemon.close()
        raise


def _free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on, all at once, so that none comes up twice."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for taken in sockets:
            taken.bind((HOST, 0))
        return [int(taken.getsockname()[1]) for taken in sockets]
    finally:
        for taken in sockets:
            taken.close()


def _administrators(kind: Kind, port: int | None) -> tuple[str, ...]:
    """Return the options of the port for administrators."""
    if port is None:
        return ()
    if kind is Kind.MYSQL_56:
        raise ServerError("MySQL 5.6 has no port for administrators.")
    if kind is Kind.MARIADB_118:
        return (f"--extra-port={port}", "--extra-max-connections=1")
    return (f"--admin-address={HOST}", f"--admin-port={port}")


def _answering(kind: Kind, name: str, daemon: Daemon, port: int, admin_port: int | None) -> RunningServer:
    """Wait until it answers, and note how it is while it is new."""
    with leaving(_await_answer(name, daemon)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT VERSION()")
        version = str((cursor.fetchone() or ("",))[0])
        new = baseline(connection)
    return RunningServer(
        kind=kind.value, flavor=kind.flavor, version=version, host=HOST, port=port, socket=daemon.folder.socket,
        admin_port=admin_port, user="root", password="", baseline=new, name=name, daemon=daemon,
    )  # fmt: skip


def _await_answer(name: str, daemon: Daemon) -> "pymysql.Connection[Any]":
    """Try until it answers or ends; its socket is tried, since a test's options may close its network."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        wire = _knock(daemon.folder.socket)
        if wire is not None:
            return _greet(name, daemon, wire)
        if not daemon.running:
            raise _failure(f"The server {name} ended while starting", daemon)
        time.sleep(0.01)
    raise _failure(f"The server {name} did not answer within {START_SECONDS:g} s", daemon)


def _knock(path: Path) -> socket.socket | None:
    """Open the socket if the server listens there yet; PyMySQL would leave its own open on each failed try."""
    wire = socket.socket(socket.AF_UNIX)
    try:
        wire.connect(str(path))
    except OSError:
        wire.close()
        return None
    return wire


def _greet(name: str, daemon: Daemon, wire: socket.socket) -> "pymysql.Connection[Any]":
    """Log in as root; the server takes the connection as soon as it is ready."""
    connection = pymysql.Connection(
        unix_socket=str(daemon.folder.socket), user="root", autocommit=True, ssl_disabled=True,
        read_timeout=START_SECONDS, defer_connect=True,
    )  # fmt: skip
    try:
        connection.connect(wire)
    except pymysql.Error as error:
        refused = not daemon.ends_within(ENDING_SECONDS)
        what = f"does not let root in ({error})" if refused else "ended while starting"
        raise _failure(f"The server {name} {what}", daemon) from error
    return connection


def _failure(what: str, daemon: Daemon) -> ServerError:
    """Say what happened with the errors in the log, or with its end, since the log goes with the folder."""
    log = daemon.folder.log()
    failed = _PortTakenError if any(sign in log for sign in PORT_TAKEN) else ServerError
    lines = log.splitlines()
    telling = [line for line in lines if "[ERROR]" in line] or lines
    return failed("\n".join([f"{what}; its log says:", *telling[-LOG_LINES:]]))
