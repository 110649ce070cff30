"""PA108: connections grow towards max_connections."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from poolaudit.facts.trend import Line, Point, Trend, line_through
from poolaudit.facts.words import duration
from poolaudit.report import Found, Severity
from poolaudit.rule import rule

TIMES_AS_LONG = 2
"""A line is drawn through at least so many times as long a past as it is to tell of the future."""


class Options(NamedTuple):
    """How soon the limit has to be reached, and through how many looks, how well, a line has to go to be believed."""

    warning_seconds: int = 86400
    error_seconds: int = 3600
    at_least_looks: int = 12
    least_fitted_share: float = 0.6


@rule("PA108", "exhaustion-forecast", about=Trend, severity=Severity.WARNING, since="0.1")
def check(trend: Trend, options: Options) -> Iterator[Found]:
    """Connections grow at a pace that reaches max_connections within a day.

    ## Why it matters

    A leak is slow at first: every error path that forgets to close a session costs one connection, and nobody notices
    until the last one is gone. What the history saw of the server shows it days before.

    A straight line is fitted through the connections in use of the last 48 hours (of 12 looks, where those go back
    farther), and through those of the last two hours. It counts where there are at least 12 looks and R², the share of
    their variance that the line explains, is at least 0.6. A warning where it meets `max_connections` in less than 24
    hours, an error in less than one.

    So a day is told from two, in which the rise of one morning is seen to fall again, and an hour from two hours. Where
    there is less of a past, the line tells no farther ahead than it was seen to go.

    Looks before the server last started, and before `max_connections` was last changed, do not count. Without a history
    there is nothing to judge.

    ## What to do

    See which client grows: `poolaudit scan` lists them by connections held. PA201 and PA203 name those that do not give
    theirs back. Restarting that client wins time; closing its sessions in every path ends it.

    ## Fires

    ```toml
    counters = { Threads_connected = 125 }
    usage = { every_seconds = 3600, connected = [60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 120] }
    ```

    ## Stays quiet

    ```toml
    counters = { Threads_connected = 60 }
    usage = { every_seconds = 3600, connected = [60, 62, 59, 61, 60, 58, 60, 61, 59, 60, 62, 60, 61] }
    ```

    ```toml
    counters = { Threads_connected = 125 }
    usage = { every_seconds = 3600, connected = [80, 85, 90, 95, 100, 105, 110, 115, 120] }
    ```
    """
    limit, points = trend.server.max_connections, trend.points()
    if points[-1].connections >= limit:
        return
    nearest = min(
        (found for line in _lines(points, options) if (found := _reached(line, limit, options)) is not None),
        default=None,
        key=lambda found: found[0],
    )
    if nearest is not None:
        yield _found(*nearest, points[-1].connections, limit, options)


def _lines(points: Sequence[Point], options: Options) -> Iterator[tuple[Line, float]]:
    """Fit a line through each stretch of the past that is long enough, and say how far ahead it may tell."""
    for ahead, least in ((options.warning_seconds, options.at_least_looks), (options.error_seconds, 0)):
        back = max(ahead * TIMES_AS_LONG, -points[-least].at_seconds if 0 < least <= len(points) else 0)
        near = [point for point in points if -point.at_seconds <= back]
        line = line_through(near) if len(near) >= options.at_least_looks else None
        if line is not None:
            yield line, min(ahead, line.span_seconds)


def _reached(told: tuple[Line, float], limit: int, options: Options) -> tuple[float, Line] | None:
    """Say in how many seconds a line meets the limit, if it is to be believed that far ahead."""
    line, ahead = told
    seconds = line.seconds_until(limit)
    if seconds is None or seconds >= ahead or line.per_second <= 0 or line.fitted_share < options.least_fitted_share:
        return None
    return seconds, line


def _found(seconds: float, line: Line, connected: int, limit: int, options: Options) -> Found:
    when = f"in about {duration(seconds)}" if seconds >= 1 else "any moment"
    return Found(
        message=(
            f"connections grow by {line.per_second * 3600:,.1f} an hour ({line.points:,} looks within"
            f" {duration(line.span_seconds)}, R² {line.fitted_share:.2f}) and reach max_connections ({limit:,}) {when}"
        ),
        why="then every further connection is refused with error 1040, Too many connections",
        fix="find the client whose connections grow and never come back (PA201, PA203), and close its sessions",
        severity=Severity.ERROR if seconds < options.error_seconds else Severity.WARNING,
        evidence={
            "connected_connections": connected,
            "max_connections": limit,
            "grown_connections_per_hour": round(line.per_second * 3600, 2),
            "fitted_points": line.points,
            "fitted_share": round(line.fitted_share, 4),
            "span_seconds": round(line.span_seconds),
            "reached_in_seconds": round(seconds),
        },
    )
