"""Incident 3: a Tornado API whose sessions, opened on executor threads, were never given back."""

from concurrent.futures import ThreadPoolExecutor

from tests.incidents.live import Live, judged, the, unanswered, until

# On a busy machine too, all sessions are to be open together before the server ends the first of them.
TIMEOUT_SECONDS = 6
INTERVAL_SECONDS = 7.5
SESSIONS = 15
# Whether sleepers are near their end, or older than the pool's recycle, hangs on the second in which they are seen.
BY_THE_MOMENT = {"PA204", "PA205"}


def test_neither_recycle_nor_ping_reaches_what_is_checked_out(live: Live) -> None:
    live.set_global("wait_timeout", TIMEOUT_SECONDS)
    app = live.run("tornado_api", "tornado_api.yaml", "tornado-api")
    with ThreadPoolExecutor(SESSIONS) as threads:
        assert [answer.status for answer in threads.map(app.get, ["/items"] * SESSIONS)] == [200] * SESSIONS
    live.await_open(SESSIONS)
    name = live.name("tornado-api", app.pid)
    assert app.get("/ping").text == str(SESSIONS)  # they have all their time before them again, and end together

    report = live.audit("tornado_api.yaml", interval=INTERVAL_SECONDS)

    until(lambda: not live.rows(), "the server ended all sessions")
    rolled_back = app.get("/rollback")
    assert rolled_back.status == 500
    assert "2006" in rolled_back.text or "2013" in rolled_back.text

    found = the(report, "PA201")
    assert found.about == name
    assert "out of reach of pre-ping and recycle" in found.why
    assert judged(report) - BY_THE_MOMENT == {"PA201", "PA302", "PA706"}
    assert the(report, "PA401").evidence["aborted_client_connections"] == SESSIONS

    after = live.audit("tornado_api.yaml")
    assert ("PA402" in judged(after)) is live.counts_reaped
    assert ("PA402" in unanswered(after)) is not live.counts_reaped
    assert "PA201" not in judged(after)
