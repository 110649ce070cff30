"""The time that counters are judged over: between two readings where there are two, else since the server started."""

from poolaudit.facts.missing import FactMissingError, Missing, known
from poolaudit.facts.server import Server
from poolaudit.facts.words import duration


def counting_seconds(server: Server) -> int:
    """For how long the counters have counted: since the server started, or since FLUSH STATUS where that came later."""
    uptime = server.uptime_seconds
    return min(uptime, known(server.sections.counters).get("Uptime_since_flush_status", uptime))


class Window:
    """A server's counters over one stretch of time, `seconds` long (at least 1).

    `is_interval` is whether it lies between two readings; otherwise it is the server's lifetime, and a ratio of its
    counters is a lifetime ratio, in which what happens now hardly shows.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.is_interval = not isinstance(server.sections.later, Missing)
        self.seconds = server.later.after_seconds if self.is_interval else float(max(server.uptime_seconds, 1))

    def gained(self, name: str) -> int:
        """By how much a counter grew; FactMissingError where the server has none of this name, or no second one."""
        gained = self.server.gained(name)
        if gained is not None:
            return gained
        if self.is_interval:
            raise FactMissingError(Missing(name, f"the second reading has no counter {name}"))
        return self.server.counter(name)

    @property
    def words(self) -> str:
        """Say when: `within 10 s` or `since the server started 30 d ago`."""
        if self.is_interval:
            return f"within {duration(self.seconds)}"
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
        since = counting_seconds(self.server)
        return None if self.is_interval or since == self.server.uptime_seconds else since

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
