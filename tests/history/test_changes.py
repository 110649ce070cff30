"""What is new, ongoing and resolved from one audit to the next."""

from collections.abc import Callable
from datetime import date

import pytest

from poolaudit.history.changes import changes_between, kept_findings
from poolaudit.history.past import Past, State
from poolaudit.policy import Policy
from poolaudit.report import Changes, Ignore, Report, Severity
from tests.history.reports import CALM, FULL, LABEL, NEAR, moment, out_of_reach, refused, report

LEAK = """
processlist = [{{ id = {id}, host = "10.0.3.7:{port}", time_seconds = 700 }}]
transactions = [{{ id = {id}, age_seconds = 700, rows_locked = 0, rows_modified = 0 }}]
programs = [{{ id = {id}, name = "todo", pid = {pid} }}]
"""


def compared(*reports: Report) -> list[Changes]:
    """Compare each report with those before it, as a history would."""
    past, found = Past(LABEL), []
    for one in reports:
        found.append(changes_between(past, one))
        past = past._replace(taken_at=one.facts.taken_at, findings=kept_findings(past.findings, one))
    return found


def codes(report: Report, prints: frozenset[str]) -> set[str]:
    """Name the findings of these fingerprints."""
    return {one.code for one in report.findings if one.fingerprint in prints}


def gone(changes: Changes) -> set[str]:
    """Name the findings that were resolved."""
    return {one.code for one in changes.resolved}


def test_the_first_audit_has_nothing_before_it_and_all_of_it_is_new() -> None:
    first = report(NEAR)
    (changes,) = compared(first)
    assert changes.before is None
    assert codes(first, changes.new) == {one.code for one in first.findings} != set()
    assert {one.audits for one in changes.standing.values()} == {1}


def test_what_stays_is_ongoing_since_it_was_first_found() -> None:
    *_, last = compared(report(NEAR), report(NEAR, 24), report(NEAR, 48))
    assert last.before == moment(24)
    assert not last.new
    assert {(one.since, one.audits) for one in last.standing.values()} == {(moment(0), 3)}


def test_what_went_away_is_resolved_once_with_how_long_it_stood() -> None:
    _, _, third, fourth = compared(report(NEAR), report(NEAR, 24), report(CALM, 48), report(CALM, 72))
    assert gone(third) == {"PA102", "PA301"}
    near = next(one for one in third.resolved if one.code == "PA102")
    assert (near.standing.since, near.standing.audits, near.severity) == (moment(0), 2, Severity.WARNING)
    assert gone(fourth) == set()


def test_what_comes_back_is_new_and_begins_anew() -> None:
    again = report(NEAR, 48)
    *_, last = compared(report(NEAR), report(CALM, 24), again)
    assert codes(again, last.new) == {"PA102", "PA301"}
    assert {one.since for one in last.standing.values()} == {moment(48)}


def test_what_got_worse_is_new_and_keeps_since_when_it_stands() -> None:
    worse, milder = report(FULL, 24), report(NEAR, 48)
    _, second, third = compared(report(NEAR), worse, milder)
    assert codes(worse, second.new) == {"PA102"}
    (near,) = (one.fingerprint for one in worse.findings if one.code == "PA102")
    assert second.standing[near] == (moment(0), 2)
    assert not third.new


@pytest.mark.parametrize("look", [refused, out_of_reach])
def test_where_nobody_could_look_nothing_is_resolved(look: Callable[[float], Report]) -> None:
    in_between = look(24)
    _, second, third, fourth = compared(report(NEAR), in_between, report(NEAR, 48), report(CALM, 72))
    assert gone(second) == set()
    assert not third.new
    assert {(one.since, one.audits) for one in third.standing.values()} >= {(moment(0), 2)}
    assert gone(fourth) >= {"PA102", "PA301"}


def test_a_server_that_lets_the_audit_in_again_is_no_longer_full() -> None:
    _, second = compared(refused(), report(CALM, 24))
    assert gone(second) == {"PA101"}


def test_a_server_that_is_in_reach_again_is_no_longer_out_of_it() -> None:
    _, second, third = compared(report(NEAR), out_of_reach(24), report(NEAR, 48))
    assert len(second.new) == 1
    assert gone(third) == {"PA110"}
    assert not third.new


def test_a_rule_that_lacks_its_section_resolves_nothing() -> None:
    leak = report(LEAK.format(id=7, port=50000, pid=1))
    blind = report('missing = ["transactions"]', 24)
    assert "PA201" in {one.code for one in leak.findings}
    _, second, third = compared(leak, blind, report(CALM, 48))
    assert "PA201" not in gone(second)
    assert "PA201" in gone(third)


def test_a_rule_that_was_not_selected_resolves_nothing() -> None:
    narrow = report(CALM, 24, Policy(select=("PA2",)))
    _, second, third = compared(report(NEAR), narrow, report(CALM, 48))
    assert gone(second) == set()
    assert gone(third) == {"PA102", "PA301"}


def test_a_restart_of_the_client_is_the_same_finding() -> None:
    after = report(LEAK.format(id=999, port=61234, pid=4711), 24)
    _, second = compared(report(LEAK.format(id=7, port=50000, pid=1)), after)
    assert codes(after, second.new) == set()
    assert gone(second) == set()


def test_an_ignored_finding_is_neither_new_nor_resolved_and_is_new_when_the_ignore_has_run_out() -> None:
    ignoring = Policy(ignores=(Ignore("PA102", "a sale", until=date(2026, 11, 22)),))
    expired = report(NEAR, 48, ignoring)
    _, second, third = compared(report(NEAR), report(NEAR, 24, ignoring), expired)
    assert gone(second) == set()
    assert codes(expired, third.new) >= {"PA102"}
    assert third.standing[next(one.fingerprint for one in expired.findings if one.code == "PA102")].audits == 1


POOL = """
[[pools]]
name = "{name}"
url = "mysql://db1/shop"
pool_size = 5
max_overflow = -1
"""


def test_a_finding_of_a_pool_that_was_taken_out_is_resolved_unless_a_file_could_not_be_read() -> None:
    before, after = report(POOL.format(name="a.yaml")), report(POOL.format(name="b.yaml"), 24)
    assert "PA603" in {one.code for one in before.findings}
    _, second = compared(before, after)
    assert {(one.code, one.subject) for one in second.resolved} >= {("PA603", "a.yaml")}
    _, without = compared(before, report(CALM, 24))
    assert ("PA603", "a.yaml") in {(one.code, one.subject) for one in without.resolved}


def test_two_processes_of_one_program_are_one_standing() -> None:
    two = report(
        """
        processlist = [{ id = 7, time_seconds = 700 }, { id = 8, time_seconds = 700 }]
        transactions = [{ id = 7, age_seconds = 700, rows_locked = 0, rows_modified = 0 },
                        { id = 8, age_seconds = 70, rows_locked = 0, rows_modified = 0 }]
        programs = [{ id = 7, name = "todo", pid = 1 }, { id = 8, name = "todo", pid = 2 }]
        """
    )
    leaks = [one for one in two.findings if one.code == "PA201"]
    assert len(leaks) == 2
    assert len({one.fingerprint for one in leaks}) == 1
    _, second = compared(two, two._replace(facts=two.facts._replace(taken_at=moment(1))))
    assert second.standing[leaks[0].fingerprint].audits == 2
    assert not second.new
    states = {one.state for one in kept_findings((), two)}
    assert states == {State.FOUND}
