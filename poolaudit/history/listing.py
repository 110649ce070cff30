"""What is in a history, for people and programs to read, and what is taken out of it again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, select

from poolaudit.history.schema import clients, counters, findings, key_of, outbox, runs

AT_ONCE = 200
"""So many runs are exported by one statement."""


class KeptRun(NamedTuple):
    """One audit of one server, as it was kept; a number is None where it could not be read."""

    id: int
    label: str
    address: str
    version: str
    flavor: str
    taken_at: datetime
    uptime_seconds: int | None
    connected_connections: int | None
    running_connections: int | None
    peak_connections: int | None
    max_connections: int | None
    refused_connections: int | None
    was_read: bool
    missing: str
    errors: int
    warnings: int
    infos: int
    unanswered: int


class Whole(NamedTuple):
    """A run with all that was kept of it; the rows by their columns' names."""

    run: KeptRun
    counters: dict[str, int]
    clients: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]


_RUN = tuple(runs.c[name] for name in KeptRun._fields)


def newest(connection: Connection, label: str | None, count: int) -> tuple[KeptRun, ...]:
    """Give the last runs, of one server or of all, the newest first."""
    query = select(*_RUN).order_by(runs.c.taken_at.desc(), runs.c.id.desc()).limit(count)
    if label is not None:
        query = query.where(runs.c.label_key == key_of(label))
    return tuple(KeptRun(*row) for row in connection.execute(query))


def whole(connection: Connection, run: int) -> Whole | None:
    """Give one run with all that was kept of it, None where there is none of this number."""
    row = connection.execute(select(*_RUN).where(runs.c.id == run)).first()
    return None if row is None else next(_with_rows(connection, [KeptRun(*row)]))


def every(connection: Connection) -> Iterator[Whole]:
    """Give every run with all that was kept of it, in the order in which they were kept."""
    last = 0
    while rows := connection.execute(select(*_RUN).where(runs.c.id > last).order_by(runs.c.id).limit(AT_ONCE)).all():
        yield from _with_rows(connection, [KeptRun(*row) for row in rows])
        last = rows[-1].id


def prune(connection: Connection, before: datetime) -> int:
    """Take out the runs of before a moment, and the letters delivered before it; say how many runs. Letters stay."""
    old = select(runs.c.id).where(runs.c.taken_at < before)
    for table in (counters, clients, findings):
        connection.execute(delete(table).where(table.c.run.in_(old)))
    connection.execute(delete(outbox).where(outbox.c.delivered_at < before))
    return int(connection.execute(delete(runs).where(runs.c.taken_at < before)).rowcount)


def count_of(connection: Connection) -> int:
    """Say how many runs there are."""
    return int(connection.scalar(select(func.count()).select_from(runs)) or 0)


def _with_rows(connection: Connection, found: Sequence[KeptRun]) -> Iterator[Whole]:
    numbers = [run.id for run in found]
    counted = _by_run(connection, counters, numbers)
    listed, judged = _by_run(connection, clients, numbers), _by_run(connection, findings, numbers)
    for run in found:
        yield Whole(
            run=run,
            counters={row["name"]: row["value"] for row in counted.get(run.id, [])},
            clients=tuple(listed.get(run.id, [])),
            findings=tuple(judged.get(run.id, [])),
        )


def _by_run(connection: Connection, table: Table, numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    order = list(table.primary_key.columns)
    for row in connection.execute(select(table).where(table.c.run.in_(numbers)).order_by(*order)).mappings():
        rest = {name: value for name, value in row.items() if name not in {"run", "place"}}
        found.setdefault(row["run"], []).append(rest)
    return found
