"""The whole way, against real servers: scan, capture, the capture scanned again, and a server that is full."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers import Kind, Server
from tests.servers.fixtures import StartServer

PROGRAM = str(Path(sys.executable).with_name("poolaudit"))
CANARY = "canary-7f3a"


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments], check=False, text=True, capture_output=True, timeout=60, env={"HOME": "/", **environ}
    )


def findings(report: str) -> list[object]:
    found: list[object] = json.loads(report)["findings"]
    return found


def test_a_scan_and_a_capture_of_it_say_the_same(server: Server, clean_place: Path) -> None:
    with server.connect(autocommit=False) as idle, idle.cursor() as cursor:
        server.sql("CREATE DATABASE shop")
        server.sql("CREATE TABLE shop.orders (id INT PRIMARY KEY) ENGINE=InnoDB")
        cursor.execute("INSERT INTO shop.orders VALUES (987654)")
        (clean_place / "poolaudit.toml").write_text(
            "[rules.idle-in-transaction]\nwarning_seconds = 0\nerror_seconds = 0\nwith_rows_error_seconds = 0\n"
        )
        arguments = ("--select", "PA201", "--format", "json")
        live = run("scan", "--dsn", server.dsn(), *arguments)
        assert (live.returncode, len(findings(live.stdout))) == (1, 1), live.stderr
        assert run("capture", "-o", "server.json", POOLAUDIT_DSN=server.dsn()).returncode == 0
    again = run("scan", "--from", "server.json", *arguments)
    assert again.returncode == 1
    (then,), (now,) = findings(live.stdout), findings(again.stdout)
    assert isinstance(then, dict)
    assert isinstance(now, dict)
    assert then["fingerprint"] == now["fingerprint"]
    assert "987654" not in (clean_place / "server.json").read_text()


def test_an_interval_and_mysqls_own_options(server: Server) -> None:
    scan = run(
        "scan", "-h", server.host, "-P", str(server.port), "-u", server.user, "--interval", "0.2", "--format", "json",
        MYSQL_PWD=server.password,
    )  # fmt: skip
    assert (scan.returncode, scan.stderr) == (0, "")
    assert json.loads(scan.stdout)["servers"][0]["version"] == server.version


def test_a_refused_login_is_3_and_does_not_show_the_password(server: Server) -> None:
    scan = run("scan", POOLAUDIT_DSN=server.dsn("nobody", CANARY))
    assert (scan.returncode, scan.stdout) == (3, "")
    assert scan.stderr.startswith("poolaudit: error: ")
    assert CANARY not in scan.stderr


def test_a_server_that_is_not_there_is_3() -> None:
    scan = run("scan", "-h", "127.0.0.1", "-P", "1", "-u", "x")
    assert (scan.returncode, scan.stdout) == (3, "")
    assert "127.0.0.1:1" in scan.stderr


@pytest.mark.parametrize("kind", list(Kind))
def test_a_full_server_is_reported_and_1(kind: Kind, start_server: StartServer) -> None:
    full = start_server(kind, "--max-connections=10")
    full.sql("CREATE USER app")
    with ExitStack() as held:
        for _ in range(10):
            held.enter_context(full.connect(user="app", password=""))
        scan = run("scan", "--dsn", full.dsn("app"), "--format", "json")
        capture = run("capture", "--dsn", full.dsn("app"), "-o", "-")
    assert scan.returncode == 1, scan.stderr
    assert [finding["code"] for finding in json.loads(scan.stdout)["findings"]] == ["PA101"]
    assert capture.returncode == 1
    assert json.loads(capture.stdout)["server"]["refused"]["error"] == 1040
