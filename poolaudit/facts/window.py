"""The time that counters are judged over: as short and as recent a one as there are readings for."""

from collections.abc import Mapping
from enum import Enum

from poolaudit.facts.earlier import Earlier, SinceEarlier, since_earlier
from poolaudit.facts.missing import FactMissingError, Missing, known
from poolaudit.facts.server import Server
from poolaudit.facts.words import duration

REFUSED = "Connection_errors_max_connections"
KEPT_COUNTERS = (
    "Aborted_clients",
    "Aborted_connects",
    "Connections",
    REFUSED,
    "Max_used_connections",
    "Questions",
    "Threads_created",
    "Uptime",
    "Uptime_since_flush_status",
)
"""What an audit leaves to the next one: whatever a rule asks a Window for, and what the Window itself needs."""


def counting_seconds(server: Server) -> int:
    """For how long the counters have counted: since the server started, or since FLUSH STATUS where that came later."""
    uptime = server.uptime_seconds
    return min(uptime, known(server.sections.counters).get("Uptime_since_flush_status", uptime))


class Span(Enum):
    """Which stretch of time: the server's life, the part of it since the last audit, or between two readings.

    RESTART is a life that began after the last audit, so that all of it is recent.
    """

    LIFE = "life"
    RESTART = "restart"
    AUDITS = "audits"
    READINGS = "readings"


class Window:
    """A server's counters over one stretch of time, `seconds` long (at least 1).

    Two readings of this audit win over the last audit's, and those over the server's lifetime. `is_interval` is whether
    it is not the lifetime; in a ratio of lifetime counters, what happens now hardly shows.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        since = None if not isinstance(server.sections.later, Missing) else _since_earlier(server)
        self._earlier = server.earlier if since is not None and not since.restarted else None
        self.span = _span(server, since)
        self.seconds = float(max(self._seconds(since), 1))

    def _seconds(self, since: SinceEarlier | None) -> float:
        if self.span is Span.READINGS:
            return self.server.later.after_seconds
        if self.span is Span.AUDITS and since is not None:
            return since.seconds
        return self.server.uptime_seconds

    @property
    def is_interval(self) -> bool:
        """Whether it is a stretch of the recent past, and not the server's whole life."""
        return self.span is not Span.LIFE

    @property
    def since_start(self) -> bool:
        """Whether it goes back to the server's start, be that recent or not."""
        return self.span in {Span.LIFE, Span.RESTART}

    def gained(self, name: str) -> int:
        """By how much a counter grew; FactMissingError where the server has none of this name, or no second one.

        A counter that went backwards was flushed in between: what it shows since is what it gained at least.
        """
        if self._earlier is not None:
            return self._gained_since(self._earlier, name)
        gained = self.server.gained(name)
        if gained is not None:
            return gained
        if self.span is Span.READINGS:
            raise FactMissingError(Missing(name, f"the second reading has no counter {name}"))
        return self.server.counter(name)

    def _gained_since(self, earlier: Earlier, name: str) -> int:
        now, then = self.server.counter(name), earlier.counters.get(name)
        if then is None:
            raise FactMissingError(Missing(name, f"the last audit read no counter {name}"))
        return now - then if now >= then else now

    @property
    def earlier(self) -> Mapping[str, int] | None:
        """The last audit's counters where it goes back to that audit, else None."""
        return None if self._earlier is None else self._earlier.counters

    @property
    def words(self) -> str:
        """Say when: `within 10 s`, `since the last audit 24 h ago`, or `since the server started 30 d ago`."""
        if self.span is Span.READINGS:
            return f"within {duration(self.seconds)}"
        if self.span is Span.AUDITS:
            return f"since the last audit {duration(self.seconds)} ago"
        return f"since the server started {duration(self.seconds)} ago"

    @property
    def ratio(self) -> str:
        """Say what a ratio of it is: `ratio of the interval` or `lifetime ratio`."""
        return "ratio of the interval" if self.is_interval else "lifetime ratio"

    @property
    def flushed_seconds(self) -> int | None:
        """For how long the counters have been counting if FLUSH STATUS came in between; None where it did not.

        Measured: FLUSH STATUS sets Aborted_clients to 0 on MySQL 5.6 and 9.7, Aborted_connects on 5.6 only; MariaDB's
        FLUSH GLOBAL STATUS sets both and Questions to 0; none of them touches Connections. All three servers tell when
        by Uptime_since_flush_status.
        """
        if self.span is Span.READINGS:
            return None
        since = counting_seconds(self.server)
        if since == self.server.uptime_seconds or since >= self.seconds:
            return None
        return since

    def refuse_if_flushed(self, name: str, share: float, limit_share: float) -> None:
        """Raise FactMissingError where a counter's share of Connections is below a limit only because it was flushed.

        Connections has been counting longer than the counter then. How many came since is not known; with connections
        coming evenly, the share would be above the limit.
        """
        flushed = self.flushed_seconds
        if flushed is not None and share * self.seconds / max(flushed, 1) > limit_share:
            because = (
                f"FLUSH STATUS set it to 0 {duration(flushed)} ago,"
                f" while Connections has been counting for {duration(self.seconds)}"
            )
            raise FactMissingError(Missing(name, because, "--interval 60"))


def _since_earlier(server: Server) -> SinceEarlier | None:
    """Say what lies between the last audit and this one; None where there is none that can be compared with."""
    if server.earlier is None:
        return None
    return since_earlier(server.earlier, server.taken_at, server.uptime_seconds)


def _span(server: Server, since: SinceEarlier | None) -> Span:
    if not isinstance(server.sections.later, Missing):
        return Span.READINGS
    if since is None:
        return Span.LIFE
    return Span.RESTART if since.restarted else Span.AUDITS
