"""How full a server was over time: its looks put into few buckets, for pictures and bars of any width."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import NamedTuple

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Server
from poolaudit.facts.usage import Usage
from poolaudit.facts.window import Span, Window
from poolaudit.facts.words import count, duration
from poolaudit.render.changes import day
from poolaudit.render.shape import Trend
from poolaudit.report import Report

FEWEST_LOOKS = 2
_REFUSALS = "Connection_errors_max_connections"
MOST_BUCKETS = 300
# A start is worked out from an uptime in whole seconds: two looks at one start may differ by a few.
_SAME_START = timedelta(seconds=60)


class Bucket(NamedTuple):
    """The looks of one stretch of time in one: the most and the average connected, the limit, how often refused.

    `most_connections` is None where no look told it, and `was_unread` True where one of them did not get in.
    `restarted` says that the server started anew since the bucket before.
    """

    begins_at: datetime
    most_connections: int | None
    average_connections: float | None
    max_connections: int | None
    refused_connections: int
    was_unread: bool = False
    restarted: bool = False


def trend_of(report: Report, server: Server) -> Trend | None:
    """Give a server's past and this audit's look at the end of it; None where there is no past."""
    now = _look(server)
    known = report.facts.usage.get(server.label, ())
    earlier = tuple(one for one in known if one.taken_at < now.taken_at)
    same = next((one for one in known if one.taken_at == now.taken_at), now)
    return _trend((*earlier, same))


def _trend(looks: tuple[Usage, ...]) -> Trend | None:
    return Trend(looks, _words(looks)) if len(looks) >= FEWEST_LOOKS else None


def bucketed(looks: Sequence[Usage], most: int) -> tuple[Bucket, ...]:
    """Put looks that are in order of time into `most` buckets of one length; those without a look are left out.

    Each look counts for the bucket it falls into. Few looks are a bucket each.
    """
    if len(looks) <= most:
        groups = [[one] for one in looks]
    else:
        begin, end = looks[0].taken_at, looks[-1].taken_at
        length = max((end - begin) / most, timedelta(microseconds=1))
        found: dict[int, list[Usage]] = {}
        for one in looks:
            found.setdefault(min((one.taken_at - begin) // length, most - 1), []).append(one)
        groups = list(found.values())
    starts = _starts(groups)
    return tuple(_bucket(group, restarted=starts[number]) for number, group in enumerate(groups))


def top_of(buckets: Iterable[Bucket]) -> int:
    """Give the round number that a picture's scale ends at: the limit, or more where more was connected."""
    highest = max((max(one.most_connections or 0, one.max_connections or 0) for one in buckets), default=0)
    if highest == 0:
        return 1
    unit: int = max(10 ** (len(str(highest)) - 1) // 5, 1)
    return unit * ceil(highest * 1.05 / unit)


def _starts(groups: Sequence[Sequence[Usage]]) -> list[bool]:
    """Say of each group whether the server had started anew since the group before."""
    answers, last = [], None
    for group in groups:
        known = [one.started_at for one in group if one.started_at is not None]
        answers.append(bool(known) and last is not None and max(known) - last > _SAME_START)
        last = known[-1] if known else last
    return answers


def _bucket(looks: Sequence[Usage], *, restarted: bool) -> Bucket:
    connected = [one.connected_connections for one in looks if one.connected_connections is not None]
    limits = [one.max_connections for one in looks if one.max_connections is not None]
    return Bucket(
        begins_at=looks[0].taken_at,
        most_connections=max(connected, default=None),
        average_connections=sum(connected) / len(connected) if connected else None,
        max_connections=limits[-1] if limits else None,
        refused_connections=sum(one.refused_connections or 0 for one in looks),
        was_unread=not all(one.was_read for one in looks),
        restarted=restarted,
    )


def _look(server: Server) -> Usage:
    def known(name: str) -> int | None:
        try:
            return int(getattr(server, name))
        except FactMissingError:
            return None

    return Usage(
        taken_at=server.taken_at,
        connected_connections=known("connected_connections"),
        peak_connections=known("peak_connections"),
        max_connections=known("max_connections"),
        refused_connections=_refused(server),
        started_at=_started_at(server.taken_at, known("uptime_seconds")),
        was_read=server.was_read,
    )


def _refused(server: Server) -> int | None:
    """By how much the server's refusals grew since the last audit, None where that is not known."""
    try:
        window = Window(server)
        return window.gained(_REFUSALS) if window.span in {Span.AUDITS, Span.RESTART} else None
    except FactMissingError:
        return None


def _started_at(taken_at: datetime, uptime_seconds: int | None) -> datetime | None:
    try:
        return None if uptime_seconds is None else taken_at - timedelta(seconds=uptime_seconds)
    except OverflowError:
        return None


def _words(looks: Sequence[Usage]) -> str:
    """Say the trend in a sentence: over how long, between what, how often refused, how often out of reach."""
    begin, end = looks[0].taken_at.astimezone(UTC), looks[-1].taken_at
    connected = [one.connected_connections for one in looks if one.connected_connections is not None]
    since = f"since {day(begin, end)} ({duration((end - begin).total_seconds())}, {count(len(looks), 'audit')})"
    between = f"{min(connected):,} to {max(connected):,} connections in use" if connected else "connections not known"
    refused = sum(one.refused_connections or 0 for one in looks)
    unread = sum(not one.was_read for one in looks)
    times = f", {count(refused, 'connection')} refused" if refused else ""
    blind = f", no answer in {count(unread, 'audit')}" if unread else ""
    return f"{since}: {between}{times}{blind}"
