"""PA602: information, or a warning behind a balancer or proxy."""

import pytest

from tests.rules.run import run, severities


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["info"]),
        ("pool_pre_ping = false", ["info"]),
        ("pool_pre_ping = true", []),
        ("deployment = { path_idle_timeout_seconds = 350 }", ["warning"]),
        ("pool_pre_ping = true\ndeployment = { path_idle_timeout_seconds = 350 }", []),
        ('url = "mysql://app@shop.proxy-abc123.eu-west-1.rds.amazonaws.com/shop"', ["warning"]),
        ('url = "mysql://app@shop.abc123.eu-west-1.rds.amazonaws.com/shop"', ["info"]),
        ('url = "mysql://app@db:6033/shop"', ["warning"]),
        ('url = "mysql://app@db:6446/shop"', ["warning"]),
        ('url = "mysql://app@db:3306/shop"', ["info"]),
        ('url = "postgresql://app@db:6033/shop"', []),
        ('poolclass = "NullPool"', []),
    ],
)
def test_severities(words: str, expected: list[str]) -> None:
    assert severities(run("PA602", f"[[pools]]\n{words}")) == expected


def test_unanswered_where_unknown() -> None:
    report = run("PA602", '[[pools]]\npool_pre_ping = "${PING}"')
    assert [gap.missing.part for gap in report.unanswered] == ["pool_pre_ping"]


def test_says_what_is_between() -> None:
    (finding,) = run("PA602", '[[pools]]\nurl = "mysql://app@db:6033/shop"').findings
    assert finding.message.startswith("app.yaml, behind ProxySQL, does not test a connection")
    assert finding.message.endswith("pool_pre_ping: false, SQLAlchemy's default")
    assert finding.fix == "pool_pre_ping: false → true"
