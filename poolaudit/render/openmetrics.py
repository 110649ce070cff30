"""Metrics for Prometheus: for node_exporter's textfile collector, or whatever else reads a file of them.

Written so that both parsers there are take it: OpenMetrics (https://prometheus.io/docs/specs/om/open_metrics_spec/) and
the older text format that node_exporter reads. All are gauges, for a counter is written in two ways by the two; there
are no moments beside the samples, which node_exporter refuses.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from poolaudit.facts.client import Client
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Server
from poolaudit.render.servers import number_or_none
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.text import safe
from poolaudit.render.verdict import shortened
from poolaudit.report import Report, Severity

MOST_CLIENTS = 20
OTHER = "other"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})

Labels = tuple[tuple[str, str], ...]


class Family(NamedTuple):
    """A metric: its name, what it says, and its samples by their labels; `unit` is the end of the name, or ""."""

    name: str
    help: str
    samples: tuple[tuple[Labels, float], ...]
    unit: str = ""


def text_of(report: Report, *, ascii_only: bool, **_of_other_formats: object) -> str:
    """Give the report as metrics. A name that is not ASCII is escaped as everywhere else under `ascii_only`."""
    lines = (line for family in families_of(report) if family.samples for line in _lines(family, ascii_only=ascii_only))
    return "\n".join((*lines, "# EOF")) + "\n"


def families_of(report: Report) -> Iterator[Family]:
    """Give every metric, also those that this report has no sample of."""
    facts = report.facts
    servers = facts.servers
    labels = [server.label for server in servers] + [one.label for one in facts.unreached]
    up = [(server.label, float(server.was_read)) for server in servers]
    up += [(one.label, 0.0) for one in facts.unreached]
    moments: list[tuple[str, datetime]] = [(server.label, server.taken_at) for server in servers]
    moments += [(one.label, facts.taken_at) for one in facts.unreached]
    yield Family(
        "poolaudit_last_audit_timestamp_seconds",
        "When the server was audited last, or was to be.",
        tuple((_of(label), moment.timestamp()) for label, moment in moments or [("", facts.taken_at)]),
        "seconds",
    )
    yield Family(
        "poolaudit_up", "Whether the audit got in (1) or not (0).", tuple((_of(name), is_) for name, is_ in up)
    )
    for name, words, read in _GAUGES:
        yield _gauge(name, words, servers, read)
    yield _findings(report, labels)
    yield _by_rule(report)
    yield from _changes(report)
    yield _unanswered(report, labels)
    yield Family(
        "poolaudit_ignored_findings", "Findings that the settings accept.", (((), float(len(report.ignored))),)
    )
    yield from _clients(servers)


_GAUGES: tuple[tuple[str, str, Callable[[Server], int]], ...] = (
    ("poolaudit_connections", "Connections in use (Threads_connected).", lambda one: one.connected_connections),
    ("poolaudit_connections_running", "Of these, those that do something (Threads_running).",
     lambda one: one.counter("Threads_running")),
    ("poolaudit_connections_peak", "The most at once since the counters began (Max_used_connections).",
     lambda one: one.peak_connections),
    ("poolaudit_connections_max", "How many the server lets in (max_connections).", lambda one: one.max_connections),
    ("poolaudit_uptime_seconds", "For how long the server has been up.", lambda one: one.uptime_seconds),
)  # fmt: skip


def _gauge(name: str, words: str, servers: Iterable[Server], read: Callable[[Server], int]) -> Family:
    known = ((server.label, number_or_none(lambda server=server: read(server))) for server in servers)  # type: ignore[misc]  # mypy knows no such default
    samples = tuple((_of(label), float(number)) for label, number in known if number is not None)
    return Family(name, words, samples, "seconds" if name.endswith("_seconds") else "")


def _findings(report: Report, labels: list[str]) -> Family:
    """Count findings by server and severity, none of them too; those about no server are the empty one's."""
    counts = {(label, severity): 0 for label in labels for severity in Severity}
    counts |= {("", severity): 0 for severity in Severity}
    for finding in report.findings:
        counts[finding.subject if finding.subject in labels else "", finding.severity] += 1
    samples = tuple(
        (_of(label, ("severity", severity.word)), float(number)) for (label, severity), number in counts.items()
    )
    return Family("poolaudit_findings", "Findings; those of pools and files have no server.", samples)


def _by_rule(report: Report) -> Family:
    labels = {server.label for server in report.facts.servers} | {one.label for one in report.facts.unreached}
    counts: dict[Labels, float] = {}
    for finding in report.findings:
        about = finding.subject if finding.subject in labels else ""
        key = _of(about, ("code", finding.code), ("rule", finding.rule), ("severity", finding.severity.word))
        counts[key] = counts.get(key, 0.0) + 1
    return Family("poolaudit_rule_findings", "Findings of each rule that fired.", tuple(counts.items()))


def _changes(report: Report) -> Iterator[Family]:
    changes = report.changes
    numbers = (len(changes.new), len(changes.resolved)) if changes is not None and changes.before is not None else ()
    names = (
        ("poolaudit_new_findings", "Findings that the audit before did not have."),
        ("poolaudit_resolved_findings", "Findings of the audit before that are gone."),
    )
    for position, (name, words) in enumerate(names):
        yield Family(name, words, (((), float(numbers[position])),) if numbers else ())


def _unanswered(report: Report, labels: list[str]) -> Family:
    codes: dict[str, set[str]] = {label: set() for label in labels}
    for gap in report.unanswered:
        codes.setdefault(gap.subject if gap.subject in codes else "", set()).add(gap.code)
    samples = tuple((_of(label), float(len(found))) for label, found in codes.items())
    return Family("poolaudit_unanswered_rules", "Rules that could not look; none of them passed.", samples)


def _clients(servers: Iterable[Server]) -> Iterator[Family]:
    """Sum sessions up by client and use. Process ids are no label: each restart would leave its series behind."""
    connections: dict[Labels, float] = {}
    oldest: dict[Labels, float] = {}
    for server in servers:
        for who, clients in _grouped(server).items():
            for use in ("running", "pooled", "held", "unknown"):
                number = sum(len(getattr(client, use)) for client in clients)
                key = _of(server.label, *who, ("use", use))
                connections[key] = connections.get(key, 0.0) + number
            held = [session.idle_seconds for client in clients if (session := client.oldest_held) is not None]
            key = _of(server.label, *who)
            oldest[key] = max(oldest.get(key, 0.0), float(max(held, default=0)))
    yield Family("poolaudit_client_connections", "A client's connections by what they do.", tuple(connections.items()))
    yield Family(
        "poolaudit_client_oldest_held_seconds",
        "For how long a client's oldest held connection has at least been idle; 0 where none is held.",
        tuple(oldest.items()),
        "seconds",
    )


def _grouped(server: Server) -> dict[Labels, list[Client]]:
    """Give the largest clients without their process ids, and all others as one, so that there are never many."""
    try:
        clients = server.clients
    except FactMissingError:
        return {}
    found: dict[Labels, list[Client]] = {}
    for client in clients:
        found.setdefault(_who(client), []).append(client)
    largest = sorted(found, key=lambda who: -sum(len(client.sessions) for client in found[who]))
    groups = {who: found[who] for who in largest[:MOST_CLIENTS]}
    if len(largest) > MOST_CLIENTS:
        rest = (("account", OTHER), ("host", OTHER), ("program", OTHER))
        groups.setdefault(rest, []).extend(client for who in largest[MOST_CLIENTS:] for client in found[who])
    return groups


def _who(client: Client) -> Labels:
    key = client.key
    return (("account", key.user), ("host", key.host), ("program", key.program or ""))


def _of(server: str, *labels: tuple[str, str]) -> Labels:
    return tuple((name, shortened(safe(value))) for name, value in (("server", server), *labels))


def _lines(family: Family, *, ascii_only: bool) -> Iterator[str]:
    yield f"# TYPE {family.name} gauge"
    if family.unit:
        yield f"# UNIT {family.name} {family.unit}"
    yield f"# HELP {family.name} {family.help}"
    for labels, number in family.samples:
        pairs = ",".join(f'{name}="{_escaped(value, ascii_only=ascii_only)}"' for name, value in labels)
        braced = f"{{{pairs}}}" if pairs else ""
        yield f"{family.name}{braced} {number:.15g}"


def _escaped(value: str, *, ascii_only: bool) -> str:
    return (to_ascii(value) if ascii_only else value).translate(_ESCAPES)
