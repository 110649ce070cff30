"""PA110 for each server that could not be audited, by its name, and for no other."""

import pytest

from poolaudit.audit import audit
from poolaudit.facts.unreached import Unreached
from poolaudit.policy import Policy
from poolaudit.report import Facts, Finding, Report
from poolaudit.rules import load_rules
from tests.facts_toml import TAKEN_AT
from tests.rules.run import RULES, run, severities

DOWN = Unreached("db1", "10.0.3.7:3306", "nothing listens at 10.0.3.7:3306", "check host and port")


def found(*unreached: Unreached) -> tuple[Finding, ...]:
    return audit(Facts(TAKEN_AT, unreached=unreached), (RULES["PA110"],), Policy()).findings


def test_each_server_out_of_reach_is_one_finding_on_its_name() -> None:
    findings = found(DOWN, DOWN._replace(name="db2"))
    assert [finding.subject for finding in findings] == ["db1", "db2"]
    assert findings[0].message == "db1 could not be audited: nothing listens at 10.0.3.7:3306"
    assert findings[0].fix == "check host and port"
    assert findings[0].evidence == {"address": "10.0.3.7:3306"}


def test_it_is_known_again_when_the_server_has_moved_and_fails_otherwise() -> None:
    moved = DOWN._replace(address="10.0.9.9:3306", because="10.0.9.9:3306 did not answer within 5 s")
    assert found(DOWN)[0].fingerprint == found(moved)[0].fingerprint


def test_without_a_name_it_is_called_by_its_address() -> None:
    (finding,) = found(DOWN._replace(name=""))
    assert finding.subject == "10.0.3.7:3306"


def test_something_is_to_be_done_also_where_nothing_is_known_to_help() -> None:
    (finding,) = found(DOWN._replace(remedy="", address=""))
    assert finding.fix
    assert not finding.evidence


@pytest.mark.parametrize("facts", ["", 'refused = { error = 1040, message = "no" }'])
def test_a_server_that_answered_is_not_out_of_reach(facts: str) -> None:
    assert severities(run("PA110", facts)) == []


def test_nothing_else_is_judged_of_a_server_that_nothing_is_known_of() -> None:
    report: Report = audit(Facts(TAKEN_AT, unreached=(DOWN,)), load_rules(), Policy())
    assert [finding.code for finding in report.findings] == ["PA110"]
    assert not report.unanswered
    assert report.rules_run == 1
