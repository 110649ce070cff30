"""PA105 at both its thresholds, over an interval, after a flush, and without its sections."""

import pytest

from tests.rules.run import run, severities


def counters(connections: int, questions: int, uptime: int = 1000) -> str:
    return f"Uptime = {uptime}, Connections = {connections}, Questions = {questions}"


@pytest.mark.parametrize(
    ("connections", "questions", "expected"),
    [
        (10_000, 20_000, []),
        (10_001, 20_000, ["warning"]),
        (9_999, 20_000, []),
        (20_000, 200_000, []),
        (20_000, 199_999, ["warning"]),
        (20_000, 200_001, []),
        (0, 0, []),
        (20_000, 0, ["warning"]),
    ],
)
def test_thresholds(connections: int, questions: int, expected: list[str]) -> None:
    toml = f"counters = {{ {counters(connections, questions)}, Uptime_since_flush_status = 1000 }}"
    assert severities(run("PA105", toml)) == expected


def interval(connections: int, questions: int, after: float = 10) -> str:
    return f"""
        counters = {{ Connections = 1000, Questions = 5000 }}
        later = {{ after_seconds = {after}, counters = {{ Connections = {connections}, Questions = {questions} }} }}
    """


@pytest.mark.parametrize(
    ("connections", "questions", "expected"),
    [
        (1100, 5200, []),
        (1101, 5200, ["warning"]),
        (1101, 6009, ["warning"]),
        (1101, 6010, []),
        (1000, 5000, []),
        (101, 300, ["warning"]),
        (100, 300, []),
    ],
)
def test_the_interval_is_judged_where_there_is_one(connections: int, questions: int, expected: list[str]) -> None:
    assert severities(run("PA105", interval(connections, questions))) == expected


def test_each_counter_is_guarded_on_its_own() -> None:
    (finding,) = run("PA105", interval(1200, 400)).findings
    assert finding.evidence == {
        "opened_connections": 200,
        "opened_connections_per_second": 20.0,
        "statements": 400,
        "window_seconds": 10,
    }


@pytest.mark.parametrize(
    ("connections", "uptime", "gaps", "expected"),
    [(5, 0, [], []), (25, 1, ["Uptime"], []), (6000, 59, ["Uptime"], []), (6001, 60, [], ["warning"])],
)
def test_the_first_minute_gives_no_rate(connections: int, uptime: int, gaps: list[str], expected: list[str]) -> None:
    report = run("PA105", f"counters = {{ {counters(connections, 10, uptime)} }}")
    assert [gap.missing.part for gap in report.unanswered] == gaps
    assert [finding.severity.word for finding in report.findings] == expected


def test_a_flush_on_mariadb_makes_the_share_unknown() -> None:
    flushed = f'flavor = "mariadb"\ncounters = {{ {counters(20_000, 30)}, Uptime_since_flush_status = 5 }}'
    report = run("PA105", flushed)
    assert [gap.missing.part for gap in report.unanswered] == ["Questions"]
    assert not report.findings


def test_a_flush_on_mysql_leaves_both_counters_alone() -> None:
    flushed = f"counters = {{ {counters(20_000, 30_000)}, Uptime_since_flush_status = 5 }}"
    assert severities(run("PA105", flushed)) == ["warning"]


def test_says_that_it_is_a_lifetime_ratio() -> None:
    (finding,) = run("PA105", f"counters = {{ {counters(20_000, 30_000)} }}").findings
    assert "20.0 connections per second" in finding.message
    assert "lifetime ratio" in finding.message


def test_unanswered_without_counters() -> None:
    report = run("PA105", 'missing = ["counters"]')
    assert [gap.missing.part for gap in report.unanswered] == ["counters"]


def test_since_the_last_audit() -> None:
    toml = """
    counters = { Connections = 1_900_000, Questions = 41_000_000 }
    earlier = { ago_seconds = 86400, counters = { Connections = 200_000, Questions = 40_000_000 } }
    """
    (finding,) = run("PA105", toml).findings
    assert "since the last audit 1 d ago" in finding.message
    assert severities(run("PA105", toml.partition("earlier")[0])) == []


def test_a_server_that_restarted_a_moment_ago_has_no_rate_yet() -> None:
    toml = """
    counters = { Connections = 1000, Questions = 1000, Uptime = 59 }
    earlier = { ago_seconds = 86400, counters = { Uptime = 999999 } }
    """
    (gap,) = run("PA105", toml).unanswered
    assert gap.missing.part == "Uptime"
