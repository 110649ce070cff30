"""What `scan --app` says of an application's pool, what `check-config --dsn` says of it, and what the server counts.

Each example is really started and takes all the connections that it can get. Then both commands are asked, and where
poolaudit is to judge without the server's sessions, `check-config --server`.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from math import inf
from operator import attrgetter
from pathlib import Path
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from sqlalchemy.exc import TimeoutError as NoneLeftError

from poolaudit.cli.pool_audit import OBSERVED
from poolaudit.rules import ABOUT_SERVERS
from tests.agreement import applications
from tests.agreement.applications import Source
from tests.cli.conftest import Run, clean_place, poolaudit  # noqa: F401 - fixtures
from tests.incidents.live import AUDITOR, Live
from tests.servers import Server

EXAMPLES = Path(__file__).parent / "examples"
MOST = 20
"""How many connections are asked for where nothing ends it; more than any example's limit."""
NAME = attrgetter("name")
MAX_CONNECTIONS, WAIT_TIMEOUT = 151, 3600
OF_SERVERS = tuple(name.upper() for name in ABOUT_SERVERS)
"""What scan alone says: how the codes of rules begin that judge the server and its clients, whatever the pool."""


class Example(NamedTuple):
    """An application, the files of it that are given, and the findings there must be with every connection open."""

    name: str
    start: Callable[[Path], list[Source]]
    files: tuple[str, ...]
    codes: str
    threads: int = 0


RUNNING = [
    Example("yaml-words", applications.words, ("app.yaml",), "PA706", threads=4),
    Example("python", applications.python, ("shop.py",), "PA602 PA701 PA706"),
    Example("ini", applications.ini, ("production.ini",), "PA608 PA706"),
    Example("flask", applications.flask, ("config.py",), "PA701 PA706"),
    Example("flask-old-keys", applications.flask, ("config.py",), "PA602 PA610 PA610 PA610 PA701 PA706"),
    Example("env", applications.env, (".env",), "PA706"),
    Example("celery", applications.celery, ("celeryconfig.py",), "PA602 PA706"),
    Example("scheduler", applications.scheduler, ("jobs.py",), "PA601 PA602 PA611 PA701 PA706"),
    Example("django", applications.django, (".",), "PA602", threads=4),
    Example("null-pool", applications.python, (".",), "PA614 PA702 PA707", threads=6),
    Example("overflow-alone", applications.words, ("app.yaml",), "PA601 PA602 PA701 PA706"),
    Example("no-overflow-limit", applications.words, ("app.yaml",), "PA603 PA702 PA703 PA707"),
    Example("size-zero", applications.python, ("shop.py",), "PA604 PA702 PA703 PA707"),
    Example("nothing-said", applications.python, (".",), "PA601 PA602 PA606 PA701 PA704 PA706 PA707", threads=4),
    Example("oslo", applications.oslo, ("nova.conf",), "PA706"),
    Example("static", applications.python, ("shop.py",), "PA602 PA615 PA706"),
    Example("ignored", applications.words, ("app.yaml",), "PA706"),
]
REFUSED = [
    Example("query", applications.python, ("shop.py",), "PA601 PA608 PA701"),
    Example("quoted", applications.words, ("app.yaml",), "PA602 PA608"),
]


class Reports(NamedTuple):
    """What the commands say, as JSON has it."""

    scan: dict[str, Any]
    check: dict[str, Any]
    offline: dict[str, Any]


class Place:
    """An example in a folder of its own, leading to a real server."""

    def __init__(self, example: Example, folder: Path, live: Live, run: Run) -> None:
        self.example, self.folder, self.live, self._run = example, folder, live, run
        for file in (EXAMPLES / example.name).iterdir():
            text = file.read_text()
            text = text.replace("db.internal", live.server.host).replace("3306", str(live.server.port))
            (folder / file.name).write_text(text)
        live.set_global("max_connections", MAX_CONNECTIONS)
        live.set_global("wait_timeout", WAIT_TIMEOUT)

    @property
    def expected(self) -> str:
        """Give the codes that there must be: which of several processes is exhausted only their ids can tell."""
        tells = self.live.knows_processes or not self.example.threads
        return self.example.codes if tells else self.example.codes.replace("PA706", "").replace("  ", " ").strip()

    def reports(self) -> Reports:
        """Ask all three."""
        dsn = ("--dsn", self.live.server.dsn(AUDITOR), "--ssl-mode", "DISABLED")
        apps = [word for file in self.example.files for word in ("--app", file)]
        said = f"max_connections={MAX_CONNECTIONS},wait_timeout={WAIT_TIMEOUT},max_user_connections=0"
        return Reports(
            self._report("scan", *apps, *dsn),
            self._report("check-config", *self.example.files, *dsn),
            self._report("check-config", *self.example.files, "--server", said),
        )

    def _report(self, *arguments: str) -> dict[str, Any]:
        running = () if self.example.threads else ("--processes", "1", "--hosts", "1")
        result = self._run(*arguments, *running, "--format", "json")
        assert result.code in {0, 1}, result.err
        report: dict[str, Any] = json.loads(result.out)
        return report


@pytest.fixture
def place(server: Server, example: Example, clean_place: Path, poolaudit: Run) -> Iterator[Place]:  # noqa: F811 - fixtures that are imported
    with closing(Live(server)) as live:
        yield Place(example, clean_place, live, poolaudit)


@contextmanager
def filled(sources: list[Source], threads: int) -> Iterator[None]:
    """Hold every connection that can be had: until there is none left, or one in each thread."""
    with ExitStack() as held:
        for source in sources:
            if source.is_per_thread:
                held.enter_context(in_threads(source, threads))
            else:
                held.callback(source.leave)
                until_none_is_left(source, held)
        yield


def until_none_is_left(source: Source, held: ExitStack) -> None:
    for _ in range(MOST):
        try:
            held.enter_context(source.lend())
        except NoneLeftError:
            return


@contextmanager
def in_threads(source: Source, threads: int) -> Iterator[None]:
    """Serve two requests in each thread, and stop in the second."""
    arrived, leaving = Barrier(threads + 1, timeout=20), Barrier(threads + 1, timeout=20)

    def serve() -> None:
        with source.lend():
            pass
        with source.lend():
            arrived.wait()
            leaving.wait()
        source.leave()

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(serve) for _ in range(threads)]
        arrived.wait()
        yield
        leaving.wait()
    for one in running:
        one.result()


def about_pools(report: dict[str, Any], *, observed: bool = True) -> list[tuple[str, ...]]:
    """Give the findings about pools, ignored ones with their reason; those that only sessions show if `observed`."""
    return sorted(
        (one["code"], one["subject"], one["message"], one["fingerprint"], one.get("reason", ""))
        for one in (*report["findings"], *report["ignored"])
        if not one["code"].startswith(OF_SERVERS) and (observed or one["code"] not in OBSERVED)
    )


def without_fingerprints(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out the fingerprints, in which the server's name is."""
    return [(*one[:3], *one[4:]) for one in found]


def codes(report: dict[str, Any]) -> str:
    return " ".join(sorted(one["code"] for one in report["findings"] if not one["code"].startswith(OF_SERVERS)))


def ceiling(report: dict[str, Any]) -> float:
    """Give what one process may open, as the report has it; infinite where a pool has no limit."""
    return sum(_ceiling(pool) for pool in report["pools"])


def _ceiling(pool: dict[str, Any]) -> float:
    if pool["max_overflow"] == -1:
        return inf
    (one,) = pool["deployments"]
    return float(one["demand_connections"] / (one["processes"] * one["hosts"]))


def assert_agreed(reports: Reports) -> None:
    """Compare what must be the same, and that nothing else is said than what may be."""
    scan, check, offline = reports
    assert scan["pools"] == check["pools"] == offline["pools"]
    assert any("line" in setting for pool in scan["pools"] for setting in pool["settings"].values())
    assert about_pools(scan) == about_pools(check)
    assert without_fingerprints(about_pools(scan, observed=False)) == without_fingerprints(about_pools(offline))
    assert gaps(scan) == gaps(check)


def gaps(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in report["unanswered"] if not one["code"].startswith(OF_SERVERS)]


@pytest.mark.parametrize("example", RUNNING, ids=NAME)
def test_an_application_with_all_its_connections_open(place: Place) -> None:
    example = place.example
    with filled(example.start(place.folder), example.threads):
        opened = len(place.live.rows())
        reports = place.reports()
    assert_agreed(reports)
    assert codes(reports.scan) == place.expected
    assert opened == min(ceiling(reports.scan), MOST)


@pytest.mark.parametrize("example", REFUSED, ids=NAME)
def test_an_application_that_is_refused(place: Place) -> None:
    """There is no connection to be had: what is an error in the report is a TypeError in the application."""
    with pytest.raises(TypeError), filled(place.example.start(place.folder), 0):
        pass
    reports = place.reports()
    assert_agreed(reports)
    assert codes(reports.scan) == place.example.codes
    assert not place.live.rows()


@pytest.mark.parametrize("example", [RUNNING[1]], ids=NAME)
def test_an_engine_that_no_file_tells_of(place: Place) -> None:
    """Both that see the server's sessions say so, and nobody else can."""
    sources = [*place.example.start(place.folder), *place.example.start(place.folder)]
    with filled(sources, 0):
        reports = place.reports()
    assert_agreed(reports)
    assert "PA705" in codes(reports.scan)
    assert "PA705" not in codes(reports.offline)
