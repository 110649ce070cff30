"""What is new, what stands, what is gone: the same words in every format."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from poolaudit.render import render
from poolaudit.render.changes import day
from poolaudit.render.view import view_of
from poolaudit.report import Changes
from tests.facts_toml import TAKEN_AT
from tests.render.past import first, quiet, several, week
from tests.render.samples import incident_0a


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (TAKEN_AT - timedelta(hours=2), "04:00 UTC"),
        (TAKEN_AT - timedelta(days=1), "20 Nov"),
        (TAKEN_AT - timedelta(days=400), "17 Oct 2025"),
        (datetime(2026, 1, 1, tzinfo=UTC), "1 Jan"),
    ],
)
def test_a_moment_is_said_as_shortly_as_it_can_be_told(moment: datetime, words: str) -> None:
    assert day(moment, TAKEN_AT) == words


def test_each_finding_says_since_when_it_stands() -> None:
    assert [row.standing for row in view_of(week()).findings] == [
        "new", "since 16 Nov, 6 audits", "since 04:00 UTC, 3 audits", "since 17 Oct 2025, 1,400 audits",
    ]  # fmt: skip
    assert [row.is_new for row in view_of(week()).findings] == [True, False, False, False]


def test_what_is_gone_comes_worst_first() -> None:
    changes = view_of(week()).changes
    assert changes is not None
    assert [(row.code, row.standing) for row in changes.resolved] == [
        ("PA104", "stood from 19 Nov, 2 audits"), ("PA103", "stood from 12 Nov, 9 audits"),
    ]  # fmt: skip
    assert (changes.new, changes.ongoing) == (1, 3)


def test_without_a_history_nothing_is_said_of_it() -> None:
    view = view_of(incident_0a())
    assert view.changes is None
    assert {row.standing for row in view.findings} == {""}
    assert "past" not in render(incident_0a(), "plain", width=None, color=False)


def test_in_the_first_audit_nothing_is_new() -> None:
    view = view_of(first())
    assert view.changes is not None
    assert "first audit that is kept" in view.changes.words
    assert {(row.standing, row.is_new) for row in view.findings} == {("", False)}


@pytest.mark.parametrize("form", ["terminal", "plain", "markdown", "html"])
def test_every_format_for_people_shows_them(form: str) -> None:
    text = " ".join(render(week(), form, width=200, color=False).split())
    for words in ("1 new, 3 ongoing, 2 resolved", "since 16 Nov, 6 audits", "37 connections were refused"):
        assert words in text


def test_no_change_is_said_too() -> None:
    text = render(quiet(), "plain", width=None, color=False)
    assert "changes: since the audit of 2026-11-20 06:00 UTC: 0 new, 0 ongoing, 0 resolved" in text


def test_json_has_them_for_programs() -> None:
    document = json.loads(render(week(), "json", width=None, color=False))
    assert document["changes"]["before"] == "2026-11-20T06:00:00Z"
    assert document["changes"]["new"] == ["0000000000000000"]
    assert [one["code"] for one in document["changes"]["resolved"]] == ["PA103", "PA104"]
    assert document["findings"][1]["standing"] == {"since": "2026-11-16T06:00:00Z", "audits": 6}
    assert document["findings"][0]["standing"] is None


def test_of_several_servers_what_is_gone_says_whose_it_was() -> None:
    changes = view_of(several()).changes
    assert changes is not None
    assert {row.subject for row in changes.resolved} == {"db1:3306"}
    assert view_of(week()._replace(changes=Changes(None))).changes is not None
