"""PA707: the division, the exact change, and only beside PA702 to PA704."""

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run

FITTING = ("PA702", "PA703", "PA704", "PA707")


def words(size: int, overflow: int, processes: int = 1, hosts: int = 1, more: str = "") -> str:
    return f"""
[[pools]]
url = "mysql://app@db/shop"
pool_size = {size}
max_overflow = {overflow}
deployment = {{ processes = {processes}, hosts = {hosts} }}
{more}
"""


@pytest.mark.parametrize(
    ("toml", "allowed", "fix"),
    [
        (words(10, 10, 4, 3), 11, "max_overflow: 10 → 1"),
        (words(20, 10, 4, 3), 11, "pool_size: 20 → 11, max_overflow: 10 → 0"),
        (words(0, 10, 2), 70, "pool_size: 0 → 70, max_overflow: 10 → 0"),
        (words(5, -1, 2), 70, "max_overflow: -1 → 65"),
        (words(5, 5, 10), 14, "keep (5 + 5) within 14; 11 or less leaves room for a rolling deploy"),
        (words(5, 5, 142), 0, "run fewer processes or raise max_connections: there is not one connection for each"),
        (words(5, 5, 141), 1, "pool_size: 5 → 1, max_overflow: 5 → 0"),
        (
            '[[pools]]\npoolclass = "NullPool"\ndeployment = { processes = 2, threads = 80 }',
            70,
            "run 70 threads or less in each process, or use a QueuePool of that size",
        ),
        (
            'accounts = [{ user = "app", host = "%", cap_connections = 20 }]' + words(10, 10, 2),
            10,
            "max_overflow: 10 → 0",
        ),
        ('missing = ["accounts"]' + words(10, 10, 4, 3), 11, "max_overflow: 10 → 1"),
    ],
)
def test_the_largest_that_fits(toml: str, allowed: int, fix: str) -> None:
    (finding,) = run("PA707", toml).findings
    assert (finding.evidence["suggested_ceiling_connections"], finding.fix) == (allowed, fix)


def test_processes_of_all_pools_share() -> None:
    found = run("PA707", words(50, 0, 2) + words(50, 0, 1, more='name = "jobs"')).findings
    assert [finding.evidence["suggested_ceiling_connections"] for finding in found] == [47, 47]
    assert found[0].evidence["running_processes"] == 3


@pytest.mark.parametrize(
    ("toml", "codes"),
    [
        (words(10, 10, 4, 3), ["PA702", "PA707"]),
        (words(10, 0, 4), []),
        ("[[pools]]\nmax_overflow = -1\ndeployment = { processes = 1 }", ["PA702", "PA703", "PA707"]),
    ],
)
def test_only_beside_what_it_advises_on(toml: str, codes: list[str]) -> None:
    report = audit(facts_from(toml), [RULES[code] for code in FITTING], Policy())
    assert sorted(finding.code for finding in report.findings) == codes


@pytest.mark.parametrize(
    ("toml", "part"),
    [("[[pools]]\n", "processes"), ('missing = ["variables"]' + words(5, 5), "variables")],
)
def test_unanswered_without(toml: str, part: str) -> None:
    assert [gap.missing.part for gap in run("PA707", toml).unanswered] == [part]
