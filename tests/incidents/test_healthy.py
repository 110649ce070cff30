"""Healthy states, on servers of their own: nothing above info may fire, with an application's settings or without."""

import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event

import pytest
from pymysql.constants.COMMAND import COM_BINLOG_DUMP
from sqlalchemy import Engine, create_engine, text

from poolaudit.report import Report, Severity
from tests.incidents.application import options_of
from tests.incidents.live import HERE, LOWERED, Live, client_of, hang_up, send, the, until, words
from tests.servers import Kind, Server, clean
from tests.servers.fixtures import obtain, start_own

pytestmark = pytest.mark.server  # its servers are its own, and not of the shared fixtures

WELL_KEPT = "well_kept.yaml"
THREADS = 12
AUDITS = 12
DUMP_FROM_THE_START = struct.pack("<IHI", 4, 0, 4711)
CONNECTIONS = 400
STATEMENTS_EACH = 12
ABORTED = 7


@pytest.fixture(scope="module", params=list(Kind), ids=str)
def own(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Start a server for this module: a shared one's counters remember what other tests did to it."""
    with obtain(lambda: start_own(request.param, "--log-bin=binlog", "--server-id=1")) as server:
        yield server


@pytest.fixture
def healthy(own: Server) -> Iterator[Live]:
    """Give it clean, with the to-do database."""
    clean(own)
    with closing(Live(own)) as live:
        yield live


@pytest.fixture
def engine(healthy: Live) -> Iterator[Engine]:
    """Make a well-kept pool."""
    engine = create_engine(healthy.url("well-kept"), **options_of(HERE / WELL_KEPT))
    yield engine
    engine.dispose()


def assert_healthy(report: Report) -> None:
    above_info = [one for one in report.findings if one.severity > Severity.INFO]
    assert not above_info, words(above_info)
    assert report.facts.servers[0].clients is not None


def assert_healthy_either_way(live: Live) -> None:
    """Audit with the application's settings and without, by the usual thresholds and by those of the incidents."""
    for settings in (None, LOWERED):
        assert_healthy(live.audit(WELL_KEPT, settings=settings))
        assert_healthy(live.audit(settings=settings))


@contextmanager
def meanwhile(work: Callable[[], None], threads: int) -> Iterator[None]:
    """Do work again and again in threads for as long as the block runs."""
    over = Event()

    def again() -> None:
        while not over.is_set():
            work()

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(again) for _ in range(threads)]
        try:
            yield
        finally:
            over.set()
        for one in running:
            one.result()


def test_a_well_kept_pool_at_rest(healthy: Live, engine: Engine) -> None:
    lent = [engine.connect() for _ in range(10)]
    for connection in lent:
        connection.execute(text("SELECT title FROM tasks"))
    for connection in lent:
        connection.close()
    healthy.await_rest(10)
    until(lambda: healthy.rows()[0]["Time"] >= 1, "the pool has rested for a while")

    assert_healthy_either_way(healthy)

    client = client_of(healthy.audit())
    assert len(client.pooled if healthy.knows_processes else client.unknown) == 10


def test_twelve_threads_with_short_transactions(healthy: Live, engine: Engine) -> None:
    """Audit again and again, by the usual thresholds: ages have whole seconds, so that any transaction may show one."""
    healthy.server.sql("CREATE TABLE todo.done (id INT AUTO_INCREMENT PRIMARY KEY, task INT) ENGINE = InnoDB")

    def transact() -> None:
        with engine.begin() as connection:
            connection.execute(text("SELECT title FROM tasks WHERE id = 1"))
            connection.execute(text("INSERT INTO done (task) VALUES (1)"))
        time.sleep(0.005)

    with meanwhile(transact, THREADS):
        until(lambda: len(healthy.rows()) >= THREADS, "all threads are connected")
        for _ in range(AUDITS):
            assert_healthy(healthy.audit(WELL_KEPT, settings=None))
            assert_healthy(healthy.audit(settings=None))


def test_the_event_scheduler(healthy: Live) -> None:
    healthy.server.sql("SET GLOBAL event_scheduler = ON")
    until(lambda: len(healthy.rows("event_scheduler")) == 1, "the event scheduler runs")
    until(lambda: healthy.rows("event_scheduler")[0]["Time"] >= 1, "it has waited for a while")
    assert_healthy_either_way(healthy)


def test_a_replicas_dump_thread(healthy: Live) -> None:
    healthy.server.sql("CREATE USER 'replica'@'%'")
    healthy.server.sql("GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'")
    with closing(healthy.server.connect(user="replica", password="")) as replica:
        replica.query("SET @master_binlog_checksum = @@global.binlog_checksum")
        send(replica, COM_BINLOG_DUMP, DUMP_FROM_THE_START)
        until(lambda: [row["Command"] for row in healthy.rows("replica")] == ["Binlog Dump"], "the dump runs")
        until(lambda: healthy.rows("replica")[0]["Time"] >= 1, "it has waited for a while")
        assert_healthy_either_way(healthy)


def test_a_long_report_from_a_console(healthy: Live) -> None:
    healthy.server.sql("CREATE USER 'analyst'@'%'")
    healthy.server.sql("GRANT SELECT ON todo.* TO 'analyst'@'%'")
    console = healthy.server.connect(user="analyst", password="", program_name="mysql", autocommit=False)
    with closing(console), ThreadPoolExecutor(1) as thread:
        report = thread.submit(console.query, "SELECT COUNT(*), SLEEP(30) FROM todo.tasks")
        healthy.await_open(1)
        assert_healthy_either_way(healthy)
        healthy.server.sql(f"KILL QUERY {healthy.rows('analyst')[0]['Id']}")
        report.exception()


def test_a_deploy_leaves_a_few_aborted_clients_among_hundreds(healthy: Live) -> None:
    def serve(number: int) -> None:
        connection = healthy.server.connect(user="app", password="", database="todo", ssl_disabled=True)
        for _ in range(STATEMENTS_EACH):
            connection.query("SELECT title FROM tasks")
        if number < ABORTED:
            hang_up(connection)
        else:
            connection.close()

    for number in range(CONNECTIONS):
        serve(number)
    until(lambda: aborted(healthy) >= ABORTED, "the server has noticed who is gone")
    assert_healthy_either_way(healthy)


def aborted(live: Live) -> int:
    (row,) = live.server.sql("SHOW GLOBAL STATUS LIKE 'Aborted_clients'")
    return int(row["Value"])


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_a_server_just_started(kind: Kind) -> None:
    with obtain(lambda: start_own(kind)) as server, closing(Live(server)) as live:
        engine = create_engine(live.url("well-kept"), **options_of(HERE / WELL_KEPT))
        for connection in [engine.connect() for _ in range(10)]:
            connection.close()
        assert_healthy_either_way(live)
        assert the(live.audit(), "PA901").severity is Severity.INFO
        engine.dispose()
