"""The trend as lines of text, for mail without a picture: one bar a stretch of time, whatever the font."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from poolaudit.render.changes import day
from poolaudit.render.shape import Trend
from poolaudit.render.trend import Bucket, bucketed, top_of

LINES = 12
_BAR = 30


class BarRow(NamedTuple):
    """One stretch of time: when it began, which share of the limit was in use at most (0 to 1), and that in words.

    `share` is None where it is not known.
    """

    when: str
    share: float | None
    words: str


def rows_of(trend: Trend) -> tuple[BarRow, ...]:
    """Give at most LINES stretches of a trend, oldest first; all are measured by the highest limit there was."""
    buckets = bucketed(trend.looks, LINES)
    top = max((one.max_connections or 0 for one in buckets), default=0) or top_of(buckets)
    now = trend.looks[-1].taken_at
    return tuple(BarRow(_when(one.begins_at, now), _share(one, top), _words(one)) for one in buckets)


def bars_of(trend: Trend) -> Iterator[str]:
    """Give a line a stretch: `20 Nov 06:00  ##########....................  51 of 151`, of 76 columns at most."""
    rows = rows_of(trend)
    size = max((len(row.when) for row in rows), default=0)
    for row in rows:
        yield f"{row.when:>{size}}  {_bar(row.share)}  {row.words}".rstrip()


def _when(moment: datetime, now: datetime) -> str:
    today = moment.astimezone(UTC).date() == now.astimezone(UTC).date()
    clock = f"{moment.astimezone(UTC):%H:%M}"
    return clock if today else f"{day(moment, now)} {clock}"


def _share(one: Bucket, top: int) -> float | None:
    return None if one.most_connections is None else min(1.0, one.most_connections / top)


def _bar(share: float | None) -> str:
    if share is None:
        return " " * _BAR
    full = max(round(share * _BAR), 1 if share else 0)
    return "#" * full + "." * (_BAR - full)


def _words(one: Bucket) -> str:
    if one.most_connections is None:
        return "no answer" if one.was_unread else "not known"
    of = f" of {one.max_connections:,}" if one.max_connections is not None else ""
    refused = f", {one.refused_connections:,} refused" if one.refused_connections else ""
    return f"{one.most_connections:,}{of}{refused}"
