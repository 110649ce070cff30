"""Incident 0b: the same as 0a, made to happen with a small wait_timeout."""

from poolaudit.report import Severity
from tests.incidents.live import Live, judged, the, unanswered, until

TIMEOUT_SECONDS = 4


def test_the_server_ends_a_session_that_the_pool_still_counts(live: Live) -> None:
    live.set_global("wait_timeout", TIMEOUT_SECONDS)
    app = live.run("flask_todo", "flask_todo.yaml", "flask-todo")
    assert [app.get("/test2").status for _ in range(2)] == [200] * 2
    oldest = {row["Id"] for row in live.rows()}
    until(lambda: live.rows()[0]["Time"] >= 1, "the first sessions have slept for a second")
    assert app.get("/test2").status == 200
    until(lambda: live.rows()[1]["Time"] >= 2, "the first sessions have slept for half their timeout")

    report = live.audit("flask_todo.yaml")

    assert judged(report) == {"PA201", "PA204", "PA302", "PA601", "PA701"}
    near = the(report, "PA204")
    assert near.severity is Severity.WARNING
    assert near.about == live.name("flask-todo", app.pid)
    left = dict(part.split(": ") for part in str(near.evidence["seconds_left"]).split(", "))
    assert {str(id_) for id_ in oldest} <= set(left)
    assert all(0 <= int(seconds) <= TIMEOUT_SECONDS - 2 for seconds in left.values())
    assert near.evidence["wait_timeout_seconds"] == TIMEOUT_SECONDS

    until(lambda: oldest.isdisjoint(row["Id"] for row in live.rows()), "the server ended the oldest sessions")
    gone = app.get("/again/0")
    assert gone.status == 500
    assert "2006" in gone.text or "2013" in gone.text
    after = live.audit("flask_todo.yaml")
    assert ("PA402" in judged(after)) is live.counts_reaped
    assert ("PA402" in unanswered(after)) is not live.counts_reaped
