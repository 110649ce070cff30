"""The fixtures fail rather than skip, take servers that a person gives, and mark what they are used by."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pymysql
import pytest

from tests.servers import RunningServer, ServerError, attach, fixtures
from tests.servers.fixtures import SharedServers, StartServer
from tests.servers.kinds import CACHE_VARIABLE, DSNS_VARIABLE, Kind

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ANSWERS = "tests/servers/test_servers.py::TestShared::test_a_server_answers"
KINDS = "tests/servers/test_servers.py::TestShared::test_a_server_is_of_its_kind"
PRIVATE = "tests/servers/test_servers.py::TestPrivate::test_two_of_a_kind_run_side_by_side"


def pytest_run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--no-header", "-v", *arguments]
    env = {**os.environ, DSNS_VARIABLE: "", "COLUMNS": "300", **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "tests.servers", *arguments]
    return subprocess.run(
        line, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_where_no_server_can_be_had_a_run_fails_and_says_how_to_get_one(tmp_path: Path) -> None:
    done = pytest_run(ANSWERS, PATH=str(tmp_path), **{CACHE_VARIABLE: str(tmp_path)})
    assert done.returncode == 1
    assert "3 errors" in done.stdout
    assert "skipped" not in done.stdout
    assert f"name servers of your own in {DSNS_VARIABLE}" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_shared_server_that_a_test_has_killed_is_started_anew(start_server: StartServer) -> None:
    start_server(Kind.MYSQL_56).close()
    shared = SharedServers()
    try:
        first = shared.clean(Kind.MYSQL_56)
        assert shared.clean(Kind.MYSQL_56) is first
        assert isinstance(first, RunningServer)
        first.kill()
        second = shared.clean(Kind.MYSQL_56)
        assert second is not first
        assert second.sql("SELECT 1 AS one") == [{"one": 1}]
    finally:
        shared.close()


@pytest.mark.server
def test_a_shared_server_that_remembers_a_refusal_is_started_anew() -> None:
    """Newer MySQL cannot zero the counters of what it refused, and a scan in the next test would find them."""
    fixtures.obtain(lambda: fixtures.fetch_if_allowed(Kind.MYSQL_97))
    shared = SharedServers()
    try:
        first = shared.clean(Kind.MYSQL_97)
        first.sql("SET GLOBAL max_connections = 1")
        held: list[pymysql.Connection[Any]] = []
        with pytest.raises(pymysql.OperationalError, match="1040"):
            held.extend(first.connect() for _ in range(4))
        for connection in held:
            connection.close()
        second = shared.clean(Kind.MYSQL_97)
        assert second is not first
        assert shared.clean(Kind.MYSQL_97) is second
    finally:
        shared.close()


def test_what_cannot_be_had_is_not_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def fail(kind: str, **_options: str) -> RunningServer:
        tried.append(kind)
        raise ServerError("The line is dead.")

    monkeypatch.setattr(fixtures, "given", dict)
    monkeypatch.setattr(fixtures, "start_own", fail)
    shared = SharedServers()
    for _ in range(2):
        with pytest.raises(ServerError, match=r"The line is dead\."):
            shared.clean(Kind.MYSQL_97)
    assert tried == ["mysql-9.7"]


def test_the_servers_that_a_person_gives_are_used(start_server: StartServer, tmp_path: Path) -> None:
    one, other = start_server(Kind.MYSQL_56), start_server(Kind.MARIADB_118)
    done = pytest_run(ANSWERS, **{DSNS_VARIABLE: f"{one.dsn()}, {other.dsn()}", CACHE_VARIABLE: str(tmp_path)})
    assert "test_a_server_answers[mysql-5.6] PASSED" in done.stdout
    assert "test_a_server_answers[mariadb-11.8] PASSED" in done.stdout
    assert done.returncode == 0


def test_who_gives_servers_has_none_downloaded(start_server: StartServer, tmp_path: Path) -> None:
    given = start_server(Kind.MYSQL_56)
    for test in (KINDS, PRIVATE):
        done = pytest_run(test, **{DSNS_VARIABLE: given.dsn(), CACHE_VARIABLE: str(tmp_path)})
        assert done.returncode == 1
        assert "run `python -m tests.servers fetch mysql-9.7` once." in done.stdout
        assert "skipped" not in done.stdout


def test_a_given_server_that_does_not_answer_fails_the_run() -> None:
    done = pytest_run(ANSWERS, **{DSNS_VARIABLE: "mysql+pymysql://root:secret@127.0.0.1:9/"})
    assert done.returncode == 1
    assert f"The server at 127.0.0.1:9 that {DSNS_VARIABLE} names cannot be used" in done.stdout
    assert "secret" not in done.stdout


def test_the_fast_run_has_no_servers() -> None:
    done = pytest_run("--collect-only", "-q", "-m", "not server", "tests/servers")
    assert "test_a_server_answers" not in done.stdout
    assert "test_it_has_the_settings_that_were_asked_for" not in done.stdout
    assert "test_two_runs_at_once_fetch_once" in done.stdout


def test_the_command_lists_the_kinds(tmp_path: Path) -> None:
    done = command("list", **{CACHE_VARIABLE: str(tmp_path)})
    assert done.stdout.splitlines()[0] == f"cache: {tmp_path}"
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == list(Kind)
    assert "not fetched: python -m tests.servers fetch" in done.stdout


def test_the_command_starts_a_server_until_it_is_interrupted(start_server: StartServer) -> None:
    start_server(Kind.MYSQL_56).close()
    line = [sys.executable, "-u", "-m", "tests.servers", "start", "mysql-5.6", "--max-connections=7"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        said = [next(running.stdout) for _ in range(3)]
        server = attach(said[-1].strip())
        assert server.baseline.variables["max_connections"] == "7"
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
    with pytest.raises(ServerError, match="cannot be used"):
        attach(said[-1].strip())


def test_the_command_fails_with_one_sentence() -> None:
    done = command("start", "oracle")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no server kind 'oracle'; ")
    assert len(done.stderr.splitlines()) == 1
