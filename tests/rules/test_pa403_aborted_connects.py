"""PA403 at its thresholds over a lifetime and an interval, after a flush, and without its sections."""

import pytest

from tests.rules.run import run, severities


def lifetime(aborted: int, connections: int, rest: str = "") -> str:
    return f"counters = {{ Aborted_connects = {aborted}, Connections = {connections}{rest} }}"


def interval(aborted: int, connections: int) -> str:
    return f"""
        counters = {{ Aborted_connects = 1000, Connections = 2000 }}
        later = {{ after_seconds = 60, counters = {{ Aborted_connects = {aborted}, Connections = {connections} }} }}
    """


@pytest.mark.parametrize(
    ("aborted", "connections", "expected"),
    [
        (9, 1000, []),
        (10, 1000, []),
        (11, 1000, ["warning"]),
        (31, 1000, ["warning"]),
        (100, 10_000, []),
        (101, 10_000, ["warning"]),
        (9, 10, []),
        (10, 10, ["warning"]),
        (0, 0, []),
        (10, 0, ["warning"]),
    ],
)
def test_thresholds_of_a_lifetime(aborted: int, connections: int, expected: list[str]) -> None:
    assert severities(run("PA403", lifetime(aborted, connections))) == expected


@pytest.mark.parametrize(
    ("aborted", "connections", "expected"),
    [
        (1010, 3000, []),
        (1011, 3000, ["warning"]),
        (1030, 3000, ["warning"]),
        (1031, 3000, ["error"]),
        (1300, 12_000, ["warning"]),
        (1301, 12_000, ["error"]),
        (1009, 2010, []),
        (1010, 2010, ["error"]),
        (40, 3000, ["error"]),
        (15, 100, ["error"]),
    ],
)
def test_thresholds_of_an_interval(aborted: int, connections: int, expected: list[str]) -> None:
    assert severities(run("PA403", interval(aborted, connections))) == expected


def test_says_the_numbers_and_what_they_are() -> None:
    (finding,) = run("PA403", lifetime(300, 10_000)).findings
    assert finding.message.startswith("300 of 10,000 connects (3.0 %, a lifetime ratio) failed")
    assert finding.evidence == {
        "aborted_connects": 300,
        "tried_connections": 10_000,
        "aborted_share": 0.03,
        "window_seconds": 30 * 86400,
    }


def test_a_flush_that_may_hide_the_share_leaves_it_unanswered() -> None:
    report = run("PA403", lifetime(20, 10_000, ", Uptime = 1000, Uptime_since_flush_status = 100"))
    assert [gap.missing.part for gap in report.unanswered] == ["Aborted_connects"]


def test_a_flush_long_ago_is_no_gap() -> None:
    assert severities(run("PA403", lifetime(20, 10_000, ", Uptime = 1000, Uptime_since_flush_status = 200"))) == []


def test_unanswered_without_counters() -> None:
    report = run("PA403", 'missing = ["counters"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA403", "counters")]


def test_since_the_last_audit_old_incidents_do_not_count() -> None:
    earlier = "earlier = { ago_seconds = 86400, counters = { Aborted_connects = 100, Connections = 1000 } }"
    assert severities(run("PA403", f"counters = {{ Aborted_connects = 109, Connections = 1040 }}\n{earlier}")) == []
    (finding,) = run("PA403", f"counters = {{ Aborted_connects = 110, Connections = 1040 }}\n{earlier}").findings
    assert finding.severity.word == "error"
    assert "since the last audit 1 d ago" in finding.message
