"""PA301 at its threshold, beside the rules it needs, and without its sections."""

from textwrap import dedent

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy
from poolaudit.report import Report
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities


def timeouts(wait: int, interactive: int | None = None, flavor: str = "mysql") -> str:
    other = wait if interactive is None else interactive
    return f'flavor = "{flavor}"\nvariables = {{ wait_timeout = "{wait}", interactive_timeout = "{other}" }}'


@pytest.mark.parametrize(
    ("wait", "expected"), [(28799, []), (28800, ["info"]), (28801, ["info"]), (31536000, ["info"])]
)
def test_threshold(wait: int, expected: list[str]) -> None:
    assert severities(run("PA301", timeouts(wait))) == expected


def test_aurora_ends_sessions_at_the_smaller_timeout() -> None:
    assert severities(run("PA301", timeouts(28800, 600, "aurora"))) == []
    assert severities(run("PA301", timeouts(28800, 600))) == ["info"]


def beside(toml: str) -> Report:
    rules = [RULES[code] for code in ("PA102", "PA103", "PA206", "PA301")]
    return audit(facts_from(dedent(toml)), rules, Policy(select=("PA301",)))


@pytest.mark.parametrize(
    "toml",
    [
        "counters = { Threads_connected = 121 }",
        "counters = { Max_used_connections = 129 }",
    ],
)
def test_fires_only_while_connections_are_short(toml: str) -> None:
    assert [finding.code for finding in beside(toml).findings] == ["PA301"]


def test_quiet_while_there_is_room() -> None:
    report = beside("")
    assert not report.findings
    assert not report.unanswered


def test_unanswered_where_nobody_can_tell_whether_connections_are_short() -> None:
    report = beside('missing = ["counters"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA301", "counters")]


def test_unanswered_without_variables() -> None:
    report = run("PA301", 'missing = ["variables"]')
    assert [gap.missing.part for gap in report.unanswered] == ["variables"]
