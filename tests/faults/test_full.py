"""A server that is full: that is a finding, not a failure, and each way in that is left is tried as the user says."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.faults.command import poolaudit
from tests.servers import Kind, RunningServer
from tests.servers.fixtures import StartServer

APPLICATION = "app"
LIMIT = 3
WAYS_IN = ("admin_address", "admin_port", "extra_port", "--admin-port PORT", "CONNECTION_ADMIN", "SUPER")


@pytest.fixture(params=list(Kind))
def full(request: pytest.FixtureRequest, start_server: StartServer) -> Iterator[RunningServer]:
    """Start a server and take all its connections as an application; the reserved one is left."""
    has_admin_port = request.param is not Kind.MYSQL_56
    server = start_server(request.param, f"--max-connections={LIMIT}", admin_port=has_admin_port)
    limit = server.sql("SELECT @@max_connections AS n")[0]["n"]  # MariaDB has ten at least
    server.sql(f"CREATE USER '{APPLICATION}'@'%'")
    with ExitStack() as stack:
        for _ in range(limit):
            connection = server.connect(user=APPLICATION)
            stack.callback(connection.close)
        yield server


def scan(server: RunningServer, *arguments: str, user: str = "root", code: int = 1) -> Any:  # noqa: ANN401 - JSON
    report = poolaudit("scan", "--format", "json", *arguments, dsn=server.dsn(user)).audited(code)
    return json.loads(report)


def codes(report: Any) -> set[str]:  # noqa: ANN401 - JSON
    return {finding["code"] for finding in report["findings"]}


def test_each_way_into_a_full_server(full: RunningServer) -> None:
    outsider_is_told(full)
    the_reserved_slot_lets_a_scan_in(full)
    with full.connect():  # and now that one is taken as well
        everybody_is_told(full)
        the_admin_port_lets_a_scan_in(full)
        an_admin_port_that_does_not_is_said(full)
        a_capture_says_so(full)


def outsider_is_told(full: RunningServer) -> None:
    told = poolaudit("scan", dsn=full.dsn(APPLICATION)).audited(1)
    assert told.startswith(f"ERROR: {full.host}:{full.port} refused this audit with error 1040 (Too many connections)")
    for way in WAYS_IN:
        assert way in told
    report = scan(full, "--strict", user=APPLICATION)
    assert codes(report) == {"PA101"}
    assert {one["code"] for one in report["unanswered"]} >= {"PA102", "PA103", "PA201", "PA901"}
    assert report["servers"][0]["connections"]["max"] is None


def the_reserved_slot_lets_a_scan_in(full: RunningServer) -> None:
    report = scan(full)
    assert codes(report) >= {"PA102", "PA103"}
    assert "PA101" not in codes(report)
    connections = report["servers"][0]["connections"]
    assert connections["peak"] == connections["max"] + 1
    (client,) = (one for one in report["servers"][0]["clients"] if one["account"] == APPLICATION)
    assert client["connections"] == connections["max"]


def everybody_is_told(full: RunningServer) -> None:
    assert codes(scan(full)) == {"PA101"}


def the_admin_port_lets_a_scan_in(full: RunningServer) -> None:
    if full.admin_port is None:
        return
    report = scan(full, "--admin-port", str(full.admin_port))
    assert codes(report) >= {"PA101", "PA102", "PA103"}
    assert {one["account"] for one in report["servers"][0]["clients"]} == {APPLICATION, "root"}
    assert not {one["code"] for one in report["unanswered"]} & {"PA201", "PA202", "PA205", "PA901"}
    told = poolaudit("scan", "--admin-port", str(full.admin_port), dsn=full.dsn()).audited(1)
    assert "refused with 1040 (Too many connections)" in told
    assert f"stop a process of {APPLICATION}@" in told
    assert not any(way in told for way in WAYS_IN)


def an_admin_port_that_does_not_is_said(full: RunningServer) -> None:
    """Keep the finding that the server is full."""
    report = scan(full, "--admin-port", "1")
    assert codes(report) == {"PA101"}
    assert report["findings"][0]["message"].endswith("; by the admin port: nothing listens at 127.0.0.1:1")
    if full.flavor == "mysql" and full.admin_port is not None:
        report = scan(full, "--admin-port", str(full.admin_port), user=APPLICATION)
        assert "; by the admin port: " in report["findings"][0]["message"]
        assert "(error 1227: " in report["findings"][0]["message"]


def a_capture_says_so(full: RunningServer) -> None:
    captured = poolaudit("capture", "-o", "-", dsn=full.dsn(APPLICATION))
    assert captured.code == 1
    assert captured.err == "poolaudit: warning: the server let nobody in: Too many connections\n"
    again = poolaudit("scan", "--from", "-", stdin=captured.out.encode()).audited(1)
    assert again == poolaudit("scan", "--from", "-", stdin=captured.out.encode()).audited(1)
    assert "PA101" in again
