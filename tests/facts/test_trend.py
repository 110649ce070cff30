"""The line through the looks of a server."""

from math import isclose

import pytest

from poolaudit.facts.trend import Line, Point, Trend, line_through
from tests.facts_toml import facts_from


def test_a_line() -> None:
    line = line_through([Point(-20, 10), Point(-10, 20), Point(0, 30)])
    assert line is not None
    assert (line.points, line.span_seconds) == (3, 20)
    assert isclose(line.now_connections, 30)
    assert isclose(line.per_second, 1)
    assert isclose(line.fitted_share, 1)


@pytest.mark.parametrize("points", [[], [Point(0, 1)], [Point(0, 1), Point(0, 2)], [Point(-1, 5), Point(0, 5)]])
def test_no_line(points: list[Point]) -> None:
    assert line_through(points) is None


@pytest.mark.parametrize(
    ("now", "per_second", "expected"), [(10, 1, 10), (20, 1, 0), (25, -1, 0), (10, 0, None), (10, -1, None)]
)
def test_when_it_is_there(now: float, per_second: float, expected: float | None) -> None:
    assert Line(3, 20, now, per_second, 1).seconds_until(20) == expected


def test_looks_that_read_nothing_and_those_to_come_are_left_out() -> None:
    facts = facts_from("usage = { every_seconds = 60, connected = [10, 11, 12] }")
    (usage,) = facts.usage.values()
    blind = (usage[0], usage[1]._replace(connected_connections=None), usage[2]._replace(taken_at=facts.taken_at))
    assert Trend(facts.servers[0], blind).points() == (Point(-180, 10), Point(0, 12))
