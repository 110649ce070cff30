"""A server in one line, and its connections in use, at their peak and at most."""

from collections.abc import Callable
from datetime import UTC

from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.server import Flavor, Server
from poolaudit.facts.words import count, duration, percent
from poolaudit.render.shape import Clients, ServerPart, Trend, Usage
from poolaudit.render.text import safe
from poolaudit.report import Report, Severity

_FLAVORS = {
    Flavor.MYSQL: "MySQL",
    Flavor.MARIADB: "MariaDB",
    Flavor.PERCONA: "Percona Server",
    Flavor.AURORA: "Aurora MySQL",
}
_ABOUT_CAPACITY = "PA1"
_LIMITS = ("max_connections", "max_user_connections", "wait_timeout")


def number_or_none(read: Callable[[], int]) -> int | None:
    """Give a server's number, None where it could not be read."""
    try:
        return read()
    except FactMissingError:
        return None


def server_part(report: Report, server: Server, clients: Clients) -> ServerPart:
    """Say a server, all but its clients, in words."""
    return ServerPart(
        safe(server.title),
        safe(", ".join(_described(server))),
        usage_of(report, server),
        clients,
        safe(server.label),
        _trend_of(report, server),
    )


def _trend_of(report: Report, server: Server) -> Trend | None:
    if not report.facts.usage:
        return None
    from poolaudit.render.trend import trend_of  # noqa: PLC0415 - only where there is a history

    return trend_of(report, server)


def against_words(server: Server) -> str:
    """Say a server that pools are held against by what they are held against."""
    words = [f"{_FLAVORS[server.flavor]} {server.version}"] if server.version else []
    if server.refused is not None:
        words.append(f"refused with {server.refused.error} ({server.refused.message})")
    for name in _LIMITS:
        limit = number_or_none(lambda name=name: server.number(name))  # type: ignore[misc]  # mypy knows no such default
        if limit is not None:
            words.append(f"{name} {limit}")
    return safe(f"{server.title}: {', '.join(words) or 'nothing is known of it'}")


def _described(server: Server) -> list[str]:
    words = [f"{_FLAVORS[server.flavor]} {server.version}"] if server.version else []
    if server.refused is not None:
        words.append(f"refused with {server.refused.error} ({server.refused.message})")
    uptime = number_or_none(lambda: server.uptime_seconds)
    if uptime is not None:
        words.append(f"up {duration(uptime)}")
    words.append(f"read {server.taken_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    if not isinstance(server.sections.later, Missing):
        words.append(f"and again after {duration(server.sections.later.after_seconds)}")
    return words


def usage_of(report: Report, server: Server) -> Usage:
    """Say a server's connections in use, at their peak and at most."""
    connected = number_or_none(lambda: server.connected_connections)
    peak = number_or_none(lambda: server.peak_connections)
    limit = number_or_none(lambda: server.max_connections)
    words = _usage_words(connected, peak, limit, refused=server.refused is not None)
    running = number_or_none(lambda: server.counter("Threads_running"))
    if running is not None:
        # The server counts its own threads in it too, the event scheduler among them, and so may pass the connections.
        words += f", {count(running, 'thread')} running"
    return Usage(connected, peak, limit, words, _capacity_severity(report, server))


def _usage_words(connected: int | None, peak: int | None, limit: int | None, *, refused: bool) -> str:
    if connected is None and peak is None and limit is None:
        return "" if refused else "not known"
    in_use = "?" if connected is None else f"{connected:,}"
    of = "?" if limit is None else f"{limit:,}"
    share = f" ({percent(connected / limit)})" if connected is not None and limit else ""
    top = "?" if peak is None else f"{peak:,}"
    return f"{in_use} of {of} in use{share}, peak {top}"


def _capacity_severity(report: Report, server: Server) -> Severity | None:
    found = (
        finding.severity
        for finding in report.findings
        if finding.subject == server.label and finding.code.startswith(_ABOUT_CAPACITY)
    )
    return max(found, default=None)
