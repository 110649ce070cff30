"""PA801: what shows a proxy, and which rules are then unanswered."""

import pytest

from poolaudit.report import Report
from tests.rules.run import run, severities

PROXYSQL = """
    processlist = [{ id = 7, time_seconds = 900 }, { id = 8, time_seconds = 5 }]
    programs = [{ id = 7, name = "proxysql", pid = 3 }, { id = 8, name = "proxysql", pid = 3 }]
    statements = [{ id = 7, kind = "select" }, { id = 8, kind = "rollback" }]
"""
ROUTER = PROXYSQL.replace('"proxysql", pid = 3', '"web", pid = 3, routed_for = "10.0.0.9"')
RDS = """
    processlist = [{ id = 7, time_seconds = 900 }, { id = 8, time_seconds = 5 }, { id = 9, user = "rdsproxyadmin" }]
    programs = [{ id = 7, name = "web", pid = 3 }, { id = 8, name = "web", pid = 3 }]
    statements = [{ id = 7, kind = "select" }, { id = 8, kind = "rollback" }, { id = 9, kind = "select" }]
"""
DIRECT = PROXYSQL.replace("proxysql", "web")
POOL = """
    [[pools]]
    pool_size = 1
    max_overflow = 0
    deployment = { processes = 1 }
"""


@pytest.mark.parametrize(
    ("toml", "proxies"),
    [(PROXYSQL, ["ProxySQL"]), (ROUTER, ["MySQL Router"]), (RDS, ["RDS Proxy"]), (DIRECT, []), ("", [])],
)
def test_which_proxy(toml: str, proxies: list[str]) -> None:
    report = run("PA801", toml)
    assert severities(report) == ["info"] * len(proxies)
    assert [finding.about for finding in report.findings] == proxies


def test_counts_sessions_and_clients() -> None:
    (finding,) = run("PA801", PROXYSQL).findings
    assert finding.message == "2 sessions of 1 client come through ProxySQL"


@pytest.mark.parametrize(("code", "command"), [("PA203", "Sleep"), ("PA705", "Sleep"), ("PA706", "Query")])
def test_what_cannot_be_seen_through_it(code: str, command: str) -> None:
    def judged(toml: str) -> Report:
        return run(code, toml.replace("time_seconds", f'command = "{command}", time_seconds') + POOL)

    assert judged(DIRECT).findings
    for behind in (PROXYSQL, ROUTER, RDS):
        report = judged(behind)
        assert not report.findings
        assert [gap.missing.part for gap in report.unanswered] == ["proxy"]


def test_a_client_beside_the_proxy_is_judged() -> None:
    toml = """
        processlist = [{ id = 6 }, { id = 7, time_seconds = 900 }, { id = 8, time_seconds = 5 }]
        programs = [
          { id = 6, name = "proxysql", pid = 1 }, { id = 7, name = "web", pid = 3 }, { id = 8, name = "web", pid = 3 },
        ]
        statements = [{ id = 6, kind = "select" }, { id = 7, kind = "select" }, { id = 8, kind = "rollback" }]
    """
    report = run("PA203", toml)
    assert [finding.about for finding in report.findings] == ["app@10.0.3.7 (web, pid 3)"]
    assert "come through ProxySQL" in report.unanswered[0].missing.because


@pytest.mark.parametrize(
    ("toml", "parts"),
    [
        ("missing = ['programs']\nprocesslist = [{ id = 7 }]", ["programs"]),
        ("missing = ['programs']", []),
        ("missing = ['processlist']", ["processlist"]),
    ],
)
def test_unanswered_without(toml: str, parts: list[str]) -> None:
    report = run("PA801", toml)
    assert ([gap.missing.part for gap in report.unanswered], report.findings) == (parts, ())


def test_rds_proxy_shows_without_attributes() -> None:
    toml = "missing = ['programs']\nprocesslist = [{ id = 7, user = 'rdsproxyadmin' }]"
    report = run("PA801", toml)
    assert ([one.about for one in report.findings], len(report.unanswered)) == (["RDS Proxy"], 1)
