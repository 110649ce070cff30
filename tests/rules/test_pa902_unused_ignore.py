"""PA902: ignores that met nothing or have run out, and those of which that cannot be said."""

import tomllib
from datetime import date
from textwrap import dedent

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy, policy_from
from poolaudit.report import Report
from tests.facts_toml import facts_from
from tests.rules.run import RULES
from tests.rules.test_pages import blocks

IDLE = """
    processlist = [{ id = 7, command = "Sleep" }]
    transactions = [{ id = 7, age_seconds = 60 }]
"""


def judged(toml: str, **entry: object) -> Report:
    """Audit with one ignore, by PA201, PA601 and PA902 alone."""
    settings = {"ignore": [{"rule": "idle-in-transaction", "reason": "nightly export", **entry}]}
    rules = [RULES[code] for code in ("PA102", "PA201", "PA902")]
    return audit(facts_from(dedent(toml)), rules, policy_from(settings, rules, "poolaudit.toml"))


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def by_its_page(example: str) -> Report:
    policy = policy_from({"ignore": tomllib.loads(example)["ignores"]}, RULES.values())
    return audit(facts_from(example), RULES.values(), Policy(select=("PA2", "PA902"), ignores=policy.ignores))


def test_fires_and_stays_quiet_as_its_page_says() -> None:
    (fires,), (quiet,) = blocks(RULES["PA902"], "Fires"), blocks(RULES["PA902"], "Stays quiet")
    assert codes(by_its_page(fires)) == ["PA902"]
    assert "PA902" not in codes(by_its_page(quiet))


def test_an_ignore_that_met_something_is_used() -> None:
    report = judged(IDLE, client="app@10.0.3.7")
    assert codes(report) == []
    assert len(report.ignored) == 1


def test_an_ignore_that_met_nothing() -> None:
    report = judged("", client="app@*")
    (finding,) = report.findings
    assert (finding.code, finding.severity.word, finding.subject) == ("PA902", "info", "poolaudit.toml")
    expected = "the ignore of idle-in-transaction for app@* (nightly export) met nothing in this audit"
    assert finding.message == expected
    assert str(finding.at) == "poolaudit.toml"
    assert finding.evidence == {}


def test_an_ignore_of_another_client_met_nothing() -> None:
    assert codes(judged(IDLE, client="etl@*")) == ["PA201", "PA902"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2026, 11, 20), ["PA201", "PA902"]),
        (date(2026, 11, 21), []),
        (date(2026, 11, 22), []),
    ],
)
def test_it_accepts_on_its_last_day_and_not_after(until: date, expected: list[str]) -> None:
    assert codes(judged(IDLE, until=until)) == expected


def test_says_that_it_has_run_out() -> None:
    finding = judged("", until=date(2026, 11, 20)).findings[0]
    assert "ran out on 2026-11-20" in finding.message
    assert "new date" in finding.fix
    assert finding.evidence == {"until": "2026-11-20"}


def test_unanswered_where_its_rule_was() -> None:
    report = judged('missing = ["transactions"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [
        ("PA201", "transactions"),
        ("PA902", "transactions"),
    ]
    assert codes(report) == []


def test_one_that_has_run_out_needs_no_answer_of_its_rule() -> None:
    report = judged('missing = ["transactions"]', until=date(2026, 11, 20))
    assert codes(report) == ["PA902"]


def test_an_ignore_of_a_rule_that_judged_nothing_is_left_alone() -> None:
    facts, entry = facts_from(""), [{"rule": "PA201", "reason": "x"}]
    policy = policy_from({"ignore": entry, "select": ["PA1", "PA902"]}, RULES.values())
    assert codes(audit(facts, RULES.values(), policy)) == []


def test_its_own_findings_can_be_ignored() -> None:
    entries = [{"rule": "PA102", "reason": "x"}, {"rule": "unused-ignore", "reason": "kept for the winter"}]
    policy = policy_from({"ignore": entries, "select": ["PA1", "PA902"]}, RULES.values())
    report = audit(facts_from(""), RULES.values(), policy)
    assert codes(report) == []
    assert [one.finding.code for one in report.ignored] == ["PA902"]
