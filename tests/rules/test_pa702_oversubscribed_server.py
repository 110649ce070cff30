"""PA702 at its thresholds, with one pool, several, and one without limit."""

import pytest

from tests.rules.run import run, severities


def words(size: int, processes: int = 1, hosts: int = 1, limit: int = 151) -> str:
    return f"""
        variables = {{ max_connections = "{limit}" }}
        [[pools]]
        pool_size = {size}
        max_overflow = 0
        deployment = {{ processes = {processes}, hosts = {hosts} }}
    """


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(120), []),
        (words(121), ["warning"]),
        (words(141), ["warning"]),
        (words(142), ["error"]),
        (words(71, 2), ["error"]),
        (words(36, 2, 2), ["error"]),
        (words(35, 2, 2), ["warning"]),
        (words(800, limit=1000), []),
        (words(801, limit=1000), ["warning"]),
        (words(950, limit=1000), ["warning"]),
        (words(951, limit=1000), ["error"]),
        (words(1, limit=1), ["error"]),
        ("[[pools]]\nmax_overflow = -1\n", ["error"]),
        ('[[pools]]\npoolclass = "NullPool"\ndeployment = { threads = 142, processes = 1 }', ["error"]),
        ('[[pools]]\nurl = "postgresql://app@db/shop"\nmax_overflow = -1', []),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA702", toml)) == expected


def test_shares_are_options() -> None:
    assert severities(run("PA702", words(142), error_share=1.5)) == ["warning"]
    assert severities(run("PA702", words(76), warning_share=0.5)) == ["warning"]


def test_pools_are_added_up() -> None:
    toml = words(71) + words(71).replace("app.yaml", "x").partition("[[pools]]")[2].join(["[[pools]]", ""])
    (finding,) = run("PA702", toml).findings
    assert finding.evidence["demand_connections"] == 142
    assert finding.severity.word == "error"


def test_prints_the_multiplication() -> None:
    (finding,) = run("PA702", words(20, 4, 3)).findings
    assert finding.message == (
        "app.yaml may open 240 connections (app.yaml: (20 + 0) × 4 processes × 3 hosts = 240)"
        " of max_connections 151, of which 10 are to stay free"
    )
    assert finding.evidence == {
        "demand_connections": 240,
        "reserve_connections": 10,
        "max_connections": 151,
        "multiplication": "app.yaml: (20 + 0) × 4 processes × 3 hosts = 240",
    }


def test_a_server_that_leaves_nothing_is_what_to_change() -> None:
    (tight,) = run("PA702", words(5, limit=11)).findings
    (none,) = run("PA702", words(5, limit=10)).findings
    assert tight.fix.endswith("until the product is 1 or less (max_connections 11 less 10)")
    assert none.fix == "raise max_connections: 10 less 10 leaves nothing for a pool"


def test_no_limit_is_said() -> None:
    (finding,) = run("PA702", "[[pools]]\nmax_overflow = -1").findings
    assert finding.evidence["demand_connections"] == "no limit"
    assert "any number of connections (app.yaml: no limit)" in finding.message


def test_what_is_known_may_be_too_many_already() -> None:
    report = run("PA702", words(142) + '[[pools]]\nname = "jobs"\n')
    assert severities(report) == ["error"]
    report = run("PA702", words(141) + '[[pools]]\nname = "jobs"\n')
    assert [gap.missing.part for gap in report.unanswered] == ["processes"]


@pytest.mark.parametrize(
    ("toml", "part", "remedy"),
    [
        ("[[pools]]\npool_size = 5", "processes", "say deployment: {processes: …}, or give --processes"),
        ('[[pools]]\npoolclass = "NullPool"', "threads", "say deployment: {threads: …}, or give --threads"),
        (
            'missing = ["variables"]\n' + words(5).partition("\n        [")[2].join(["[", ""]),
            "variables",
            "GRANT variables",
        ),
    ],
)
def test_unanswered_without(toml: str, part: str, remedy: str) -> None:
    report = run("PA702", toml)
    assert [(gap.missing.part, gap.missing.remedy) for gap in report.unanswered] == [(part, remedy)]
    assert not report.findings
