"""Nagios' line: a state, words without a bar, numbers in the form that graphs read."""

import re

import pytest
from hypothesis import given

from poolaudit.facts.unreached import Unreached
from poolaudit.render import render
from poolaudit.render.nagios import ERROR_SHARE, WARNING_SHARE, State, state_of
from poolaudit.report import Report, Severity
from tests.render.names import a_few, is_clean, reports_with_past
from tests.render.past import ALL, several
from tests.render.samples import facts_of, finding, healthy, incident_0a, no_privilege, report, server, server_full
from tests.rules.run import RULES

# 'label'=value[unit];[warn];[crit];[min];[max], https://nagios-plugins.org/doc/guidelines.html#AEN200
NUMBER = re.compile(r"'[^'=|]+'=\d+(?:;\d*){0,4}")


def line(one: Report, *, ascii_only: bool = False) -> str:
    return render(one, "nagios", width=None, color=False, ascii_only=ascii_only)


def with_worst(severity: Severity, *, code: str = "PA201") -> Report:
    return report(facts_of(server()), (finding(code, "a-rule", severity, "something"),))


OUT = Unreached("db2", "", "it is down")


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (healthy(), State.OK),
        (with_worst(Severity.INFO), State.OK),
        (with_worst(Severity.WARNING), State.WARNING),
        (with_worst(Severity.ERROR), State.CRITICAL),
        (no_privilege(), State.UNKNOWN),
        (server_full(), State.CRITICAL),
        (healthy()._replace(rules_run=0), State.UNKNOWN),
        (healthy()._replace(facts=healthy().facts._replace(unreached=(OUT,))), State.UNKNOWN),
        (with_worst(Severity.ERROR, code="PA110"), State.OK),
    ],
)
def test_states(one: Report, state: State) -> None:
    assert state_of(one) is state
    assert line(one).startswith(f"POOLAUDIT {state.name} - ")


def test_a_server_out_of_reach_is_unknown_and_never_hides_what_is_worse() -> None:
    lost = finding("PA110", "server-out-of-reach", Severity.ERROR, "db2 could not be audited", subject="db2")
    facts = facts_of(server())._replace(unreached=(OUT,))
    warned = finding("PA201", "idle-in-transaction", Severity.WARNING, "held")
    assert state_of(report(facts, (lost,))) is State.UNKNOWN
    assert state_of(report(facts, (lost, warned))) is State.WARNING


def test_the_whole_line() -> None:
    assert line(incident_0a()) == (
        "POOLAUDIT CRITICAL - app@10.0.3.7 (flask-todo, pid 4211) holds 5 of its 5 connections, the oldest for"
        " 10 h 34 min; 3 errors, 0 warnings, 1 info, 1 unanswered | 'connections'=7;120;135;0;151"
        " 'peak'=9;120;135;0;151 'running'=2;;;0 'errors'=3;;0;0 'warnings'=0;0;;0 'infos'=1;;;0 'unanswered'=1;;;0\n"
    )


def test_numbers_of_several_servers_have_their_names() -> None:
    assert "'db1:3306::connections'=7;120;135;0;151" in line(several())
    assert "'db2:3306::connections'=12;" in line(several())


@pytest.mark.parametrize("ascii_only", [False, True])
@a_few
@given(reports_with_past())
def test_it_is_one_line_of_words_and_numbers(ascii_only: bool, one: Report) -> None:
    text = line(one, ascii_only=ascii_only)
    assert is_clean(text)
    assert text.endswith("\n")
    assert text.count("\n") == 1
    words, bar, numbers = text.strip().partition(" | ")
    assert bar
    assert "|" not in words
    assert text.isascii() or not ascii_only
    assert NUMBER.sub("", numbers).strip() == ""
    assert len(text.encode()) < 4096


@pytest.mark.parametrize("name", ALL)
def test_samples(name: str) -> None:
    assert NUMBER.sub("", line(ALL[name]()).partition(" | ")[2]).strip() == ""


def test_marks_are_where_the_rule_fires_by_default() -> None:
    defaults = RULES["PA102"].options._field_defaults
    assert (defaults["warning_share"], defaults["error_share"]) == (WARNING_SHARE, ERROR_SHARE)
