"""What real servers' counters gained from one audit to the next, by way of a history."""

import time
from datetime import UTC, datetime

import pytest

from poolaudit.audit import audit
from poolaudit.collect.gather import Depth, gather
from poolaudit.facts.server import Server as Audited
from poolaudit.facts.window import Span, Window
from poolaudit.history.store import History
from poolaudit.policy import Policy
from poolaudit.report import Facts, Report
from tests.collect.test_gather import target_of
from tests.history.reports import LABEL
from tests.rules.run import RULES
from tests.servers.server import Server

OPENED = 20


def audited(server: Server) -> tuple[Audited, Report]:
    """Audit a server as it is now."""
    read = gather(target_of(server), Depth())._replace(name=LABEL)
    return read, audit(Facts(read.taken_at, (read,)), RULES.values(), Policy())


def later(server: Server, history: History, first: Audited) -> Audited:
    """Read a server again, a second later at least, with what the history knows of it."""
    while datetime.now(UTC).replace(microsecond=0) <= first.taken_at:
        time.sleep(0.05)  # a second reading would open a connection, and be counted
    read = gather(target_of(server), Depth())._replace(name=LABEL)
    return read._replace(earlier=history.before(LABEL, until=read.taken_at).earlier)


def come_and_go(server: Server) -> None:
    """Open sessions one after the other."""
    for _ in range(OPENED):
        server.sql("SELECT 1")


@pytest.mark.parametrize("flush", [False, True])
def test_the_gain_of_a_real_counter(server: Server, history: History, flush: bool) -> None:
    come_and_go(server)
    first, report = audited(server)
    history.keep(LABEL, report)
    if flush:
        server.sql("FLUSH GLOBAL STATUS" if server.flavor == "mariadb" else "FLUSH STATUS")
    come_and_go(server)
    window = Window(later(server, history, first))
    assert window.span is Span.AUDITS
    assert window.words.startswith("since the last audit ")
    assert OPENED <= window.gained("Connections") < 3 * OPENED
    assert window.gained("Connections") < window.server.counter("Connections")
