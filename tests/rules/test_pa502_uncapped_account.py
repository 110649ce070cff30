"""PA502 at its threshold, with caps of either kind, where accounts cannot be told apart, and without its sections."""

import pytest

from tests.rules.run import run, severities
from tests.rules.test_pa501_account_near_limit import accounts, sessions


def limits(limit: int, shared: int = 0) -> str:
    return f'variables = {{ max_connections = "{limit}", max_user_connections = "{shared}" }}\n'


@pytest.mark.parametrize(
    ("many", "limit", "expected"),
    [
        (4, 10, []),
        (5, 10, ["info"]),
        (6, 10, ["info"]),
        (0, 1, []),
        (1, 1, ["info"]),
        (75, 151, []),
        (76, 151, ["info"]),
    ],
)
def test_threshold(many: int, limit: int, expected: list[str]) -> None:
    toml = limits(limit) + sessions(("app", "10.0.3.7:5000", many)) + accounts(("app", "%", 0))
    assert severities(run("PA502", toml)) == expected


@pytest.mark.parametrize(("own", "shared"), [(9, 0), (0, 9), (9, 9)])
def test_a_cap_of_either_kind_is_a_cap(own: int, shared: int) -> None:
    toml = limits(10, shared) + sessions(("app", "10.0.3.7:5000", 8)) + accounts(("app", "%", own))
    assert severities(run("PA502", toml)) == []


@pytest.mark.parametrize(
    ("version", "statement"),
    [
        ("8.4.3", "ALTER USER 'o''brien'@'10.0.%' WITH MAX_USER_CONNECTIONS"),
        ("5.6.24", "GRANT USAGE ON *.* TO 'o''brien'@'10.0.%' WITH MAX_USER_CONNECTIONS"),
    ],
)
def test_gives_the_statement(version: str, statement: str) -> None:
    toml = f'version = "{version}"\n' + limits(10) + sessions(("o'brien", "10.0.3.7:5", 5))
    (finding,) = run("PA502", toml + accounts(("o'brien", "10.0.%", 0))).findings
    assert statement in finding.fix
    assert finding.evidence == {"account_connections": 5, "max_connections": 10, "in_use_share": 0.5}


def test_unanswered_where_the_account_cannot_be_told_and_matters() -> None:
    toml = limits(10) + sessions(("app", "web1.example:5000", 5)) + accounts(("app", "10.0.3.%", 9), ("app", "%", 0))
    report = run("PA502", toml)
    assert [gap.missing.part for gap in report.unanswered] == ["accounts"]
    assert not report.findings


@pytest.mark.parametrize(("many", "shared", "gaps"), [(5, 0, ["accounts"]), (4, 0, []), (5, 9, [])])
def test_without_accounts_it_is_unanswered_only_where_it_matters(many: int, shared: int, gaps: list[str]) -> None:
    report = run("PA502", 'missing = ["accounts"]\n' + limits(10, shared) + sessions(("app", "h:5", many)))
    assert [gap.missing.part for gap in report.unanswered] == gaps
    assert not report.findings


@pytest.mark.parametrize("part", ["variables", "processlist"])
def test_unanswered_without(part: str) -> None:
    report = run("PA502", f'missing = ["{part}"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA502", part)]
