"""GitHub's workflow commands: each finding an annotation, on its line of a file where it has one.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. A runner takes a line for a command that
begins with `::`, and in an older form one that holds `##[` anywhere. So every line that holds a word of a server or
a file is a command of ours, whose escaped text a runner reads no further; the last line is all numbers of our own.
GitHub shows ten annotations of a kind a step: the worst findings come first.
"""

from collections.abc import Iterator

from poolaudit.facts.setting import Place
from poolaudit.facts.words import count
from poolaudit.render.location import file_of
from poolaudit.render.shape import FindingRow, Gap
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.text import safe
from poolaudit.render.view import view_of
from poolaudit.report import Finding, Report, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def text_of(report: Report, *, ascii_only: bool, **_of_other_formats: object) -> str:
    """Give the report as workflow commands and a last line of sums.

    A finding of severity info is a notice, and so is each cause for which rules could not look.
    """
    view = view_of(report)
    lines = [_annotation(*pair) for pair in zip(report.findings, view.findings, strict=True)]
    lines += [_gap(gap) for gap in view.gaps]
    text = "\n".join([*lines, view.sums]) + "\n"
    return to_ascii(text) if ascii_only else text


def _annotation(finding: Finding, row: FindingRow) -> str:
    properties = {"title": f"{row.code} {row.rule}"}
    file = file_of(finding.at)
    if finding.at is not None and file is not None:
        properties = {"file": safe(file)} | _position(finding.at) | properties
    return _command(_COMMANDS[row.severity], properties, "\n".join(_words(row, has_file=file is not None)))


def _position(place: Place) -> dict[str, str]:
    """Give line and columns; GitHub's last column is the value's own, ours the one after it."""
    if place.line is None:
        return {}
    line = {"line": str(place.line)}
    if place.column is None or place.end_column is None:
        return line
    return line | {"col": str(place.column), "endColumn": str(place.end_column - 1)}


def _words(row: FindingRow, *, has_file: bool) -> Iterator[str]:
    yield f"{row.subject}: {row.message}" if row.subject else row.message
    said = (("why", row.why), ("do", row.fix), ("at", "" if has_file else row.place))
    yield from (f"{label}: {text}" for label, text in said if text)


def _gap(gap: Gap) -> str:
    about = f"{gap.subjects}: " if gap.subjects else ""
    words = f"{about}{gap.sentence}" + (f"\ndo: {gap.remedy}" if gap.remedy else "") + f"\nrules: {gap.rules}"
    return _command("notice", {"title": f"unanswered: {count(gap.rule_count, 'rule')}"}, words)


def _command(name: str, properties: dict[str, str], words: str) -> str:
    """Write a command, escaped as GitHub's own toolkit does it."""
    written = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {written}::{words.translate(_DATA)}"
