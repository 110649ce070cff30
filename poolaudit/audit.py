"""The audit: facts, rules and a policy in, a report out; the same facts give the same report."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from poolaudit.facts.fit import Fit
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.pool import Pool
from poolaudit.facts.server import Server
from poolaudit.policy import AnyRule, Policy
from poolaudit.report import Facts, Finding, Found, Ignore, Ignored, Report, Unanswered

Subject = Server | Pool | Fit | Ignore


@dataclass(frozen=True)
class _Answer:
    """What one rule said of one subject."""

    rule: AnyRule
    subject: str
    findings: tuple[Finding, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()


def audit(facts: Facts, rules: Iterable[AnyRule], policy: Policy) -> Report:
    """Let every selected rule judge its subjects; what could not be judged is in the report as Unanswered."""
    selected = tuple(rule for rule in rules if policy.selects(rule))
    answers = [answer for rule in selected for answer in _judge(rule, facts, policy)]
    findings, ignored = _apply_ignores(_in_context(answers), policy, facts)
    answers += [answer for rule in selected for answer in _judge_ignores(rule, _met(selected, policy, ignored), policy)]
    findings += [finding for answer in answers if answer.rule.about is Ignore for finding in answer.findings]
    return Report(
        facts=facts,
        findings=tuple(sorted(findings, key=_order)),
        unanswered=tuple(gap for answer in answers for gap in answer.unanswered),
        ignored=tuple(ignored),
        rules_run=len({answer.rule.code for answer in answers}),
    )


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return (-finding.severity, finding.code, finding.subject, finding.about, finding.message)


def _judge(rule: AnyRule, facts: Facts, policy: Policy) -> Iterator[_Answer]:
    options = policy.options_of(rule)
    if rule.about is Server:
        fits = {id(fit.server): fit for fit in facts.fits}
        for server in facts.servers:
            fit = fits.get(id(server))
            if rule.check_fit is not None and fit is not None:
                yield _answer(rule, server.address, rule.check_fit(fit, options))
            else:
                yield _answer(rule, server.address, rule.check(server, options))
    elif rule.about is Pool:
        for pool in facts.pools:
            yield _answer(rule, pool.name, rule.check(pool, options))
    elif rule.about is Fit:
        for fit in facts.fits:
            yield _answer(rule, fit.server.address, rule.check(fit, options))


def _judge_ignores(rule: AnyRule, ignores: Iterable[Ignore], policy: Policy) -> Iterator[_Answer]:
    if rule.about is Ignore:
        for ignore in ignores:
            yield _answer(rule, str(ignore.place or "settings"), rule.check(ignore, policy.options_of(rule)))


def _met(selected: Iterable[AnyRule], policy: Policy, ignored: Iterable[Ignored]) -> Iterator[Ignore]:
    """Count what each ignore met, leaving out those whose rule did not run at all."""
    ran = {name for rule in selected for name in (rule.code, rule.name)}
    met = Counter(id(one.ignore) for one in ignored)
    return (replace(ignore, met=met[id(ignore)]) for ignore in policy.ignores if ignore.rule in ran)


def _answer(rule: AnyRule, subject: str, found: Iterator[Found]) -> _Answer:
    findings: list[Finding] = []
    try:
        findings.extend(_stamp(rule, subject, one) for one in found)
    except FactMissingError as gap:
        return _Answer(rule, subject, tuple(findings), (Unanswered(rule.code, rule.name, subject, gap.missing),))
    return _Answer(rule, subject, tuple(findings))


def _stamp(rule: AnyRule, subject: str, found: Found) -> Finding:
    lasting = found.lasting or found.about
    print_of = sha256(f"{rule.code}\0{subject}\0{lasting}".encode()).hexdigest()[:16]
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
    )


def _in_context(answers: Iterable[_Answer]) -> Iterator[Finding]:
    """Drop the findings of rules that count only beside others, or only without them, on the same subject."""
    answers = tuple(answers)
    fired = {(answer.subject, answer.rule.code) for answer in answers if answer.findings}
    for answer in answers:
        rule = answer.rule
        beside = not rule.beside or any((answer.subject, code) in fired for code in rule.beside)
        if beside and not any((answer.subject, code) in fired for code in rule.unless):
            yield from answer.findings


def _apply_ignores(findings: Iterator[Finding], policy: Policy, facts: Facts) -> tuple[list[Finding], list[Ignored]]:
    kept, ignored = [], []
    for finding in findings:
        ignore = policy.ignore_of(finding, facts.taken_at.date())
        if ignore is None:
            kept.append(finding)
        else:
            ignored.append(Ignored(finding, ignore))
    return kept, ignored
