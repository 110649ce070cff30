"""What holds for every rule: its page is whole, and fires and stays quiet as it says."""

import re
from inspect import cleandoc

import pytest

from poolaudit.facts.fit import Application, Fit
from poolaudit.facts.pool import Pool
from poolaudit.facts.server import Server
from poolaudit.facts.trend import Trend
from poolaudit.facts.unreached import Unreached
from poolaudit.facts.unread import Unread
from poolaudit.policy import AnyRule
from poolaudit.report import Ignore
from poolaudit.rules import ABOUT_FITS, ABOUT_POOLS, ABOUT_RUNS
from tests.rules.run import RULES, run

SECTIONS = ["Why it matters", "What to do", "Fires", "Stays quiet"]
BLOCK = re.compile(r"```toml\n(.*?)```", re.DOTALL)

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
rules_of_facts = pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if rule.about not in {Ignore, Unread}], ids=lambda rule: rule.code
)


def blocks(rule: AnyRule, section: str) -> list[str]:
    """Give the TOML blocks of one section of a rule's page."""
    page = cleandoc(rule.page)
    _, _, rest = page.partition(f"\n## {section}\n")
    return BLOCK.findall(rest.partition("\n## ")[0])


@every_rule
def test_page_is_whole(rule: AnyRule) -> None:
    page = cleandoc(rule.page)
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == SECTIONS
    assert rule.title.endswith(".")
    assert len(rule.title) <= 100


@every_rule
def test_code_name_and_subject(rule: AnyRule) -> None:
    assert re.fullmatch(r"PA\d{3}", rule.code)
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", rule.name)
    assert rule.about in {Server, Trend, Pool, Application, Fit, Unread, Unreached, Ignore}
    assert rule.check.__module__.startswith(f"poolaudit.rules.{rule.code.lower()}_")
    assert rule.check.__module__.endswith(rule.name.replace("-", "_"))


@every_rule
def test_options_are_described_and_have_units(rule: AnyRule) -> None:
    for name, default in rule.options._field_defaults.items():
        assert isinstance(default, (int, float)), name
        assert re.search(
            r"_(seconds|share|connections|sessions|hosts|errors|per_second|factor|ratio|processes|looks)$", name
        )


def test_rules_that_are_left_out_without_pools_have_nothing_to_judge_there() -> None:
    for rule in RULES.values():
        assert rule.check.__module__.rpartition(".")[2].startswith(ABOUT_POOLS) is (
            rule.about in {Pool, Application, Fit}
        )


def test_rules_that_are_left_out_without_a_server_have_nothing_to_judge_there() -> None:
    for rule in RULES.values():
        assert rule.check.__module__.rpartition(".")[2].startswith(ABOUT_FITS) is (rule.about is Fit)


def test_rules_that_are_left_out_of_a_scan_have_nothing_to_judge_there() -> None:
    for rule in RULES.values():
        assert rule.check.__module__.rpartition(".")[2].startswith(ABOUT_RUNS) is (rule.about in {Trend, Unreached})


def test_names_are_unique() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(names) == len(set(names))


def test_context_names_rules() -> None:
    for rule in RULES.values():
        assert rule.beside | rule.unless <= set(RULES)


@rules_of_facts
def test_fires_as_its_page_says(rule: AnyRule) -> None:
    examples = blocks(rule, "Fires")
    assert examples
    for example in examples:
        report = run(rule.code, example)
        assert [finding.code for finding in report.findings], example
        assert not report.unanswered


@rules_of_facts
def test_stays_quiet_as_its_page_says(rule: AnyRule) -> None:
    examples = blocks(rule, "Stays quiet")
    assert examples
    for example in examples:
        report = run(rule.code, example)
        assert not report.findings, example
        assert not report.unanswered, example
