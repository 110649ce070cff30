"""Servers that do not behave: one clear sentence, in time, and no secret anywhere."""

import ssl
import sys
import time
from collections.abc import Callable
from pathlib import Path
from socket import socket
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolaudit.collect import wire
from poolaudit.collect.connection import Connection, ConnectionLostError, ServerFullError, StatementError, connect
from poolaudit.collect.target import SslMode, Tls
from poolaudit.errors import CannotAuditError
from tests.collect.certificates import Authority
from tests.collect.rogue import (
    CAPABILITIES,
    IN_TIME_SECONDS,
    OK,
    SSL_FLAG,
    AsksForFile,
    Behaviour,
    Rogue,
    WantsPlugin,
    answering,
    dripping,
    error_packet,
    greeting,
    log_in,
    one_row,
    packet,
    read_packet,
    saying,
    silent,
)
from tests.collect.secrets import shown_anywhere
from tests.collect.test_connection import CANARY, refused

pytestmark = pytest.mark.slow

HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
POSTGRESQL = b"E\0\0\0\x8bSFATAL\0VFATAL\0"


def refused_by(rogue: Rogue, **changes: object) -> CannotAuditError:
    return refused(rogue.target(password=CANARY, **changes))


# ---- before and during the login


def test_a_server_that_says_nothing() -> None:
    with Rogue(silent()) as rogue:
        began = time.monotonic()
        error = refused_by(rogue)
        assert error.message == f"{rogue.target().address} took the connection, but sent no greeting within 1 s"
        assert 0.9 < time.monotonic() - began < IN_TIME_SECONDS


def test_a_greeting_that_drips_is_given_up_in_time() -> None:
    with Rogue(dripping(greeting(), 0.2)) as rogue:
        began = time.monotonic()
        assert "sent no greeting within 1 s" in refused_by(rogue).message
        assert 0.9 < time.monotonic() - began < IN_TIME_SECONDS


def test_a_login_that_never_ends() -> None:
    with Rogue(saying(greeting(), and_wait=True)) as rogue:
        assert "the login did not end within 1 s" in refused_by(rogue).message


def test_a_server_that_hangs_up() -> None:
    with Rogue(saying(b"")) as rogue:
        assert "closed the connection before it said anything" in refused_by(rogue).message
    with Rogue(saying(greeting()[:30])) as rogue:
        assert "closed the connection before it said anything" in refused_by(rogue).message

    def after_login(client: socket) -> None:
        client.sendall(greeting())
        read_packet(client)

    with Rogue(after_login) as rogue:
        assert "closed the connection during the login" in refused_by(rogue).message


@pytest.mark.parametrize(
    "noise", [HTTP, SSH, POSTGRESQL, packet(0, b"\x09" + greeting()[5:]), packet(0, b""), packet(7, b"\x0a")]
)
def test_what_is_no_mysql_server(noise: bytes) -> None:
    with Rogue(saying(noise, and_wait=True)) as rogue:
        message = refused_by(rogue).message
        assert "does not speak MySQL's protocol" in message or "sent no greeting" in message


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=200), framed=st.booleans(), after_greeting=st.booleans())
def test_garbage_is_refused_and_nothing_else_happens(noise: bytes, framed: bool, after_greeting: bool) -> None:
    def behave(client: socket) -> None:
        if after_greeting:
            client.sendall(greeting())
            read_packet(client)
        client.sendall(packet(2 if after_greeting else 0, noise) if framed else noise)

    with Rogue(behave) as rogue:
        try:
            connect(rogue.target(password=CANARY)).close()
        except CannotAuditError as error:
            assert not shown_anywhere(error, CANARY)  # noqa: PT017 - a lucky byte may let it in


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (1129, "blocks this host after too many failed connections"),
        (1130, "has no account that may come from this host"),
        (1053, "is shutting down"),
        (1135, "cannot start another thread"),
        (1203, "refuses more connections of this account"),
        (1045, "refused the login"),
        (1251, "wants a way to log in that poolaudit does not have"),
        (3032, "is in offline mode"),
        (4999, "refused the connection"),
    ],
)
@pytest.mark.parametrize("greets", [False, True])
def test_refusals_before_and_after_the_greeting(code: int, says: str, greets: bool) -> None:
    def behave(client: socket) -> None:
        if greets:
            client.sendall(greeting())
            read_packet(client)
        client.sendall(error_packet(2 if greets else 0, code, "The server's own words.", state=greets))

    with Rogue(behave) as rogue:
        error = refused_by(rogue)
        assert says in error.message
        assert error.message.endswith(f"(error {code}: The server's own words)")
        assert rogue.connections == 1


@pytest.mark.parametrize("greets", [False, True])
def test_a_full_server_before_and_after_the_greeting(greets: bool) -> None:
    def behave(client: socket) -> None:
        if greets:
            client.sendall(greeting())
            read_packet(client)
        client.sendall(error_packet(2 if greets else 0, 1040, "Too many connections", state=greets))

    with Rogue(behave) as rogue:
        error = refused_by(rogue)
        assert isinstance(error, ServerFullError)
        assert (error.refusal.error, error.refusal.message) == (1040, "Too many connections")


def test_a_server_that_says_the_password_back() -> None:
    words = f"Access denied for {CANARY} \x1b[31m\u202e" + "x" * 1000
    with Rogue(saying(error_packet(0, 1045, words, state=False))) as rogue:
        message = refused_by(rogue).message
        assert "Access denied for *** \\x1b[31m\\u202exxx" in message
        assert len(message) < 500


# ---- ways to log in


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog"])
def test_the_password_in_clear_is_not_for_everybody(plugin: bytes) -> None:
    behaviour = WantsPlugin(plugin)
    with Rogue(behaviour) as rogue:
        error = refused_by(rogue)
        assert f"asks for the password in clear ({plugin.decode()})" in error.message
    assert behaviour.received == b""


@pytest.mark.parametrize("plugin", [b"auth_gssapi_client", b"authentication_webauthn_client", b"\x1b[31m", b""])
def test_other_ways_to_log_in_are_named(plugin: bytes) -> None:
    behaviour = WantsPlugin(plugin)
    with Rogue(behaviour) as rogue:
        error = refused_by(rogue)
        assert "which poolaudit does not have" in error.message
        assert error.message.isprintable()
    assert behaviour.received == b""


def test_a_way_to_log_in_whose_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nacl", None)
    with Rogue(WantsPlugin(b"client_ed25519")) as rogue:
        assert "needs the library pynacl" in refused_by(rogue).message


# ---- TLS


def test_preferred_does_without_where_the_handshake_fails() -> None:
    seen = []

    def behave(client: socket) -> None:
        seen.append(1)
        client.sendall(greeting(capabilities=CAPABILITIES | SSL_FLAG))
        read_packet(client)
        if len(seen) == 1:
            client.sendall(b"this is no TLS")
        else:
            client.sendall(packet(2, OK))
            read_packet(client)

    with Rogue(behave) as rogue:
        connection = connect(rogue.target(connect_timeout_seconds=5))
        assert not connection.encrypted
        connection.close()
        assert rogue.connections == 2


@pytest.mark.parametrize("mode", [SslMode.REQUIRED, SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY])
def test_the_other_modes_do_not(mode: SslMode) -> None:
    def behave(client: socket) -> None:
        client.sendall(greeting(capabilities=CAPABILITIES | SSL_FLAG))
        read_packet(client)
        client.sendall(b"this is no TLS")

    with Rogue(behave) as rogue:
        assert f"TLS with {rogue.target().address} failed: " in refused_by(rogue, tls=Tls(mode)).message
        assert rogue.connections == 1


def test_a_tls_handshake_that_never_ends_is_given_up_in_time() -> None:
    with Rogue(saying(greeting(capabilities=CAPABILITIES | SSL_FLAG), and_wait=True)) as rogue:
        began = time.monotonic()
        assert "the login did not end within 1 s" in refused_by(rogue).message
        assert time.monotonic() - began < IN_TIME_SECONDS
        assert rogue.connections == 1


def test_what_was_sent_before_tls_is_not_taken_for_what_comes_through_it(tmp_path: Path) -> None:
    pair = Authority(tmp_path).issue("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)

    def behave(client: socket) -> None:
        client.sendall(greeting(capabilities=CAPABILITIES | SSL_FLAG) + packet(3, OK))
        read_packet(client)
        with context.wrap_socket(client, server_side=True) as secure:
            read_packet(secure)
            secure.sendall(error_packet(3, 1045, "Access denied"))

    with Rogue(behave) as rogue:
        assert "error 1045" in refused_by(rogue).message


class Secure:
    """Greets, begins TLS with a certificate of `authority` for 127.0.0.1, and then behaves."""

    def __init__(self, folder: Path, behaviour: Behaviour) -> None:
        self.authority = Authority(folder)
        self._behaviour = behaviour
        pair = self.authority.issue("127.0.0.1")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair.cert, pair.key)

    def __call__(self, client: socket) -> None:
        client.sendall(greeting(capabilities=CAPABILITIES | SSL_FLAG))
        read_packet(client)
        with self._context.wrap_socket(client, server_side=True) as secure:
            read_packet(secure)
            self._behaviour(secure)


@pytest.mark.parametrize("mode", [SslMode.PREFERRED, SslMode.REQUIRED, SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY])
def test_the_password_in_clear_is_for_a_verified_server(mode: SslMode, tmp_path: Path) -> None:
    received = bytearray()

    def behave(client: socket) -> None:
        client.sendall(packet(3, b"\xfemysql_clear_password\0"))
        received.extend(read_packet(client)[1])
        client.sendall(error_packet(5, 1045, f"Access denied with {CANARY}"))

    secure = Secure(tmp_path, behave)
    with Rogue(secure) as rogue:
        verified = mode in {SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY}
        tls = Tls(mode, ca=str(secure.authority.pair.cert) if verified else None)
        assert ("error 1045: Access denied with ***" in refused_by(rogue, tls=tls).message) is verified
        assert bytes(received) == (CANARY.encode() + b"\0" if verified else b"")


def test_preferred_does_not_try_again_once_tls_stands(tmp_path: Path) -> None:
    with Rogue(Secure(tmp_path, saying(b""))) as rogue:
        assert "closed the connection during the login" in refused_by(rogue).message
        assert rogue.connections == 1


# ---- statements


def lost(connection: Connection) -> ConnectionLostError:
    with pytest.raises(ConnectionLostError) as raised:
        connection.query("SELECT 1")
    assert raised.value.hint
    assert not shown_anywhere(raised.value, CANARY)
    with pytest.raises(ConnectionLostError):
        connection.query("SELECT 1")
    return raised.value


def test_a_rogue_s_answer_is_read_like_any_other() -> None:
    with Rogue(answering(one_row(b"x\xff"), one_row(b"y"))) as rogue, connect(rogue.target()) as connection:
        assert connection.query("SELECT 1").rows == (("x\\xff",),)
        assert connection.query("SELECT 1").rows == (("y",),)


def test_no_file_is_sent_to_a_server_that_asks_for_one() -> None:
    asking = AsksForFile()
    with Rogue(asking) as rogue, connect(rogue.target(password=CANARY)) as connection:
        assert "asked for a file of this host; nothing was sent" in lost(connection).message
        assert asking.ended.wait(5)
    assert asking.received == b""


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "closed the connection while it was read"),
        (one_row(b"x" * 100)[:50], "closed the connection while it was read"),
        (packet(1, b""), "sent what is no answer of a MySQL server"),
        (packet(9, OK), "sent what is no answer of a MySQL server"),
        (HTTP, "no answer of a MySQL server"),
        (error_packet(1, 1053, "Server shutdown in progress"), "ended the connection while it was read (error 1053"),
        (error_packet(1, 1927, "Connection was killed"), "ended the connection while it was read (error 1927"),
        (error_packet(1, 2013, "Lost"), "sent what is no answer of a MySQL server"),
        (packet(1, b"\xff"), "sent what is no answer of a MySQL server"),
    ],
)
def test_an_answer_that_is_none(answer: bytes, says: str) -> None:
    with Rogue(answering(answer)) as rogue, connect(rogue.target(password=CANARY)) as connection:
        message = lost(connection).message
        assert says in message or (answer == HTTP and "closed the connection" in message)


def test_a_server_that_falls_silent() -> None:
    with Rogue(answering(one_row(b"x")[:30], and_wait=True)) as rogue, connect(rogue.target()) as connection:
        began = time.monotonic()
        assert "did not answer a statement within 1 s" in lost(connection).message
        assert 0.9 < time.monotonic() - began < IN_TIME_SECONDS


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    def behave(client: socket) -> None:
        log_in(client)
        read_packet(client)
        dripping(one_row(b"x" * 200), 0.05)(client)

    with Rogue(behave) as rogue, connect(rogue.target()) as connection:
        began = time.monotonic()
        assert "did not answer a statement within 1 s" in lost(connection).message
        assert time.monotonic() - began < IN_TIME_SECONDS


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST_ANSWER_BYTES", 100_000)

    def behave(client: socket) -> None:
        log_in(client)
        read_packet(client)
        answer = one_row(b"x")
        client.sendall(answer[: -len(packet(5, b"\xfe\0\0\2\0"))])
        for number in range(10**6):
            client.sendall(packet((5 + number) % 256, b"\xfa" + b"x" * 250))

    with Rogue(behave) as rogue, connect(rogue.target()) as connection:
        assert "answered a statement with more than" in lost(connection).message


def test_results_without_end_are_given_up() -> None:
    more = packet(1, b"\x00\x00\x00\x0a\x00\x00\x00")

    def behave(client: socket) -> None:
        log_in(client)
        while True:
            read_packet(client)
            client.sendall(more * 1000)

    with Rogue(behave) as rogue, connect(rogue.target()) as connection:
        began = time.monotonic()
        for _ in range(3):
            try:
                connection.query("SELECT 1")
            except ConnectionLostError:
                break
        assert time.monotonic() - began < IN_TIME_SECONDS


def test_a_server_s_words_are_made_fit_to_print() -> None:
    answer = error_packet(1, 1142, "SELECT denied to \x1b]0;x\x07\n\u202e")
    with Rogue(answering(answer)) as rogue, connect(rogue.target()) as connection:
        with pytest.raises(StatementError) as raised:
            connection.query("SELECT 1")
        assert raised.value.code == 1142
        assert raised.value.message == "SELECT denied to \\x1b]0;x\\x07\\n\\u202e"


def test_a_version_is_made_fit_to_print() -> None:
    def behave(client: socket) -> None:
        client.sendall(greeting(b"5.5.5-10.6.1-MariaDB\x1b[31m"))
        read_packet(client)
        client.sendall(packet(2, OK))
        read_packet(client)

    with Rogue(behave) as rogue, connect(rogue.target()) as connection:
        assert connection.server_version == "10.6.1-MariaDB\\x1b[31m"


def framed(noise: bytes) -> bytes:
    return packet(1, noise)


@settings(max_examples=80, deadline=None)
@given(noise=st.binary(max_size=300), frame=st.sampled_from([bytes, framed]))
def test_garbage_for_an_answer_is_an_error_of_ours(noise: bytes, frame: Callable[[bytes], bytes]) -> None:
    with Rogue(answering(frame(noise))) as rogue, connect(rogue.target(password=CANARY)) as connection:
        try:
            connection.query("SELECT 1")
        except (StatementError, ConnectionLostError) as error:
            assert not shown_anywhere(error, CANARY)  # noqa: PT017 - a lucky byte may be an answer


@settings(max_examples=80, deadline=None)
@given(place=st.integers(0, 80), bit=st.integers(0, 7))
def test_an_answer_with_one_bit_wrong_is_read_or_an_error_of_ours(place: int, bit: int) -> None:
    answer = bytearray(one_row(b"some text"))
    answer[place % len(answer)] ^= 1 << bit
    with Rogue(answering(bytes(answer))) as rogue, connect(rogue.target(password=CANARY)) as connection:
        try:
            connection.query("SELECT 1")
        except (StatementError, ConnectionLostError) as error:
            assert not shown_anywhere(error, CANARY)  # noqa: PT017 - as above


def test_a_server_that_does_not_read_is_given_up_in_time() -> None:
    stop = Event()

    def behave(client: socket) -> None:
        log_in(client)
        stop.wait(10)

    with Rogue(behave) as rogue, connect(rogue.target()) as connection:
        began = time.monotonic()
        with pytest.raises(ConnectionLostError, match="did not answer a statement within 1 s"):
            connection.query("SELECT '" + "x" * 15_000_000 + "'")
        assert time.monotonic() - began < IN_TIME_SECONDS
        stop.set()
