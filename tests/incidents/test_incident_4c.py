"""Incident 4c: APScheduler's job store makes an engine of its own, which the application's options do not reach."""

from poolaudit.report import Severity
from tests.incidents.live import Live, client_of, judged, the, until


def test_a_second_engine_that_nobody_configured(live: Live) -> None:
    live.set_global("wait_timeout", 4)
    app = live.run("flask_scheduler", "flask_scheduler.yaml", "flask-scheduler")
    assert app.get("/task").status == 200
    assert app.get("/jobs").text == "remind"
    live.await_rest(2)

    report = live.audit("flask_scheduler.yaml")

    assert judged(report, Severity.WARNING) - {"PA204"} == {"PA302", "PA705"}
    assert judged(report, Severity.ERROR) == set()
    assert the(report, "PA705").about == (live.name("flask-scheduler", app.pid) if live.knows_processes else "app")
    assert len(client_of(report).sessions) == 2

    until(lambda: not live.rows(), "the server ended both sessions")
    assert app.get("/task").status == 200
    gone = app.get("/jobs")
    assert gone.status == 500
    assert "2006" in gone.text or "2013" in gone.text
