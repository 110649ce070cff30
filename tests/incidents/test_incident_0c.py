"""Incident 0c: two hundred requests on the route that closes its session, and on the one that does not."""

from concurrent.futures import ThreadPoolExecutor

from tests.incidents.live import Application, Live, client_of, judged

REQUESTS = 200


def statuses(app: Application, path: str) -> list[int]:
    with ThreadPoolExecutor(REQUESTS // 2) as threads:
        return [answer.status for answer in threads.map(app.get, [path] * REQUESTS)]


def test_the_route_that_closes_leaves_sleepers_in_the_pool(live: Live) -> None:
    app = live.run("flask_todo", "flask_todo_patient.yaml", "flask-todo")
    assert statuses(app, "/test1") == [200] * REQUESTS
    live.await_rest(5)

    report = live.audit("flask_todo_patient.yaml")

    client = client_of(report)
    assert len(client.pooled if live.knows_processes else client.unknown) == len(client.sessions) == 5
    assert judged(report) == set()


def test_the_route_that_does_not_close_keeps_them_held(live: Live) -> None:
    app = live.run("flask_todo", "flask_todo.yaml", "flask-todo")
    answered = statuses(app, "/test2")
    assert (answered.count(200), answered.count(500)) == (5, REQUESTS - 5)
    live.await_open(5)

    report = live.audit("flask_todo.yaml")

    assert len(client_of(report).held) == len(client_of(report).sessions) == 5
    assert {"PA201", "PA706"} <= judged(report)
