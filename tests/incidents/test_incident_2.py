"""Incident 2: Superset's pool at peak load, on a server that has room for ten thousand."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from poolaudit.report import Severity
from tests.incidents.application import options_of
from tests.incidents.live import HERE, Live, client_of, judged, the, until

CEILING = 20


@contextmanager
def charts(live: Live, engine: Engine, count: int) -> Iterator[None]:
    """Let so many charts' statements run at once, each as long as the block."""

    def chart() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT SLEEP(30)"))

    with ThreadPoolExecutor(count) as threads:
        running = [threads.submit(chart) for _ in range(count)]
        try:
            until(lambda: [row["Command"] for row in live.rows()].count("Query") == count, f"{count} charts run")
            yield
        finally:
            for row in live.rows():
                live.server.sql(f"KILL QUERY {row['Id']}")
            for one in running:
                one.exception()


def test_the_pool_is_short_and_not_the_server(live: Live) -> None:
    live.set_global("max_connections", 10240)
    live.set_global("max_connect_errors", 999999999)
    if live.server.flavor == "mariadb":
        live.set_global("extra_max_connections", 1)
    engine = create_engine(live.url("superset"), **options_of(HERE / "superset.yaml"))
    try:
        with charts(live, engine, CEILING):
            with pytest.raises(PoolTimeoutError, match="QueuePool limit of size 10 overflow 10 reached"):
                engine.connect()
            report = live.audit("superset.yaml")
    finally:
        engine.dispose()

    assert judged(report, Severity.ERROR) == {"PA706"}
    assert judged(report, Severity.WARNING) == set()
    assert len(client_of(report).running) == CEILING
    short = the(report, "PA706")
    # The auditor is one more; so is, for a moment after it has gone, the connection that waited for all this.
    assert short.evidence["connected_connections"] in {CEILING + 1, CEILING + 2}
    assert "of 10240 in use, 0.2 %): the pool is too small" in short.message
