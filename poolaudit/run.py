"""A run over several servers: a report for each, put together into one where one document is wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from poolaudit.audit import audit_ignores, in_order
from poolaudit.policy import AnyRule, Policy
from poolaudit.report import Changes, Facts, Finding, Ignored, Report, Standing

T = TypeVar("T")


def together(reports: Sequence[Report]) -> Report:
    """Put reports together: all that they say, worst first, what several say alike said once.

    An application that leads to several servers is judged with each of them, and much of that is alike. What differs
    from one server to another stays. ValueError where there is no report.
    """
    if len(reports) == 1:
        return reports[0]
    findings = _each_once((one for report in reports for one in report.findings), _key_of_finding)
    ignored = _each_once((one for report in reports for one in report.ignored), _key_of_ignored)
    unanswered = {gap for report in reports for gap in report.unanswered}
    judged = tuple(sorted({one for report in reports for one in report.judged}))
    return in_order(
        Report(
            facts=_facts([report.facts for report in reports]),
            findings=tuple(findings),
            unanswered=tuple(unanswered),
            ignored=tuple(ignored),
            rules_run=len({one.code for one in judged}),
            judged=judged,
            selected=frozenset(code for report in reports for code in report.selected),
            changes=_changes([report.changes for report in reports if report.changes is not None]),
        )
    )


def judge_ignores(reports: Sequence[Report], rules: Iterable[AnyRule], policy: Policy) -> Report:
    """Judge the ignores that are for any server, by what they met on all of them.

    One that met nothing may be needed all the same where a rule could not look, or a server was out of reach.
    """
    return audit_ignores(together(reports), rules, policy)


def _facts(facts: Sequence[Facts]) -> Facts:
    return Facts(
        taken_at=min(one.taken_at for one in facts),
        servers=tuple(server for one in facts for server in one.servers),
        pools=_distinct(pool for one in facts for pool in one.pools),
        fits=tuple(fit for one in facts for fit in one.fits),
        deployments=_distinct(deployment for one in facts for deployment in one.deployments),
        applications=_distinct(application for one in facts for application in one.applications),
        unread=_distinct(unread for one in facts for unread in one.unread),
        together=_distinct(sentence for one in facts for sentence in one.together),
        excerpts=_merged(one.excerpts for one in facts),
        usage=_merged(one.usage for one in facts),
        unreached=tuple(unreached for one in facts for unreached in one.unreached),
    )


def _changes(changes: Sequence[Changes]) -> Changes | None:
    """Put together what changed; of a finding that several servers share, the longest time that it stands."""
    if not changes:
        return None
    standing: dict[str, Standing] = {}
    for fingerprint, one in ((key, one) for each in changes for key, one in each.standing.items()):
        standing[fingerprint] = min(standing.get(fingerprint, one), one, key=lambda stood: stood.since)
    return Changes(
        before=min((one.before for one in changes if one.before is not None), default=None),
        standing=standing,
        new=frozenset(fingerprint for one in changes for fingerprint in one.new),
        resolved=tuple(resolved for one in changes for resolved in one.resolved),
    )


def _merged(mappings: Iterable[Mapping[Any, T]]) -> dict[Any, T]:
    return {key: value for mapping in mappings for key, value in mapping.items()}


def _distinct(members: Iterable[T]) -> tuple[T, ...]:
    """Give each once, in order; pools cannot be hashed."""
    found: list[T] = []
    for member in members:
        if member not in found:
            found.append(member)
    return tuple(found)


def _key_of_finding(finding: Finding) -> tuple[object, ...]:
    return (finding.fingerprint, finding.severity, finding.about, finding.message, finding.fix, finding.at)


def _key_of_ignored(one: Ignored) -> tuple[object, ...]:
    return (*_key_of_finding(one.finding), one.ignore)


def _each_once(members: Iterable[T], key: Any) -> Iterator[T]:  # noqa: ANN401 - a key of T
    seen: set[object] = set()
    for member in members:
        if (name := key(member)) not in seen:
            seen.add(name)
            yield member
