"""The tables as `schema` has them, and what else of the history knows their columns."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Boolean, Column, DateTime, Table, create_engine

from poolaudit.history import open_history, schema
from poolaudit.history.keeping import finding_row
from poolaudit.history.listing import KeptRun
from poolaudit.history.outbox import letter_row
from poolaudit.history.past import KeptFinding, Look
from poolaudit.history.rows import CLIENT_COLUMNS, client_rows, counter_rows, run_row
from poolaudit.history.values import FLAGS, MOMENTS
from tests.history.at_once import letter
from tests.history.reports import LABEL, NEAR, WITH_A_CLIENT, moment, report

_KEYS = {"run", "place"}
_HAND = {"taken_by", "taken_until", "delivered_at"}


def names(table: Table) -> set[str]:
    return set(table.columns.keys())


def columns() -> list[Column[object]]:
    return [column for table in schema.metadata.sorted_tables for column in table.columns]


def test_what_is_kept_of_a_run_fills_its_tables() -> None:
    found = report(WITH_A_CLIENT)
    assert run_row(LABEL, found).keys() | {"id", "once", "label_key"} == names(schema.runs)
    assert {*counter_rows(found)[0], "run"} == names(schema.counters)
    assert {*client_rows(found)[0], "run"} == names(schema.clients) == {*CLIENT_COLUMNS, *_KEYS}
    assert {*letter_row(letter(1), moment(0)), *_HAND, "id", "once", "run"} == names(schema.outbox)


def test_what_is_read_of_a_run_is_in_its_tables() -> None:
    assert set(KeptRun._fields) == names(schema.runs) - {"once", "label_key"}
    assert set(Look._fields) <= names(schema.runs)
    assert {*KeptFinding._fields, *_KEYS} == names(schema.findings)


def test_what_is_kept_of_a_finding_fills_its_table(url: str) -> None:
    with open_history(url) as history:
        history.keep(LABEL, report(NEAR))
        (kept, *_) = history.before(LABEL, until=moment(1)).findings
    assert {*finding_row(kept, 0), "run"} == names(schema.findings)


def test_moments_and_flags_are_known_by_their_names() -> None:
    assert {one.name for one in columns() if isinstance(one.type, DateTime)} == MOMENTS
    assert {one.name for one in columns() if isinstance(one.type, Boolean)} == FLAGS
    assert {one.name for one in columns() if not isinstance(one.type, DateTime | Boolean)}.isdisjoint(MOMENTS | FLAGS)


def test_the_tables_of_a_file_are_those_that_sqlalchemy_makes(url: str, tmp_path: Path) -> None:
    open_history(url).close()
    other = tmp_path / "other.sqlite3"
    engine = create_engine(f"sqlite:///{other}")
    schema.metadata.create_all(engine)
    engine.dispose()
    assert tables_of(tmp_path / "history.sqlite3") == tables_of(other)


def tables_of(file: Path) -> list[tuple[str, str]]:
    """Give what made the tables and indexes of a file."""
    with closing(sqlite3.connect(file)) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    return [(name, " ".join(sql.split())) for name, sql in made]


def test_what_sqlalchemy_wrote_is_read(url: str, tmp_path: Path) -> None:
    """Histories of before this was Python's own SQLite were written so."""
    open_history(url).close()
    with open_history(url) as history:
        history.keep(LABEL, report(NEAR), [letter(1)])
    file = tmp_path / "history.sqlite3"
    before = _dump(file)
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            rows = [dict(row) for row in connection.execute(table.select()).mappings()]
            connection.execute(table.delete())
            if rows:
                connection.execute(table.insert(), rows)
    engine.dispose()
    assert _dump(file) == before
    with open_history(url) as history:
        history.keep(LABEL, report(NEAR, 1))
        past = history.before(LABEL, until=moment(2))
    assert {(one.since, one.audits) for one in past.findings} == {(moment(0), 2)}


def _dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return sorted(connection.iterdump())
