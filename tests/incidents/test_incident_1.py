"""Incident 1: one connection, a view that reads one row and then waits for another service, and a second request."""

from concurrent.futures import ThreadPoolExecutor

from poolaudit.report import Severity
from tests.incidents.live import Live, SlowService, client_of, judged, the, until

POOL = "QueuePool limit of size 1 overflow 0 reached"


def test_a_session_held_across_a_slow_call(live: Live) -> None:
    app = live.run("flask_site", "flask_site.yaml", "flask-site")
    with SlowService() as service, ThreadPoolExecutor(1) as threads:
        first = threads.submit(app.get, f"/held?service={service.url}")
        live.await_open(1)
        second = app.get(f"/held?service={service.url}")
        report = live.audit("flask_site.yaml")
        service.answer()
        assert first.result().status == 200

    assert second.status == 500
    assert POOL in second.text
    assert judged(report, Severity.ERROR) == {"PA706"}
    assert judged(report, Severity.WARNING) == {"PA201"}
    assert the(report, "PA201").about == live.name("flask-site", app.pid)
    assert the(report, "PA706").evidence["held_sessions"] == 1


def test_a_slow_statement_is_told_apart_from_a_held_session(live: Live) -> None:
    app = live.run("flask_site", "flask_site.yaml", "flask-site")
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(app.get, "/slow-statement/15")
        until(lambda: [row["Command"] for row in live.rows()] == ["Query"], "the statement runs")
        second = app.get("/slow-statement/15")
        report = live.audit("flask_site.yaml")
        live.server.sql(f"KILL QUERY {live.rows()[0]['Id']}")
        first.result()

    assert second.status == 500
    assert POOL in second.text
    assert judged(report) == {"PA706"}
    assert len(client_of(report).running) == 1
    assert not client_of(report).held
    assert the(report, "PA706").evidence["held_sessions"] == 0


def test_a_session_given_back_before_the_call_is_no_incident(live: Live) -> None:
    app = live.run("flask_site", "flask_site.yaml", "flask-site")
    with SlowService() as service, ThreadPoolExecutor(1) as threads:
        first = threads.submit(app.get, f"/removed?service={service.url}")
        live.await_rest(1)
        until(lambda: not live.ages(), "the session was given back")
        report = live.audit("flask_site.yaml")
        service.answer()
        assert first.result().status == 200

    assert judged(report) == set()
