"""PA104 over the server's life, over an interval, on MariaDB, and without its sections."""

import pytest

from tests.rules.run import run, severities


def facts(refused: int, later: int | None = None) -> str:
    text = f"counters = {{ Connection_errors_max_connections = {refused} }}"
    if later is None:
        return text
    return f"{text}\nlater = {{ after_seconds = 10, counters = {{ Connection_errors_max_connections = {later} }} }}"


@pytest.mark.parametrize(
    ("refused", "later", "expected"),
    [
        (0, None, []),
        (1, None, ["warning"]),
        (0, 0, []),
        (0, 1, ["error"]),
        (7, 7, ["warning"]),
        (7, 8, ["error"]),
        (7, 2, ["error"]),
        (7, 0, ["warning"]),
    ],
)
def test_thresholds(refused: int, later: int | None, expected: list[str]) -> None:
    assert severities(run("PA104", facts(refused, later))) == expected


def test_the_threshold_is_an_option() -> None:
    assert severities(run("PA104", facts(5), more_than_connections=5)) == []
    assert severities(run("PA104", facts(6), more_than_connections=5)) == ["warning"]


def test_the_interval_is_what_it_says() -> None:
    (finding,) = run("PA104", facts(7, 10)).findings
    assert finding.message == "the server refused 3 connections within 10 s"
    assert finding.evidence == {"refused_connections": 3}


@pytest.mark.parametrize(("peak", "expected"), [(150, []), (151, ["warning"]), (152, ["warning"])])
def test_a_peak_at_the_limit_answers_on_mariadb(peak: int, expected: list[str]) -> None:
    toml = f'flavor = "mariadb"\ncounters = {{ Max_used_connections = {peak} }}'
    assert severities(run("PA104", toml)) == expected


def test_a_peak_at_the_limit_is_no_refusal_on_mysql() -> None:
    assert severities(run("PA104", "counters = { Max_used_connections = 151 }")) == []


def test_unanswered_without_counters() -> None:
    report = run("PA104", 'missing = ["counters"]')
    assert [gap.missing.part for gap in report.unanswered] == ["counters"]


def test_unanswered_on_mariadb_without_the_limit() -> None:
    report = run("PA104", 'flavor = "mariadb"\nmissing = ["variables"]')
    assert [gap.missing.part for gap in report.unanswered] == ["variables"]


def test_unanswered_where_the_second_reading_lacks_the_counter() -> None:
    report = run("PA104", "later = { after_seconds = 10, counters = {} }")
    assert [gap.missing.part for gap in report.unanswered] == ["Connection_errors_max_connections"]


@pytest.mark.parametrize(("then", "now", "expected"), [(7, 7, "warning"), (7, 8, "error"), (7, 2, "error")])
def test_what_was_refused_since_the_last_audit_is_an_error(then: int, now: int, expected: str) -> None:
    earlier = f"earlier = {{ ago_seconds = 86400, counters = {{ Connection_errors_max_connections = {then} }} }}"
    (finding,) = run("PA104", f"{facts(now)}\n{earlier}").findings
    assert finding.severity.word == expected
    assert ("since the last audit 1 d ago" in finding.message) is (expected == "error")


def test_what_was_refused_since_a_restart_after_the_last_audit_is_an_error() -> None:
    toml = """
    counters = { Connection_errors_max_connections = 2, Uptime = 7200 }
    earlier = { ago_seconds = 86400, counters = { Connection_errors_max_connections = 7, Uptime = 999999 } }
    """
    (finding,) = run("PA104", toml).findings
    assert (finding.severity.word, finding.message) == (
        "error",
        "the server refused 2 connections since the server started 2 h ago",
    )
