"""PA203 at its thresholds, by its evidence, and where the evidence lacks."""

import pytest

from tests.rules.run import run, severities


def facts(asleep: int, kind: str, *, pinged: str = "false", others: str = "rollback", command: str = "Sleep") -> str:
    return f"""
        processlist = [{{ id = 7, command = "{command}", time_seconds = {asleep} }}, {{ id = 8, time_seconds = 3 }}]
        statements = [{{ id = 7, kind = "{kind}", pinged = {pinged} }}, {{ id = 8, kind = "{others}" }}]
    """


@pytest.mark.parametrize(("asleep", "expected"), [(59, []), (60, ["warning"]), (599, ["warning"]), (600, ["error"])])
def test_thresholds(asleep: int, expected: list[str]) -> None:
    assert severities(run("PA203", facts(asleep, "select"))) == expected


@pytest.mark.parametrize("kind", ["rollback", "commit", "Reset Connection", "Change user"])
def test_what_ends_a_piece_of_work_is_no_evidence(kind: str) -> None:
    assert severities(run("PA203", facts(9999, kind))) == []


def test_a_ping_after_the_statement_changes_nothing() -> None:
    assert severities(run("PA203", facts(9999, "select", pinged="true"))) == ["error"]


def test_nothing_is_concluded_of_a_client_that_shows_no_reset() -> None:
    assert severities(run("PA203", facts(9999, "select", others="select"))) == []


def test_what_was_done_last_is_said_by_its_digest_or_else_its_kind() -> None:
    (by_kind,) = run("PA203", facts(60, "select")).findings
    (by_digest,) = run("PA203", facts(60, "select").replace("pinged", 'digest = "SELECT ?", pinged', 1)).findings
    assert by_kind.evidence["last_statement"] == "select"
    assert by_digest.evidence["last_statement"] == "SELECT ?"


def test_a_sessions_own_history_counts_too() -> None:
    alone = """
        processlist = [{ id = 7, time_seconds = 60 }]
        statements = [{ id = 7, kind = "select", reset_before = true }]
    """
    assert severities(run("PA203", alone)) == ["warning"]


def test_an_open_transaction_is_another_rules_matter() -> None:
    assert severities(run("PA203", facts(9999, "select") + "transactions = [{ id = 7, age_seconds = 9999 }]")) == []


def test_who_runs_is_not_asleep() -> None:
    assert severities(run("PA203", facts(9999, "select", command="Query"))) == []


def test_unanswered_without_statements() -> None:
    report = run("PA203", 'missing = ["statements"]')
    assert [gap.missing.part for gap in report.unanswered] == ["statements"]


def test_sleepers_that_performance_schema_lost_leave_it_unanswered_beside_what_was_found() -> None:
    report = run(
        "PA203",
        """
        processlist = [{ id = 7, time_seconds = 60 }, { id = 8 }, { id = 9, time_seconds = 60 }]
        statements = [{ id = 7, kind = "select" }, { id = 8, kind = "rollback" }]
        """,
    )
    assert len(report.findings) == 1
    (gap,) = report.unanswered
    assert "1 sleeping session" in gap.missing.because
    assert "performance_schema_max_thread_instances" in gap.missing.remedy


def test_sleepers_that_fell_asleep_just_now_need_no_evidence() -> None:
    assert severities(run("PA203", "processlist = [{ id = 7, time_seconds = 59 }]\nstatements = []")) == []
