"""Connecting to real servers."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any

import pymysql
import pymysql._auth
import pytest

from poolaudit.collect.connection import (
    ConnectionLostError,
    Result,
    ServerFullError,
    StatementError,
    connect,
)
from poolaudit.collect.dial import dial
from poolaudit.collect.dsn import target_from_dsn
from poolaudit.collect.target import SslMode, Target, Tls
from poolaudit.errors import CannotAuditError
from tests.collect.rogue import IN_TIME_SECONDS, Proxy
from tests.collect.secrets import shown_anywhere
from tests.faults.command import until
from tests.servers import Server

CANARY = "canary-4711"
NO_TLS = Tls(SslMode.DISABLED)
TRANSACTIONS = "SELECT * FROM information_schema.innodb_trx"


def target_of(server: Server, **changes: Any) -> Target:  # noqa: ANN401 - the fields of Target
    return target_from_dsn(server.dsn())._replace(**changes)


def app_on(server: Server, **changes: Any) -> Target:  # noqa: ANN401 - the fields of Target
    """Make an account with a password, and give a target that logs in as it."""
    server.sql(f"CREATE USER app@'%' IDENTIFIED BY '{CANARY}'")
    return target_of(server, user="app", password=CANARY, **changes)


def refused(target: Target) -> CannotAuditError:
    """Connect where it must fail, and see that the password is nowhere."""
    with pytest.raises(CannotAuditError) as raised:
        connect(target)
    assert raised.value.message
    assert raised.value.hint
    assert "\n" not in raised.value.message
    assert not shown_anywhere(raised.value, CANARY)
    return raised.value


# ---- a good connection


def test_it_tells_of_the_server(server: Server) -> None:
    with connect(target_of(server)) as connection:
        assert connection.server_version == server.version
        assert connection.autocommit
        assert connection.query("SELECT CONNECTION_ID()").rows == ((connection.thread_id,),)
        assert connection.query("SELECT @@autocommit, @@character_set_results").rows == ((1, "utf8mb4"),)
        assert connection.statements == 2


def test_it_is_one_connection_without_a_statement_of_its_own(server: Server) -> None:
    def connections() -> int:
        return int(server.sql("SHOW GLOBAL STATUS LIKE 'Connections'")[0]["Value"])

    before = connections()
    connect(target_of(server)).close()
    assert connections() - before == 2, "the connection, and the one that counts"
    with Proxy(server.host, server.port) as proxy:
        with connect(proxy.target()) as connection:
            connection.query("SELECT 1")
        assert (proxy.connections, proxy.statements) == (1, ["/* poolaudit */ SELECT 1"])


def test_it_can_be_told_from_others(server: Server) -> None:
    with connect(target_of(server)) as connection:
        result = connection.query("SHOW FULL PROCESSLIST")
        own = next(row for row in result.rows if row[0] == connection.thread_id)
        assert own[result.names.index("Info")] == "/* poolaudit */ SHOW FULL PROCESSLIST"
        if server.flavor == "mysql":
            attributes = connection.query(
                "SELECT attr_value FROM performance_schema.session_connect_attrs"
                " WHERE attr_name = 'program_name' AND processlist_id = CONNECTION_ID()"
            )
            assert attributes.rows == (("poolaudit",),)


def test_values_are_numbers_texts_and_none(server: Server) -> None:
    with connect(target_of(server)) as connection:
        got = connection.query(
            "SELECT 1 a, -2 `b c`, 'x' c, NULL d, 1.50 e, CAST('2026-01-02' AS DATE) f, '' g, '漢字🙂' h"
        )
        assert got == Result(
            ("a", "b c", "c", "d", "e", "f", "g", "h"), ((1, -2, "x", None, "1.50", "2026-01-02", "", "漢字🙂"),)
        )
        assert connection.query("SELECT 18446744073709551615 a, x'ff41' b").rows == ((18446744073709551615, "\\xffA"),)
        long = connection.query("SELECT REPEAT('x', 250) a, REPEAT('x', 251) b, REPEAT('\u6f22', 30000) c, NULL d, 1 e")
        assert long.rows == (("x" * 250, "x" * 251, "\u6f22" * 30000, None, 1),)
        assert connection.query("SET @x = 1") == Result((), ())
        assert connection.query("SELECT 1 FROM DUAL WHERE FALSE").rows == ()


def test_a_socket_is_used_without_tls(server: Server) -> None:
    assert server.socket is not None
    with connect(target_of(server, socket=str(server.socket))) as connection:
        assert not connection.encrypted
        assert connection.query("SHOW STATUS LIKE 'Ssl_cipher'").rows == (("Ssl_cipher", ""),)


def test_passwords_are_sent_as_utf_8(server: Server) -> None:
    server.sql("CREATE USER 'größe'@'%' IDENTIFIED BY 'пароль-漢'", None)
    with connect(target_of(server, user="größe", password="пароль-漢")) as connection:
        assert connection.query("SELECT 1").rows == ((1,),)


def test_closing_never_raises_and_may_be_repeated(server: Server) -> None:
    connection = connect(target_of(server))
    connection.close()
    connection.close()
    with pytest.raises(ConnectionLostError):
        connection.query("SELECT 1")


# ---- statements that fail


def test_a_refused_statement_leaves_the_connection_good(server: Server) -> None:
    target = app_on(server)
    with connect(target) as connection:
        for statement, code in (("SELECT * FROM mysql.user", 1142), ("SELEKT", 1064), (TRANSACTIONS, 1227)):
            with pytest.raises(StatementError) as raised:
                connection.query(statement)
            assert raised.value.code == code
            assert raised.value.message
            assert not shown_anywhere(raised.value, CANARY)
        assert connection.query("SELECT 1").rows == ((1,),)


def test_an_announced_statement_is_sent_when_the_answer_before_it_has_come(server: Server) -> None:
    with connect(target_of(server)) as connection:
        connection.announce("SELECT 2")
        assert connection.query("SELECT 1").rows == ((1,),)
        assert connection.statements == 2
        connection.announce("SELECT 3")
        assert connection.query("SELECT 2").rows == ((2,),)
        assert connection.query("SELECT 3").rows == ((3,),)
        assert connection.statements == 3


def test_an_announced_statement_is_not_sent_after_a_refusal(server: Server) -> None:
    with connect(target_of(server)) as connection:
        connection.announce("SELECT 2")
        with pytest.raises(StatementError):
            connection.query("SELECT nothing")
        assert connection.query("SELECT 3").rows == ((3,),)
        assert connection.statements == 2


def test_another_statement_than_the_one_announced_is_a_fault(server: Server) -> None:
    with connect(target_of(server)) as connection:
        connection.announce("SELECT 2")
        connection.query("SELECT 1")
        with pytest.raises(AssertionError):
            connection.query("SELECT 3")


def test_a_killed_connection_is_lost(server: Server) -> None:
    with connect(target_of(server)) as connection:
        server.sql(f"KILL {connection.thread_id}")
        until(lambda: connection.thread_id not in {row["Id"] for row in server.sql("SHOW PROCESSLIST")}, "it ended")
        with pytest.raises(ConnectionLostError) as raised:
            connection.query("SELECT 1")
        assert raised.value.__context__ is None
        with pytest.raises(ConnectionLostError):
            connection.query("SELECT 1")


def test_a_statement_that_takes_too_long_is_given_up(server: Server) -> None:
    with connect(target_of(server, read_timeout_seconds=1)) as connection:
        began = time.monotonic()
        with pytest.raises(ConnectionLostError, match="did not answer a statement within 1 s"):
            connection.query("SELECT SLEEP(20)")
        assert 0.9 < time.monotonic() - began < IN_TIME_SECONDS


@pytest.mark.parametrize("answer_bytes", [None, 0, 1, 5, 40])
def test_a_connection_that_is_cut_is_lost(server: Server, answer_bytes: int | None) -> None:
    with (
        Proxy(server.host, server.port, cut_at=2, answer_bytes=answer_bytes) as proxy,
        connect(proxy.target()) as connection,
    ):
        connection.query("SELECT 1")
        with pytest.raises(ConnectionLostError):
            connection.query("SELECT 'abcdefghijklmnopqrstuvwxyz'")
        assert len(proxy.statements) == 2


# ---- servers that refuse


def test_a_wrong_password(server: Server) -> None:
    error = refused(app_on(server)._replace(password=CANARY + "x"))
    assert f"{server.host}:{server.port} refused the login (error 1045: Access denied for user 'app'@" in error.message


def test_a_full_server(server: Server) -> None:
    target = app_on(server)
    server.sql("SET GLOBAL max_connections = 10")
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(connect(target))
        with pytest.raises(ServerFullError) as raised:
            connect(target)
        assert raised.value.refusal.error == 1040
        assert raised.value.refusal.message == "Too many connections"
        assert not shown_anywhere(raised.value, CANARY)


def test_an_account_at_its_cap(server: Server) -> None:
    target = app_on(server)
    server.sql(
        "GRANT USAGE ON *.* TO app@'%' WITH MAX_USER_CONNECTIONS 1"
    ) if server.kind != "mysql-9.7" else server.sql("ALTER USER app@'%' WITH MAX_USER_CONNECTIONS 1")
    with connect(target):
        assert "has used up one of its limits (error 1226" in refused(target).message


def test_an_expired_password(server: Server) -> None:
    target = app_on(server)
    server.sql("ALTER USER app@'%' PASSWORD EXPIRE")
    if server.flavor == "mysql":
        assert "expired password changed first (error 1862" in refused(target).message
    else:
        with connect(target) as connection, pytest.raises(StatementError) as raised:
            connection.query("SELECT 1")
        assert raised.value.code == 1820


@pytest.mark.parametrize("kind", ["mysql97", "mariadb118"])
def test_a_locked_account(kind: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(kind)
    target = app_on(server)
    server.sql("ALTER USER app@'%' ACCOUNT LOCK")
    assert "has locked the account (error " in refused(target).message


@pytest.mark.parametrize("kind", ["mysql97", "mariadb118"])
def test_a_server_that_insists_on_tls(kind: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(kind)
    target = app_on(server)
    server.sql("SET GLOBAL require_secure_transport = ON")
    error = refused(target._replace(tls=NO_TLS))
    assert "lets nobody in without TLS" in error.message
    assert "--ssl-mode" in error.hint
    connect(target).close()


def test_a_server_without_tls(mysql56: Server) -> None:
    for mode in (SslMode.REQUIRED, SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY):
        error = refused(target_of(mysql56, tls=Tls(mode), password=CANARY))
        assert error.message == f"{mysql56.host}:{mysql56.port} offers no TLS, but --ssl-mode {mode} wants it"


def test_no_password_goes_to_a_server_without_the_tls_that_was_asked_for(mysql56: Server) -> None:
    with Proxy(mysql56.host, mysql56.port) as proxy:
        refused(proxy.target(tls=Tls(SslMode.REQUIRED), password=CANARY))
        assert proxy.sent == b""


def test_an_account_of_the_socket_s_owner(mariadb118: Server) -> None:
    mariadb118.sql("CREATE USER app@'%' IDENTIFIED VIA unix_socket")
    error = refused(target_of(mariadb118, user="app", password=CANARY))
    assert "from its own socket only" in error.message


# ---- passwords and plugins


@contextmanager
def without_cryptography(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(pymysql._auth, "_have_cryptography", False)  # noqa: SLF001 - as if it were not installed
        yield


def test_caching_sha2_without_tls_needs_a_library_and_says_so(mysql97: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    target = app_on(mysql97, tls=NO_TLS)
    with without_cryptography(monkeypatch):
        error = refused(target)
        assert "does not take app's password over a connection without TLS" in error.message
        assert "--ssl-mode REQUIRED" in error.hint
        assert "pip install" in error.hint
    connect(target).close()
    with without_cryptography(monkeypatch):
        connect(target).close()  # the server has the password in its cache now


def test_caching_sha2_with_tls_or_a_socket_needs_none(mysql97: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    target = app_on(mysql97)
    with without_cryptography(monkeypatch):
        connect(target).close()
        mysql97.sql("FLUSH PRIVILEGES")
        connect(target._replace(socket=str(mysql97.socket))).close()


@pytest.mark.parametrize("kind", ["mysql56", "mariadb118"])
def test_mysql_native_password(kind: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(kind)
    target = app_on(server, tls=NO_TLS)
    assert server.sql("SELECT plugin FROM mysql.user WHERE user = 'app'") == [{"plugin": "mysql_native_password"}]
    connect(target).close()


def test_no_password_is_sent_in_clear(server: Server) -> None:
    target = app_on(server)
    with Proxy(server.host, server.port) as proxy:
        with connect(proxy.target(user="app", password=target.password)) as connection:
            connection.query("SELECT 1")
        assert CANARY.encode() not in proxy.sent


# ---- places where nothing is


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    error = refused(Target(host="127.0.0.1", port=port, password=CANARY))
    assert error.message == f"nothing listens at 127.0.0.1:{port}"


def test_a_socket_that_is_not_there() -> None:
    assert refused(Target(socket="/nowhere/my.sock", password=CANARY)).message == "there is no socket /nowhere/my.sock"
    assert "cannot be used" in refused(Target(socket="/etc/passwd/x")).message
    assert "cannot be used" in refused(Target(socket="/" + "x" * 200)).message


def test_an_address_that_cannot_be_reached() -> None:
    assert refused(Target(host="255.255.255.255")).message.startswith("255.255.255.255:3306 cannot be reached: ")


def test_a_socket_that_a_dead_server_left(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "my.sock")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    assert refused(Target(socket=path)).message == f"no server listens at the socket {path}"


@pytest.mark.parametrize(
    "host", ["no-such-host.invalid", "a..b", "x" * 300, "with space", "nul\0nul", "-", "256.1.1.1"]
)
def test_a_host_that_is_not_known(host: str) -> None:
    error = refused(Target(host=host, password=CANARY, connect_timeout_seconds=2))
    assert "is not known" in error.message or "could not be looked up" in error.message


@pytest.mark.slow
def test_a_look_up_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    real, over = socket.getaddrinfo, Event()

    def hang(host: str, port: int, **rest: Any) -> Any:  # noqa: ANN401 - as socket's
        if rest.get("flags"):
            return real(host, port, **rest)
        return over.wait(20)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    error = refused(Target(host="slow.example", connect_timeout_seconds=1))
    over.set()
    assert error.message == "the name slow.example could not be looked up within 1 s"
    assert time.monotonic() - began < IN_TIME_SECONDS


@pytest.mark.slow
def test_a_host_that_swallows_packets_is_given_up() -> None:
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            client = waiting.enter_context(socket.socket())
            client.settimeout(0)
            client.connect_ex(full.getsockname())
        began = time.monotonic()
        port = full.getsockname()[1]
        error = refused(Target(host="127.0.0.1", port=port, connect_timeout_seconds=1, password=CANARY))
        assert error.message == f"127.0.0.1:{port} did not answer within 1 s"
        assert time.monotonic() - began < IN_TIME_SECONDS


def test_no_time_left_is_too_little() -> None:
    with pytest.raises(CannotAuditError, match="did not answer within"):
        dial(Target(host="127.0.0.1"), time.monotonic() - 1)


def test_each_address_of_a_name_has_its_share_of_the_time(mysql56: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def two(host: str | bytes, port: int, **rest: Any) -> Any:  # noqa: ANN401 - as socket's
        assert host in {"db.example", b"db.example"}
        if rest.get("flags"):
            raise socket.gaierror
        return real("127.0.0.2", 1, **rest) + real("127.0.0.1", port, **rest)

    monkeypatch.setattr(socket, "getaddrinfo", two)
    connect(target_of(mysql56, host="db.example")).close()
