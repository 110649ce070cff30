"""PA206 at each of its three thresholds."""

import pytest

from tests.rules.run import run, severities


@pytest.mark.parametrize(
    ("asleep", "connected", "limit", "expected"),
    [
        (9, 11, 22, ["warning"]),
        (9, 11, 23, []),  # less than half of the server is in use
        (10, 10, 20, []),  # ten connections are too few to judge
        (16, 20, 40, []),  # exactly four fifths
        (17, 20, 40, ["warning"]),
        (81, 100, 200, ["warning"]),
    ],
)
def test_thresholds(asleep: int, connected: int, limit: int, expected: list[str]) -> None:
    rows = ", ".join(f"{{ id = {number} }}" for number in range(asleep))
    facts = f"""
        variables = {{ max_connections = "{limit}" }}
        counters = {{ Threads_connected = {connected} }}
        processlist = [{rows}]
    """
    assert severities(run("PA206", facts)) == expected


def test_the_servers_own_threads_are_not_asleep() -> None:
    rows = ", ".join(f'{{ id = {number}, user = "system user" }}' for number in range(12))
    facts = f"variables = {{ max_connections = '12' }}\ncounters = {{ Threads_connected = 12 }}\nprocesslist = [{rows}]"
    assert severities(run("PA206", facts)) == []


@pytest.mark.parametrize("part", ["variables", "counters", "processlist"])
def test_unanswered_without(part: str) -> None:
    assert [gap.missing.part for gap in run("PA206", f'missing = ["{part}"]').unanswered] == [part]
