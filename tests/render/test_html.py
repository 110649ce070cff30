"""The page: verdict first, every finding on it, nothing but our own elements whatever names hold."""

import pytest
from hypothesis import given

from poolaudit.render import render
from poolaudit.render.sections import cut
from poolaudit.render.text import safe
from poolaudit.report import Report, Severity
from tests.render.names import a_few, is_clean, reports_with_past
from tests.render.pages import by_class, read, strangers, words_of
from tests.render.past import ALL, first, quiet, several, week
from tests.render.samples import LONG_NAME, facts_of, finding, report, server

REFUSED = (
    "ERROR db3.example.com:3306 1 error, 0 warnings db3.example.com:3306 refused this audit with error 1040"
    " (Too many connections)"
)


def page(one: Report, *, ascii_only: bool = False) -> str:
    return render(one, "html", width=None, color=True, ascii_only=ascii_only)


@pytest.mark.parametrize("name", ALL)
def test_samples_are_strict_html_of_our_own_elements(name: str) -> None:
    text = page(ALL[name]())
    assert strangers(read(text)) == []
    assert text == page(ALL[name]())


@pytest.mark.parametrize("ascii_only", [False, True])
@a_few
@given(reports_with_past())
def test_nothing_from_outside_is_interpreted(ascii_only: bool, one: Report) -> None:
    text = page(one, ascii_only=ascii_only)
    assert is_clean(text)
    assert text.isascii() or not ascii_only
    tree = read(text)
    assert strangers(tree) == []
    said = [words_of(element) for element in by_class(tree, "said")]
    assert len(said) == len(one.findings)
    for shown, found in zip(said, one.findings, strict=True):
        assert shown.endswith(" ".join(cut(safe(found.message)).split()))


def test_the_verdict_comes_first() -> None:
    tree = read(page(week()))
    verdict = by_class(tree, "verdict")[0]
    assert words_of(verdict).startswith("ERROR app@10.0.3.7 (flask-todo, pid 4211) holds 5 of its 5 connections")
    assert "do close the session before waiting" in words_of(verdict)
    body = tree.find("body/main")
    assert body is not None
    assert list(body)[1] is verdict


def test_every_part_of_the_report_is_on_the_page() -> None:
    one = week()
    text = words_of(read(page(one)))
    for words in (
        "MySQL 5.6.24, up 12 d",
        "7 of 151 in use (4.6 %), peak 9",
        "222 connections refused",
        "5 held, the oldest for 10 h 34 min",
        "since the audit of 2026-11-20 06:00 UTC: 1 new, 3 ongoing, 2 resolved",
        "PA701 recycle-exceeds-timeout since 16 Nov, 6 audits",
        "PA104 connections-refused stood from 19 Nov, 2 audits",
        "lock waits could not be read: SELECT was denied (1142)",
        "3 errors, 0 warnings, 1 info; 30 rules ran, 1 unanswered; 0 ignored",
    ):
        assert words in text
    assert all(found.message in text and found.fix in text for found in one.findings)


def test_what_a_client_does_is_a_bar_of_shares() -> None:
    tree = read(page(week()))
    first_client, second = by_class(tree, "client")
    assert [(bar.attrib["class"], bar.attrib["style"]) for bar in first_client.iter("i")] == [("held", "width:100.00%")]
    assert [(bar.attrib["class"], bar.attrib["style"]) for bar in second.iter("i")] == [("running", "width:20.00%")]
    legend = [words_of(part) for part in by_class(tree, "legend")[-1]]
    assert legend == ["running", "idle in pool", "held", "unknown"]


def test_only_what_is_new_is_lit() -> None:
    chips = [(words_of(chip), "lit" in chip.attrib["class"]) for chip in by_class(read(page(week())), "chip")]
    assert ("new", True) in chips
    assert ("since 16 Nov, 6 audits", False) in chips
    assert ("1 new", True) in chips
    assert ("2 resolved", True) in chips


def test_the_first_audit_has_nothing_to_compare_with() -> None:
    text = words_of(read(page(first())))
    assert "this is the first audit that is kept" in text
    assert "since" not in text.split("Findings")[1].split("Pools")[0]


def test_several_servers_are_summed_up_first_and_have_a_section_each() -> None:
    tree = read(page(several()))
    (servers,) = by_class(tree, "servers")
    assert [words_of(item).partition(";")[0] for item in servers.iter("li")] == [
        "ERROR db1:3306 3 errors, 0 warnings",
        REFUSED,
        "PARTIAL db2:3306 0 errors, 0 warnings",
    ]
    links = [link.attrib["href"].removeprefix("#") for link in servers.iter("a")]
    assert sorted(links) == sorted(head.attrib["id"] for head in tree.iter("h2") if "id" in head.attrib)
    sections = words_of(tree).rpartition("db3.example.com:3306 refused with 1040")[2]
    assert "PA101 server-full" in sections
    assert "PA201 idle-in-transaction" not in sections
    assert "Besides Findings info PA602" in sections


def test_a_server_on_its_own_needs_no_summary() -> None:
    tree = read(page(quiet()))
    assert by_class(tree, "servers") == []
    assert words_of(by_class(tree, "verdict")[0]) == "OK Nothing wrong found"


def test_a_name_of_10_kilobytes_is_cut_and_says_so() -> None:
    name = LONG_NAME * 60
    found = finding("PA201", "idle-in-transaction", Severity.ERROR, f"{name} has a session", about=name)
    text = page(report(facts_of(server(processlist=[{"id": 1, "user": name}])), (found,)))
    assert "characters left out)" in text
    assert len(text) < 60_000
