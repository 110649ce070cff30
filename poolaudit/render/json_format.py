"""The report as JSON, version 1: a versioned view for programs, described by report.schema.json beside this file.

Texts are as they came, not made safe to print: JSON's own escapes keep them whole, and a program gets back what the
server said. All is ASCII, one item of a list a line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from poolaudit import __version__
from poolaudit.facts.client import Client
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Server
from poolaudit.facts.setting import Place, Setting
from poolaudit.facts.unreached import Unreached
from poolaudit.render.pools import deployments_of, pools_of, settings_of
from poolaudit.report import Changes, Finding, Ignored, Report, Resolved, Severity, Standing, Unanswered

if TYPE_CHECKING:
    # Types alone: a scan of a server without applications has no pools, and imports nothing of them.
    from poolaudit.facts.fit import Deployment
    from poolaudit.facts.pool import Pool

SCHEMA_VERSION = 1

T = TypeVar("T")
Item = dict[str, Any]


def text_of(report: Report, **_of_other_formats: object) -> str:
    """Give the report as a JSON document; the same report gives the same text."""
    return _written(document_of(report))


def document_of(report: Report) -> Item:
    """Give the report as what json.dumps takes. What is not known, and what has no limit, is None."""
    facts = report.facts
    labels = {server.label for server in facts.known_servers} | {one.label for one in facts.unreached}
    return {
        "schema": SCHEMA_VERSION,
        "poolaudit": __version__,
        "taken_at": moment(facts.taken_at),
        "servers": [_server(server) for server in facts.known_servers],
        "unreached": [_unreached(one) for one in facts.unreached],
        "pools": [_pool(report, pool) for pool in pools_of(report) if not pool.leads_elsewhere],
        "left_alone": [_left_alone(pool) for pool in pools_of(report) if pool.leads_elsewhere],
        "together": list(facts.together),
        "changes": _changes(report.changes) if report.changes is not None else None,
        "findings": [_finding(finding, report.changes) | _on(finding, labels) for finding in report.findings],
        "unanswered": [_unanswered(one) for one in report.unanswered],
        "ignored": [_ignored(one) | _on(one.finding, labels) for one in report.ignored],
        "summary": _summary(report),
    }


def moment(at: datetime) -> str:
    """Give a moment in UTC by ISO 8601, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _written(document: Item) -> str:
    """Write one key a line and one item of a list a line: good to read, to compare, and for json's fast encoder."""
    lines = ",\n".join(f" {json.dumps(key)}: {_value(value)}" for key, value in document.items())
    return "{\n" + lines + "\n}\n"


def _value(value: object) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value, allow_nan=False)
    return "[\n  " + ",\n  ".join(json.dumps(item, allow_nan=False) for item in value) + "\n ]"


def _or_none(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except FactMissingError:
        return None


def _server(server: Server) -> Item:
    return {
        "name": server.name or None,
        "address": server.address,
        "version": server.version or None,
        "flavor": str(server.flavor) if server.version else None,
        "uptime_seconds": _or_none(lambda: server.uptime_seconds),
        "connections": {
            "connected": _or_none(lambda: server.connected_connections),
            "running": _or_none(lambda: server.counter("Threads_running")),
            "peak": _or_none(lambda: server.peak_connections),
            "max": _or_none(lambda: server.max_connections),
        },
        "clients": _or_none(lambda: [_client(client) for client in server.clients]),
    }


def _unreached(one: Unreached) -> Item:
    return {"name": one.name or None, "address": one.address or None, "because": one.because, "remedy": one.remedy}


def _on(finding: Finding, labels: Container[str]) -> Item:
    """Say on which server something was found, by its name or address; none where it is about a pool alone."""
    return {"server": finding.subject if finding.subject in labels else None}


def _client(client: Client) -> Item:
    oldest = client.oldest_held
    return {
        "account": client.key.user,
        "host": client.key.host,
        "program": client.key.program,
        "pid": client.key.pid,
        "connections": len(client.sessions),
        "running": len(client.running),
        "pooled": len(client.pooled),
        "held": len(client.held),
        "unknown": len(client.unknown),
        "oldest_held_seconds": oldest.idle_seconds if oldest is not None else None,
    }


def _pool(report: Report, pool: Pool) -> Item:
    deployments = deployments_of(report, pool)
    first = deployments[0] if deployments else None
    return {
        "name": pool.name,
        "library": pool.library,
        "reading": pool.reading,
        "dialect": pool.url.value.dialect if pool.url.is_known else None,
        "size": _in_force(pool.size),
        "max_overflow": _overflow(pool),
        "recycle_seconds": _in_force(pool.recycle_seconds),
        "pre_ping": _in_force(pool.pre_ping),
        "checkout_timeout_seconds": _in_force(pool.checkout_timeout_seconds),
        "class": _in_force(pool.pool_class),
        "settings": {name: _setting(setting) for name, setting in settings_of(pool, first).items()},
        "deployment": _deployment(first) if first is not None else None,
        "deployments": [{"process": one.process or None} | _deployment(one) | _demand(one) for one in deployments],
    }


def _in_force(setting: Setting[T]) -> T | None:
    return _plain(setting.value) if setting.is_known else None


def _plain(value: T) -> T | None:
    return None if isinstance(value, float) and not isfinite(value) else value


def _overflow(pool: Pool) -> int | None:
    """Give the overflow in force: none has a limit where SQLAlchemy 2.0 takes a size of 0 for no limit."""
    unlimited = (
        pool.pool_class.is_known and pool.is_queue and _or_none(lambda: pool.ceiling_connections) == float("inf")
    )
    return -1 if unlimited else _in_force(pool.max_overflow)


def _setting(setting: Setting[Any]) -> Item:
    item: Item = {"value": _in_force(setting)}
    for key in ("unknown", "default_of", "note"):
        if getattr(setting, key) is not None:
            item[key] = getattr(setting, key)
    return item | (_place(setting.place) if setting.place is not None else {})


def _place(place: Place) -> Item:
    return {"file": place.file, "line": place.line}


def _exact(place: Place) -> Item:
    if place.column is None or place.end_column is None:
        return _place(place)
    return _place(place) | {"column": place.column, "end_column": place.end_column}


def _deployment(deployment: Deployment) -> Item:
    return {
        "processes": _in_force(deployment.processes),
        "hosts": _in_force(deployment.hosts),
        "threads": _in_force(deployment.pool.threads),
    }


def _demand(deployment: Deployment) -> Item:
    demand = _or_none(lambda: deployment.demand_connections)
    return {"demand_connections": int(demand) if demand is not None and isfinite(demand) else None}


def _left_alone(pool: Pool) -> Item:
    return {"name": pool.name, "dialect": pool.url.value.dialect}


def _changes(changes: Changes) -> Item:
    return {
        "before": moment(changes.before) if changes.before is not None else None,
        "new": sorted(changes.new),
        "resolved": [_resolved(one) for one in changes.resolved],
    }


def _resolved(one: Resolved) -> Item:
    return {
        "code": one.code,
        "rule": one.rule,
        "severity": one.severity.word,
        "subject": one.subject,
        "message": one.message,
        "fingerprint": one.fingerprint,
        "standing": _standing(one.standing),
    }


def _standing(standing: Standing) -> Item:
    return {"since": moment(standing.since), "audits": standing.audits}


def _finding(finding: Finding, changes: Changes | None = None) -> Item:
    standing = changes.standing.get(finding.fingerprint) if changes is not None else None
    return {
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity.word,
        "subject": finding.about or finding.subject,
        "message": finding.message,
        "fix": finding.fix,
        "evidence": {name: _plain(value) for name, value in finding.evidence.items()},
        "at": _exact(finding.at) if finding.at is not None else None,
        "fingerprint": finding.fingerprint,
        "standing": _standing(standing) if standing is not None else None,
    }


def _unanswered(one: Unanswered) -> Item:
    return {
        "code": one.code,
        "rule": one.rule,
        "subject": one.subject,
        "because": f"{one.missing.part} could not be read: {one.missing.because}",
        "remedy": one.missing.remedy,
    }


def _ignored(one: Ignored) -> Item:
    until = one.ignore.until
    return _finding(one.finding) | {
        "reason": one.ignore.reason,
        "until": until.isoformat() if until is not None else None,
    }


def _summary(report: Report) -> Item:
    counts: Item = {severity.word: report.count_of(severity) for severity in sorted(Severity, reverse=True)}
    return counts | {"unanswered": len(report.unanswered), "ignored": len(report.ignored)}
