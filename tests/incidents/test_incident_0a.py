"""Incident 0a: five sessions never closed, five connections in the pool, and a sixth request."""

from poolaudit.report import Severity
from tests.incidents.live import Live, client_of, judged, the, unanswered


def test_five_sessions_never_closed(live: Live) -> None:
    app = live.run("flask_todo", "flask_todo.yaml", "flask-todo")
    assert [app.get("/test2").status for _ in range(5)] == [200] * 5
    sixth = app.get("/test2")
    assert sixth.status == 500
    assert "QueuePool limit of size 5 overflow 0 reached, connection timed out, timeout 1" in sixth.text
    live.await_open(5)

    report = live.audit("flask_todo.yaml")

    assert judged(report, Severity.ERROR) == {"PA701", "PA706"}
    assert judged(report, Severity.WARNING) == {"PA201", "PA601"}
    assert the(report, "PA201").about == live.name("flask-todo", app.pid)
    assert the(report, "PA201").evidence["idle_in_transaction_sessions"] == 5
    assert "larger pool only delays" in the(report, "PA706").fix
    assert len(client_of(report).held) == 5
    assert ("PA203" in unanswered(report)) is not live.knows_processes


def test_a_ping_does_not_hide_them(live: Live) -> None:
    app = live.run("flask_todo", "flask_todo.yaml", "flask-todo")
    for _ in range(5):
        app.get("/test2")
    live.await_open(5, seconds=2)
    assert app.get("/ping").text == "5"
    assert max(row["Time"] for row in live.rows()) < min(live.ages())

    report = live.audit("flask_todo.yaml")

    assert judged(report) == {"PA201", "PA601", "PA701", "PA706"}
    assert len(client_of(report).held) == 5
    oldest = the(report, "PA201").evidence["oldest_transaction_seconds"]
    assert isinstance(oldest, int)
    assert oldest >= 2
