"""What changed from one audit of a server to the next, by fingerprints; pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from poolaudit.history.past import KeptFinding, Past, State
from poolaudit.report import Changes, Finding, Report, Resolved, Standing

F = TypeVar("F", Finding, KeptFinding)

OPEN = frozenset({State.FOUND, State.CARRIED})


def changes_between(past: Past, report: Report) -> Changes:
    """Compare a report with what was kept of the same server.

    A finding is new where the past did not have it, had it accepted by an ignore, or had it milder; one that got worse
    keeps the moment since when it stands. One that is gone is resolved only if its rule looked and could answer: what
    nobody could look at stays open, and is neither new nor resolved when it is seen again.
    """
    before = worst_by_fingerprint(one for one in past.findings if one.state in OPEN)
    now = worst_by_fingerprint(report.findings)
    accepted = {one.finding.fingerprint for one in report.ignored}
    gone = (one for one in before.values() if one.fingerprint not in now.keys() | accepted)
    return Changes(
        before=past.taken_at,
        standing={each: _standing(before.get(each), report.facts.taken_at) for each in now},
        new=frozenset(each for each, one in now.items() if each not in before or one.severity > before[each].severity),
        resolved=tuple(_resolved(one) for one in sorted(gone, key=_order) if _is_resolved(one, report)),
    )


def kept_findings(past: Iterable[KeptFinding], report: Report) -> tuple[KeptFinding, ...]:
    """Give what is to be kept of a report's findings, those of the past among them that nobody could look at."""
    before = worst_by_fingerprint(one for one in past if one.state in OPEN)
    taken_at = report.facts.taken_at
    found = [(finding, State.FOUND) for finding in report.findings]
    ignored = [(one.finding, State.IGNORED) for one in report.ignored]
    kept = [_kept(one, state, _standing(before.get(one.fingerprint), taken_at)) for one, state in found + ignored]
    seen = {one.fingerprint for one in kept}
    carried = (one for one in before.values() if one.fingerprint not in seen and not _is_resolved(one, report))
    return (*kept, *(one._replace(state=State.CARRIED) for one in carried))


def worst_by_fingerprint(findings: Iterable[F]) -> dict[str, F]:
    """Give one finding for each fingerprint, the worst: two processes of one program are told apart by nothing else."""
    found: dict[str, F] = {}
    for one in findings:
        other = found.get(one.fingerprint)
        if other is None or one.severity > other.severity:
            found[one.fingerprint] = one
    return found


def _standing(before: KeptFinding | None, taken_at: datetime) -> Standing:
    return Standing(taken_at, 1) if before is None else Standing(before.since, before.audits + 1)


def _kept(finding: Finding, state: State, standing: Standing) -> KeptFinding:
    return KeptFinding(
        code=finding.code,
        rule=finding.rule,
        severity=finding.severity,
        subject=finding.subject,
        about=finding.about,
        message=finding.message,
        fingerprint=finding.fingerprint,
        state=state,
        since=standing.since,
        audits=standing.audits,
    )


def _resolved(one: KeptFinding) -> Resolved:
    standing = Standing(one.since, one.audits)
    return Resolved(one.code, one.rule, one.severity, one.subject, one.message, one.fingerprint, standing)


def _order(one: KeptFinding) -> tuple[int, str, str, str]:
    return (-one.severity, one.code, one.subject, one.about)


def _is_resolved(one: KeptFinding, report: Report) -> bool:
    """Whether a finding that is not there any more is so because it was looked for.

    Where its subject is no longer there at all (a pool that was taken out, a file that can be read now), its rule has
    judged it neither way; then everything else must have been read, or the subject may only be out of sight.
    """
    known_as = (one.code, one.subject)
    if any((gap.code, gap.subject) == known_as for gap in report.unanswered):
        return False
    if any((judged.code, judged.subject) == known_as for judged in report.judged):
        return True
    facts = report.facts
    was_read = bool(facts.servers) and all(server.was_read for server in facts.servers)
    return one.code in report.selected and was_read and not facts.unread
