"""PA401 at its thresholds over a lifetime and an interval, split by 4031, after a flush, and without its sections."""

import pytest

from tests.rules.run import run, severities


def lifetime(aborted: int, connections: int, rest: str = "") -> str:
    return f"counters = {{ Aborted_clients = {aborted}, Connections = {connections}{rest} }}"


def interval(aborted: int, connections: int) -> str:
    return f"""
        counters = {{ Aborted_clients = 1000, Connections = 2000 }}
        later = {{ after_seconds = 60, counters = {{ Aborted_clients = {aborted}, Connections = {connections} }} }}
    """


@pytest.mark.parametrize(
    ("aborted", "connections", "expected"),
    [
        (19, 1000, []),
        (20, 1000, []),
        (21, 1000, ["warning"]),
        (101, 1000, ["warning"]),
        (999, 1000, ["warning"]),
        (9, 10, []),
        (10, 11, ["warning"]),
        (11, 11, ["warning"]),
        (0, 0, []),
        (10, 0, ["warning"]),
    ],
)
def test_thresholds_of_a_lifetime(aborted: int, connections: int, expected: list[str]) -> None:
    assert severities(run("PA401", lifetime(aborted, connections))) == expected


@pytest.mark.parametrize(
    ("aborted", "connections", "expected"),
    [
        (1020, 3000, []),
        (1021, 3000, ["warning"]),
        (1100, 3000, ["warning"]),
        (1101, 3000, ["error"]),
        (1009, 2010, []),
        (1010, 2010, ["error"]),
        (1000, 2000, []),
        (30, 3000, ["warning"]),
        (300, 3000, ["error"]),
        (15, 100, ["error"]),
    ],
)
def test_thresholds_of_an_interval(aborted: int, connections: int, expected: list[str]) -> None:
    assert severities(run("PA401", interval(aborted, connections))) == expected


def test_says_how_to_split_it() -> None:
    (finding,) = run("PA401", lifetime(30, 1000)).findings
    for cause in ("wait_timeout", "killed", "without closing its pool", "deploys"):
        assert cause in finding.why
    assert "lifetime ratio" in finding.message
    assert finding.evidence["aborted_share"] == 0.03


def test_counts_the_sessions_that_the_server_ended() -> None:
    errors = """
        errors = [
            { user = "app", host = "10.0.3.7", error = 4031, raised = 7 },
            { user = "etl", host = "10.0.3.8", error = 4031, raised = 5 },
            { user = "app", host = "10.0.3.7", error = 1045, raised = 99 },
        ]
    """
    (finding,) = run("PA401", lifetime(30, 1000) + errors).findings
    assert finding.evidence["reaped_by_timeout_errors"] == 12
    assert "12 sessions itself for idleness" in finding.message


@pytest.mark.parametrize("older", ['missing = ["errors"]', 'version = "8.0.23"'])
def test_answers_without_errors_by_account(older: str) -> None:
    (finding,) = run("PA401", f"{older}\n{lifetime(30, 1000)}").findings
    assert "reaped_by_timeout_errors" not in finding.evidence
    assert "4031" not in finding.message


def test_an_interval_does_not_mix_in_the_lifetime_count() -> None:
    errors = 'errors = [{ user = "app", host = "h", error = 4031, raised = 7 }]'
    (finding,) = run("PA401", interval(1300, 3000) + errors).findings
    assert "reaped_by_timeout_errors" not in finding.evidence
    assert "ratio of the interval" in finding.message
    assert "within 1 min" in finding.message


def flushed(aborted: int, connections: int, ago: int) -> str:
    return lifetime(aborted, connections, f", Uptime = 1000, Uptime_since_flush_status = {ago}")


def test_a_flush_that_may_hide_the_share_leaves_it_unanswered() -> None:
    report = run("PA401", flushed(20, 10_000, ago=99))
    assert [(gap.missing.part, gap.missing.remedy) for gap in report.unanswered] == [
        ("Aborted_clients", "--interval 60")
    ]


@pytest.mark.parametrize(
    ("aborted", "connections", "ago", "expected"),
    [(20, 10_000, 100, []), (9, 10_000, 1, []), (300, 10_000, 1, ["warning"]), (20, 10_000, 1000, [])],
)
def test_a_flush_that_hides_nothing_is_no_gap(aborted: int, connections: int, ago: int, expected: list[str]) -> None:
    assert severities(run("PA401", flushed(aborted, connections, ago))) == expected


def test_unanswered_without_counters() -> None:
    report = run("PA401", 'missing = ["counters"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA401", "counters")]


def test_unanswered_where_the_second_reading_lacks_the_counter() -> None:
    report = run("PA401", "later = { after_seconds = 10, counters = { Connections = 300000 } }")
    assert [gap.missing.part for gap in report.unanswered] == ["Aborted_clients"]


def test_since_the_last_audit_old_incidents_do_not_count() -> None:
    earlier = "earlier = { ago_seconds = 86400, counters = { Aborted_clients = 100, Connections = 1000 } }"
    assert severities(run("PA401", f"counters = {{ Aborted_clients = 109, Connections = 1040 }}\n{earlier}")) == []
    (finding,) = run("PA401", f"counters = {{ Aborted_clients = 110, Connections = 1040 }}\n{earlier}").findings
    assert finding.severity.word == "error"
    assert "since the last audit 1 d ago" in finding.message
