"""A server with its past: how its connections grew, as far as the looks can be compared, and the line through them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from poolaudit.facts.earlier import DRIFT_SECONDS
from poolaudit.facts.server import Server
from poolaudit.facts.usage import Usage


class Point(NamedTuple):
    """How many connections there were at a moment, in seconds before the audit (0 or less)."""

    at_seconds: float
    connections: int


class Line(NamedTuple):
    """The straight line nearest to points: where it is now, how it grows, and how well it describes them.

    `fitted_share` is R², the share of the points' variance that the line explains.
    """

    points: int
    span_seconds: float
    now_connections: float
    per_second: float
    fitted_share: float

    def seconds_until(self, connections: int) -> float | None:
        """Say in how many seconds it reaches a number, 0 where it is there already; None where it never does."""
        if self.now_connections >= connections:
            return 0.0
        return (connections - self.now_connections) / self.per_second if self.per_second > 0 else None


class Trend(NamedTuple):
    """One server, and what is known of its past, oldest first."""

    server: Server
    usage: tuple[Usage, ...]

    def points(self) -> tuple[Point, ...]:
        """Give the looks since the server started and since max_connections was last changed, and that of now.

        FactMissingError where the server could not be read now.
        """
        now = Point(0.0, self.server.connected_connections)
        return (*reversed(tuple(self._back())), now)

    def _back(self) -> Iterator[Point]:
        """Go back from look to look, to the first that cannot be compared with now."""
        server, limit = self.server, self.server.max_connections
        started_at = server.taken_at - timedelta(seconds=min(server.uptime_seconds, 10**10))
        for look in reversed(self.usage):
            if look.connected_connections is None or look.taken_at >= server.taken_at:
                continue
            if look.max_connections != limit or not _is_same_life(look, started_at):
                return
            yield Point((look.taken_at - server.taken_at) / timedelta(seconds=1), look.connected_connections)


def _is_same_life(look: Usage, started_at: datetime) -> bool:
    if look.started_at is None or look.taken_at < started_at:
        return False
    return abs(look.started_at - started_at) <= timedelta(seconds=DRIFT_SECONDS)


def line_through(points: Sequence[Point]) -> Line | None:
    """Fit a line by least squares; None through fewer than two moments, or through points that are all alike."""
    count = len(points)
    if count == 0:
        return None
    mean_at = sum(point.at_seconds for point in points) / count
    mean = sum(point.connections for point in points) / count
    spread_at = sum((point.at_seconds - mean_at) ** 2 for point in points)
    spread = sum((point.connections - mean) ** 2 for point in points)
    if not spread_at or not spread:
        return None
    together = sum((point.at_seconds - mean_at) * (point.connections - mean) for point in points)
    slope = together / spread_at
    return Line(
        points=count,
        span_seconds=points[-1].at_seconds - points[0].at_seconds,
        now_connections=mean - slope * mean_at,
        per_second=slope,
        fitted_share=together**2 / (spread_at * spread),
    )
