"""A history on the servers that people have: MySQL 5.6 and 9.7, MariaDB and PostgreSQL, all of them real."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, inspect

from poolaudit.errors import HistoryError
from poolaudit.history import changes_between, migrate, open_history
from poolaudit.history.database import Connection
from poolaudit.history.schema import metadata
from poolaudit.history.server_database import ServerDatabase, url_of
from tests.history.at_once import check_all_were_kept, keep_at_once, letter
from tests.history.reports import CALM, FULL, LABEL, NEAR, WITH_A_CLIENT, moment, refused, report
from tests.history.test_store import HOSTILE
from tests.servers.kinds import Kind, ServerError
from tests.servers.postgresql import PASSWORD, PostgreSQL

DATABASES = [*(kind.value for kind in Kind), "postgresql"]
pytestmark = pytest.mark.server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Start one for all tests; each gets a database of its own."""
    try:
        server = PostgreSQL.start()
    except ServerError as error:
        pytest.fail(str(error), pytrace=False)
    yield server
    server.daemon.close()


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in DATABASES])
def url(request: pytest.FixtureRequest) -> str:
    """Name an empty database on each server in turn."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql").url())
    fixture = {Kind.MYSQL_97: "mysql97", Kind.MYSQL_56: "mysql56", Kind.MARIADB_118: "mariadb118"}
    server = request.getfixturevalue(fixture[Kind(request.param)])
    server.sql("CREATE DATABASE history CHARACTER SET latin1")
    return str(server.dsn(database="history")).replace("mysql+pymysql", server.flavor)


def test_a_history_of_three_runs(url: str) -> None:
    with open_history(url) as history:
        assert history.before(LABEL).taken_at is None
        for hours, toml in enumerate([CALM, NEAR, FULL]):
            history.keep(LABEL, report(toml, hours), [letter(hours)])
        history.keep(LABEL, refused(3))
    with open_history(url) as history:
        past = history.before(LABEL, until=moment(4))
        assert past.taken_at == moment(3)
        assert past.earlier is not None
        assert (past.earlier.taken_at, past.earlier.counters["Connections"]) == (moment(2), 200_000)
        assert [one.connected_connections for one in past.usage] == [12, 125, 150, None]
        gone = {one.code: one for one in changes_between(past, report(CALM, 4)).resolved}
        assert set(gone) == {"PA101", "PA102", "PA301"}
        assert (gone["PA102"].standing.since, gone["PA102"].standing.audits) == (moment(1), 2)


def test_names_and_messages_come_back_as_they_were(url: str) -> None:
    names = ["db1", "DB1", "db1 ", HOSTILE, "x" * 10_000, "ç\u0327\U0001f480"]
    with open_history(url) as history:
        for number, name in enumerate(names):
            found = report(f"counters = {{ Threads_connected = {125 + number} }}")
            findings = tuple(one._replace(about=name, message=name * 3) for one in found.findings)
            history.keep(name, found._replace(findings=findings))
        for number, name in enumerate(names):
            past = history.before(name, until=moment(1))
            assert past.usage[0].connected_connections == 125 + number
            assert {one.message for one in past.findings} == {name.replace("\0", "\\x00") * 3}


def test_the_outbox(url: str) -> None:
    big = letter(1)._replace(message=bytes(range(256)) * 1024)
    with open_history(url) as history:
        history.keep(LABEL, report(), [big, letter(2)])
        first, second = history.take_due(moment(0))
        assert (first.letter, first.late) == (big, False)
        assert not history.take_due(moment(0))
        history.mark_delivered(first)
        history.mark_failed(second.id, "450 later")
        history.put([big], moment(1))
        (again,) = history.take_due(moment(1))
    assert (again.letter, again.late, again.tries) == (letter(2), True, 1)


def test_runs_are_listed_shown_exported_and_taken_out(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poolaudit.history.listing.AT_ONCE", 2)
    with open_history(url) as history:
        numbers = [history.keep(LABEL, report(toml, hours)) for hours, toml in enumerate([CALM, NEAR, WITH_A_CLIENT])]
        other = history.keep("db2", refused(3))
        runs = history.runs()
        assert [one.id for one in runs] == [other, *reversed(numbers)]
        assert [one.was_read for one in runs] == [False, True, True, True]
        assert [one.taken_at for one in history.runs(LABEL, count=2)] == [moment(2), moment(1)]
        every = list(history.every_run())
        assert [one.run for one in every] == list(reversed(runs))
        assert [history.run(one.run.id) for one in every] == every
        (client,) = every[2].clients
        assert (client["account"], client["pid"], client["connections"]) == ("shop", None, 1)
        assert {one["since"] for one in every[1].findings} == {moment(1)}
        assert every[0].counters["Connections"] == 200_000
        assert history.run(other + 1) is None
        assert history.prune(moment(2)) == (2, 2)
        assert [one.run for one in history.every_run()] == list(reversed(runs[:2]))


def test_a_letter_that_is_given_up_leaves(url: str) -> None:
    with open_history(url) as history:
        history.keep(LABEL, report(), [letter(1)])
        (due,) = history.take_due(moment(0))
        history.give_up(due.id, "too old", moment(1))
        assert not history.take_due(moment(2))
        history.prune(moment(2))
        history.put([letter(1)], moment(2))
        assert [one.letter for one in history.take_due(moment(2))] == [letter(1)]


def test_twenty_runs_at_once(url: str) -> None:
    assert keep_at_once(url, 20) == [0] * 20
    check_all_were_kept(url, 20)


def test_a_run_that_fails_halfway_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_history(url) as history:
        history.keep(LABEL, report(NEAR))
        wrong = letter(1)._replace(message=12.5)  # type: ignore[arg-type]  # what no database takes for bytes
        monkeypatch.setattr("poolaudit.history.outbox.put", lambda connection, *_: connection.execute("nonsense"))
        with pytest.raises(HistoryError):
            history.keep(LABEL, report(FULL, 1), [wrong])
        assert history.before(LABEL, until=moment(2)).taken_at == moment(0)


def test_what_loses_its_connection_is_done_again(url: str) -> None:
    database = ServerDatabase(url)
    tried: list[int] = []

    def work(connection: Connection) -> list[dict[str, object]]:
        own = "pg_backend_pid()" if connection.dialect == "postgresql" else "CONNECTION_ID()"
        ((number,),) = (row.values() for row in connection.rows(f"SELECT {own} AS number"))
        tried.append(number)
        if len(tried) == 1:
            with database.reading() as other:
                kill = "SELECT pg_terminate_backend(:it)" if other.dialect == "postgresql" else "KILL :it"
                other.execute(kill, {"it": number})
        return connection.rows("SELECT 1 AS one")

    assert database.write(work) == [{"one": 1}]
    assert len(set(tried)) == len(tried) == 2
    database.close()


def _add_a_column(connection: Connection) -> None:
    of_table = "FROM information_schema.columns WHERE table_name = 'poolaudit_meta'"
    names = {row["found"] for row in connection.rows(f"SELECT column_name AS found {of_table}")}
    if "note" not in names:
        connection.execute("ALTER TABLE poolaudit_meta ADD COLUMN note VARCHAR(10)")


def test_an_older_history_is_brought_forward_and_a_newer_one_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_history(url) as history:
        history.keep(LABEL, report(NEAR))
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "SCHEMA_VERSION", 2)
        patch.setattr(migrate, "STEPS", (_add_a_column,))
        for _ in range(2):
            with open_history(url) as history:
                assert history.before(LABEL, until=moment(1)).taken_at == moment(0)
    with pytest.raises(HistoryError, match=r"a newer poolaudit's: its tables are of version 2.* up to version 1"):
        open_history(url)


def test_a_server_that_is_not_there_is_said_without_its_password(url: str) -> None:
    gone = url_of(url).set(port=1, password=PASSWORD).render_as_string(hide_password=False)
    with pytest.raises(HistoryError) as caught:
        open_history(gone)
    assert "127.0.0.1:1" in caught.value.message
    assert PASSWORD not in caught.value.message + caught.value.hint + repr(caught.value)
    assert "\n" not in caught.value.message


def test_a_wrong_password_is_not_repeated(url: str) -> None:
    wrong = url_of(url).set(username="stranger", password=PASSWORD).render_as_string(hide_password=False)
    with pytest.raises(HistoryError) as caught:
        open_history(wrong)
    assert PASSWORD not in caught.value.message + caught.value.hint


def test_the_tables_are_as_the_schema_says(url: str) -> None:
    open_history(url).close()
    engine = create_engine(url_of(url))
    with engine.connect() as connection:
        there = inspect(connection)
        for table in metadata.sorted_tables:
            assert {column["name"] for column in there.get_columns(table.name)} == set(table.columns.keys())
            indexed = {index["name"] for index in there.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexed
    engine.dispose()
