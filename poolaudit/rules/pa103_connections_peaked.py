"""PA103: the most connections that were ever in use at once, against max_connections."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Server
from poolaudit.facts.shares import share_of
from poolaudit.facts.window import Span, Window, counting_seconds
from poolaudit.facts.words import duration, percent
from poolaudit.report import Found, Severity
from poolaudit.rule import rule

PEAK = "Max_used_connections"
SLACK_SECONDS = 3600


class Options(NamedTuple):
    """Shares of max_connections that the peak reached; how long ago it may have been to be an error."""

    warning_share: float = 0.85
    error_share: float = 1.0
    recent_seconds: int = 86400


@rule("PA103", "connections-peaked", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Connections came close to the limit, or reached it.

    ## Why it matters

    Max_used_connections is the most that were in use at once since the server started or its status was flushed. A
    peak at the limit means that somebody was most likely refused then, even if it is calm now.

    It is an error where the limit was reached within the last 24 hours: by Max_used_connections_time, between the two
    readings of `--interval`, because the last audit a day ago saw another peak, or because the server has not counted
    for longer. Otherwise it is a warning. MySQLTuner warns at 85 % too.

    The peak can be one above `max_connections`: the server keeps a slot for an account with CONNECTION_ADMIN or SUPER,
    and every login is given it until the server knows whose it is (measured on MySQL 5.6 and 9.7 and MariaDB 11.8). So
    it proves that somebody came when all were in use, and was refused if it was no such account.

    ## What to do

    Find what ran at that moment: a deploy, a job, a burst of requests. Give the pools a ceiling whose sum over all
    processes stays below `max_connections`, with some left for people; `scan --app` works that out.

    ## Fires

    ```toml
    variables = { max_connections = "100" }
    counters = { Max_used_connections = 85 }
    ```

    ```toml
    peak_at = "2026-11-20T18:00:00+00:00"
    variables = { max_connections = "151" }
    counters = { Max_used_connections = 152 }
    ```

    ## Stays quiet

    ```toml
    variables = { max_connections = "100" }
    counters = { Max_used_connections = 84 }
    ```
    """
    peak, limit = _peak(server), server.max_connections
    share = share_of(peak, limit)
    if share < min(options.warning_share, options.error_share):
        return
    when = _when(server, peak, options)
    yield Found(
        message=f"connections peaked at {peak:,} of {limit:,} ({percent(share)}){when or ''}{_beyond(peak, limit)}",
        why="a peak at the limit is when applications are refused with error 1040",
        fix="keep the sum of all pools' ceilings below max_connections, less a reserve; see what ran at the peak",
        severity=Severity.ERROR if share >= options.error_share and when else Severity.WARNING,
        evidence={
            "peak_connections": peak,
            "max_connections": limit,
            "peak_share": round(share, 4),
            "peak_at": None if server.peak_at is None else server.peak_at.isoformat(),
        },
    )


def _later_peak(server: Server) -> int | None:
    later = server.sections.later
    return None if isinstance(later, Missing) else later.counters.get(PEAK)


def _peak(server: Server) -> int:
    """Give the higher of the two readings: a flush in between hides the first, not what it saw."""
    return max(server.peak_connections, _later_peak(server) or 0)


def _when(server: Server, peak: int, options: Options) -> str | None:
    """Say when the peak was, if that is known to be recent; None where it was long ago or nobody can tell.

    A second reading that differs from the first was reached between them, whether it rose or a flush made it fall.
    """
    later = _later_peak(server)
    if later is not None and later == peak != server.peak_connections:
        return " between the two readings"
    if server.peak_at is not None:
        age = server.taken_at - server.peak_at
        recent = age <= timedelta(seconds=options.recent_seconds)
        ago = f"{duration(age.total_seconds())} ago" if age >= timedelta(seconds=1) else "just now"
        return f" {ago}" if recent else None
    if _differs_from_last_audit(server, options):
        return f" {Window(server).words}"
    counted = counting_seconds(server)
    return f" within the last {duration(counted)}" if counted <= options.recent_seconds else None


def _differs_from_last_audit(server: Server, options: Options) -> bool:
    """Whether the peak was reached since the last audit, and that was a day ago: it rose, or a flush let it fall.

    Of two audits a day apart the second may begin a little later in its day than the first.
    """
    window = Window(server)
    if window.span is not Span.AUDITS or window.seconds > options.recent_seconds + SLACK_SECONDS:
        return False
    return (
        server.earlier is not None
        and server.earlier.counters.get(PEAK, server.peak_connections) != server.peak_connections
    )


def _beyond(peak: int, limit: int) -> str:
    if peak <= limit:
        return ""
    if peak == limit + 1:
        return ": the slot kept for CONNECTION_ADMIN or SUPER was used too, by such an account or by one then refused"
    return ": more than the limit and its kept slot, so max_connections was higher then or an administrators' port used"
