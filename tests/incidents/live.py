"""Incidents on a live server: applications as processes of their own, a slow service, the audit by its real path."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any, Self

import pymysql

from poolaudit.cli.judge import report_on
from poolaudit.cli.settings import read_settings
from poolaudit.collect.gather import Depth, gather
from poolaudit.collect.target import Target
from poolaudit.facts.client import Client
from poolaudit.policy import policy_from
from poolaudit.readers.application import read_application
from poolaudit.report import Finding, Report, Severity
from poolaudit.rules import load_rules
from tests.servers import Server
from tests.servers.server import leaving

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LOWERED = HERE / "poolaudit.toml"
APP = "app"
AUDITOR = "auditor"
PATIENCE_SECONDS = 20.0
RULES = load_rules()
OF_A_LIFETIME = frozenset({"PA104", "PA105", "PA401", "PA403"})
SET_UP = (
    "CREATE DATABASE todo",
    "CREATE TABLE todo.tasks (id INT PRIMARY KEY, title VARCHAR(80) NOT NULL) ENGINE = InnoDB",
    "INSERT INTO todo.tasks VALUES (1, 'water the plants')",
    f"CREATE USER '{APP}'@'%'",
    f"GRANT ALL ON todo.* TO '{APP}'@'%'",
    f"CREATE USER '{AUDITOR}'@'%'",
    f"GRANT PROCESS ON *.* TO '{AUDITOR}'@'%'",
    f"GRANT SELECT ON performance_schema.* TO '{AUDITOR}'@'%'",
    f"GRANT SELECT (user, host, max_user_connections) ON mysql.user TO '{AUDITOR}'@'%'",
)
# innodb_trx is made anew only when nobody has read it for 0.1 s, so that whoever asks faster waits for ever.
PAUSE_SECONDS = 0.15


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait for a state of the server; AssertionError where it does not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, f"waited {PATIENCE_SECONDS:g} s for this, and it did not happen: {what}"
        time.sleep(PAUSE_SECONDS)


@dataclass(frozen=True)
class Answer:
    """An application's answer."""

    status: int
    text: str


@dataclass(frozen=True)
class Application:
    """An application that runs: its process, and the port it answers on (0 where it does not)."""

    process: "subprocess.Popen[str]"
    port: int

    @property
    def pid(self) -> int:
        """The process that the server should name."""
        return self.process.pid

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode())


@contextmanager
def application(module: str, url: str, file: Path, *, answers: bool) -> Iterator[Application]:
    """Run an application; at the end it is killed with all the processes that it has started."""
    line = [sys.executable, "-m", f"tests.incidents.{module}", url, str(file)]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            line, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
        try:
            yield Application(process, _port(process, log) if answers else 0)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _port(process: "subprocess.Popen[str]", log: IO[str]) -> int:
    assert process.stdout is not None
    said = process.stdout.readline()
    if not said:
        process.wait()
        log.seek(0)
        raise AssertionError(f"the application ended while it started:\n{log.read()}")
    return int(said)


class SlowService:
    """Another service, which answers once it is told to."""

    def __init__(self) -> None:
        self._told = told = Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.wait(PATIENCE_SECONDS)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_said: object) -> None:
                """Say nothing of each request."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def answer(self) -> None:
        """Answer all who wait, and everybody else from now on."""
        self._told.set()

    def __enter__(self) -> Self:
        """Run it for as long as the block does."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Answer those who still wait, and end."""
        self.answer()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def send(connection: "pymysql.Connection[Any]", command: int, body: str | bytes) -> None:
    """Send a command and do not wait for its answer, which PyMySQL has no word for."""
    getattr(connection, "_execute_command")(command, body)  # noqa: B009 - its types leave it out


def hang_up(connection: "pymysql.Connection[Any]") -> None:
    """Leave without goodbye, as a process that is killed."""
    getattr(connection, "_force_close")()  # noqa: B009 - its types leave it out


class Live:
    """A server with a to-do database, an application's account and an auditor's."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._applications = ExitStack()
        with leaving(server.connect()) as connection:
            for statement in SET_UP:
                connection.query(statement)
        (row,) = server.sql("SELECT @@performance_schema AS on_")
        self.knows_processes = bool(row["on_"])
        """Whether the server says which process a session belongs to, and what it did last."""
        self.counts_reaped = server.flavor == "mysql" and not server.version.startswith("5.")
        """Whether the server counts error 4031."""

    def name(self, program: str, pid: int) -> str:
        """Give the name that a finding should give the application's client: as much as this server tells."""
        host = str(self.rows()[0]["Host"]).rpartition(":")[0]
        return f"{APP}@{host} ({program}, pid {pid})" if self.knows_processes else f"{APP}@{host}"

    def url(self, program: str, user: str = APP) -> str:
        """Give the URL of the to-do database."""
        return f"{self.server.dsn(user, '', 'todo')}?program_name={program}"

    def run(self, module: str, file: str, program: str, *, answers: bool = True) -> Application:
        """Run an application until the test ends."""
        return self._applications.enter_context(application(module, self.url(program), HERE / file, answers=answers))

    def close(self) -> None:
        """End the applications."""
        self._applications.close()

    def set_global(self, name: str, value: int) -> None:
        """Set a variable for the sessions to come."""
        self.server.sql(f"SET GLOBAL {name} = {value:d}")

    def rows(self, user: str = APP) -> list[dict[str, Any]]:
        """Give the processlist's rows of an account."""
        return [row for row in self.server.sql("SHOW FULL PROCESSLIST") if row["User"] == user]

    def ages(self) -> list[int]:
        """Give the ages of open transactions in seconds."""
        found = self.server.sql(
            "SELECT TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS age FROM information_schema.innodb_trx"
            " WHERE trx_mysql_thread_id > 0"
        )
        return [row["age"] for row in found]

    def await_open(self, transactions: int, seconds: int = 1) -> None:
        """Wait until so many transactions have been open for so long."""
        until(
            lambda: sum(age >= seconds for age in self.ages()) >= transactions,
            f"{transactions} transactions open for {seconds} s",
        )

    def await_rest(self, sessions: int) -> None:
        """Wait until the application's account has so many sessions, all of them asleep."""
        until(
            lambda: [row["Command"] for row in self.rows()] == ["Sleep"] * sessions,
            f"{sessions} sleeping sessions",
        )

    def target(self, user: str = AUDITOR) -> Target:
        """Give what `gather` connects to."""
        password = self.server.password if user == self.server.user else ""
        return Target(host=self.server.host, port=self.server.port, user=user, password=password)

    def audit(
        self, *apps: str, user: str = AUDITOR, interval: float | None = None, settings: Path | None = LOWERED
    ) -> Report:
        """Audit as `poolaudit scan --app … --config …` does."""
        deployments = tuple(one for app in apps for one in read_application(str(HERE / app)))
        file, table = read_settings(str(settings), "") if settings is not None else (None, {})
        server = gather(self.target(user), Depth(interval_seconds=interval))
        return report_on(server, deployments, RULES, policy_from(table, RULES, file))


def judged(report: Report, *severities: Severity) -> set[str]:
    """Give the codes that fired with one of these severities (warning and error by default).

    Those that judge the counters of the server's whole life are left out: a server that tests share keeps these.
    """
    wanted = severities or (Severity.WARNING, Severity.ERROR)
    return {finding.code for finding in report.findings if finding.severity in wanted} - OF_A_LIFETIME


def unanswered(report: Report) -> set[str]:
    """Give the codes of the rules that could not look."""
    return {gap.code for gap in report.unanswered}


def the(report: Report, code: str) -> Finding:
    """Give a rule's only finding."""
    (finding,) = [finding for finding in report.findings if finding.code == code]
    return finding


def client_of(report: Report, user: str = APP) -> Client:
    """Give an account's only client."""
    (client,) = [client for client in report.facts.servers[0].clients if client.key.user == user]
    return client


def words(findings: Iterable[Finding]) -> str:
    """Say findings, for a test that expected none."""
    return "\n".join(f"{one.code} {one.severity.word}: {one.message} {dict(one.evidence)}" for one in findings)
