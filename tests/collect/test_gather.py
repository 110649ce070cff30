"""What a scan reads of real servers, in states made for real with SQLAlchemy's own pool."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from poolaudit.collect.capture import from_json, to_json
from poolaudit.collect.gather import HIDDEN, Depth, gather
from poolaudit.collect.target import Target
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Flavor, Server
from poolaudit.facts.session import Use
from tests.servers.kinds import Kind
from tests.servers.server import Server as RealServer


def target_of(server: RealServer, user: str | None = None, password: str = "") -> Target:
    """Aim at a server, as the account with all privileges where none is named."""
    if user is None:
        user, password = server.user, server.password
    return Target(host=server.host, port=server.port, user=user, password=password)


@dataclass
class Lab:
    """Connections in known states, by the name of the state."""

    server: RealServer
    ids: dict[str, int]

    def uses(self, facts: Server) -> dict[str, Use]:
        use = {session.id: session.use for session in facts.sessions}
        return {name: use[number] for name, number in self.ids.items()}


def session_id(connection: Connection) -> int:
    driver: Any = connection.connection.dbapi_connection
    return int(driver.thread_id())


@pytest.fixture
def lab(server: RealServer) -> Iterator[Lab]:
    """Make one connection in each state that a pool or an application can leave it in."""
    server.sql("CREATE DATABASE lab")
    server.sql("CREATE TABLE lab.t (id INT PRIMARY KEY, v INT) ENGINE=InnoDB")
    server.sql("INSERT INTO lab.t VALUES (1, 1), (2, 2)")
    engine = create_engine(server.dsn(database="lab"), pool_size=10)
    autocommit = create_engine(server.dsn(database="lab"), isolation_level="AUTOCOMMIT")
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        stack.callback(autocommit.dispose)
        names = ("pooled", "read", "computed", "pinged", "wrote", "committed")
        open_ = {name: stack.enter_context(engine.connect()) for name in names}
        open_["autocommit"] = stack.enter_context(autocommit.connect())
        ids = {name: session_id(connection) for name, connection in open_.items()}
        for name in ("pooled", "read", "pinged", "autocommit"):
            open_[name].execute(text("SELECT * FROM t"))
        open_["computed"].execute(text("SELECT 1"))
        open_["wrote"].execute(text("UPDATE t SET v = v + 1 WHERE id = 1"))
        open_["committed"].execute(text("UPDATE t SET v = v + 1 WHERE id = 2"))
        open_["committed"].commit()
        open_["pooled"].close()
        pinged: Any = open_["pinged"].connection.dbapi_connection
        pinged.ping(reconnect=False)
        yield Lab(server, ids)


EVIDENCE = {
    "pooled": Use.POOLED,
    "read": Use.HELD,
    "computed": Use.HELD,
    "pinged": Use.HELD,
    "wrote": Use.HELD,
    "committed": Use.UNKNOWN,
    "autocommit": Use.HELD,
}
BY_TRANSACTIONS_ALONE = EVIDENCE | dict.fromkeys(("pooled", "computed", "autocommit"), Use.UNKNOWN)


def test_each_state_is_told_as_far_as_the_server_shows_it(lab: Lab) -> None:
    facts = gather(target_of(lab.server), Depth())
    expected = BY_TRANSACTIONS_ALONE if lab.server.flavor == "mariadb" else EVIDENCE
    assert lab.uses(facts) == expected


def test_a_pings_age_of_zero_does_not_hide_the_transaction(lab: Lab) -> None:
    facts = gather(target_of(lab.server), Depth())
    session = next(session for session in facts.sessions if session.id == lab.ids["pinged"])
    assert session.transaction is not None
    assert session.transaction_seconds is not None


def test_rows_changed_are_seen(lab: Lab) -> None:
    facts = gather(target_of(lab.server), Depth())
    changed = {one.id: one.rows_modified for one in facts.transactions}
    assert changed[lab.ids["wrote"]] == 1
    assert changed[lab.ids["read"]] == 0


def test_texts_are_read_only_where_asked_for(lab: Lab) -> None:
    quiet = to_json(gather(target_of(lab.server), Depth()))
    assert "SELECT * FROM t" not in quiet
    if lab.server.flavor != "mariadb":
        assert "SELECT * FROM `t`" in quiet
        assert "SELECT * FROM t" in to_json(gather(target_of(lab.server), Depth(with_statements=True)))


def test_a_capture_of_it_reads_back_the_same(lab: Lab) -> None:
    facts = gather(target_of(lab.server), Depth(interval_seconds=0.05, with_statements=True))
    assert from_json(to_json(facts), "capture") == facts


def test_lock_waits_name_the_sleeper_that_others_wait_for(lab: Lab) -> None:
    driver: Any = lab.server.connect(database="lab")
    driver._execute_command(3, "UPDATE t SET v = 0 WHERE id = 1")  # noqa: SLF001 - sent, not waited for
    waiting: list[tuple[int, int]] = []
    while not waiting:
        waiting = [(wait.waiting_id, wait.blocking_id) for wait in gather(target_of(lab.server), Depth()).lock_waits]
    driver._force_close()  # noqa: SLF001 - its answer is not wanted
    assert waiting == [(driver.thread_id(), lab.ids["wrote"])]


def test_identity(server: RealServer) -> None:
    facts = gather(target_of(server), Depth())
    assert facts.flavor is (Flavor.MARIADB if server.flavor == "mariadb" else Flavor.MYSQL)
    assert facts.version.startswith(server.version[:4])
    assert facts.address == f"{server.host}:{server.port}"
    assert facts.max_connections == 151
    assert facts.wait_timeout_seconds == 28800
    assert facts.connected_connections >= 1
    assert facts.sessions == ()


def test_two_readings_of_the_counters(server: RealServer) -> None:
    facts = gather(target_of(server), Depth(interval_seconds=0.2))
    assert 0.2 <= facts.later.after_seconds < 5
    assert facts.gained("Connections") == 0
    assert gather(target_of(server), Depth()).gained("Connections") is None


def grant(server: RealServer, *privileges: str) -> Target:
    server.sql("CREATE USER 'audit'@'127.0.0.1' IDENTIFIED BY 'secret'")
    for privilege in privileges:
        server.sql(f"GRANT {privilege} TO 'audit'@'127.0.0.1'")
    return target_of(server, "audit", "secret")


def test_without_any_privilege_what_is_hidden_is_missing(lab: Lab) -> None:
    facts = gather(grant(lab.server), Depth())
    assert facts.sections.processlist == HIDDEN
    gaps = {name for name, section in facts.sections._asdict().items() if isinstance(section, Missing)}
    assert gaps == set(facts.sections._fields) - {"variables", "counters"}
    assert isinstance(facts.sections.transactions, Missing)
    assert "GRANT PROCESS" in facts.sections.transactions.remedy


def test_with_process_alone_the_ground_is_there(lab: Lab) -> None:
    facts = gather(grant(lab.server, "PROCESS ON *.*"), Depth())
    assert {session.id for session in facts.sessions} >= set(lab.ids.values())
    assert lab.uses(facts)["pinged"] is Use.HELD
    assert lab.uses(facts)["pooled"] is Use.UNKNOWN
    assert isinstance(facts.sections.accounts, Missing)
    assert "mysql.user" in facts.sections.accounts.remedy


def test_transactions_are_aged_in_the_servers_own_time_zone(start_server: Any) -> None:  # noqa: ANN401 - a factory
    server = start_server(Kind.MYSQL_97, "--default-time-zone=+05:00")
    connection = server.connect(autocommit=True)
    connection.cursor().execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
    (transaction,) = gather(target_of(server), Depth()).transactions
    assert transaction.age_seconds < 60
    connection.close()
