"""Keeps a run and finds the last one again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from poolaudit.facts.earlier import Earlier
from poolaudit.history.changes import kept_findings
from poolaudit.history.database import Connection, first
from poolaudit.history.past import KeptFinding, Look, Past, State, trend_of
from poolaudit.history.rows import client_rows, counter_rows, run_row
from poolaudit.history.statements import insert, select
from poolaudit.history.values import Row, Values, key_of
from poolaudit.report import Report, Severity

MOST_LOOKS = 20_000
_VERSION = "SELECT value FROM poolaudit_meta WHERE name = 'schema'"
_KEPT = "SELECT id FROM poolaudit_runs WHERE once = :once"
_UNTIL = "poolaudit_runs WHERE label_key = :key AND taken_at <= :until"
_NEWEST_FIRST = "ORDER BY taken_at DESC, id DESC LIMIT :most"
_LAST = select(("id", "taken_at"), f"{_UNTIL} {_NEWEST_FIRST}")
_LAST_READ = select(("id", "taken_at"), f"{_UNTIL} AND uptime_seconds IS NOT NULL {_NEWEST_FIRST}")
_LOOKS = select(Look._fields, f"{_UNTIL} AND taken_at >= :since {_NEWEST_FIRST}")
_COUNTERS = "SELECT name, value FROM poolaudit_counters WHERE run = :run"
_FINDINGS = select(KeptFinding._fields, "poolaudit_findings WHERE run = :run ORDER BY place")


def version_of(connection: Connection) -> int:
    """Give the version of the tables, 0 where there are none."""
    return _version(connection, _VERSION) if connection.has_table("poolaudit_meta") else 0


def one_writer(connection: Connection) -> int:
    """Wait until no other process keeps a run, and give the tables' version, which is then sure to stay."""
    # SQLite has one writer at a time anyway.
    return _version(connection, _VERSION if connection.dialect == "sqlite" else f"{_VERSION} FOR UPDATE")


def keep_run(connection: Connection, label: str, report: Report, once: str) -> int:
    """Keep a run and give its number; one that is there already, by `once`, is not kept twice."""
    kept = first(connection, _KEPT, {"once": once})
    if kept is not None:
        return int(kept["id"])
    before = _findings_before(connection, label, report.facts.taken_at)
    row = run_row(label, report) | {"once": once, "label_key": key_of(label)}
    connection.execute(insert("poolaudit_runs", row), row)
    (number,) = connection.rows(_KEPT, {"once": once})
    run = int(number["id"])
    found = [finding_row(one, place) for place, one in enumerate(kept_findings(before, report))]
    _put(connection, "poolaudit_counters", run, counter_rows(report))
    _put(connection, "poolaudit_clients", run, client_rows(report))
    _put(connection, "poolaudit_findings", run, found)
    return run


def past_of(connection: Connection, label: str, until: datetime, window: timedelta) -> Past:
    """Give what was kept of a server up to a moment, and its use for so long before that."""
    last = first(connection, _LAST, _newest(label, until))
    if last is None:
        return Past(label)
    looks = connection.rows(_LOOKS, {**_newest(label, until, MOST_LOOKS), "since": until - window})
    return Past(
        label=label,
        taken_at=last["taken_at"],
        earlier=_earlier(connection, label, until),
        findings=findings_of(connection, last["id"]),
        usage=trend_of(Look(**row) for row in reversed(looks)),
    )


def findings_of(connection: Connection, run: int) -> tuple[KeptFinding, ...]:
    """Give a run's findings, as it kept them."""
    return tuple(_finding(row) for row in connection.rows(_FINDINGS, {"run": run}))


def finding_row(one: KeptFinding, place: int) -> Row:
    """Give a finding as it is kept."""
    return one._asdict() | {"severity": int(one.severity), "state": one.state.value, "place": place}


def _version(connection: Connection, statement: str) -> int:
    found = first(connection, statement)
    return 0 if found is None else int(found["value"])


def _put(connection: Connection, table: str, run: int, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute_many(insert(table, ["run", *rows[0]]), [one | {"run": run} for one in rows])


def _newest(label: str, until: datetime, most: int = 1) -> Values:
    return {"key": key_of(label), "until": until, "most": most}


def _findings_before(connection: Connection, label: str, taken_at: datetime) -> Sequence[KeptFinding]:
    last = first(connection, _LAST, _newest(label, taken_at))
    return () if last is None else findings_of(connection, last["id"])


def _earlier(connection: Connection, label: str, until: datetime) -> Earlier | None:
    """Give the counters of the last run that read them."""
    last = first(connection, _LAST_READ, _newest(label, until))
    if last is None:
        return None
    rows = connection.rows(_COUNTERS, {"run": last["id"]})
    return Earlier(last["taken_at"], {row["name"]: row["value"] for row in rows})


def _finding(row: Row) -> KeptFinding:
    return KeptFinding(**row | {"severity": Severity(row["severity"]), "state": State(row["state"])})
