"""JUnit's XML, as Jenkins and GitLab show it: a suite for each subject, a test case for each rule that judged it.

A rule that found nothing is a case that passes, so that they can tell what is new from what was mended. A case fails
for an error or a warning, whatever --fail-on says: `type` is its severity. What is only to be known is printed by a
case that passes. JUnit's word for what was not tested is skipped: so are a rule that could not look, and one of which
every finding is ignored, each with its reason.

GitLab tells cases apart by class and name, Jenkins shows a class below its package: hence `poolaudit.SUBJECT`. Only
what Jenkins's schema of JUnit's XML admits is written; there is none by JUnit itself.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from poolaudit.render.text import safe
from poolaudit.report import Finding, Ignored, Judged, Report, Severity, Unanswered

_NO_TIME = "0"


class _Case(NamedTuple):
    """A rule's answers about one subject."""

    failures: list[Finding]
    infos: list[Finding]
    gaps: list[Unanswered]
    ignored: list[Ignored]


def text_of(report: Report, *, ascii_only: bool, **_of_other_formats: object) -> str:
    """Give the report as an XML document. Outside ASCII it is UTF-8, or character references where `ascii_only`."""
    root = Element("testsuites", name="poolaudit")
    titles = _titles(report)
    for subject, cases in groupby(_cases(report).items(), key=lambda item: item[0].subject):
        _suite(root, titles.get(subject, subject), cases, report)
    _count(root, root.iter("testcase"))
    indent(root)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii") if ascii_only else text


def _cases(report: Report) -> dict[Judged, _Case]:
    """Group the answers by rule and subject: servers first, as the report has them, then the others by name."""
    found: dict[Judged, _Case] = {}
    servers = _titles(report)
    for key in sorted(_keys(report), key=lambda key: (key.subject not in servers, key.subject, key.code)):
        found[key] = _Case([], [], [], [])
    for finding in report.findings:
        case = found[Judged(finding.code, finding.rule, finding.subject)]
        (case.infos if finding.severity is Severity.INFO else case.failures).append(finding)
    for gap in report.unanswered:
        found[Judged(gap.code, gap.rule, gap.subject)].gaps.append(gap)
    for one in report.ignored:
        found[Judged(one.finding.code, one.finding.rule, one.finding.subject)].ignored.append(one)
    return found


def _titles(report: Report) -> dict[str, str]:
    """Give what servers are called with their addresses, by what findings call them."""
    titles = {server.label: server.title for server in report.facts.servers}
    return titles | {unreached.label: unreached.title for unreached in report.facts.unreached}


def _keys(report: Report) -> set[Judged]:
    findings = (*report.findings, *(one.finding for one in report.ignored))
    keys = {*report.judged, *(Judged(finding.code, finding.rule, finding.subject) for finding in findings)}
    return keys | {Judged(gap.code, gap.rule, gap.subject) for gap in report.unanswered}


def _suite(root: Element, title: str, cases: Iterable[tuple[Judged, _Case]], report: Report) -> None:
    moment = f"{report.facts.taken_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    suite = SubElement(root, "testsuite", name=safe(title), timestamp=moment)
    for key, case in cases:
        name = f"{key.code} {key.rule}"
        _fill(SubElement(suite, "testcase", classname=f"poolaudit.{safe(key.subject)}", name=name, time=_NO_TIME), case)
    _count(suite, suite.iter("testcase"))


def _count(parent: Element, cases: Iterable[Element]) -> None:
    cases = list(cases)
    parent.set("tests", str(len(cases)))
    parent.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    parent.set("errors", "0")
    parent.set("time", _NO_TIME)
    if parent.tag == "testsuite":
        parent.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))


def _fill(element: Element, case: _Case) -> None:
    """Say how a case ended, the worst of it: it fails, or was skipped, or passes; the rest is its output."""
    rest = [f"unanswered: {_gap(gap)}" for gap in case.gaps] + [f"ignored: {_ignored(one)}" for one in case.ignored]
    if case.failures:
        _failure(element, case.failures)
    elif case.gaps or (case.ignored and not case.infos):
        SubElement(element, "skipped", message=rest.pop(0))
    printed = ["\n".join(_lines(finding)) for finding in case.infos] + rest
    if printed:
        SubElement(element, "system-out").text = "\n\n".join(printed)


def _failure(element: Element, findings: list[Finding]) -> None:
    worst = findings[0]
    more = f" (and {len(findings) - 1:,} more)" if len(findings) > 1 else ""
    failure = SubElement(element, "failure", message=safe(worst.message) + more, type=worst.severity.word)
    failure.text = "\n\n".join("\n".join(_lines(finding)) for finding in findings)


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity.word}: {safe(finding.message)}"
    at = str(finding.at) if finding.at is not None else ""
    said = (("why", finding.why), ("do", finding.fix), ("at", at))
    yield from (f"{label}: {safe(text)}" for label, text in said if text)


def _gap(gap: Unanswered) -> str:
    remedy = f"; {gap.missing.remedy}" if gap.missing.remedy else ""
    return safe(f"{gap.missing.part} could not be read: {gap.missing.because}{remedy}")


def _ignored(one: Ignored) -> str:
    until = f", until {one.ignore.until.isoformat()}" if one.ignore.until is not None else ""
    return safe(f"{one.ignore.reason}{until}: {one.finding.message}")
