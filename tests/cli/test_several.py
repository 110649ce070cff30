"""Servers audited side by side: nobody's fault touches another's report, and no more at once than was said."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from poolaudit.cli import several
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.servers import Named
from poolaudit.cli.several import Audited, Judgement, audit_all, exit_code_of
from poolaudit.collect.gather import Depth
from poolaudit.collect.target import Target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import CannotAuditError, HistoryError
from poolaudit.facts.earlier import Earlier
from poolaudit.facts.server import Server
from poolaudit.facts.usage import Usage
from poolaudit.history.past import Past
from poolaudit.policy import Policy
from poolaudit.render import render
from poolaudit.report import Ignore, Severity
from poolaudit.rules import load_rules
from tests.cli.conftest import LEAK
from tests.facts_toml import TAKEN_AT, facts_from

HEALTHY = facts_from("").servers[0]
LEAKING = facts_from(LEAK).servers[0]
JUDGEMENT = Judgement(load_rules(), Policy())
FIFTY = tuple(Named(f"db{number}", WhereOptions(host=f"host{number}", user="x")) for number in range(50))

pytestmark = pytest.mark.usefixtures("empty_home")


def reading(target: Target, depth: Depth) -> Server:
    """Read every third server as one that leaks."""
    _ = depth
    server = LEAKING if int(target.host.removeprefix("host")) % 3 == 0 else HEALTHY
    return server._replace(address=target.address)


def failing(host: str, error: BaseException) -> several.Read:
    def read(target: Target, depth: Depth) -> Server:
        if target.host == host:
            raise error
        return reading(target, depth)

    return read


def damaged(target: Target, depth: Depth) -> Server:
    """Read a server whose facts no rule can stand."""
    server = reading(target, depth)
    return server._replace(sections=None) if target.host == "host7" else server  # type: ignore[arg-type] # the fault


def shown(audited: tuple[Audited, ...]) -> dict[str, str]:
    return {one.name: rendered(one) for one in audited}


def rendered(one: Audited) -> str:
    return "".join(render(one.report, name, width=80, color=True) for name in ("json", "terminal", "junit"))


def test_reports_come_in_the_order_in_which_servers_were_named() -> None:
    audited = audit_all(FIFTY, JUDGEMENT, 8, read=reading)
    assert [one.name for one in audited] == [server.name for server in FIFTY]
    assert all(one.report.facts.servers[0].name == one.name for one in audited)
    assert [bool(one.report.findings) for one in audited] == [number % 3 == 0 for number in range(50)]
    assert {finding.subject for finding in audited[3].report.findings} == {"db3"}


@pytest.mark.parametrize(
    "read",
    [
        failing("host7", CannotAuditError("host7:3306 did not answer within 5 s", "wait")),
        failing("host7", ValueError("canary-991")),
        failing("host7", MemoryError()),
        damaged,
    ],
    ids=["out of reach", "fault", "memory", "damaged"],
)
def test_a_fault_of_one_leaves_the_other_49_as_they_were_byte_for_byte(
    read: several.Read, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = (shown(audit_all(FIFTY, JUDGEMENT, 8, read=one)) for one in (reading, read))
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == ["db7"]
    assert "PA110" in after["db7"]
    assert "canary-991" not in after["db7"] + capsys.readouterr().err


def test_servers_of_which_it_cannot_be_found_out_where_they_are_are_out_of_reach() -> None:
    servers = (FIFTY[1], Named("lost", WhereOptions(host="h"), password_env="NOT_SET_ANYWHERE"))
    healthy, lost = audit_all(servers, JUDGEMENT, read=reading)
    assert healthy.unreached is None
    assert lost.unreached is not None
    assert "NOT_SET_ANYWHERE" in lost.unreached.because
    assert lost.report.facts.servers == ()


@pytest.mark.parametrize("jobs", [1, 3, 8, 64])
def test_no_more_at_once_than_was_said(jobs: int) -> None:
    lock, at_once, most = threading.Lock(), 0, 0
    meeting = threading.Barrier(min(jobs, 50))

    def read(target: Target, depth: Depth) -> Server:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        if int(target.host.removeprefix("host")) < min(jobs, 50):
            meeting.wait(10)  # so many must be at work at once, or it breaks
        with lock:
            at_once -= 1
        return reading(target, depth)

    assert all(one.unreached is None for one in audit_all(FIFTY, JUDGEMENT, jobs, read=read))
    assert most == min(jobs, 50)


def test_progress_is_told_in_the_calling_thread() -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int, reading: tuple[str, ...]) -> None:
        assert threading.current_thread() is threading.main_thread()
        assert set(reading) <= {server.name for server in FIFTY}
        told.append((done, total))

    audit_all(FIFTY, JUDGEMENT, 8, progress, read=reading)
    assert told == [(done, 50) for done in range(51)]


def test_the_past_is_known_before_the_rules_run() -> None:
    asked: list[str] = []

    def past_of(label: str) -> Past:
        assert threading.current_thread() is threading.main_thread()
        asked.append(label)
        earlier = Earlier(TAKEN_AT - timedelta(hours=1), {"Uptime": HEALTHY.uptime_seconds - 3600})
        return Past(label, earlier=earlier, usage=(Usage(TAKEN_AT, connected_connections=7),))

    read = failing("host2", CannotAuditError("down"))
    audited = audit_all(FIFTY[:3], JUDGEMENT, read=read, past_of=past_of)
    assert [one.report.facts.usage[one.name][0].connected_connections for one in audited] == [7, 7, 7]
    assert [server.earlier is not None for one in audited for server in one.report.facts.servers] == [True, True]
    assert sorted(asked) == ["db0", "db1", "db2"]


def test_a_history_that_cannot_be_read_is_no_servers_fault() -> None:
    def past_of(label: str) -> Past:
        raise HistoryError(f"nothing is known of {label}")

    with pytest.raises(HistoryError):
        audit_all(FIFTY, JUDGEMENT, read=reading, past_of=past_of)


def test_an_interrupt_ends_the_run_and_the_servers_are_said_goodbye() -> None:
    released = threading.Event()
    left = threading.Event()

    def read(target: Target, depth: Depth) -> Server:
        if target.host == "host0":
            try:
                depth.pause(3600)
            finally:
                left.set()
        released.wait(10)
        return reading(target, depth)

    def progress(done: int, total: int, reading: tuple[str, ...]) -> None:
        _ = total, reading
        if done == 1:
            raise KeyboardInterrupt
        released.set()

    with pytest.raises(KeyboardInterrupt):
        audit_all(FIFTY[:4], JUDGEMENT, 4, progress, read=read)
    assert left.wait(10)


# Applications


def test_each_server_is_held_against_its_own_applications(clean_place: Path) -> None:
    (clean_place / "a.yaml").write_text("url: mysql://app@db1/shop\npool_size: 500\npool_recycle: 300\n")
    servers = (FIFTY[1]._replace(apps=("a.yaml",)), FIFTY[2], FIFTY[4]._replace(apps=("a.yaml",)))
    audited = audit_all(servers, JUDGEMENT, read=reading)
    assert [len(one.report.facts.fits) for one in audited] == [1, 0, 1]
    assert [any(finding.code == "PA703" for finding in one.report.findings) for one in audited] == [True, False, True]
    assert all(one.is_whole for one in audited)


def test_an_application_that_cannot_be_read_ends_nothing(clean_place: Path) -> None:
    (clean_place / "a.yaml").write_text("url: mysql://app@db1/shop\npool_size: 5\n")
    server = FIFTY[1]._replace(apps=("a.yaml", "missing.yaml"))
    (one,) = audit_all((server,), JUDGEMENT, read=reading)
    assert [pool.name for pool in one.report.facts.pools] == ["a.yaml"]
    assert [gap.subject for gap in one.report.unanswered if gap.code == "PA903"] == ["missing.yaml"]
    assert not one.is_whole
    assert exit_code_of([one], Policy(fail_on=None), strict=False) is ExitCode.IN_PART


# Ignores and exit codes


def ignoring(**server: str) -> Judgement:
    ignore = Ignore("idle-in-transaction", "nightly export", **server)  # type: ignore[arg-type] # fields by name
    return Judgement(JUDGEMENT.rules, Policy(ignores=(ignore,)))


def codes(one: Audited) -> list[str]:
    return [finding.code for finding in one.report.findings]


def test_an_ignore_may_be_for_one_server() -> None:
    of_three, of_six, _ = audit_all((FIFTY[3], FIFTY[6], FIFTY[1]), ignoring(server="db3"), read=reading)
    assert "PA201" not in codes(of_three)
    assert len(of_three.report.ignored) == 1
    assert "PA201" in codes(of_six)


def test_an_ignore_for_one_server_that_meets_nothing_is_unused_there_and_nowhere_else() -> None:
    audited = audit_all((FIFTY[1], FIFTY[2], FIFTY[3]), ignoring(server="db2"), read=reading)
    assert ["PA902" in codes(one) for one in audited] == [False, True, False]


def test_an_ignore_for_any_server_is_not_judged_by_what_one_of_them_shows() -> None:
    audited = audit_all((FIFTY[1], FIFTY[3]), ignoring(), read=reading)
    assert ["PA902" in codes(one) for one in audited] == [False, False]


DOWN = failing("host1", CannotAuditError("down"))


@pytest.mark.parametrize(
    ("numbers", "fail_on", "expected"),
    [
        ((2, 4), Severity.ERROR, ExitCode.OK),
        ((2, 3), Severity.ERROR, ExitCode.FOUND),
        ((1, 2), Severity.ERROR, ExitCode.IN_PART),
        ((1, 2), Severity.INFO, ExitCode.IN_PART),
        ((1, 3), Severity.ERROR, ExitCode.FOUND),
        ((1, 3), None, ExitCode.IN_PART),
        ((1,), Severity.ERROR, ExitCode.CANNOT_AUDIT),
        ((1,), None, ExitCode.CANNOT_AUDIT),
    ],
)
def test_exit_codes(numbers: tuple[int, ...], fail_on: Severity | None, expected: ExitCode) -> None:
    audited = audit_all([FIFTY[number] for number in numbers], JUDGEMENT, read=DOWN)
    assert exit_code_of(audited, Policy(fail_on=fail_on), strict=False) is expected


def test_a_server_that_is_accepted_to_be_down_is_no_failure() -> None:
    policy = Policy(ignores=(Ignore("server-out-of-reach", "it is being moved", server="db1"),))
    audited = audit_all((FIFTY[1], FIFTY[2]), Judgement(JUDGEMENT.rules, policy), read=DOWN)
    assert exit_code_of(audited, policy, strict=False) is ExitCode.OK
    assert len(audited[0].report.ignored) == 1


def test_unanswered_rules_are_4_under_strict() -> None:
    def read(target: Target, depth: Depth) -> Server:
        _ = target, depth
        return facts_from('missing = ["transactions"]').servers[0]

    audited = audit_all(FIFTY[:2], JUDGEMENT, read=read)
    assert exit_code_of(audited, Policy(), strict=True) is ExitCode.IN_PART
    assert exit_code_of(audited, Policy(), strict=False) is ExitCode.OK


def test_a_fault_of_poolaudits_own_is_70(capsys: pytest.CaptureFixture[str]) -> None:
    audited = audit_all(FIFTY[:3], JUDGEMENT, read=failing("host1", RuntimeError("x")))
    assert exit_code_of(audited, Policy(), strict=False) is ExitCode.FAULT
    assert "This is a fault of poolaudit's own" in capsys.readouterr().err


def test_the_moment_of_a_failure_is_in_utc_and_whole_seconds() -> None:
    (one,) = audit_all(FIFTY[1:2], JUDGEMENT, read=DOWN)
    assert one.report.facts.taken_at.tzinfo is UTC
    assert one.report.facts.taken_at <= datetime.now(UTC)
    assert one.report.facts.taken_at.microsecond == 0
