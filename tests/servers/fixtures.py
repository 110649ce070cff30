"""The fixtures: three shared servers, each started once and clean for every test, and servers of a test's own.

conftest.py registers this module as a plugin. Whatever asks for one of these fixtures, also through a fixture of its
own, is marked `server`, so that `pytest -m "not server"` is the fast run. Nothing is ever skipped: where a server
cannot be had, the test fails and says how to get one.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Protocol, TypeVar

import pytest

from tests.servers.cleaning import clean
from tests.servers.kinds import DSNS_VARIABLE, Kind, ServerError, kind_named
from tests.servers.recipes import Installed, fetch, installed
from tests.servers.running import RunningServer, start
from tests.servers.server import Server, attach

SHARED = {"mysql97": Kind.MYSQL_97, "mysql56": Kind.MYSQL_56, "mariadb118": Kind.MARIADB_118}
FIXTURES = frozenset({"server", "start_server", "fetched", *SHARED})
Obtained = TypeVar("Obtained")


class StartServer(Protocol):
    """What the fixture `start_server` is: `start`, with the end of the test as the end of the server."""

    def __call__(self, kind: Kind | str, *options: str, name: str = "", admin_port: bool = False) -> RunningServer:
        """Start a server of the test's own."""


class SharedServers:
    """The servers of a test run, each started, or attached to, when the first test asks for it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[str, Server] = {}
        self._failed: dict[str, ServerError] = {}

    def clean(self, name: str) -> Server:
        """Return the server of this name as good as new; one that a test has ruined is started again."""
        server = self._found.get(name)
        if isinstance(server, RunningServer):
            server = _cleaned(server)
        elif server:
            clean(server)
        return server or self._first(name)

    def _first(self, name: str) -> Server:
        """Start or attach; what failed once is not tried again, since each try may take minutes."""
        if name in self._failed:
            raise self._failed[name]
        try:
            self._found[name] = self._obtain(name)
        except ServerError as error:
            self._failed[name] = error
            raise
        return self._found[name]

    def _obtain(self, name: str) -> Server:
        dsns = given()
        return attach(dsns[name]) if name in dsns else start_own(name, name=f"shared {name}")

    def close(self) -> None:
        """End the ones that were started here."""
        for server in self._found.values():
            if isinstance(server, RunningServer):
                server.close()


def _cleaned(server: RunningServer) -> RunningServer | None:
    """Clean a server of ours, or end it where a test left it dead, beyond cleaning, or with a past to be found."""
    try:
        if server.running and clean(server):
            return server
    except ServerError as error:
        logging.getLogger(__name__).warning("%s It is started anew.", error)
    server.close()
    return None


@cache
def given() -> dict[str, str]:
    """Return the DSNs that a person gave, by the kind of server that answers there; asked once in a run."""
    return dict(_named(re.split(r"[,\s]+", os.environ.get(DSNS_VARIABLE, ""))))


def _named(dsns: list[str]) -> Iterator[tuple[str, str]]:
    """Name each DSN by its server's version, and one that does not answer by its place, for its tests to fail."""
    taken: set[str] = set()
    for place, dsn in enumerate(filter(None, dsns), 1):
        try:
            kind = attach(dsn).kind
        except ServerError:
            kind = f"dsn-{place}"
        name = f"{kind}-{place}" if kind in taken else kind
        taken.add(name)
        yield name, dsn


def fetch_if_allowed(kind: Kind | str) -> Installed:
    """Fetch a server; who gave servers of their own does not want a test run to download some."""
    wanted = kind_named(kind)
    if given() and installed(wanted) is None:
        raise ServerError(
            f"{wanted.product} is wanted and {DSNS_VARIABLE} is set, so it is not fetched by itself; "
            f"run `python -m tests.servers fetch {wanted}` once."
        )
    return fetch(wanted)


def start_own(kind: Kind | str, *options: str, name: str = "", admin_port: bool = False) -> RunningServer:
    """Start a server of ours, if there may be one."""
    return start(fetch_if_allowed(kind).kind, *options, name=name, admin_port=admin_port)


def obtain(get: Callable[[], Obtained]) -> Obtained:
    """Fail the test with the sentence alone where a server cannot be had."""
    try:
        return get()
    except ServerError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def shared_servers() -> Iterator[SharedServers]:
    """Hold the shared servers for the whole run."""
    servers = SharedServers()
    yield servers
    servers.close()


@pytest.fixture(params=list(given()) or [kind.value for kind in Kind])
def server(request: pytest.FixtureRequest, shared_servers: SharedServers) -> Server:
    """Run the test on each kind of server in turn, clean each time."""
    return obtain(lambda: shared_servers.clean(request.param))


@pytest.fixture
def mysql97(shared_servers: SharedServers) -> Server:
    """Return the shared MySQL 9.7, clean."""
    return obtain(lambda: shared_servers.clean(Kind.MYSQL_97))


@pytest.fixture
def mysql56(shared_servers: SharedServers) -> Server:
    """Return the shared MySQL 5.6, clean."""
    return obtain(lambda: shared_servers.clean(Kind.MYSQL_56))


@pytest.fixture
def mariadb118(shared_servers: SharedServers) -> Server:
    """Return the shared MariaDB 11.8, clean."""
    return obtain(lambda: shared_servers.clean(Kind.MARIADB_118))


@pytest.fixture
def fetched(kind: Kind) -> Installed:
    """Fetch the kind that a test is parametrised with."""
    return obtain(lambda: fetch_if_allowed(kind))


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """Start servers with settings of their own; they end with the test."""
    with ExitStack() as stack:

        def factory(kind: Kind | str, *options: str, name: str = "", admin_port: bool = False) -> RunningServer:
            def get() -> RunningServer:
                return start_own(kind, *options, name=name, admin_port=admin_port)

            return stack.enter_context(obtain(get))

        yield factory


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses a server, and keep the tests of a shared one together.

    A run in several processes (`--dist loadgroup`) so starts each shared server once, and cleans it under no test.
    """
    for item in items:
        asked_for = frozenset(_asked_for(item))
        if FIXTURES.intersection(asked_for):
            item.add_marker("server")
        shared = _shared_by(item, asked_for)
        if shared:
            item.add_marker(pytest.mark.xdist_group(shared))


def _shared_by(item: pytest.Item, asked_for: frozenset[str]) -> str | None:
    """Name the shared server that a test uses."""
    if "server" in asked_for and hasattr(item, "callspec"):
        return str(item.callspec.params["server"])
    return next((kind.value for name, kind in SHARED.items() if name in asked_for), None)


def _asked_for(item: pytest.Item) -> Iterator[str]:
    """Name the fixtures of a test, also those that it gets by `request` from a parameter that names one."""
    names = getattr(item, "fixturenames", ())
    yield from names
    if "request" in names and hasattr(item, "callspec"):
        yield from (value for value in item.callspec.params.values() if isinstance(value, str))
