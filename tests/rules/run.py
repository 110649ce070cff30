"""Runs one rule on facts written in TOML."""

from dataclasses import replace
from textwrap import dedent

from poolaudit.audit import audit
from poolaudit.policy import AnyRule, Policy
from poolaudit.report import Report
from poolaudit.rules import load_rules
from tests.facts_toml import facts_from

RULES = {rule.code: rule for rule in load_rules()}


def run(code: str, toml: str, **options: float) -> Report:
    """Audit the facts by one rule alone, its options changed where given; context (beside, unless) is left out."""
    rule: AnyRule = replace(RULES[code], beside=frozenset(), unless=frozenset())
    policy = Policy(options={code: rule.options(**options)} if options else None)
    return audit(facts_from(dedent(toml)), (rule,), policy)


def severities(report: Report) -> list[str]:
    """Give the findings' severities as words, worst first; the report must have answered."""
    assert not report.unanswered
    return [finding.severity.word for finding in report.findings]
