"""What is different from the audit before, in words: new, since when, and what is gone."""

from datetime import UTC, datetime

from poolaudit.facts.words import count
from poolaudit.render.shape import ChangesPart, ResolvedRow
from poolaudit.render.text import safe
from poolaudit.report import Finding, Report, Resolved, Standing

NEW = "new"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def changes_of(report: Report) -> ChangesPart | None:
    """Compare with the audit before; None where there is no history."""
    changes = report.changes
    if changes is None:
        return None
    if changes.before is None:
        return ChangesPart("this is the first audit that is kept: there is nothing yet to compare with", 0, 0, ())
    new = sum(is_new(report, finding) for finding in report.findings)
    ongoing, gone = len(report.findings) - new, changes.resolved
    before = f"{changes.before.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    words = f"since the audit of {before}: {new:,} new, {ongoing:,} ongoing, {len(gone):,} resolved"
    return ChangesPart(words, new, ongoing, tuple(_resolved(report, one) for one in resolved_of(report)))


def resolved_of(report: Report) -> tuple[Resolved, ...]:
    """Give the findings that are gone, the worst first."""
    gone = report.changes.resolved if report.changes is not None else ()
    return tuple(sorted(gone, key=lambda one: (-one.severity, one.code)))


def is_new(report: Report, finding: Finding) -> bool:
    """Whether the audit before did not have it; nothing is new where there is none to compare with."""
    changes = report.changes
    return changes is not None and changes.before is not None and finding.fingerprint in changes.new


def standing_words(report: Report, finding: Finding) -> str:
    """Say since when a finding stands: `new`, `since 20 Nov, 6 audits`; "" where that is not known."""
    if report.changes is None or report.changes.before is None:
        return ""
    if is_new(report, finding):
        return NEW
    standing = report.changes.standing.get(finding.fingerprint)
    return f"since {_stood(standing, report.facts.taken_at)}" if standing is not None else ""


def day(moment: datetime, now: datetime) -> str:
    """Say a moment as shortly as it can be told from now: `06:00 UTC`, `20 Nov`, `20 Nov 2025`."""
    moment, now = moment.astimezone(UTC), now.astimezone(UTC)
    if moment.date() == now.date():
        return f"{moment:%H:%M} UTC"
    date = f"{moment.day} {_MONTHS[moment.month - 1]}"
    return date if moment.year == now.year else f"{date} {moment.year}"


def _stood(standing: Standing, now: datetime) -> str:
    return f"{day(standing.since, now)}, {count(standing.audits, 'audit')}"


def _resolved(report: Report, one: Resolved) -> ResolvedRow:
    several = len(report.facts.servers) + len(report.facts.unreached) > 1 and one.subject not in one.message
    return ResolvedRow(
        one.severity,
        one.code,
        one.rule,
        safe(one.subject) if several else "",
        safe(one.message),
        f"stood from {_stood(one.standing, report.facts.taken_at)}",
    )
