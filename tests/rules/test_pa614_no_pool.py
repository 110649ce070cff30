"""PA614: information; a warning where more may connect than the server lets in."""

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities


def words(threads: int, processes: int = 1, hosts: int = 1) -> str:
    return f"""
        [[pools]]
        poolclass = "NullPool"
        deployment = {{ threads = {threads}, processes = {processes}, hosts = {hosts} }}
    """


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(151), ["info"]),
        (words(152), ["warning"]),
        (words(19, 4, 2), ["warning"]),
        (words(18, 4, 2), ["info"]),
        ('[[pools]]\npoolclass = "NullPool"', ["info"]),
        ('[[pools]]\npoolclass = "NullPool"\ndeployment = { threads = 500 }', ["info"]),
        ('[[pools]]\npoolclass = "NullPool"\nurl = "postgresql://app@db/shop"', []),
        ("[[pools]]\npool_size = 5", []),
        ('[[pools]]\npoolclass = "StaticPool"', []),
    ],
)
def test_severities(toml: str, expected: list[str]) -> None:
    assert severities(run("PA614", toml)) == expected


@pytest.mark.parametrize(("toml", "expected"), [(words(500), ["info"]), ("[[pools]]\npool_size = 5", [])])
def test_without_a_server_it_is_information(toml: str, expected: list[str]) -> None:
    facts = facts_from(toml)._replace(servers=(), fits=())
    report = audit(facts, (RULES["PA614"],), Policy())
    assert severities(report) == expected


def test_the_concurrency_is_unanswered_without_the_limit() -> None:
    report = run("PA614", 'missing = ["variables"]' + words(500))
    assert [finding.severity.word for finding in report.findings] == ["info"]
    assert [gap.missing.part for gap in report.unanswered] == ["variables"]


def test_unanswered_where_unknown() -> None:
    report = run("PA614", '[[pools]]\npoolclass = "${POOL}"')
    assert [gap.missing.part for gap in report.unanswered] == ["poolclass"]


def test_says_the_concurrency() -> None:
    (finding,) = run("PA614", words(500)).findings
    assert finding.evidence == {"class": "NullPool", "concurrency_connections": 500, "max_connections": 151}
    assert "500 threads may connect at once to a server with max_connections 151" in finding.message
