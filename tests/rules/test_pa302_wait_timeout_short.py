"""PA302 at its threshold, and without its section."""

import pytest

from tests.rules.run import run, severities


def facts(wait: int, interactive: int = 28800, flavor: str = "mysql") -> str:
    return f'flavor = "{flavor}"\nvariables = {{ wait_timeout = "{wait}", interactive_timeout = "{interactive}" }}'


@pytest.mark.parametrize(("wait", "expected"), [(1, ["warning"]), (59, ["warning"]), (60, []), (61, [])])
def test_threshold(wait: int, expected: list[str]) -> None:
    assert severities(run("PA302", facts(wait))) == expected


@pytest.mark.parametrize(("flavor", "expected"), [("aurora", ["warning"]), ("mysql", []), ("mariadb", [])])
def test_aurora_ends_sessions_at_the_smaller_timeout(flavor: str, expected: list[str]) -> None:
    assert severities(run("PA302", facts(600, 59, flavor))) == expected


def test_says_the_number() -> None:
    (finding,) = run("PA302", facts(10)).findings
    assert finding.evidence == {"wait_timeout_seconds": 10}
    assert "after 10 s" in finding.message


def test_unanswered_without_variables() -> None:
    report = run("PA302", 'missing = ["variables"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA302", "variables")]
