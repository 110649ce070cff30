"""PA201 at its thresholds, and without its sections."""

import pytest

from tests.rules.run import run, severities


def facts(age: int, command: str = "Sleep", rows: int = 0) -> str:
    return f"""
        processlist = [{{ id = 7, command = "{command}", time_seconds = 0 }}]
        transactions = [{{ id = 7, age_seconds = {age}, rows_modified = {rows} }}]
    """


@pytest.mark.parametrize(
    ("age", "rows", "expected"),
    [
        (59, 0, []),
        (60, 0, ["warning"]),
        (599, 0, ["warning"]),
        (600, 0, ["error"]),
        (29, 1, []),
        (30, 1, ["error"]),
    ],
)
def test_thresholds(age: int, rows: int, expected: list[str]) -> None:
    assert severities(run("PA201", facts(age, rows=rows))) == expected


def test_a_running_transaction_is_not_idle() -> None:
    assert severities(run("PA201", facts(9999, command="Query"))) == []


def test_one_finding_for_all_sessions_of_a_client() -> None:
    rows = ",".join(f'{{ id = {n}, command = "Sleep", time_seconds = {n} }}' for n in range(1, 501))
    trxs = ",".join(f"{{ id = {n}, age_seconds = {n + 100} }}" for n in range(1, 501))
    report = run("PA201", f"processlist = [{rows}]\ntransactions = [{trxs}]")
    (finding,) = report.findings
    assert finding.evidence == {
        "idle_in_transaction_sessions": 500,
        "oldest_transaction_seconds": 600,
        "threads": "500, 499, 498, 497, 496 (and 495 more)",
    }


@pytest.mark.parametrize("part", ["transactions", "processlist"])
def test_unanswered_without(part: str) -> None:
    report = run("PA201", f'missing = ["{part}"]')
    (gap,) = report.unanswered
    assert (gap.code, gap.missing.part) == ("PA201", part)
    assert not report.findings
