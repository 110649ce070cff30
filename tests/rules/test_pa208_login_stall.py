"""PA208 by number and by age."""

import pytest

from tests.rules.run import run, severities


def facts(sessions: int, age: int) -> str:
    rows = [
        f'{{ id = {number}, user = "unauthenticated user", command = "Connect", time_seconds = {age} }}'
        for number in range(sessions)
    ]
    return f"processlist = [{', '.join(rows)}]"


@pytest.mark.parametrize(
    ("sessions", "age", "expected"),
    [(4, 10, []), (5, 0, ["warning"]), (1, 10, []), (1, 11, ["warning"]), (1, 2**32 - 1, []), (0, 0, [])],
)
def test_thresholds(sessions: int, age: int, expected: list[str]) -> None:
    assert severities(run("PA208", facts(sessions, age))) == expected


def test_who_has_not_logged_in_belongs_to_no_client() -> None:
    (server,) = run("PA208", facts(5, 1)).facts.servers
    assert server.clients == ()
    assert len(server.unauthenticated) == 5


@pytest.mark.parametrize("part", ["variables", "processlist"])
def test_unanswered_without(part: str) -> None:
    assert [gap.missing.part for gap in run("PA208", f'missing = ["{part}"]').unanswered] == [part]
