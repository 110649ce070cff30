"""PA207 at both of its thresholds."""

import pytest

from tests.rules.run import run, severities


def facts(asleep: int, running: int, limit: int) -> str:
    rows = [f"{{ id = {number} }}" for number in range(asleep)]
    rows += [f'{{ id = {1000 + number}, command = "Query" }}' for number in range(running)]
    return f"variables = {{ max_connections = '{limit}' }}\nprocesslist = [{', '.join(rows)}]"


@pytest.mark.parametrize(
    ("asleep", "running", "limit", "expected"),
    [(4, 1, 10, ["warning"]), (4, 1, 11, []), (3, 1, 8, []), (8, 2, 20, ["warning"])],
)
def test_thresholds(asleep: int, running: int, limit: int, expected: list[str]) -> None:
    assert severities(run("PA207", facts(asleep, running, limit))) == expected


def test_two_clients_that_share_the_half_are_no_hogs() -> None:
    rows = [f'{{ id = {number}, host = "10.0.0.{number % 2}:1" }}' for number in range(6)]
    assert (
        severities(run("PA207", f"variables = {{ max_connections = '10' }}\nprocesslist = [{', '.join(rows)}]")) == []
    )


@pytest.mark.parametrize("part", ["variables", "processlist"])
def test_unanswered_without(part: str) -> None:
    assert [gap.missing.part for gap in run("PA207", f'missing = ["{part}"]').unanswered] == [part]
