"""A rule's page, made of its docstring, its options and its settings."""

import tomllib
from typing import NamedTuple

import pytest

from poolaudit.policy import AnyRule, policy_from
from poolaudit.render.rule_page import ABOUT, about, options, rule_page, unit
from tests.rules.run import RULES

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@every_rule
def test_a_page_says_what_is_known_of_its_rule(rule: AnyRule) -> None:
    page = rule_page(rule)
    assert page.startswith(f"# {rule.code} {rule.name}\n\n{rule.title}\n\n")
    assert f"severity {rule.severity.word}" in page
    assert f"since {rule.since}" in page
    assert "\n\n\n" not in page
    assert all(code in page for code in rule.beside | rule.unless)
    assert all(f"| `{name}`" in page for name, _, _ in options(rule))
    assert about(rule) in ABOUT.values()


@every_rule
def test_the_settings_on_a_page_are_the_defaults_and_are_taken(rule: AnyRule) -> None:
    _, _, settings = rule_page(rule).partition("## In poolaudit.toml\n\n```toml\n")
    policy = policy_from(tomllib.loads(settings.removesuffix("```\n")), RULES.values())
    assert policy.options_of(rule) == rule.options()
    assert [ignore.rule for ignore in policy.ignores] == ([] if about(rule) in {"settings", "file"} else [rule.name])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("warning_seconds", "seconds"),
        ("error_share", "share of 1"),
        ("new_connections_per_second", "per second"),
        ("surge_factor", "factor"),
        ("statement_ratio", "ratio"),
        ("least_sessions", "sessions"),
        ("reserve_connections", "connections"),
    ],
)
def test_units_are_read_from_names(name: str, expected: str) -> None:
    assert unit(name) == expected


def test_a_generated_docstring_is_left_out() -> None:
    class Options(NamedTuple):
        warning_seconds: int = 1

    rule = RULES["PA201"]
    page = rule_page(type(rule)(**(vars(rule) | {"options": Options})))
    assert "Options(warning_seconds" not in page
    assert "| `warning_seconds` | 1       | seconds |" in page
