"""PA706: by process, by the processes of a host, and where nobody can tell."""

import pytest

from poolaudit.audit import audit
from poolaudit.facts.fit import Fit
from poolaudit.policy import Policy
from poolaudit.readers.application import deployment_from_words
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities

POOL = '[[pools]]\nurl = "mysql://app@db/shop"\npool_size = 2\nmax_overflow = 1\n'
NAMELESS = "[[pools]]\npool_size = 2\nmax_overflow = 1\n"


def facts(uses: str, *, pids: str | None = None, pools: str = POOL, more: str = "", hosts: str | None = None) -> str:
    """Facts of one session for each letter: r(unning), h(eld), p(ooled), u(nknown); `pids` and `hosts` a digit each."""
    rows, trxs, statements, programs = [], [], [], []
    for number, use in enumerate(uses, 1):
        command = "Query" if use == "r" else "Sleep"
        host = f"10.0.0.{hosts[number - 1]}:1" if hosts else "10.0.0.1:1"
        rows.append(f'{{ id = {number}, command = "{command}", host = "{host}" }}')
        trxs += [f"{{ id = {number}, age_seconds = 9 }}"] if use == "h" else []
        statements += [f'{{ id = {number}, kind = "rollback" }}'] if use == "p" else []
        programs += [f'{{ id = {number}, name = "web", pid = {pids[number - 1]} }}'] if pids else []
    sections = {"processlist": rows, "transactions": trxs, "statements": statements, "programs": programs}
    lines = [f"{name} = [{', '.join(entries)}]" for name, entries in sections.items()]
    return "\n".join([more, *lines, pools])


def processes(count: int, hosts: int = 1) -> str:
    return f"{POOL}deployment = {{ processes = {count}, hosts = {hosts} }}\n"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (facts("hhh", pids="111"), ["error"]),
        (facts("rrr", pids="111"), ["error"]),
        (facts("hrh", pids="111"), ["error"]),
        (facts("hh", pids="11"), []),
        (facts("hu", pids="11"), []),
        (facts("hhp", pids="111"), []),
        (facts("hhhp", pids="1111"), []),
        (facts("hhpu", pids="1111"), []),
        (facts("hhhh", pids="1111"), ["error"]),
        (facts("hhhhh", pids="11122"), ["error"]),
        (facts("hhhhhh", pids="111222"), ["error", "error"]),
        (facts("hhh", pids="111", pools=NAMELESS), ["error"]),
        (facts("hhh", pids="111", pools=POOL.replace("= 1", "= -1")), []),
        (facts("hhh", pids="111", pools='[[pools]]\npoolclass = "NullPool"'), []),
        (facts("hhh", pids="111", pools='[[pools]]\nurl = "postgresql://app@db/shop"'), []),
        (facts("hhh", pids="111", pools=POOL.replace("app@", "jobs@")), []),
        (facts("hhhhhh", pids="111111", pools=POOL * 2), ["error"]),
        (facts("hhh", pools=processes(1)), ["error"]),
        (facts("hhp", pools=processes(1)), []),
        (facts("hh"), []),
        (facts("hhhhhh", pools=processes(2)), ["error"]),
        (facts("hhhhh", pools=processes(2)), ["error"]),
        (facts("hhhhhp", pools=processes(2)), ["error"]),
        (facts("hhppp", pools=processes(2)), []),
        (facts("hhhhhh", pools=processes(1, hosts=2), hosts="111222"), ["error", "error"]),
        (
            facts("hhh", pids="111", pools=POOL.replace("= 2", "= 0").replace("= 1", "= 0")
            + 'deployment = { sqlalchemy = "1.4" }'),
            [],
        ),
    ],
)  # fmt: skip
def test_cases(toml: str, expected: list[str]) -> None:
    assert severities(run("PA706", toml)) == expected


@pytest.mark.parametrize(
    ("toml", "part", "because"),
    [
        (facts("hhu", pids="111"), "statements", "1 sleeping session of app@10.0.0.1 (web, pid 1) may be held"),
        (facts("hhhhu", pids="11111"), "statements", "may be held or wait in the pool"),
        (facts("hhh"), "processes", "how many processes run is not said"),
        (facts("hhh", pools=processes(2)), "programs", "does not tell the process ids of app@10.0.0.1"),
        (facts("hhhp", pools=processes(2)), "programs", "does not tell the process ids"),
        (facts("hhhhhhp", pools=processes(2)), "programs", "does not tell the process ids"),
        (facts("hhhhh", pools=processes(2, hosts=2), hosts="11222"), "programs", "process ids of app@10.0.0.2"),
        (facts("hhhhhh", pools=processes(2, hosts=2)), "programs", "does not tell the process ids"),
        (facts("hhh", pids="111", pools=POOL * 2), "account", "which of them app@10.0.0.1 (web, pid 1) is"),
        (facts("hhh", pids="111", pools=POOL.replace("= 2", '= "${X}"')), "pool_size", "environment variable X"),
    ],
)
def test_unanswered(toml: str, part: str, because: str) -> None:
    report = run("PA706", toml)
    (gap,) = report.unanswered
    assert gap.missing.part == part
    assert because in gap.missing.because
    assert not report.findings


@pytest.mark.parametrize("part", ["transactions", "statements"])
def test_the_section_that_would_tell_is_named(part: str) -> None:
    rows = "processlist = [{ id = 1 }, { id = 2 }, { id = 3 }]"
    programs = ", ".join(f'{{ id = {number}, name = "web", pid = 7 }}' for number in (1, 2, 3))
    report = run("PA706", f'missing = ["{part}"]\n{rows}\nprograms = [{programs}]\n{POOL}')
    assert [gap.missing.remedy for gap in report.unanswered] == [f"GRANT {part}"]


def test_no_process_ids_and_no_way_to_them() -> None:
    toml = facts("hhh", pools=processes(2), more='missing = ["programs"]').replace("programs = []\n", "")
    assert [gap.missing.remedy for gap in run("PA706", toml).unanswered] == ["GRANT programs"]


def test_unanswered_without_the_processlist() -> None:
    report = run("PA706", f'missing = ["processlist"]\n{POOL}')
    assert [gap.missing.part for gap in report.unanswered] == ["processlist"]


def counters(connected: int, limit: int) -> str:
    return f'counters = {{ Threads_connected = {connected} }}\nvariables = {{ max_connections = "{limit}" }}'


@pytest.mark.parametrize(
    ("uses", "more", "side"),
    [
        ("hhh", counters(20, 10240), "the server has room (20 of 10240 in use, 0.2 %): its connections are held"),
        ("rrr", counters(20, 10240), "0.2 %): the pool is too small for statements this slow or many"),
        ("hhh", counters(79, 100), "the server has room"),
        ("hhh", counters(80, 100), "the server is nearly full too (80 of 100 in use, 80 %)"),
        ("hhh", 'missing = ["counters"]', "how full the server is could not be read"),
    ],
)
def test_says_which_side_is_short(uses: str, more: str, side: str) -> None:
    (finding,) = run("PA706", facts(uses, pids="111", more=more)).findings
    assert side in finding.message


def test_a_larger_pool_only_delays_what_is_held() -> None:
    (held,) = run("PA706", facts("hhh", pids="111")).findings
    assert "a larger pool only delays this" in held.fix
    (running,) = run("PA706", facts("rrr", pids="111")).findings
    assert "SHOW FULL PROCESSLIST" in running.fix


@pytest.mark.parametrize(
    ("timeout", "why"),
    [
        ("pool_timeout = 30", "waits 30 s and fails with QueuePool limit of size 2 overflow 1 reached"),
        ('pool_timeout = "${T}"', "waits for a connection, and fails if none comes back in time"),
    ],
)
def test_says_what_happens_next(timeout: str, why: str) -> None:
    (finding,) = run("PA706", facts("hhh", pids="111", pools=f"{POOL}{timeout}\n")).findings
    assert why in finding.why


def test_evidence() -> None:
    (finding,) = run("PA706", facts("hhr", pids="111", more=counters(20, 200))).findings
    assert finding.evidence == {
        "open_connections": 3,
        "running_sessions": 1,
        "held_sessions": 2,
        "ceiling_connections": 3,
        "connected_connections": 20,
        "max_connections": 200,
    }
    assert finding.about == "app@10.0.0.1 (web, pid 1)"


def test_at_least_one_of_several() -> None:
    (finding,) = run("PA706", facts("hhhhh", pools=processes(2))).findings
    assert finding.message.startswith("at least one of the 2 processes of app@10.0.0.1 has all 3 connections")


def with_others(uses: str, pids: str | None = "111") -> str:
    """Facts of a pool whose URL names no account, on a server with another account's session."""
    toml = facts(uses, pids=pids, pools=NAMELESS + "deployment = { processes = 1 }\n")
    return toml.replace("processlist = [", 'processlist = [{ id = 99, user = "monitor", command = "Query" }, ')


def test_several_accounts_and_no_name() -> None:
    (finding,) = run("PA706", with_others("hhh")).findings
    assert "(taken to be app.yaml, which names no account)" in finding.message
    assert severities(run("PA706", with_others("hh", "11"))) == []
    for unsure in (with_others("hhhh", "1111"), with_others("hhh", None)):
        assert [gap.missing.part for gap in run("PA706", unsure).unanswered] == ["account"]


def test_a_wait_without_end() -> None:
    found = facts_from(facts("hhh", pids="111"))
    words = {"url": "mysql://app@db/shop", "pool_size": 3, "max_overflow": 0, "pool_timeout": None}
    fits = (Fit(found.servers[0], (deployment_from_words(words, "app.yaml"),)),)
    (finding,) = audit(found._replace(fits=fits), (RULES["PA706"],), Policy()).findings
    assert finding.why == "the next request waits for a connection without end (pool_timeout: null)"
