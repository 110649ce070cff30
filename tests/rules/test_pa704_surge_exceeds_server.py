"""PA704 at its threshold, and quiet beside PA702."""

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities


def words(size: int) -> str:
    return f"[[pools]]\npool_size = {size}\nmax_overflow = 0\ndeployment = {{ processes = 1 }}\n"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(112), []),
        (words(113), ["warning"]),
        ('variables = { max_connections = "160" }\n' + words(120), []),
        ('variables = { max_connections = "159" }\n' + words(120), ["warning"]),
        ("[[pools]]\nmax_overflow = -1", ["warning"]),
        ('[[pools]]\nurl = "postgresql://app@db/shop"\nmax_overflow = -1', []),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA704", toml)) == expected


def test_the_factor_is_an_option() -> None:
    assert severities(run("PA704", words(112), surge_factor=1.5)) == ["warning"]
    assert severities(run("PA704", words(113), surge_factor=1.0)) == []


def test_quiet_where_pa702_fires() -> None:
    rules = (RULES["PA702"], RULES["PA704"])
    assert [finding.code for finding in audit(facts_from(words(121)), rules, Policy()).findings] == ["PA702"]
    assert [finding.code for finding in audit(facts_from(words(120)), rules, Policy()).findings] == ["PA704"]
    assert [finding.code for finding in audit(facts_from(words(112)), rules, Policy()).findings] == []


def test_says_what_fits() -> None:
    (finding,) = run("PA704", words(120)).findings
    assert "may open 120 × 1.25 = 150 connections" in finding.message
    assert finding.fix == "bring the demand to 112 or less, or deploy without a surge"


@pytest.mark.parametrize(
    ("toml", "part"), [("[[pools]]\n", "processes"), ('missing = ["variables"]\n' + words(1), "variables")]
)
def test_unanswered_without(toml: str, part: str) -> None:
    assert [gap.missing.part for gap in run("PA704", toml).unanswered] == [part]
