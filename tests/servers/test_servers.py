"""The servers really start, and are really clean."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pymysql
import pytest

from tests.servers import Kind, RunningServer, Server, ServerError, clean, start
from tests.servers.fixtures import StartServer
from tests.servers.server import leaving, series_of

ALL = pytest.mark.parametrize("kind", list(Kind))
FEW_STATEMENTS = 60
WITH_ADMIN_PORT = pytest.mark.parametrize("kind", [Kind.MYSQL_97, Kind.MARIADB_118])


def status(server: Server, name: str) -> int:
    (row,) = server.sql("SHOW GLOBAL STATUS LIKE %s", [name])
    return int(row["Value"])


def variable(server: Server, name: str) -> str:
    (row,) = server.sql("SHOW GLOBAL VARIABLES LIKE %s", [name])
    return str(row["Value"])


def clients(server: Server) -> list[str]:
    return [row["User"] for row in server.sql("SHOW PROCESSLIST") if row["User"] != "event_scheduler"]


def until(happened: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)
    return happened()


def has_performance_schema(server: Server) -> bool:
    return variable(server, "performance_schema") == "ON"


class TestShared:
    def test_a_server_answers(self, server: Server) -> None:
        (row,) = server.sql("SELECT VERSION() AS version, CURRENT_USER() AS account")
        assert row["version"] == server.version
        assert row["account"].startswith(server.user)

    def test_a_server_is_of_its_kind(self, mysql97: Server, mysql56: Server, mariadb118: Server) -> None:
        assert [series_of(one.version) for one in (mysql97, mysql56, mariadb118)] == [
            ("mysql", "9.7"),
            ("mysql", "5.6"),
            ("mariadb", "11.8"),
        ]

    def test_it_answers_sqlalchemys_kind_of_dsn(self, server: Server) -> None:
        assert server.dsn("ann o'", "p@ss/word", "shop") == (
            f"mysql+pymysql://ann%20o%27:p%40ss%2Fword@{server.host}:{server.port}/shop"
        )
        assert server.dsn().startswith(f"mysql+pymysql://{server.user}")

    def test_it_starts_with_the_settings_of_a_new_server(self, server: Server) -> None:
        if isinstance(server, RunningServer):
            assert variable(server, "max_connections") == "151"
            assert variable(server, "wait_timeout") == "28800"
            assert variable(server, "log_bin") == "OFF"

    def test_nobody_is_connected_but_who_asks(self, server: Server) -> None:
        for _ in range(20):
            clean(server)
            assert until(lambda: clients(server) == [server.user])

    def test_mysql_97_and_mariadb_118_speak_tls(self, mysql97: Server, mariadb118: Server) -> None:
        for one in (mysql97, mariadb118):
            with leaving(one.connect(ssl_disabled=False)) as connection, connection.cursor() as cursor:
                cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
                assert cursor.fetchall()[0][1]


class TestClean:
    def test_a_number_is_set_back(self, server: Server) -> None:
        server.sql("SET GLOBAL wait_timeout = 77")
        clean(server)
        assert variable(server, "wait_timeout") == server.baseline.variables["wait_timeout"]

    def test_a_fraction_is_set_back(self, server: Server) -> None:
        server.sql("SET GLOBAL long_query_time = 0.25")
        clean(server)
        assert variable(server, "long_query_time") == server.baseline.variables["long_query_time"]

    def test_a_text_is_set_back(self, server: Server) -> None:
        server.sql("SET GLOBAL sql_mode = 'ANSI'")
        server.sql("SET GLOBAL init_connect = '1'")
        clean(server)
        assert variable(server, "sql_mode") == server.baseline.variables["sql_mode"]
        assert variable(server, "init_connect") == server.baseline.variables["init_connect"]

    def test_a_switch_is_set_back(self, server: Server) -> None:
        server.sql("SET GLOBAL read_only = ON")
        clean(server)
        assert variable(server, "read_only") == "OFF"

    def test_a_database_is_dropped(self, server: Server) -> None:
        server.sql("CREATE DATABASE `sh``op`")
        server.sql("CREATE TABLE `sh``op`.orders (id INT) ENGINE = InnoDB")
        clean(server)
        assert {row["Database"] for row in server.sql("SHOW DATABASES")} == server.baseline.databases

    def test_a_user_is_dropped(self, server: Server) -> None:
        server.sql("CREATE USER 'we%ird'@'10.0.%'")
        clean(server)
        found = server.sql("SELECT User AS user, Host AS host FROM mysql.user")
        assert {(row["user"], row["host"]) for row in found} == server.baseline.accounts

    def test_a_role_is_dropped(self, mysql97: Server, mariadb118: Server) -> None:
        for server in (mysql97, mariadb118):
            server.sql("CREATE ROLE reader")
            clean(server)
            assert server.sql("SELECT User FROM mysql.user WHERE User = 'reader'") == []

    def test_sessions_are_ended(self, server: Server) -> None:
        with closing(server.connect(autocommit=False)) as held, held.cursor() as cursor:
            cursor.execute("SELECT 1")
            clean(server)
            assert until(lambda: clients(server) == [server.user])
            with pytest.raises(pymysql.OperationalError):
                cursor.execute("SELECT 1")

    def test_open_transactions_are_ended(self, server: Server) -> None:
        server.sql("CREATE DATABASE shop")
        server.sql("CREATE TABLE shop.orders (id INT) ENGINE = InnoDB")
        with closing(server.connect(autocommit=False, database="shop")) as held, held.cursor() as cursor:
            cursor.execute("INSERT INTO orders VALUES (1)")
            clean(server)
        assert server.sql("SELECT trx_id FROM information_schema.innodb_trx") == []

    def test_counters_begin_anew(self, server: Server) -> None:
        connections = [server.connect() for _ in range(5)]
        for connection in connections:
            getattr(connection, "_force_close")()  # noqa: B009 - a client that dies says no goodbye
        assert until(lambda: status(server, "Aborted_clients") >= 5)
        assert status(server, "Max_used_connections") >= 5
        clean(server)
        assert status(server, "Aborted_clients") == 0
        assert status(server, "Max_used_connections") <= 2

    def test_what_performance_schema_counts_begins_anew(self, mysql97: Server) -> None:
        with pytest.raises(pymysql.OperationalError, match="1045"):
            mysql97.connect(user="nobody", password="wrong")
        errors = (
            "SELECT SUM(SUM_ERROR_RAISED) AS raised FROM performance_schema.events_errors_summary_global_by_error "
            "WHERE ERROR_NUMBER = 1045"
        )
        assert mysql97.sql(errors) == [{"raised": 1}]
        clean(mysql97)
        assert mysql97.sql(errors) == [{"raised": 0}]
        (root,) = mysql97.sql("SELECT TOTAL_CONNECTIONS AS made FROM performance_schema.accounts WHERE USER = 'root'")
        assert root["made"] <= 4

    def test_consumers_and_instruments_are_switched_back(self, server: Server) -> None:
        if not has_performance_schema(server):
            assert server.baseline.checksums == {}
            return
        off = "SELECT COUNT(*) AS off FROM performance_schema.{} WHERE ENABLED = 'NO'"
        before = [server.sql(off.format(table)) for table in server.baseline.checksums]
        server.sql("UPDATE performance_schema.setup_consumers SET ENABLED = 'NO' WHERE NAME LIKE 'events_statements%'")
        server.sql("UPDATE performance_schema.setup_instruments SET ENABLED = 'NO' WHERE NAME LIKE 'statement/%'")
        clean(server)
        assert [server.sql(off.format(table)) for table in server.baseline.checksums] == before

    def test_it_gets_in_where_tls_is_demanded(self, mysql97: Server) -> None:
        mysql97.sql("SET GLOBAL require_secure_transport = ON")
        clean(mysql97)
        assert variable(mysql97, "require_secure_transport") == "OFF"

    def test_it_gets_in_where_all_connections_are_taken(self, server: Server) -> None:
        server.sql("CREATE USER 'app'@'localhost'")
        server.sql("SET GLOBAL max_connections = 10")
        held = [server.connect(user="app") for _ in range(10)]
        with pytest.raises(pymysql.OperationalError, match="1040"):
            server.connect(user="app")
        clean(server)
        assert until(lambda: clients(server) == [server.user])
        for connection in held:
            connection.close()

    def test_where_there_is_nothing_to_clean_it_costs_few_statements(self, server: Server) -> None:
        clean(server)
        before = status(server, "Queries")
        clean(server)
        assert status(server, "Queries") - before <= FEW_STATEMENTS


@ALL
@pytest.mark.usefixtures("fetched")
class TestPrivate:
    def test_it_has_the_settings_that_were_asked_for(self, kind: Kind, start_server: StartServer) -> None:
        server = start_server(kind, "--max-connections=3", "--skip-name-resolve", name="small")
        assert server.name == "small"
        assert variable(server, "max_connections") in {"3", "10"}  # MariaDB's least is 10
        assert until(lambda: clients(server) == ["root"])  # an earlier connection takes a moment to be gone

    def test_two_of_a_kind_run_side_by_side(self, kind: Kind, start_server: StartServer) -> None:
        one, other = start_server(kind), start_server(kind)
        one.sql("CREATE DATABASE shop")
        assert one.port != other.port
        assert {"Database": "shop"} not in other.sql("SHOW DATABASES")

    def test_its_end_is_noticed(self, kind: Kind, start_server: StartServer) -> None:
        server = start_server(kind)
        server.kill()
        assert not server.running
        assert server.log()
        with pytest.raises(pymysql.OperationalError, match="2003"):
            server.connect()

    def test_it_stops_in_good_order_and_leaves_nothing(self, kind: Kind) -> None:
        server = start(kind)
        folder = server.datadir.parent
        server.stop()
        assert not server.running
        assert not folder.exists()
        server.close()

    def test_a_start_that_fails_shows_the_log(self, kind: Kind) -> None:
        with pytest.raises(ServerError, match=r"(?s)The server odd ended while starting.*no-such-option"):
            start(kind, "--no-such-option", name="odd")

    def test_it_ends_with_a_run_that_is_killed(self, kind: Kind) -> None:
        code = (
            "import os, signal; from tests.servers import start; "
            f"server = start({kind.value!r}); print(server.pid, server.datadir, flush=True); "
            "os.kill(os.getpid(), signal.SIGKILL)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        pid, datadir = done.stdout.split()
        assert done.returncode == -signal.SIGKILL
        assert until(lambda: not Path(f"/proc/{pid}").exists() and not Path(datadir).parent.exists())


@WITH_ADMIN_PORT
def test_administrators_have_a_port_of_their_own(kind: Kind, start_server: StartServer) -> None:
    server = start_server(kind, "--max-connections=10", admin_port=True)
    assert server.admin_port is not None
    server.sql("CREATE USER 'app'@'localhost'")
    held = [server.connect(user="app") for _ in range(10)]
    held.append(server.connect())
    with pytest.raises(pymysql.OperationalError, match="1040"):
        server.connect()
    held.append(server.connect(port=server.admin_port))
    for connection in held:
        connection.close()


def test_mysql_56_has_no_port_for_administrators(start_server: StartServer) -> None:
    start_server(Kind.MYSQL_56).close()
    with pytest.raises(ServerError, match=r"MySQL 5\.6 has no port for administrators\."):
        start(Kind.MYSQL_56, admin_port=True)


def test_a_long_temporary_folder_does_not_break_the_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start_server: StartServer
) -> None:
    long = tmp_path / ("long" * 25)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    server = start_server(Kind.MYSQL_56)
    assert len(os.fsencode(server.datadir.parent / "mysql.sock")) <= 107
    assert list(long.iterdir()) == []
