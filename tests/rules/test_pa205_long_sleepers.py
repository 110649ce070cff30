"""PA205 by age, by number, and by the pool's own recycle time."""

import pytest

from tests.rules.run import run, severities


def facts(asleep: int, sessions: int = 1, pool: str = "") -> str:
    rows = ", ".join(f"{{ id = {number}, time_seconds = {asleep} }}" for number in range(1, sessions + 1))
    return f"processlist = [{rows}]\n{pool}"


@pytest.mark.parametrize(
    ("asleep", "sessions", "expected"),
    [(3600, 20, []), (3601, 1, ["info"]), (3601, 9, ["info"]), (3601, 10, ["warning"])],
)
def test_thresholds(asleep: int, sessions: int, expected: list[str]) -> None:
    assert severities(run("PA205", facts(asleep, sessions))) == expected


@pytest.mark.parametrize(
    ("recycle", "asleep", "expected"),
    [(300, 300, []), (300, 301, ["info"]), (-1, 3600, []), (-1, 3601, ["info"]), (0, 3600, []), (0, 3601, ["info"])],
)
def test_a_given_recycle_time_is_the_limit(recycle: int, asleep: int, expected: list[str]) -> None:
    pool = f'pools = [{{ url = "mysql+pymysql://app@db1/shop", pool_recycle = {recycle} }}]'
    assert severities(run("PA205", facts(asleep, pool=pool))) == expected


def test_another_accounts_sessions_are_judged_by_the_default() -> None:
    pool = 'pools = [{ url = "mysql+pymysql://other@db1/shop", pool_recycle = 300 }]'
    assert severities(run("PA205", facts(3600, pool=pool))) == []


@pytest.mark.parametrize(
    ("held", "fix"),
    [
        (0, "lower pool_size to what is used at rest and let max_overflow take the peaks"),
        (1, "close what is held in the code (PA201, PA203), and lower pool_size to what is used at rest"),
        (2, "close what is held in the code (PA201, PA203); the pool's size is not the cause"),
    ],
)
def test_a_smaller_pool_is_not_advised_for_what_is_held(held: int, fix: str) -> None:
    rows = ", ".join(f"{{ id = {number}, age_seconds = 3601 }}" for number in range(1, held + 1))
    (finding,) = run("PA205", facts(3601, sessions=2) + f"transactions = [{rows}]").findings
    assert finding.fix == fix
    assert finding.evidence["held_sessions"] == held


def test_unanswered_without_the_processlist() -> None:
    assert [gap.code for gap in run("PA205", 'missing = ["processlist"]').unanswered] == ["PA205"]
