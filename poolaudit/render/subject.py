"""The subject of a mail: whom it is about and what became of it, in one line that can be no more than that."""

from poolaudit.facts.words import count
from poolaudit.render.changes import changes_of, is_new
from poolaudit.render.gaps import gaps_of
from poolaudit.render.text import safe
from poolaudit.render.verdict import OK, shortened, verdict_of
from poolaudit.report import Report, Severity

_COUNTED = (Severity.ERROR, Severity.WARNING)


def subject_of(name: str, report: Report) -> str:
    """Give a subject such as `[poolaudit] db1: 2 errors (1 new), 1 resolved`: one line without control characters."""
    words = [part for severity in _COUNTED if (part := _found(report, severity))]
    changes = changes_of(report)
    if changes is not None and changes.resolved:
        words.append(f"{len(changes.resolved):,} resolved")
    if not words or (len(words) == 1 and words[0].endswith("resolved")):
        words.insert(0, _quiet(report))
    return safe(f"[poolaudit] {shortened(name)}: {', '.join(words)}")


def _found(report: Report, severity: Severity) -> str:
    found = [finding for finding in report.findings if finding.severity is severity]
    new = sum(is_new(report, finding) for finding in found)
    return f"{count(len(found), severity.word)}{f' ({new:,} new)' if new else ''}" if found else ""


def _quiet(report: Report) -> str:
    """Say what there is to say without an error or a warning; what could not be looked at is never called right."""
    verdict = verdict_of(report, gaps_of(report))
    return "nothing wrong" if verdict.word == OK else "could not look at everything"
