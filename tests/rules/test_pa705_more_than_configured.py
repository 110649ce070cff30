"""PA705 by process, and by the whole deployment where processes are not told."""

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy
from tests.facts_toml import deployment_from, facts_from
from tests.rules.run import RULES, run, severities

POOL = '[[pools]]\nurl = "mysql://app@db/shop"\npool_size = 2\nmax_overflow = 1\n'


def rows(count: int, user: str = "app", start: int = 1) -> str:
    return "".join(f'{{ id = {number}, user = "{user}" }},' for number in range(start, start + count))


def by_process(*counts: int, pools: str = POOL) -> str:
    """Facts of one process for each count of sessions."""
    pids = [pid for pid, count in enumerate(counts, 1) for _ in range(count)]
    programs = "".join(f'{{ id = {number}, name = "web", pid = {pid} }},' for number, pid in enumerate(pids, 1))
    return f"processlist = [{rows(len(pids))}]\nprograms = [{programs}]\n{pools}"


def in_all(count: int, deployment: str = "", pools: str = POOL) -> str:
    return f"processlist = [{rows(count)}]\n{pools}{deployment}\n"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (by_process(3), []),
        (by_process(4), ["warning"]),
        (by_process(3, 3, 3), []),
        (by_process(4, 5), ["warning", "warning"]),
        (by_process(4, pools=POOL * 2), []),
        (by_process(6, pools=POOL * 2), []),
        (by_process(7, pools=POOL * 2), ["warning"]),
        (by_process(4, pools=POOL.replace("app@", "jobs@")), []),
        (by_process(99, pools=POOL.replace("overflow = 1", "overflow = -1")), []),
        (by_process(99, pools='[[pools]]\npoolclass = "NullPool"'), []),
        (by_process(99, pools='[[pools]]\nurl = "postgresql://app@db/shop"'), []),
        (by_process(2, pools='[[pools]]\npoolclass = "StaticPool"'), ["warning"]),
        (by_process(3, 3, pools=POOL + "deployment = { processes = 2 }\n"), []),
        (by_process(3, 3, 1, pools=POOL + "deployment = { processes = 2 }\n"), ["warning"]),
        (by_process(4, 3, pools=POOL + "deployment = { processes = 2 }\n"), ["warning"]),
        (in_all(3), []),
        (in_all(6, "deployment = { processes = 2 }"), []),
        (in_all(7, "deployment = { processes = 2 }"), ["warning"]),
        (in_all(12, "deployment = { processes = 2, hosts = 2 }"), []),
        (in_all(13, "deployment = { processes = 2, hosts = 2 }"), ["warning"]),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA705", toml)) == expected


def test_says_how_many() -> None:
    (finding,) = run("PA705", by_process(4)).findings
    assert finding.message == "app@10.0.3.7 (web, pid 1) has 4 connections, but app.yaml allows 3"
    assert finding.evidence == {"open_connections": 4, "allowed_connections": 3}
    (whole,) = run("PA705", in_all(7, "deployment = { processes = 2 }")).findings
    assert (whole.about, whole.evidence["allowed_connections"]) == ("app", 6)


NAMELESS = POOL.replace('url = "mysql://app@db/shop"\n', "")


def test_several_accounts_and_no_name() -> None:
    """A pool whose URL names no account is judged only where every client may be its own."""
    assert severities(run("PA705", by_process(4, pools=NAMELESS))) == ["warning"]
    others = by_process(4, pools=NAMELESS).replace("processlist = [", f"processlist = [{rows(1, 'jobs', 90)}")
    assert [gap.missing.part for gap in run("PA705", others).unanswered] == ["account"]
    fits = by_process(3, pools=NAMELESS).replace("processlist = [", f"processlist = [{rows(3, 'jobs', 90)}")
    assert [gap.missing.part for gap in run("PA705", fits).unanswered] == ["account"]
    few = by_process(2, pools=NAMELESS).replace("processlist = [", f"processlist = [{rows(1, 'jobs', 90)}")
    assert severities(run("PA705", few)) == []


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        (in_all(4), "processes"),
        ('missing = ["processlist"]\n' + POOL, "processlist"),
        (by_process(4, pools=POOL.replace("= 2", '= "${X}"')), "pool_size"),
    ],
)
def test_unanswered_without(toml: str, part: str) -> None:
    report = run("PA705", toml)
    assert [gap.missing.part for gap in report.unanswered] == [part]
    assert not report.findings


def test_two_readings_are_judged_apart() -> None:
    words = {"SQLALCHEMY_DATABASE_URI": "mysql://app@db/shop", "SQLALCHEMY_POOL_SIZE": 1, "SQLALCHEMY_MAX_OVERFLOW": 0}
    with pytest.raises(ValueError, match="unpack"):
        deployment_from(words)
    for version, expected in (("2.5", ["warning"]), ("3.1", [])):
        toml = by_process(4, pools="[[pools]]\nSQLALCHEMY_POOL_SIZE = 1\nSQLALCHEMY_MAX_OVERFLOW = 0\n")
        report = audit(
            facts_from(toml + f'deployment = {{ flask_sqlalchemy = "{version}" }}'), (RULES["PA705"],), Policy()
        )
        assert severities(report) == expected
