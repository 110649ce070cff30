"""The report as SARIF 2.1.0, for code scanning: each finding on its line, each rule with its page.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html. A finding that no
file has to do with is at a logical location alone, for a server is no artifact that could be opened. GitHub's code
scanning takes no such result, and refuses the whole upload for one of them.

Texts are safe to print, braces are doubled (3.11.5, else `{0}` would be a placeholder), and `](` is taken apart
(3.11.6, else a name could be a link).
"""

import json
from collections.abc import Iterable
from datetime import UTC
from inspect import cleandoc
from typing import Any
from urllib.parse import quote

from poolaudit import __version__
from poolaudit.facts.setting import Place
from poolaudit.render.location import file_of
from poolaudit.render.rule_page import rule_page
from poolaudit.render.text import safe
from poolaudit.report import Facts, Finding, Ignored, Report, Severity, Unanswered
from poolaudit.rule import Rule

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
ROOT = "%SRCROOT%"
_FINGERPRINT = "poolaudit/v1"
_WHY = "## Why it matters"

AnyRule = Rule[Any, Any]
Item = dict[str, Any]


def text_of(report: Report, *, rules: Iterable[AnyRule] = (), **_of_other_formats: object) -> str:
    """Give the report as a SARIF document, ASCII alone; `rules` are listed whether or not they found something."""
    return json.dumps(document_of(report, rules), indent=1) + "\n"


def document_of(report: Report, rules: Iterable[AnyRule]) -> Item:
    """Give the report as what json.dumps takes. A rule that is named but not among `rules` is listed by name alone."""
    descriptors = {rule.code: _rule(rule) for rule in rules}
    descriptors = {code: {"id": code, "name": name} for code, name in _named(report)} | descriptors
    listed = [descriptors[code] for code in sorted(descriptors)]
    indexes = {descriptor["id"]: index for index, descriptor in enumerate(listed)}
    return {"version": VERSION, "$schema": SCHEMA, "runs": [_run(report, listed, indexes)]}


def _run(report: Report, rules: list[Item], indexes: dict[str, int]) -> Item:
    results = [_result(finding, indexes) for finding in report.findings]
    results += [_suppressed(one, indexes) for one in report.ignored]
    notifications = [_notification(one, indexes) for one in report.unanswered]
    return {
        "tool": {"driver": {"name": "poolaudit", "semanticVersion": __version__, "rules": rules}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that poolaudit was run in."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"taken_at": f"{report.facts.taken_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        | _servers(report.facts),
    }


def _servers(facts: Facts) -> Item:
    """Say where the servers are that results call by a name."""
    titles = [one.title for one in facts.servers if one.name] + [one.title for one in facts.unreached if one.name]
    return {"servers": [safe(title) for title in titles]} if titles else {}


def _rule(rule: AnyRule) -> Item:
    page = rule_page(rule)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": _why(rule) or rule.title},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _why(rule: AnyRule) -> str:
    """Give the first paragraph of the page's reasons, "" where it gives none."""
    _, _, reasons = cleandoc(rule.page).partition(_WHY)
    return " ".join(reasons.strip().partition("\n\n")[0].split())


def _named(report: Report) -> set[tuple[str, str]]:
    findings = (*report.findings, *(one.finding for one in report.ignored))
    return {(one.code, one.rule) for one in findings} | {(one.code, one.rule) for one in report.unanswered}


def _result(finding: Finding, indexes: dict[str, int]) -> Item:
    said = (("", finding.message or finding.rule), ("why: ", finding.why), ("do: ", finding.fix))
    return {
        "ruleId": finding.code,
        "ruleIndex": indexes[finding.code],
        "level": LEVELS[finding.severity],
        "message": _message("\n".join(label + safe(text) for label, text in said if text)),
        "locations": [_location(finding)],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
    }


def _message(text: str) -> Item:
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _location(finding: Finding) -> Item:
    name = finding.about or finding.subject
    return _physical(finding.at) | _logical(name, finding.subject)


def _physical(place: Place | None) -> Item:
    file = file_of(place)
    if place is None or file is None:
        return {}
    base = {} if file.startswith("/") else {"uriBaseId": ROOT}
    region = {} if place.line is None else {"region": _region(place)}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(file)} | base} | region}


def _region(place: Place) -> Item:
    line = {"startLine": place.line}
    if place.column is None or place.end_column is None:
        return line
    return line | {"startColumn": place.column, "endColumn": place.end_column}


def _uri(file: str) -> str:
    """Write a path as a URI, byte for byte: a name that is no UTF-8 has its bytes as lone surrogates."""
    try:
        path = quote(file, errors="surrogateescape")
    except UnicodeEncodeError:
        path = quote(file, errors="surrogatepass")
    return f"file://{path}" if path.startswith("/") else path


def _logical(name: str, subject: str) -> Item:
    full = name if name == subject else f"{subject}/{name}"
    return {"logicalLocations": [{"name": safe(name), "fullyQualifiedName": safe(full), "kind": "resource"}]}


def _suppressed(one: Ignored, indexes: dict[str, int]) -> Item:
    until = one.ignore.until
    kind = "external" if one.ignore.covers is None else "inSource"
    suppression: Item = {"kind": kind, "status": "accepted", "justification": safe(one.ignore.reason)}
    if until is not None:
        suppression["properties"] = {"until": until.isoformat()}
    return _result(one.finding, indexes) | {"suppressions": [suppression]}


def _notification(one: Unanswered, indexes: dict[str, int]) -> Item:
    remedy = f"\ndo: {safe(one.missing.remedy)}" if one.missing.remedy else ""
    sentence = safe(f"{one.missing.part} could not be read: {one.missing.because}")
    return {
        "level": "warning",
        "message": _message(f"{one.code} {one.rule} could not look: {sentence}{remedy}"),
        "associatedRule": {"id": one.code, "index": indexes[one.code]},
        "locations": [_logical(one.subject, one.subject)],
    }
