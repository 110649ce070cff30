"""PA303 for equal and different timeouts, on Aurora, and without its section."""

import pytest

from tests.rules.run import run, severities


def facts(wait: int, interactive: int, flavor: str = "mysql") -> str:
    return f'flavor = "{flavor}"\nvariables = {{ wait_timeout = "{wait}", interactive_timeout = "{interactive}" }}'


@pytest.mark.parametrize(
    ("wait", "interactive", "flavor", "expected"),
    [
        (600, 600, "mysql", []),
        (600, 601, "mysql", ["info"]),
        (601, 600, "mariadb", ["info"]),
        (600, 600, "aurora", []),
        (600, 599, "aurora", ["warning"]),
    ],
)
def test_severities(wait: int, interactive: int, flavor: str, expected: list[str]) -> None:
    assert severities(run("PA303", facts(wait, interactive, flavor))) == expected


def test_aurora_is_told_which_one_counts() -> None:
    (finding,) = run("PA303", facts(28800, 600, "aurora")).findings
    assert "after 600 s" in finding.why
    assert "parameter group" in finding.fix


def test_gives_the_statement() -> None:
    (finding,) = run("PA303", facts(600, 28800)).findings
    assert "SET GLOBAL interactive_timeout = 600;" in finding.fix
    assert finding.evidence == {"wait_timeout_seconds": 600, "interactive_timeout_seconds": 28800}


def test_unanswered_without_variables() -> None:
    report = run("PA303", 'missing = ["variables"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA303", "variables")]
