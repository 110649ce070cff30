"""PA402: one finding an account, and no answer where the server does not count."""

import pytest

from poolaudit.facts.reaped import reaped_counters
from tests.facts_toml import facts_from
from tests.rules.run import run, severities


def facts(*counted: tuple[str, str, int, int]) -> str:
    rows = ", ".join(
        f'{{ user = "{user}", host = "{host}", error = {error}, raised = {raised} }}'
        for user, host, error, raised in counted
    )
    return f"errors = [{rows}]"


@pytest.mark.parametrize(("raised", "expected"), [(0, []), (1, ["warning"]), (2, ["warning"])])
def test_threshold(raised: int, expected: list[str]) -> None:
    assert severities(run("PA402", facts(("app", "10.0.3.7", 4031, raised)))) == expected


def test_the_threshold_is_an_option() -> None:
    errors = facts(("app", "10.0.3.7", 4031, 9))
    assert severities(run("PA402", errors, at_least_errors=10)) == []
    assert severities(run("PA402", errors, at_least_errors=9)) == ["warning"]
    assert severities(run("PA402", facts(("app", "h", 4031, 0)), at_least_errors=0)) == []


def test_one_finding_for_each_account() -> None:
    report = run("PA402", facts(("app", "h1", 4031, 3), ("etl", "h1", 4031, 4), ("app", "h1", 1045, 5)))
    assert [(one.about, one.evidence) for one in report.findings] == [
        ("app@h1", {"reaped_by_timeout_errors": 3}),
        ("etl@h1", {"reaped_by_timeout_errors": 4}),
    ]
    assert len({one.fingerprint for one in report.findings}) == 2


def since(now: tuple[tuple[str, str, int, int], ...], then: tuple[tuple[str, str, int, int], ...]) -> str:
    """Give errors as they are now, and as an audit a day ago left them."""
    (before,) = facts_from(facts(*then)).servers
    left = ", ".join(f'"{name}" = {value}' for name, value in reaped_counters(before).items())
    return f"{facts(*now)}\nearlier = {{ ago_seconds = 86400, counters = {{ {left} }} }}"


@pytest.mark.parametrize(("then", "now", "expected"), [(3, 3, None), (3, 5, 2), (3, 1, 1), (0, 4, 4)])
def test_since_the_last_audit(then: int, now: int, expected: int | None) -> None:
    report = run("PA402", since((("app", "h", 4031, now),), (("app", "h", 4031, then), ("etl", "h", 4031, 1))))
    assert [one.evidence["reaped_by_timeout_errors"] for one in report.findings] == ([expected] if expected else [])
    assert all("for idleness since the last audit 1 d ago (error 4031)" in one.message for one in report.findings)
    assert not report.unanswered


def test_an_audit_that_could_not_count_is_no_past() -> None:
    toml = f"{facts(('app', 'h', 4031, 3))}\nearlier = {{ ago_seconds = 86400, counters = {{}} }}"
    (finding,) = run("PA402", toml).findings
    assert (finding.evidence["reaped_by_timeout_errors"], "since" in finding.message) == (3, False)


def test_a_restart_since_the_last_audit_makes_all_of_it_recent() -> None:
    toml = since((("app", "h", 4031, 3),), (("app", "h", 4031, 2),)).replace(
        "counters = {", "counters = { Uptime = 999999,"
    )
    (finding,) = run("PA402", f"{toml}\ncounters = {{ Uptime = 60 }}").findings
    assert finding.evidence["reaped_by_timeout_errors"] == 3


def test_an_account_without_a_host() -> None:
    (finding,) = run("PA402", facts(("app", "", 4031, 1))).findings
    assert finding.about == "app"
    assert "1 session of app" in finding.message


def test_unanswered_without_errors() -> None:
    report = run("PA402", 'missing = ["errors"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA402", "errors")]
    assert not report.findings


@pytest.mark.parametrize(("version", "answers"), [("8.0.23", False), ("8.0.24", True), ("9.7.4-2", True), ("?", True)])
def test_unanswered_where_the_server_has_no_such_error(version: str, *, answers: bool) -> None:
    report = run("PA402", f'version = "{version}"')
    assert [gap.missing.part for gap in report.unanswered] == ([] if answers else ["errors"])
