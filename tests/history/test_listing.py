"""What a report asks of a history is found by indexes, however many runs there are."""

import pytest

from poolaudit.history.database import NO_VALUES
from poolaudit.history.sqlite_database import SqliteConnection
from poolaudit.history.store import History
from poolaudit.history.values import Row, Values
from tests.history.reports import FULL, LABEL, NEAR, moment, report


@pytest.mark.parametrize("what", ["before", "keep", "runs", "due"])
def test_nothing_that_a_report_does_reads_a_whole_table(
    history: History, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    history.keep(LABEL, report(NEAR))
    asked: list[tuple[str, Values]] = []
    ask = SqliteConnection.rows

    def noted(connection: SqliteConnection, statement: str, values: Values = NO_VALUES) -> list[Row]:
        asked.append((statement, values))
        return ask(connection, statement, values)

    monkeypatch.setattr(SqliteConnection, "rows", noted)
    if what == "before":
        history.before(LABEL, until=moment(1))
    elif what == "keep":
        history.keep(LABEL, report(FULL, 1))
    elif what == "runs":
        history.runs()
    else:
        history.take_due(moment(1))
    assert asked
    with history._database.reading() as connection:  # noqa: SLF001 - how it is asked is the test
        for statement, values in tuple(asked):
            steps = [str(step["detail"]) for step in connection.rows(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert not [step for step in steps if step.startswith("SCAN") and "USING INDEX" not in step], statement
            assert not [step for step in steps if "TEMP B-TREE" in step], statement
