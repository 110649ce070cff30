"""The audit: facts, rules and a policy in, a report out; the same facts give the same report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.unreached import Unreached
from poolaudit.policy import AnyRule, Policy
from poolaudit.report import Facts, Finding, Found, Ignore, Ignored, Judged, Report, Unanswered
from poolaudit.rule import judge_each

if TYPE_CHECKING:
    # Types alone: a scan of a server without applications has no pools, and imports nothing of them.
    from poolaudit.facts.fit import Fit
    from poolaudit.facts.pool import Pool


class _Answer(NamedTuple):
    """What one rule said of one subject."""

    rule: AnyRule
    subject: str
    findings: tuple[Finding, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()


def audit(facts: Facts, rules: Iterable[AnyRule], policy: Policy) -> Report:
    """Let every selected rule judge its subjects; what could not be judged is in the report as Unanswered."""
    rules = tuple(rules)
    selected = tuple(rule for rule in rules if policy.selects(rule))
    alone = [answer for rule in selected for answer in _judge(rule, facts, policy)]
    beside = [answer for rule in _context_of(selected, rules) for answer in _judge(rule, facts, policy)]
    near: dict[str, list[_Answer]] = {}
    for answer in (*alone, *beside):
        near.setdefault(answer.subject, []).append(answer)
    answers = [_in_context(answer, near[answer.subject]) for answer in alone]
    kept, ignored = _apply_ignores(answers, policy, facts)
    judged = {name for answer in answers for name in (answer.rule.code, answer.rule.name)}
    gaps = _by_rule(gap for answer in answers for gap in answer.unanswered)
    used = tuple(_used(policy, judged, ignored, facts))
    of_ignores = [answer for rule in selected for answer in _judge_ignores(rule, used, gaps, policy)]
    kept_of_ignores, ignored_of_ignores = _apply_ignores(of_ignores, policy, facts)
    report = _report(facts, [*answers, *of_ignores], kept + kept_of_ignores, ignored + ignored_of_ignores)
    return report._replace(selected=frozenset(rule.code for rule in selected))


def audit_ignores(report: Report, rules: Iterable[AnyRule], policy: Policy) -> Report:
    """Judge the policy's ignores alone, by what they met in a report; what could not be judged there may need them."""
    facts = report.facts
    selected = tuple(rule for rule in rules if policy.selects(rule))
    judged = {name for one in report.judged for name in (one.code, one.rule)}
    gaps = {name: _out_of_reach(facts.unreached[0]) for name in judged if facts.unreached} | _by_rule(report.unanswered)
    used = tuple(_used(policy, judged, report.ignored, facts))
    answers = [answer for rule in selected for answer in _judge_ignores(rule, used, gaps, policy)]
    alone = Facts(facts.taken_at)
    return _report(alone, answers, *_apply_ignores(answers, policy, alone))


def _out_of_reach(unreached: Unreached) -> Missing:
    return Missing(unreached.label, f"it could not be audited: {unreached.because}", unreached.remedy)


def _by_rule(unanswered: Iterable[Unanswered]) -> dict[str, Missing]:
    """Give what rules lacked, by their codes and their names."""
    return {name: gap.missing for gap in unanswered for name in (gap.code, gap.rule)}


def _report(facts: Facts, answers: list[_Answer], findings: list[Finding], ignored: list[Ignored]) -> Report:
    return in_order(
        Report(
            facts=facts,
            findings=tuple(findings),
            unanswered=tuple({gap for answer in answers for gap in answer.unanswered}),
            ignored=tuple(ignored),
            rules_run=len({answer.rule.code for answer in answers}),
            judged=tuple(sorted({Judged(answer.rule.code, answer.rule.name, answer.subject) for answer in answers})),
        )
    )


def in_order(report: Report) -> Report:
    """Give a report with what it says in a report's order: the worst first."""
    return report._replace(
        findings=tuple(sorted(report.findings, key=_order)),
        unanswered=tuple(sorted(report.unanswered, key=_order_of_gaps)),
        ignored=tuple(sorted(report.ignored, key=lambda one: _order(one.finding))),
    )


def _context_of(selected: Iterable[AnyRule], rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
    """Give the rules that selected ones stand beside, though not selected themselves: judged, but not reported."""
    selected = tuple(selected)
    named = {code for rule in selected for code in rule.beside | rule.unless}
    return tuple(rule for rule in rules if rule.code in named and rule not in selected)


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return (-finding.severity, finding.code, finding.subject, finding.about, finding.message)


def _order_of_gaps(gap: Unanswered) -> tuple[str, str, str, str, str]:
    return (gap.code, gap.subject, gap.missing.part, gap.missing.because, gap.missing.remedy)


def _judge(rule: AnyRule, facts: Facts, policy: Policy) -> Iterator[_Answer]:
    options = policy.options_of(rule)
    for subject, found in _SUBJECTS.get(rule.about.__name__, _nothing)(rule, facts, options):
        yield _answer(rule, subject, found)


_Judged = Iterator[tuple[str, Iterator[Found]]]


def _nothing(_rule: AnyRule, _facts: Facts, _options: object) -> _Judged:
    """Ignores are judged when it is known what they met."""
    return iter(())


def _judge_servers(rule: AnyRule, facts: Facts, options: object) -> _Judged:
    for server in facts.servers:
        fit = next((fit for fit in facts.fits if fit.server == server), None)
        if rule.check_fit is not None and fit is not None:
            yield server.label, rule.check_fit(fit, options)
        else:
            yield server.label, rule.check(server, options)


def _judge_trends(rule: AnyRule, facts: Facts, options: object) -> _Judged:
    """Judge each server of which something is known from before."""
    from poolaudit.facts.trend import Trend  # noqa: PLC0415 - only where there is a history

    for server in facts.servers:
        usage = facts.usage.get(server.label, ())
        if usage:
            yield server.label, rule.check(Trend(server, usage), options)


def _judge_pools(rule: AnyRule, facts: Facts, options: object) -> _Judged:
    said: dict[str, list[tuple[Pool, list[Found]]]] = {}
    for pool in facts.pools:
        namesakes = said.setdefault(pool.name, [])
        before = next((found for other, found in namesakes if other == pool.as_said), None)
        if before is None:
            before = []
            namesakes.append((pool.as_said, before))
        for found in _judge_pool(rule, pool, facts, options):
            yield pool.label, _each_once(found, before)


def _each_once(found: Iterator[Found], before: list[Found]) -> Iterator[Found]:
    """Give what was not found before: an engine that two processes carry is two pools, of which much is alike."""
    for one in found:
        if one not in before:
            before.append(one)
            yield one


def _judge_applications(rule: AnyRule, facts: Facts, options: object) -> _Judged:
    for application in facts.applications:
        yield application.name, rule.check(application, options)


def _judge_fits(rule: AnyRule, facts: Facts, options: object) -> _Judged:
    for fit in facts.fits:
        yield fit.server.label, _judge_readings(rule, fit, options)


def _judge_unread(rule: AnyRule, facts: Facts, options: object) -> _Judged:
    for unread in facts.unread:
        yield str(unread.place), rule.check(unread, options)


def _judge_unreached(rule: AnyRule, facts: Facts, options: object) -> _Judged:
    for unreached in facts.unreached:
        yield unreached.label, rule.check(unreached, options)


# By their names: most audits have no history, and need not know what a trend is.
_SUBJECTS: Mapping[str, Callable[[AnyRule, Facts, object], _Judged]] = {
    "Server": _judge_servers,
    "Trend": _judge_trends,
    "Pool": _judge_pools,
    "Application": _judge_applications,
    "Fit": _judge_fits,
    "Unread": _judge_unread,
    "Unreached": _judge_unreached,
}


def _judge_pool(rule: AnyRule, pool: Pool, facts: Facts, options: object) -> Iterator[Iterator[Found]]:
    """Judge a pool with each server that it leads to, where the rule looks at servers and there is one; else alone."""
    from poolaudit.facts.fit import Fit  # noqa: PLC0415 - only where there are pools

    owned = ((fit.server, tuple(one for one in fit.deployments if one.pool == pool)) for fit in facts.fits)
    fits = [Fit(server, deployments) for server, deployments in owned if deployments]
    if rule.check_fit is None or not fits:
        yield rule.check(pool, options)
    else:
        yield from (rule.check_fit(fit, options) for fit in fits)


def _judge_readings(rule: AnyRule, fit: Fit, options: object) -> Iterator[Found]:
    """Judge each way to read the deployments; what is found in several is said once."""
    said: list[Found] = []
    for found in judge_each(fit.readings, lambda reading: rule.check(reading, options)):
        if found not in said:
            said.append(found)
            yield found


def _judge_ignores(
    rule: AnyRule, ignores: Iterable[Ignore], gaps: Mapping[str, Missing], policy: Policy
) -> Iterator[_Answer]:
    """Judge the ignores; one that met nothing may be needed all the same where its rule could not look."""
    if rule.about is not Ignore:
        return
    for ignore in ignores:
        # Without its line, which moves: what is said of an ignore keeps its fingerprint.
        subject = ignore.place.file if ignore.place is not None else "settings"
        if ignore.rule in gaps and not ignore.met and not ignore.expired:
            yield _Answer(rule, subject, (), (Unanswered(rule.code, rule.name, subject, gaps[ignore.rule]),))
        else:
            yield _answer(rule, subject, rule.check(ignore, policy.options_of(rule)))


def _used(policy: Policy, judged: Container[str], ignored: Iterable[Ignored], facts: Facts) -> Iterator[Ignore]:
    """Say of each ignore what it met and whether it has run out, leaving out those whose rule judged nothing.

    In the audit of one named server the others' ignores are left out, and those that are for any server: what they met
    is known when all servers have been judged (`poolaudit.run.judge_ignores`).
    """
    met = Counter(id(one.ignore) for one in ignored)
    today = facts.taken_at.date()
    for ignore in policy.ignores:
        if ignore.rule in judged and ignore.server == (policy.server or None):
            yield ignore._replace(met=met[id(ignore)], expired=ignore.is_over(today))


def _answer(rule: AnyRule, subject: str, found: Iterator[Found]) -> _Answer:
    findings: list[Finding] = []
    try:
        findings.extend(_stamp(rule, subject, one) for one in found)
    except FactMissingError as gap:
        return _Answer(rule, subject, tuple(findings), (Unanswered(rule.code, rule.name, subject, gap.missing),))
    return _Answer(rule, subject, tuple(findings))


def _stamp(rule: AnyRule, subject: str, found: Found) -> Finding:
    from hashlib import sha256  # noqa: PLC0415 - slow to import, and an audit that finds nothing needs none

    lasting = found.lasting or found.about
    # A capture's JSON may hold half a surrogate pair, which is text to Python but no UTF-8.
    whole = f"{rule.code}\0{subject}\0{lasting}".encode("utf-8", "surrogatepass")
    print_of = sha256(whole).hexdigest()[:16]
    return Finding(
        code=rule.code,
        rule=rule.name,
        severity=found.severity or rule.severity,
        subject=subject,
        message=found.message,
        why=found.why,
        fix=found.fix,
        evidence=found.evidence,
        about=found.about,
        at=found.at,
        fingerprint=print_of,
        changes=found.changes,
    )


def _in_context(answer: _Answer, near: Sequence[_Answer]) -> _Answer:
    """Drop the findings of a rule that counts only beside others, or only without them, which are on its subject.

    Where none of those it stands beside fired, but one of them could not look, it is unanswered with that one.
    """
    rule = answer.rule
    if not answer.findings or not rule.beside | rule.unless:
        return answer
    fired = {other.rule.code for other in near if other.findings}
    gaps = [gap.missing for other in near if other.rule.code in rule.beside for gap in other.unanswered]
    if not rule.unless & fired and (not rule.beside or rule.beside & fired):
        return answer
    if rule.unless & fired or not gaps:
        return answer._replace(findings=())
    return answer._replace(findings=(), unanswered=(Unanswered(rule.code, rule.name, answer.subject, gaps[0]),))


def _apply_ignores(answers: Iterable[_Answer], policy: Policy, facts: Facts) -> tuple[list[Finding], list[Ignored]]:
    kept: list[Finding] = []
    ignored: list[Ignored] = []
    begins = {pool.label: pool.place for pool in facts.pools}
    for finding in (finding for answer in answers for finding in answer.findings):
        ignore = policy.ignore_of(finding, facts.taken_at.date(), begins.get(finding.about))
        if ignore is None:
            kept.append(finding)
        else:
            ignored.append(Ignored(finding, ignore))
    return kept, ignored
