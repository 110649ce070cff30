"""Several servers in one document: which is ill is said first, each is named with its address, in every format."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from poolaudit.facts.unreached import Unreached
from poolaudit.render import FORMATS, render
from poolaudit.render.view import view_of
from poolaudit.report import Facts, Report, Severity, Unanswered
from tests.facts_toml import TAKEN_AT
from tests.render.samples import GRANT, finding, incident_0a, of_servers, of_well_servers, report, server

TITLES = ("orders (10.0.3.7:3306)", "web (10.0.3.8:3306)", "stock (/run/mysqld/mysqld.sock)", "archive (10.0.3.9:3306)")


def shown(one: Report, name: str, **more: Any) -> str:  # noqa: ANN401 - whatever render takes
    return render(one, name, **{"width": 100, "color": False} | more)


# Annotations are about files, programs get names and addresses apart, and a graph's name is to outlive a move.
WITHOUT_ADDRESSES = {"json", "github", "nagios", "openmetrics"}


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in WITHOUT_ADDRESSES])
def test_each_server_is_named_with_its_address(name: str) -> None:
    text = shown(of_servers(), name)
    for title in TITLES:
        assert title in text


def test_the_first_line_says_which_is_ill() -> None:
    first = shown(of_servers(), "plain").partition("\n")[0]
    assert first == ("ERROR: 1 of 4 servers has errors: orders; 1 could not be audited: archive; 1 has warnings: web")


def test_the_ill_come_first_and_only_they_have_a_part_of_their_own() -> None:
    view = view_of(of_servers())
    assert view.overview is not None
    rows = [(row.label, row.word, row.errors, row.warnings) for row in view.overview.rows]
    assert rows == [
        ("archive", "NOT AUDITED", 1, 0),
        ("orders", "ERROR", 3, 0),
        ("web", "WARNING", 0, 1),
        ("stock", "PARTIAL", 0, 0),
    ]
    assert [part.title for part in view.parts] == list(TITLES[:2])
    assert len(view_of(of_servers(), all_clients=True).parts) == 3


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_of_a_terminal_is_too_wide(width: int) -> None:
    for one in (of_servers(), of_well_servers()):
        assert max(map(len, shown(one, "terminal", width=width).splitlines())) <= width


def test_where_nothing_is_found_that_is_said_of_all() -> None:
    text = shown(of_well_servers(), "terminal")
    assert text.splitlines()[0].strip() == "OK  Nothing wrong found on 3 servers"
    for name in FORMATS:
        assert shown(of_well_servers(), name)


def test_of_many_that_are_well_some_are_shown() -> None:
    many = Facts(TAKEN_AT, tuple(server()._replace(name=f"db{number}") for number in range(200)))
    text = shown(report(many), "terminal")
    assert "and 180 more servers without errors or warnings" in text
    assert len(text.splitlines()) < 30
    assert shown(report(many), "plain").count("OK db") == 200


def test_what_one_ill_server_suffers_from_is_said_with_what_to_do() -> None:
    ill = finding("PA201", "idle-in-transaction", Severity.ERROR, "it leaks", fix="close it", subject="web")
    view = view_of(of_well_servers()._replace(findings=(ill,)))
    assert view.verdict.sentence == "1 of 3 servers has errors: web. it leaks"
    assert view.verdict.advice == "close it"


def test_what_is_about_no_server_is_in_the_verdict_too() -> None:
    wrong = finding("PA603", "unbounded-overflow", Severity.ERROR, "no limit", subject="app.yaml")
    verdict = view_of(of_well_servers()._replace(findings=(wrong,))).verdict
    assert (verdict.word, verdict.sentence) == ("ERROR", "1 error in what is about no server alone")
    unread = incident_0a().unanswered[0]._replace(subject="app.yaml")
    partial = view_of(of_well_servers()._replace(unanswered=(unread,))).verdict
    assert partial.word == "PARTIAL"


def test_a_servers_name_in_a_message_does_not_stand_for_it() -> None:
    within = finding("PA201", "idle-in-transaction", Severity.ERROR, "web@10.0.3.7 leaks", subject="web")
    begun = finding("PA110", "server-out-of-reach", Severity.ERROR, "web could not be audited", subject="web")
    rows = view_of(of_well_servers()._replace(findings=(within, begun))).findings
    assert [row.subject for row in rows] == ["web", ""]


def test_of_many_servers_with_one_gap_the_first_are_named() -> None:
    gap = incident_0a().unanswered[0]
    many = Facts(TAKEN_AT, tuple(server()._replace(name=f"db{number}") for number in range(200)))
    gaps: tuple[Unanswered, ...] = tuple(gap._replace(subject=f"db{number}") for number in range(200))
    (one,) = view_of(report(many, (), gaps)).gaps
    assert one.subjects == "db0, db1, db2, db3, db4 and 195 more"
    assert one.remedy == GRANT


def test_one_server_that_is_out_of_reach() -> None:
    down = Facts(TAKEN_AT, unreached=(Unreached("db1", "h:3306", "nothing listens at h:3306"),))
    found = finding("PA110", "server-out-of-reach", Severity.ERROR, "db1 could not be audited", subject="db1")
    text = shown(report(down, (found,)), "plain")
    assert text.startswith("ERROR: db1 could not be audited\n")
    assert "pool" not in text


def test_json_says_on_which_server_each_finding_is() -> None:
    document = json.loads(shown(of_servers(), "json"))
    assert [one["name"] for one in document["servers"]] == ["orders", "web", "stock"]
    assert document["unreached"] == [
        {"name": "archive", "address": "10.0.3.9:3306", "because": "nothing listens at 10.0.3.9:3306",
         "remedy": "check host and port"}
    ]  # fmt: skip
    assert [one["server"] for one in document["findings"]] == ["archive", *["orders"] * 3, "web", "stock"]


def test_junit_has_a_suite_for_each_server_whose_cases_keep_their_names_when_it_moves() -> None:
    root = ET.fromstring(shown(of_servers(), "junit"))  # noqa: S314 - our own
    assert {suite.get("name") for suite in root} == set(TITLES)
    orders = next(suite for suite in root if suite.get("name") == TITLES[0])
    assert {case.get("classname") for case in orders} == {"poolaudit.orders"}


def test_a_name_is_no_markup() -> None:
    name = "[bold]web[/] <b>|`*_"
    hostile = Facts(TAKEN_AT, (server()._replace(name=name), server()._replace(name="db2")))
    for each in ("terminal", "plain"):
        assert name in shown(report(hostile), each, width=200)
    markdown = shown(report(hostile), "markdown")
    assert "<b>|" not in markdown
    assert "&#124;" in markdown
