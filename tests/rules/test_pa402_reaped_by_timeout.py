"""PA402: one finding an account, and no answer where the server does not count."""

import pytest

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
