"""From a report to what is kept of it."""

from collections.abc import Callable, Iterator

from poolaudit.facts.client import Client
from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.reaped import reaped_counters
from poolaudit.facts.server import Server
from poolaudit.facts.window import KEPT_COUNTERS, REFUSED
from poolaudit.history.values import Row
from poolaudit.report import Report, Severity

LARGEST = 2**63 - 1
MOST_CLIENTS = 100
"""Of more clients than this, the largest are kept."""
CLIENT_COLUMNS = ("account", "host", "program", "pid", "connections", "running", "pooled", "held", "unknown")


def run_row(label: str, report: Report) -> Row:
    """Give the run itself: which server, how full it was, what could not be read, and how many findings of each kind.

    A number that could not be read, or that no database can hold, is None.
    """
    server = next(iter(report.facts.servers), None)
    return {
        "label": label,
        "address": _address(report),
        "version": server.version if server is not None else "",
        "flavor": str(server.flavor) if server is not None and server.version else "",
        "taken_at": report.facts.taken_at,
        "uptime_seconds": _number(server, lambda one: one.uptime_seconds),
        "connected_connections": _number(server, lambda one: one.connected_connections),
        "running_connections": _number(server, lambda one: one.counter("Threads_running")),
        "peak_connections": _number(server, lambda one: one.peak_connections),
        "max_connections": _number(server, lambda one: one.max_connections),
        "refused_connections": _number(server, lambda one: one.counter(REFUSED)),
        "was_read": server is not None and server.was_read,
        "missing": "\n".join(_missing(report)),
        "errors": report.count_of(Severity.ERROR),
        "warnings": report.count_of(Severity.WARNING),
        "infos": report.count_of(Severity.INFO),
        "unanswered": len(report.unanswered),
    }


def counter_rows(report: Report) -> list[Row]:
    """Give the counters that the next audit may want to compare with, as the last reading of them saw them."""
    server = next(iter(report.facts.servers), None)
    if server is None or isinstance(server.sections.counters, Missing):
        return []
    seen = server.sections.counters
    kept = {name: seen[name] for name in KEPT_COUNTERS if name in seen} | reaped_counters(server)
    return [{"name": name, "value": value} for name, value in kept.items() if _fits(value)]


def client_rows(report: Report) -> list[Row]:
    """Give the clients and their sums, the largest first; none where the processlist could not be read."""
    try:
        clients = report.facts.servers[0].clients if report.facts.servers else ()
    except FactMissingError:
        return []
    return [_client(client) | {"place": place} for place, client in enumerate(clients[:MOST_CLIENTS])]


def _client(client: Client) -> Row:
    key = client.key
    return {
        "account": key.user,
        "host": key.host,
        "program": key.program,
        "pid": key.pid if key.pid is not None and _fits(key.pid) else None,
        "connections": len(client.sessions),
        "running": len(client.running),
        "pooled": len(client.pooled),
        "held": len(client.held),
        "unknown": len(client.unknown),
    }


def _number(server: Server | None, read: Callable[[Server], int]) -> int | None:
    if server is None:
        return None
    try:
        number = read(server)
    except FactMissingError:
        return None
    return number if _fits(number) else None


def _fits(number: int) -> bool:
    return -LARGEST <= number <= LARGEST


def _address(report: Report) -> str:
    facts = report.facts
    addresses = [server.address for server in facts.servers] + [unreached.address for unreached in facts.unreached]
    return addresses[0] if addresses else ""


def _missing(report: Report) -> Iterator[str]:
    yield from (f"server: {one.because}" for one in report.facts.unreached)
    for server in report.facts.servers[:1]:
        yield from _missing_of(server)


def _missing_of(server: Server) -> Iterator[str]:
    if server.refused is not None and not server.was_read:
        yield f"server: it refused the audit ({server.refused.error})"
        return
    for part, section in server.sections._asdict().items():
        if isinstance(section, Missing) and part != "later":
            yield f"{part}: {section.because}"
