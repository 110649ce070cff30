"""Kept audits in words, and as JSON."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from poolaudit.facts.words import duration
from poolaudit.history.listing import KeptRun, Whole
from poolaudit.render.layout import middle_cut
from poolaudit.render.text import safe
from poolaudit.report import Severity

FORMAT_VERSION = 1
LONGEST_NAME = 48
_SEVERITIES = {int(severity): severity.word for severity in Severity}
_STATES = {"found": "", "ignored": ", ignored", "carried": ", not looked at this time"}


def run_item(run: KeptRun) -> dict[str, Any]:
    """Give a run as JSON has it."""
    return {
        "history": FORMAT_VERSION,
        "run": run.id,
        "server": run.label,
        "address": run.address or None,
        "version": run.version or None,
        "flavor": run.flavor or None,
        "taken_at": _iso(run.taken_at),
        "was_read": run.was_read,
        "missing": run.missing.splitlines(),
        "uptime_seconds": run.uptime_seconds,
        "connections": {
            "connected": run.connected_connections,
            "running": run.running_connections,
            "peak": run.peak_connections,
            "max": run.max_connections,
        },
        "summary": {
            "error": run.errors,
            "warning": run.warnings,
            "info": run.infos,
            "unanswered": run.unanswered,
        },
    }


def item(found: Whole) -> dict[str, Any]:
    """Give a run with all that was kept of it as JSON has it."""
    return run_item(found.run) | {
        "counters": found.counters,
        "clients": list(found.clients),
        "findings": [
            one | {"severity": _SEVERITIES[one["severity"]], "since": _iso(one["since"])} for one in found.findings
        ],
    }


def runs_text(runs: Sequence[KeptRun], name: str) -> str:
    """List runs, a line each, the newest first."""
    if not runs:
        return safe(f"no audit is kept in {name} yet") + "\n"
    rows = [("run", "taken at (UTC)", "server", "connections", "peak", "findings")]
    rows += [
        (str(run.id), _when(run.taken_at), _short(run.label), _use(run), _number(run.peak_connections), _findings(run))
        for run in runs
    ]
    return _aligned(rows)


def whole_text(found: Whole) -> str:
    """Say a run with all that was kept of it."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Whole) -> Iterator[str]:
    run = found.run
    where = f" ({run.address})" if run.address not in {"", run.label} else ""
    yield safe(f"run {run.id}: {run.label}{where}, {_when(run.taken_at)} UTC")
    if run.version:
        up = "" if run.uptime_seconds is None else f", up {duration(run.uptime_seconds)}"
        yield safe(f"{run.flavor} {run.version}{up}")
    if run.was_read:
        running, peak = _number(run.running_connections), _number(run.peak_connections)
        yield f"connections {_use(run)}, {running} running, peak {peak}"
    yield from (safe(f"could not be read: {line}") for line in run.missing.splitlines())
    if found.clients:
        yield ""
        yield from _aligned([("client", "open", "run", "idle", "held", "unknown"), *_clients(found)]).splitlines()
    yield ""
    yield _findings(run)
    for one in found.findings:
        times = "1 audit" if one["audits"] == 1 else f"{one['audits']} audits"
        stands = f"since {_when(one['since'])}, {times}{_STATES.get(one['state'], '')}"
        yield safe(f"{_SEVERITIES[one['severity']]} {one['code']} {one['rule']} ({stands}): {one['message']}")


def _clients(found: Whole) -> Iterator[tuple[str, ...]]:
    for one in found.clients:
        account = f"{one['account']}@{one['host']}" if one["host"] else one["account"]
        details = [one["program"] or "", "" if one["pid"] is None else f"pid {one['pid']}"]
        inside = ", ".join(detail for detail in details if detail)
        numbers = (str(one[name]) for name in ("connections", "running", "pooled", "held", "unknown"))
        yield (_short(f"{account} ({inside})" if inside else account), *numbers)


def _findings(run: KeptRun) -> str:
    if not run.was_read:
        return f"could not be read, {run.errors} error" + ("" if run.errors == 1 else "s")
    numbers = ((run.errors, "error"), (run.warnings, "warning"), (run.infos, "info"), (run.unanswered, "unanswered"))
    return ", ".join(_counted(number, word) for number, word in numbers if number) or "nothing found"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" + ("s" if number > 1 and word in {"error", "warning"} else "")


def _short(name: str) -> str:
    return middle_cut(safe(name), LONGEST_NAME, "…")


def _use(run: KeptRun) -> str:
    return f"{_number(run.connected_connections)} of {_number(run.max_connections)}"


def _number(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]]) for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)
