"""PA202: who sleeps on a lock, and who merely runs long."""

from tests.rules.run import run, severities


def facts(blocker: str, waits: str) -> str:
    return f"""
        processlist = [
            {{ id = 7, command = "{blocker}", time_seconds = 90 }}, {{ id = 8, command = "Query" }},
            {{ id = 9, command = "Query" }},
        ]
        lock_waits = [{waits}]
    """


WAITS = """
    { blocking_id = 7, waiting_id = 8, waited_seconds = 12 }, { blocking_id = 7, waiting_id = 9, waited_seconds = 3 },
    { blocking_id = 8, waiting_id = 9, waited_seconds = 3 },
"""


def test_a_sleeping_blocker_is_an_error_and_names_the_kill() -> None:
    report = run("PA202", facts("Sleep", WAITS))
    assert severities(report) == ["error"]
    (finding,) = report.findings
    assert "KILL 7;" in finding.fix
    assert finding.evidence == {
        "blocking_sessions": 1,
        "waiting_sessions": 2,
        "longest_wait_seconds": 12,
        "threads": "7",
    }


def test_a_running_blocker_is_no_sleeper() -> None:
    assert severities(run("PA202", facts("Query", WAITS))) == []


def test_quiet_where_nobody_waits() -> None:
    assert severities(run("PA202", facts("Sleep", ""))) == []


def test_unanswered_without_lock_waits() -> None:
    report = run("PA202", 'missing = ["lock_waits"]')
    assert [gap.missing.part for gap in report.unanswered] == ["lock_waits"]
