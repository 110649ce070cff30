"""What is in a history, for people and programs to read, and what is taken out of it again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from poolaudit.history.database import Connection, first
from poolaudit.history.past import KeptFinding
from poolaudit.history.rows import CLIENT_COLUMNS
from poolaudit.history.statements import select
from poolaudit.history.values import Row, key_of

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
    clients: tuple[Row, ...]
    findings: tuple[Row, ...]


_NEWEST_FIRST = "ORDER BY taken_at DESC, id DESC LIMIT :count"
_NEWEST = select(KeptRun._fields, f"poolaudit_runs {_NEWEST_FIRST}")
_NEWEST_OF = select(KeptRun._fields, f"poolaudit_runs WHERE label_key = :key {_NEWEST_FIRST}")
_ONE = select(KeptRun._fields, "poolaudit_runs WHERE id = :run")
_NEXT = select(KeptRun._fields, "poolaudit_runs WHERE id > :last ORDER BY id LIMIT :count")
_BETWEEN = "WHERE run BETWEEN :first AND :last ORDER BY run"
_COUNTERS = select(("run", "name", "value"), f"poolaudit_counters {_BETWEEN}, name")
_CLIENTS = select(("run", *CLIENT_COLUMNS), f"poolaudit_clients {_BETWEEN}, place")
_FINDINGS = select(("run", *KeptFinding._fields), f"poolaudit_findings {_BETWEEN}, place")
_OLD = "WHERE run IN (SELECT id FROM poolaudit_runs WHERE taken_at < :before)"
_PRUNE = (
    f"DELETE FROM poolaudit_counters {_OLD}",
    f"DELETE FROM poolaudit_clients {_OLD}",
    f"DELETE FROM poolaudit_findings {_OLD}",
    "DELETE FROM poolaudit_outbox WHERE delivered_at < :before",
)


def newest(connection: Connection, label: str | None, count: int) -> tuple[KeptRun, ...]:
    """Give the last runs, of one server or of all, the newest first."""
    if label is None:
        rows = connection.rows(_NEWEST, {"count": count})
    else:
        rows = connection.rows(_NEWEST_OF, {"count": count, "key": key_of(label)})
    return tuple(KeptRun(**row) for row in rows)


def whole(connection: Connection, run: int) -> Whole | None:
    """Give one run with all that was kept of it, None where there is none of this number."""
    row = first(connection, _ONE, {"run": run})
    return None if row is None else next(_with_rows(connection, [KeptRun(**row)]))


def every(connection: Connection) -> Iterator[Whole]:
    """Give every run with all that was kept of it, in the order in which they were kept."""
    last = 0
    while rows := connection.rows(_NEXT, {"last": last, "count": AT_ONCE}):
        yield from _with_rows(connection, [KeptRun(**row) for row in rows])
        last = rows[-1]["id"]


def prune(connection: Connection, before: datetime) -> int:
    """Take out the runs of before a moment, and the letters delivered before it; say how many runs. Letters stay."""
    for statement in _PRUNE:
        connection.execute(statement, {"before": before})
    return connection.execute("DELETE FROM poolaudit_runs WHERE taken_at < :before", {"before": before})


def count_of(connection: Connection) -> int:
    """Say how many runs there are."""
    (row,) = connection.rows("SELECT count(*) AS runs FROM poolaudit_runs")
    return int(row["runs"])


def _with_rows(connection: Connection, found: Sequence[KeptRun]) -> Iterator[Whole]:
    """Give runs, which follow each other by their numbers, with what was kept of them."""
    numbers = found[0].id, found[-1].id
    counted = _by_run(connection, _COUNTERS, numbers)
    listed, judged = _by_run(connection, _CLIENTS, numbers), _by_run(connection, _FINDINGS, numbers)
    for run in found:
        yield Whole(
            run=run,
            counters={row["name"]: row["value"] for row in counted.get(run.id, [])},
            clients=tuple(listed.get(run.id, [])),
            findings=tuple(judged.get(run.id, [])),
        )


def _by_run(connection: Connection, statement: str, numbers: tuple[int, int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in connection.rows(statement, {"first": numbers[0], "last": numbers[1]}):
        found.setdefault(row.pop("run"), []).append(row)
    return found
