"""PA701 at its thresholds, by the sessions' own timeout, and by a framework's default."""

import pytest

from tests.rules.run import run, severities


def words(recycle: int, timeout: int = 600, ping: str = "false") -> str:
    return f"""
        variables = {{ wait_timeout = "{timeout}" }}
        [[pools]]
        pool_recycle = {recycle}
        pool_pre_ping = {ping}
    """


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(540), []),
        (words(541), ["warning"]),
        (words(599), ["warning"]),
        (words(600), ["error"]),
        (words(601), ["error"]),
        (words(-1), ["error"]),
        (words(0), []),
        (words(540, ping="true"), []),
        (words(541, ping="true"), ["warning"]),
        (words(600, ping="true"), ["warning"]),
        (words(-1, ping="true"), ["warning"]),
        (words(25920, 28800), []),
        (words(25921, 28800), ["warning"]),
        (words(63, 70), []),
        (words(-1, 0), ["error"]),
        ('[[pools]]\npoolclass = "NullPool"', []),
        ('[[pools]]\npool_recycle = -1\nurl = "postgresql://app@db/shop"', []),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA701", toml)) == expected


def test_the_share_is_an_option() -> None:
    assert severities(run("PA701", words(300), recycle_share=0.5)) == []
    assert severities(run("PA701", words(301), recycle_share=0.5)) == ["warning"]


def test_the_sessions_own_timeout_counts() -> None:
    toml = """
        processlist = [{ id = 1 }]
        wait_timeouts = { 1 = 300 }
        [[pools]]
        pool_recycle = 3600
    """
    (finding,) = run("PA701", toml).findings
    assert finding.evidence["wait_timeout_seconds"] == 300
    assert "its sessions' own wait_timeout 300" in finding.message
    assert finding.fix == "pool_recycle: 3600 → 270, and pool_pre_ping: false → true"


def test_aurora_ends_sessions_at_the_smaller_timeout() -> None:
    toml = """
        flavor = "aurora"
        variables = { wait_timeout = "28800", interactive_timeout = "600" }
        [[pools]]
        pool_recycle = 3600
    """
    assert severities(run("PA701", toml)) == ["error"]


def test_a_frameworks_default_counts_and_is_said_to_be_one() -> None:
    toml = """
        variables = { wait_timeout = "3600" }
        [[pools]]
        SQLALCHEMY_DATABASE_URI = "mysql://app@db/shop"
        deployment = { flask_sqlalchemy = "3.1" }
    """
    (finding,) = run("PA701", toml).findings
    assert "7200, Flask-SQLAlchemy's default" in finding.message
    assert finding.evidence["recycle_from"] == "Flask-SQLAlchemy's default"
    assert finding.fix.startswith('SQLALCHEMY_ENGINE_OPTIONS["pool_recycle"]: 7200 → 3200, and ')


@pytest.mark.parametrize(
    ("timeout", "fix"),
    [
        (28800, "pool_recycle: -1 → 25000, and pool_pre_ping: false → true"),
        (1, "raise the server's wait_timeout: no recycle is below nine tenths of 1"),
        (2, "pool_recycle: -1 → 1, and pool_pre_ping: false → true"),
    ],
)
def test_the_fix_is_exact(timeout: int, fix: str) -> None:
    (finding,) = run("PA701", words(-1, timeout)).findings
    assert finding.fix == fix


def test_says_that_neither_helps_what_is_checked_out() -> None:
    for ping in ("true", "false"):
        (finding,) = run("PA701", words(-1, ping=ping)).findings
        assert "checked out" in finding.why


@pytest.mark.parametrize(("recycle", "shortly_before"), [(599, True), (600, False)])
def test_why_is_another_just_below_the_timeout(recycle: int, *, shortly_before: bool) -> None:
    (finding,) = run("PA701", words(recycle)).findings
    assert finding.why.startswith("a connection that is lent shortly before its time") is shortly_before


def test_an_unknown_pre_ping_leaves_only_the_severity_open() -> None:
    toml = words(600).replace("= false", '= "${PING}"')
    assert [gap.missing.part for gap in run("PA701", toml).unanswered] == ["pool_pre_ping"]
    assert severities(run("PA701", toml.replace("600\n", "599\n"))) == ["warning"]


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        ('missing = ["variables"]\n[[pools]]\npool_recycle = -1', "variables"),
        ('[[pools]]\npool_recycle = "${RECYCLE}"', "pool_recycle"),
    ],
)
def test_unanswered_without(toml: str, part: str) -> None:
    report = run("PA701", toml)
    assert [gap.missing.part for gap in report.unanswered] == [part]
    assert not report.findings


def test_one_gap_hides_no_other_pools_finding() -> None:
    report = run("PA701", '[[pools]]\nname = "a"\npool_recycle = "${X}"\n[[pools]]\nname = "b"\npool_recycle = -1')
    assert [finding.about for finding in report.findings] == ["b"]
    assert len(report.unanswered) == 1
