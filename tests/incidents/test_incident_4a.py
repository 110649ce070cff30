"""Incident 4a: sessions not closed, and a debug server whose reloader runs all of it a second time."""

from poolaudit.report import Severity
from tests.incidents.live import Live, judged, the


def test_the_reloaders_second_process(live: Live) -> None:
    live.set_global("max_connections", 12)
    live.run("flask_debug", "flask_debug.yaml", "flask-debug", answers=False)
    live.await_open(10)

    report = live.audit("flask_debug.yaml")

    assert {"PA102", "PA706"} <= judged(report, Severity.ERROR)
    assert {"PA201", "PA705"} <= judged(report, Severity.WARNING)
    assert not {"PA601", "PA701"} & judged(report)
    # The auditor is one more; so is, for a moment after it has gone, the connection that waited for all this.
    assert the(report, "PA102").evidence["connected_connections"] in {11, 12}
    found = [one for one in report.findings if one.code == "PA201"]
    assert len(found) == (2 if live.knows_processes else 1)
