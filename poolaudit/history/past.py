"""What a history knows of a server before an audit, as the audit and its comparison want it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from poolaudit.facts.earlier import Earlier, since_earlier
from poolaudit.facts.usage import Usage
from poolaudit.report import Severity

MOST_POINTS = 2000
"""More looks than this are thinned out: a picture of the week has no room for them."""


class State(StrEnum):
    """How a finding stood in a run: found, accepted by an ignore, or not looked at again since it was found."""

    FOUND = "found"
    IGNORED = "ignored"
    CARRIED = "carried"


class KeptFinding(NamedTuple):
    """A finding as a run kept it: since when it stands, and in how many audits it was found since."""

    code: str
    rule: str
    severity: Severity
    subject: str
    about: str
    message: str
    fingerprint: str
    state: State
    since: datetime
    audits: int


class Look(NamedTuple):
    """One look at a server's use, as it was kept; `refused_connections` is the server's counter as it stood."""

    taken_at: datetime
    uptime_seconds: int | None
    connected_connections: int | None
    running_connections: int | None
    peak_connections: int | None
    max_connections: int | None
    refused_connections: int | None
    was_read: bool


class Past(NamedTuple):
    """What was kept of one server. `taken_at` is that of its last audit, None where there is none.

    `earlier` are the counters of the last audit that read them, `usage` the looks of the last days, oldest first.
    """

    label: str
    taken_at: datetime | None = None
    earlier: Earlier | None = None
    findings: tuple[KeptFinding, ...] = ()
    usage: tuple[Usage, ...] = ()


def trend_of(looks: Iterable[Look]) -> tuple[Usage, ...]:
    """Make a trend of looks, oldest first: refusals become what was gained from one look to the next."""
    return thinned(tuple(_trend(looks)))


def _trend(looks: Iterable[Look]) -> Iterator[Usage]:
    before: Look | None = None
    started_at: datetime | None = None
    for look in looks:
        gained = None if before is None else _gained(before, look)
        if gained is None or gained.restarted or started_at is None:
            started_at = _started_at(look)
        yield Usage(
            taken_at=look.taken_at,
            connected_connections=look.connected_connections,
            running_connections=look.running_connections,
            peak_connections=look.peak_connections,
            max_connections=look.max_connections,
            refused_connections=None if gained is None else gained.refused_connections,
            started_at=None if look.uptime_seconds is None else started_at,
            was_read=look.was_read,
        )
        before = look if look.uptime_seconds is not None else before


class _Gained(NamedTuple):
    refused_connections: int | None
    restarted: bool


def _gained(before: Look, look: Look) -> _Gained | None:
    """Say what came between two looks; None where they are not of one server, or one of them read nothing."""
    if before.uptime_seconds is None or look.uptime_seconds is None:
        return None
    since = since_earlier(
        Earlier(before.taken_at, {"Uptime": before.uptime_seconds}), look.taken_at, look.uptime_seconds
    )
    if since is None:
        return None
    then, now = before.refused_connections, look.refused_connections
    if then is None or now is None:
        return _Gained(None, since.restarted)
    # A counter that went backwards was flushed: what it shows is what it gained at least.
    return _Gained(now if since.restarted or now < then else now - then, since.restarted)


def _started_at(look: Look) -> datetime | None:
    if look.uptime_seconds is None:
        return None
    try:
        return look.taken_at - timedelta(seconds=look.uptime_seconds)
    except OverflowError:
        return None


def thinned(points: tuple[Usage, ...], most: int = MOST_POINTS) -> tuple[Usage, ...]:
    """Leave the fullest look of each stretch of looks, with the refusals of them all; the last one always stays."""
    if len(points) <= most:
        return points
    size = -(-len(points) // (most - 1))
    *rest, last = points
    stretches = (rest[start : start + size] for start in range(0, len(rest), size))
    return (*(_fullest(stretch) for stretch in stretches), last)


def _fullest(stretch: list[Usage]) -> Usage:
    refused = [one.refused_connections for one in stretch if one.refused_connections is not None]
    fullest = max(stretch, key=lambda one: -1 if one.connected_connections is None else one.connected_connections)
    return fullest._replace(refused_connections=sum(refused) if refused else None)
