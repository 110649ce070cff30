"""What a report asks of a history is found by indexes, however many runs there are."""

import pytest
from sqlalchemy import event

from poolaudit.history.store import History
from tests.history.reports import FULL, LABEL, NEAR, moment, report


@pytest.mark.parametrize("what", ["before", "keep", "runs", "due"])
def test_nothing_that_a_report_does_reads_a_whole_table(history: History, what: str) -> None:
    history.keep(LABEL, report(NEAR))
    engine, asked = history._database.engine, []  # noqa: SLF001 - what it asks is the test
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    if what == "before":
        history.before(LABEL, until=moment(1))
    elif what == "keep":
        history.keep(LABEL, report(FULL, 1))
    elif what == "runs":
        history.runs()
    else:
        history.take_due(moment(1))
    statements = [(text, values) for text, values in asked if text.startswith("SELECT")]
    assert statements
    with engine.connect() as connection:
        for text, values in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            steps = [str(step[3]) for step in plan]
            assert not [step for step in steps if step.startswith("SCAN") and "USING INDEX" not in step], (text, steps)
            assert not [step for step in steps if "TEMP B-TREE" in step], (text, steps)
