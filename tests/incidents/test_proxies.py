"""Sessions that say of themselves what ProxySQL's and MySQL Router's do, and what a scan then makes of them.

Neither proxy is here: their connections are made with PyMySQL, with the attributes that their source gives them.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pymysql
import pytest

from poolaudit.collect.gather import Depth, gather
from poolaudit.collect.target import Target
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Server
from tests.servers.server import Server as RealServer

ATTRIBUTES = {
    "ProxySQL": {"program_name": "proxysql"},
    "MySQL Router": {"program_name": "web", "_client_ip": "10.0.0.9"},
    None: {"program_name": "shop"},
}


def connected(server: RealServer, attributes: dict[str, str]) -> Any:  # noqa: ANN401 - PyMySQL's stubs lack thread_id
    connection = pymysql.connect(
        host=server.host, port=server.port, user=server.user, password=server.password, defer_connect=True
    )
    # PyMySQL lets nobody add an attribute of his own but program_name.
    vars(connection)["_connect_attrs"] |= attributes
    connection.connect()
    return connection


@pytest.fixture
def scanned(server: RealServer) -> Iterator[tuple[Server, dict[int, str | None]]]:
    """Read a server with one session of each kind, and say which of them is whose."""
    with ExitStack() as stack:
        made = {proxy: stack.enter_context(connected(server, said)) for proxy, said in ATTRIBUTES.items()}
        target = Target(host=server.host, port=server.port, user=server.user, password=server.password)
        yield gather(target, Depth()), {int(one.thread_id()): proxy for proxy, one in made.items()}


def test_sessions_that_come_through_a_proxy(scanned: tuple[Server, dict[int, str | None]]) -> None:
    facts, expected = scanned
    seen = {session.id: client.proxy for client in facts.clients for session in client.sessions}
    if isinstance(facts.sections.programs, Missing):
        assert {seen[number] for number in expected} == {None}
    else:
        assert {number: seen[number] for number in expected} == expected
