"""The server goes while it is read, at each statement in turn; hangs; asks for what it must not have."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.rogue import Proxy
from tests.faults.busy import busy
from tests.faults.command import Outcome, each, poolaudit
from tests.faults.rogues import Nosy
from tests.servers import Kind, RunningServer, Server
from tests.servers.fixtures import StartServer

MOST_STATEMENTS = 12
QUICK = ("--connect-timeout", "1", "--read-timeout", "1")


@pytest.fixture
def lively(server: Server) -> Iterator[Server]:
    """Give each kind of server with something behind every question."""
    with busy(server):
        yield server


def scan_through(proxy: Proxy, server: Server, *arguments: str) -> Outcome:
    dsn = f"mysql://{server.user}:{server.password}@127.0.0.1:{proxy.port}/"
    return poolaudit("scan", "--interval", "0.1", *arguments, dsn=dsn)


def count(server: Server) -> int:
    """Say how many statements a scan of it takes when nothing happens."""
    with Proxy(server.host, server.port) as proxy:
        assert scan_through(proxy, server).code in {0, 1}
        statements = len(proxy.statements)
    assert 8 <= statements <= MOST_STATEMENTS
    return statements


def test_cut_off_at_each_statement(lively: Server) -> None:
    """Cut before the server has the statement, and every second time within its answer."""

    def scan(number: int) -> tuple[int, Outcome]:
        answer_bytes = None if number % 2 else 7
        with Proxy(lively.host, lively.port, cut_at=number, answer_bytes=answer_bytes) as proxy:
            outcome = scan_through(proxy, lively)
            return len(proxy.statements), outcome

    numbers = range(1, count(lively) + 1)
    for number, (statements, outcome) in zip(numbers, each(scan, numbers), strict=True):
        assert statements == number
        outcome.cannot_audit("closed the connection while it was read")


def test_each_statement_answered_with_a_request_for_a_file(mysql97: Server, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary-of-a-file")

    def scan(number: int) -> tuple[Nosy, Outcome]:
        with Nosy(mysql97.host, mysql97.port, ask_at=number, file=secret) as nosy:
            return nosy, scan_through(nosy, mysql97)

    with busy(mysql97):
        for nosy, outcome in each(scan, range(1, count(mysql97) + 1)):
            assert nosy.asked
            assert nosy.received == b""
            outcome.cannot_audit("asked for a file of this host; nothing was sent")


@pytest.fixture(params=list(Kind))
def own(request: pytest.FixtureRequest, start_server: StartServer) -> RunningServer:
    """Start a server that a test may kill."""
    return start_server(request.param)


def test_a_server_ends_the_session_hangs_and_dies(own: RunningServer) -> None:
    def send(sign: signal.Signals, at: int) -> Outcome:
        with Proxy(own.host, own.port, on_statement=lambda n: os.kill(own.pid, sign) if n == at else None) as proxy:
            return scan_through(proxy, own, *QUICK)

    def end_session(number: int) -> None:
        if number == 2:
            (row,) = [row for row in own.sql("SHOW PROCESSLIST") if row["Command"] == "Sleep"]
            own.sql(f"KILL {row['Id']}")

    with Proxy(own.host, own.port, on_statement=end_session) as proxy:
        scan_through(proxy, own).cannot_audit("while it was read")
    os.kill(own.pid, signal.SIGSTOP)
    poolaudit("scan", *QUICK, dsn=own.dsn()).cannot_audit("within 1 s", within=1)
    os.kill(own.pid, signal.SIGCONT)
    send(signal.SIGSTOP, 3).cannot_audit("did not answer a statement within 1 s", within=1)
    os.kill(own.pid, signal.SIGCONT)
    send(signal.SIGKILL, 4).cannot_audit("closed the connection while it was read", within=1)
    own.daemon.process.wait(10)
    poolaudit("scan", *QUICK, dsn=own.dsn()).cannot_audit(f"nothing listens at {own.host}:{own.port}")
    poolaudit("scan", *QUICK, "-S", str(own.socket), "-u", "root").cannot_audit("no server listens at the socket")
