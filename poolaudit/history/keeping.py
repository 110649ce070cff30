"""Keeps a run and finds the last one again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from poolaudit.facts.earlier import Earlier
from poolaudit.history.changes import kept_findings
from poolaudit.history.past import KeptFinding, Look, Past, State, trend_of
from poolaudit.history.rows import client_rows, counter_rows, run_row
from poolaudit.history.schema import clients, counters, findings, key_of, meta, runs
from poolaudit.report import Report, Severity

MOST_LOOKS = 20_000
_LOOK = tuple(runs.c[name] for name in Look._fields)


def one_writer(connection: Connection) -> int:
    """Wait until no other process keeps a run, and give the tables' version, which is then sure to stay."""
    return int(connection.scalar(select(meta.c.value).where(meta.c.name == "schema").with_for_update()) or 0)


def keep_run(connection: Connection, label: str, report: Report, once: str) -> int:
    """Keep a run and give its number; one that is there already, by `once`, is not kept twice."""
    kept = connection.scalar(select(runs.c.id).where(runs.c.once == once))
    if kept is not None:
        return int(kept)
    before = _findings_before(connection, label, report.facts.taken_at)
    row = run_row(label, report) | {"once": once, "label_key": key_of(label)}
    run = int((connection.execute(runs.insert(), row).inserted_primary_key or (0,))[0])
    found = [_row(one, place) for place, one in enumerate(kept_findings(before, report))]
    for table, rows in ((counters, counter_rows(report)), (clients, client_rows(report)), (findings, found)):
        if rows:
            connection.execute(table.insert(), [one | {"run": run} for one in rows])
    return run


def past_of(connection: Connection, label: str, until: datetime, window: timedelta) -> Past:
    """Give what was kept of a server up to a moment, and its use for so long before that."""
    last = connection.execute(_newest(label, until)).first()
    if last is None:
        return Past(label)
    looks = (
        select(*_LOOK)
        .where(runs.c.label_key == key_of(label), runs.c.taken_at <= until, runs.c.taken_at >= until - window)
        .order_by(runs.c.taken_at.desc(), runs.c.id.desc())
        .limit(MOST_LOOKS)
    )
    return Past(
        label=label,
        taken_at=last.taken_at,
        earlier=_earlier(connection, label, until),
        findings=findings_of(connection, last.id),
        usage=trend_of(Look(*row) for row in reversed(connection.execute(looks).all())),
    )


def findings_of(connection: Connection, run: int) -> tuple[KeptFinding, ...]:
    """Give a run's findings, as it kept them."""
    rows = connection.execute(select(findings).where(findings.c.run == run).order_by(findings.c.place))
    return tuple(_finding(row) for row in rows)


def _newest(label: str, until: datetime) -> Select[tuple[Any, ...]]:
    return (
        select(runs.c.id, runs.c.taken_at)
        .where(runs.c.label_key == key_of(label), runs.c.taken_at <= until)
        .order_by(runs.c.taken_at.desc(), runs.c.id.desc())
        .limit(1)
    )


def _findings_before(connection: Connection, label: str, taken_at: datetime) -> Sequence[KeptFinding]:
    last = connection.execute(_newest(label, taken_at)).first()
    return () if last is None else findings_of(connection, last.id)


def _earlier(connection: Connection, label: str, until: datetime) -> Earlier | None:
    """Give the counters of the last run that read them."""
    last = connection.execute(_newest(label, until).where(runs.c.uptime_seconds.is_not(None))).first()
    if last is None:
        return None
    rows = connection.execute(select(counters.c.name, counters.c.value).where(counters.c.run == last.id))
    return Earlier(last.taken_at, {row.name: row.value for row in rows})


def _row(one: KeptFinding, place: int) -> dict[str, object]:
    return one._asdict() | {"severity": int(one.severity), "state": one.state.value, "place": place}


def _finding(row: Row[tuple[Any, ...]]) -> KeptFinding:
    values = {name: getattr(row, name) for name in KeptFinding._fields}
    return KeptFinding(**values | {"severity": Severity(row.severity), "state": State(row.state)})
