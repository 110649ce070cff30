"""What is said of the example applications that fork, against what happens when the servers themselves run them.

Where PA612 fires, processes share a connection: it is seen in two of them, an answer goes to the wrong one, or one
fails. Where it stays quiet, each process has connections of its own, and everybody is answered.
"""

import multiprocessing
from pathlib import Path

import pytest

from poolaudit.readers.reading import read_paths
from tests.projects.test_projects import HERE as PROJECTS
from tests.projects.test_projects import report_of
from tests.readers.forking.real import Seen, seen_in
from tests.servers import Server

EVERY = sorted(path.parent for path in PROJECTS.glob("fork/*/*/expected.report"))
BY_CHANCE = "pid-listener-pings"
"""Its processes share a connection for one ping each, and harm one another only where those meet."""
SURE = [folder for folder in EVERY if folder.name != BY_CHANCE]
BROKEN = [folder for folder in SURE if folder.parent.name == "broken"]

pytestmark = pytest.mark.server


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", SURE, ids=name)
def test_the_rule_and_the_real_thing_agree(folder: Path, mysql56: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    fires = any(finding["code"] == "PA612" for finding in report_of(read_paths(["."]))["findings"])
    seen = seen_of(folder, mysql56)
    assert seen.answers
    assert is_harmed(seen) is (fires and really_forks(folder)), seen


@pytest.mark.parametrize("folder", BROKEN, ids=name)
def test_it_happens_by_tls_too(folder: Path, mysql97: Server) -> None:
    seen = seen_of(folder, mysql97)
    assert seen.answers
    assert is_harmed(seen) is really_forks(folder), seen


@pytest.mark.parametrize(("folder", "pings"), [("broken/pid-listener-pings", True), ("good/pid-listener", False)])
def test_a_ping_comes_before_a_listener_can_refuse(folder: str, mysql56: Server, *, pings: bool) -> None:
    before = pings_of(mysql56)
    seen = seen_of(PROJECTS / "fork" / folder, mysql56)
    assert not seen.shared
    # A process's own connection is new at its first request and not pinged: what is pinged then is the inherited one.
    assert pings_of(mysql56) - before == (len(seen.answers) if pings else 0) or (pings and is_harmed(seen))


def pings_of(server: Server) -> int:
    """Say how many pings the server has answered."""
    counted = "SELECT COUNT_STAR AS pings FROM performance_schema.events_statements_summary_global_by_event_name"
    return int(server.sql(f"{counted} WHERE EVENT_NAME = 'statement/com/Ping'")[0]["pings"])


def seen_of(folder: Path, server: Server) -> Seen:
    server.sql("CREATE DATABASE shop")
    return seen_in(folder, server.dsn(database="shop"))


def really_forks(folder: Path) -> bool:
    """Whether the processes are forked here: the example of a warning leaves it to Python, which forks up to 3.13."""
    return folder.name != "executor" or multiprocessing.get_start_method() == "fork"


def is_harmed(seen: Seen) -> bool:
    """Whether processes shared a connection."""
    return bool(seen.shared or seen.swapped or seen.faults)
