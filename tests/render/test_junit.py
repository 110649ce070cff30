"""JUnit's XML, read back by real parsers: suites are subjects, cases are rules, and every text comes back as shown."""

from datetime import date
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from junitparser import Failure, JUnitXml, Skipped

from poolaudit.facts.missing import Missing
from poolaudit.facts.setting import Place
from poolaudit.render import render
from poolaudit.render.text import safe
from poolaudit.report import Finding, Ignore, Ignored, Judged, Report, Severity, Unanswered
from tests.render.names import a_few, is_clean, reports
from tests.render.samples import SAMPLES, facts_of, finding, incident_0a, report, server

# What Jenkins's schema (junit-10.xsd of its xUnit plugin) admits of what a case can hold, less what is never written.
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "timestamp", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "skipped": {"message"},
    "system-out": set[str](),
}
CHILDREN = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}, "testcase": {"failure", "skipped", "system-out"}}


def shown(one: Report, *, ascii_only: bool = False) -> str:
    return render(one, "junit", width=None, color=True, ascii_only=ascii_only)


def read(one: Report, *, ascii_only: bool = False) -> Element:
    root = fromstring(shown(one, ascii_only=ascii_only).encode("utf-8"))  # noqa: S314 - our own text
    for element in root.iter():
        assert set(element.attrib) == ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
    return root


def cases(root: Element) -> dict[str, Element]:
    return {str(case.get("name")): case for case in root.iter("testcase")}


def of(*findings: Finding, gaps: tuple[Unanswered, ...] = (), ignored: tuple[Ignored, ...] = ()) -> Element:
    (case,) = read(report(facts_of(server()), findings, gaps, ignored)).iter("testcase")
    return case


def found(severity: Severity = Severity.WARNING, message: str = "m") -> Finding:
    return finding("PA203", "checked-out-idle", severity, message, why="w", fix="f", at=Place("app.yaml", 3))


def gap(because: str = "denied", remedy: str = "GRANT it") -> Unanswered:
    return Unanswered("PA203", "checked-out-idle", "db1:3306", Missing("statements", because, remedy))


@a_few
@given(reports())
def test_every_text_comes_back_as_it_is_shown(one: Report) -> None:
    root = read(one)
    assert is_clean(shown(one))
    for finding_ in one.findings:
        case = next(
            case
            for suite in root.iter("testsuite")
            if suite.get("name") == safe(finding_.subject)
            for case in suite.iter("testcase")
            if case.get("name") == "PA201 idle-in-transaction"
        )
        said = "".join(case.itertext())
        assert f"{finding_.severity.word}: {safe(finding_.message)}" in said
        assert safe(finding_.why) in said
        assert safe(finding_.fix) in said
    assert safe(one.unanswered[0].subject) in {suite.get("name") for suite in root}


@a_few
@given(reports())
def test_in_ascii_it_says_the_same(one: Report) -> None:
    assert shown(one, ascii_only=True).isascii()
    plain, ascii_only = read(one), read(one, ascii_only=True)
    assert [(node.tag, node.attrib, node.text) for node in plain.iter()] == [
        (node.tag, node.attrib, node.text) for node in ascii_only.iter()
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sums_are_those_of_the_cases(name: str) -> None:
    root = read(SAMPLES[name]())
    for parent in (root, *root):
        inside = list(parent.iter("testcase"))
        assert parent.get("tests") == str(len(inside))
        assert parent.get("failures") == str(sum(case.find("failure") is not None for case in inside))
        assert parent.get("errors") == "0"
    for suite in root:
        assert suite.get("skipped") == str(sum(case.find("skipped") is not None for case in suite))


def test_as_a_library_for_junit_reads_it() -> None:
    suites = list(JUnitXml.fromstring(shown(incident_0a()).encode()))
    assert [suite.name for suite in suites] == ["db1:3306", "app.yaml:database"]
    first, unanswered, *_ = suites[0]
    assert (first.classname, first.name) == ("poolaudit.db1:3306", "PA201 idle-in-transaction")
    assert isinstance(first.result[0], Failure)
    assert isinstance(unanswered.result[0], Skipped)
    (to_know,) = suites[1]
    assert to_know.is_passed


def test_a_rule_that_found_nothing_passes() -> None:
    one = report(facts_of(server()))
    judged = (Judged("PA102", "connections-near-limit", "db1:3306"), Judged("PA602", "pre-ping-off", "a.yaml"))
    root = read(Report(one.facts, (), (), (), 2, judged))
    assert [(suite.get("name"), [case.get("name") for case in suite]) for suite in root] == [
        ("db1:3306", ["PA102 connections-near-limit"]),
        ("a.yaml", ["PA602 pre-ping-off"]),
    ]
    assert all(len(case) == 0 for case in root.iter("testcase"))


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_errors_and_warnings_fail(severity: Severity) -> None:
    (failure,) = of(found(severity))
    assert (failure.tag, failure.attrib) == ("failure", {"message": "m", "type": severity.word})
    assert failure.text == f"{severity.word}: m\nwhy: w\ndo: f\nat: app.yaml:3"


def test_what_is_only_to_be_known_passes_and_is_printed() -> None:
    (printed,) = of(found(Severity.INFO))
    assert (printed.tag, printed.text) == ("system-out", "info: m\nwhy: w\ndo: f\nat: app.yaml:3")


def test_several_findings_of_a_rule_are_one_case() -> None:
    failure, printed = of(found(Severity.ERROR, "a"), found(message="b"), found(Severity.INFO, "c"), gaps=(gap(),))
    assert failure.attrib == {"message": "a (and 1 more)", "type": "error"}
    assert str(failure.text).count("\n\nwarning: b\n") == 1
    assert str(printed.text).startswith("info: c\n")
    assert str(printed.text).endswith("\n\nunanswered: statements could not be read: denied; GRANT it")


def test_what_could_not_be_judged_is_skipped() -> None:
    (skipped,) = of(gaps=(gap(),))
    assert skipped.tag == "skipped"
    assert skipped.get("message") == "unanswered: statements could not be read: denied; GRANT it"
    skipped, printed = of(gaps=(gap(), gap("gone", "")))
    assert printed.text == "unanswered: statements could not be read: gone"


def test_what_is_ignored_is_skipped_and_never_a_failure() -> None:
    (skipped,) = of(ignored=(Ignored(found(), Ignore("PA203", "nightly", until=date(2026, 12, 31))),))
    assert (skipped.tag, skipped.get("message")) == ("skipped", "ignored: nightly, until 2026-12-31: m")
    (printed,) = of(found(Severity.INFO), ignored=(Ignored(found(), Ignore("PA203", "nightly")),))
    assert str(printed.text).endswith("\n\nignored: nightly: m")
    failure, printed = of(found(), ignored=(Ignored(found(), Ignore("PA203", "nightly")),))
    assert (failure.tag, printed.text) == ("failure", "ignored: nightly: m")


def test_cases_are_told_apart_by_class_and_name() -> None:
    everywhere = tuple(finding("PA602", "pre-ping-off", Severity.WARNING, "m", subject=one) for one in ("b", "a"))
    root = read(report(facts_of(server()), everywhere))
    assert [(case.get("classname"), case.get("name")) for case in root.iter("testcase")] == [
        ("poolaudit.a", "PA602 pre-ping-off"),
        ("poolaudit.b", "PA602 pre-ping-off"),
    ]


def test_a_report_of_nothing_is_a_document() -> None:
    root = read(report(facts_of(server())))
    assert (root.get("tests"), len(root)) == ("0", 0)
