"""Incident 4b: a scoped_session that is never removed, and a pool that recycles later than the server lets it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session, sessionmaker

from poolaudit.report import Severity
from tests.incidents.application import options_of
from tests.incidents.live import HERE, Live, client_of, judged, until

WORKERS = 3
FIRST_TASK = text("SELECT title FROM tasks WHERE id = 1")


def test_a_scoped_session_never_removed(live: Live) -> None:
    live.set_global("wait_timeout", 3)
    engine = create_engine(live.url("scoped"), **options_of(HERE / "scoped.yaml"))
    session = scoped_session(sessionmaker(engine))
    together = Barrier(WORKERS)

    def handle_request() -> str:
        together.wait()
        return str(session.execute(FIRST_TASK).scalar_one())

    def handle_next_request() -> None:
        together.wait()
        with pytest.raises(OperationalError, match=r"\((2006|2013), "):
            session.execute(FIRST_TASK)
        session.remove()

    with ThreadPoolExecutor(WORKERS) as workers:
        assert list(workers.map(lambda _: handle_request(), range(WORKERS))) == ["water the plants"] * WORKERS
        live.await_open(WORKERS)
        report = live.audit("scoped.yaml")
        until(lambda: not live.rows(), "the server ended the sessions")
        list(workers.map(lambda _: handle_next_request(), range(WORKERS)))
    engine.dispose()

    assert judged(report, Severity.ERROR) == {"PA701"}
    assert judged(report, Severity.WARNING) - {"PA204"} == {"PA201", "PA302"}
    assert "PA602" in judged(report, Severity.INFO)
    assert len(client_of(report).held) == WORKERS
