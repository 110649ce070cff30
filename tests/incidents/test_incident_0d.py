"""Incident 0d: no pool, so that as many requests at once are as many connections, and then error 1040."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing

import pytest

from poolaudit.report import Report, Severity
from tests.incidents.live import AUDITOR, Answer, Live, SlowService, the, until
from tests.servers import Kind
from tests.servers.fixtures import StartServer

LIMIT = 20
REQUESTS = 40


@pytest.fixture(params=list(Kind), ids=str)
def small(request: pytest.FixtureRequest, start_server: StartServer) -> Iterator[Live]:
    """Start a server of the test's own: refusals cannot be taken back from its counters."""
    with closing(Live(start_server(request.param, f"--max-connections={LIMIT}"))) as live:
        yield live


def fill(live: Live, threads: ThreadPoolExecutor, service: SlowService) -> list["Future[Answer]"]:
    """Ask for more pages at once than there are connections, until one more is refused."""
    app = live.run("flask_todo", "flask_todo_nullpool.yaml", "flask-todo")
    asked = [threads.submit(app.get, f"/slow?service={service.url}") for _ in range(REQUESTS)]
    until(lambda: sum(one.done() for one in asked) >= REQUESTS - LIMIT, "the requests beyond the limit have failed")
    while True:
        asked.append(threads.submit(app.get, f"/slow?service={service.url}"))
        if wait(asked[-1:], 0.5, FIRST_COMPLETED).done:
            return asked


def audit_from_inside(live: Live) -> Report:
    """Audit by the slot kept for SUPER; one that was just refused still counts for a moment, on MariaDB at least."""
    reports: list[Report] = []

    def is_in() -> bool:
        reports.append(live.audit("flask_todo_nullpool.yaml", user=live.server.user))
        return reports[-1].facts.servers[0].refused is None

    until(is_in, "the kept slot is free")
    return reports[-1]


def test_requests_without_a_pool_meet_the_limit(small: Live) -> None:
    with SlowService() as service, ThreadPoolExecutor(REQUESTS * 2) as threads:
        asked = fill(small, threads, service)
        refused = small.audit("flask_todo_nullpool.yaml", user=AUDITOR)
        inside = audit_from_inside(small)
        service.answer()
        answers = [one.result() for one in asked]
    until(lambda: not small.rows(), "the application's connections are closed")
    calm = small.audit("flask_todo_nullpool.yaml", user=AUDITOR)

    assert {one.status for one in answers} == {200, 500}
    assert all("1040" in one.text for one in answers if one.status == 500)
    assert sum(one.status == 200 for one in answers) == LIMIT

    assert {one.code for one in refused.findings if one.subject == refused.facts.servers[0].address} == {"PA101"}
    assert the(refused, "PA101").severity is Severity.ERROR
    assert {"PA102", "PA103", "PA104", "PA201"} <= {gap.code for gap in refused.unanswered}

    found = {one.code: one.severity for one in inside.findings}
    assert found["PA102"] is Severity.ERROR
    assert found["PA103"] is Severity.ERROR
    assert found["PA104"] is Severity.WARNING
    assert found["PA614"] is Severity.WARNING
    assert "PA101" not in found
    assert the(inside, "PA103").evidence["peak_connections"] == LIMIT + 1

    later = {one.code: one.severity for one in calm.findings}
    assert {"PA103", "PA104", "PA614"} <= set(later)
    assert not {"PA101", "PA102", "PA201", "PA601", "PA701", "PA706"} & set(later)
