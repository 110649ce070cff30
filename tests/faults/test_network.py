"""What answers is no server, or none that behaves: one sentence, exit code 3, within the timeouts."""

import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.collect.rogue import (
    OK,
    AsksForFile,
    Behaviour,
    Rogue,
    answering,
    dripping,
    error_packet,
    greeting,
    packet,
    saying,
    silent,
)
from tests.faults.command import Outcome, each, poolaudit

QUICK = ("--connect-timeout", "1", "--read-timeout", "1")


def scan(port: int, *arguments: str) -> Outcome:
    return poolaudit("scan", *QUICK, *arguments, dsn=f"mysql://app:canary@127.0.0.1:{port}/")


def scan_of(behaviour: Behaviour) -> Outcome:
    with Rogue(behaviour) as rogue:
        return scan(rogue.port)


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    scan(port).cannot_audit(f"nothing listens at 127.0.0.1:{port}")


def test_the_host_is_not_known() -> None:
    outcome = poolaudit("scan", *QUICK, dsn="mysql://app@no-such-host.invalid/")
    sentence = outcome.cannot_audit("no-such-host.invalid", within=1)
    assert sentence.endswith(("is not known", "could not be looked up within 1 s"))


def test_the_host_is_no_name() -> None:
    """Whatever it is taken for, it is one sentence and within time."""
    hosts = ("..", "a" * 300, "\u202e", "[::1", "\x1b[31m")
    for outcome in each(lambda host: poolaudit("scan", *QUICK, "-P", "1", "-h", host), hosts):
        outcome.cannot_audit(within=1)
        assert not set(outcome.err) & {"\x1b", "\u202e"}


def test_the_socket_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no socket")
    places = (".", "file", "nothing", "file/below", "\x1b[31m", "x" * 200)
    for outcome in each(lambda place: poolaudit("scan", "-S", str(tmp_path / place), "-u", "app"), places):
        assert "\x1b" not in outcome.cannot_audit("socket")


def test_a_socket_that_a_dead_server_left_behind(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
    poolaudit("scan", "-S", path, "-u", "app").cannot_audit(f"no server listens at the socket {path}")


def test_a_port_that_accepts_and_says_nothing() -> None:
    scan_of(silent()).cannot_audit("sent no greeting within 1 s", within=1)


def test_a_port_that_nobody_accepts_on() -> None:
    """A full backlog swallows the handshake, as a firewall that drops packets does."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)  # noqa: FBT003 - the socket's own way
            one.connect_ex(listening.getsockname())
        scan(listening.getsockname()[1]).cannot_audit("within 1 s", within=1)
        for one in waiting:
            one.close()


@pytest.mark.parametrize("data", [greeting(), packet(0, b"\x0a" + b"8" * 5000)], ids=["slow", "slow and long"])
def test_a_server_that_drips(data: bytes) -> None:
    scan_of(dripping(data, 0.2)).cannot_audit("within 1 s", within=1)


def test_a_server_that_drips_its_answers() -> None:
    def behave(client: socket.socket) -> None:
        answering(packet(1, OK))(client)
        dripping(b"\x01\x00\x00\x01" * 100, 0.2)(client)

    scan_of(behave).cannot_audit("did not answer a statement within 1 s", within=1)


def test_a_server_that_hangs_up() -> None:
    scan_of(saying(b"")).cannot_audit("closed the connection before it said anything")
    scan_of(saying(greeting())).cannot_audit("closed the connection during the login")
    scan_of(answering()).cannot_audit("closed the connection while it was read")


def test_an_answer_without_end() -> None:
    """Neither memory nor time is given to it."""

    def behave(client: socket.socket) -> None:
        answering(packet(1, OK))(client)
        while True:
            client.sendall(b"\xff\xff\xff\x01" + bytes(2**24 - 1))

    scan_of(behave).cannot_audit("127.0.0.1", within=1)


def test_another_protocol() -> None:
    said = (
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"\xff" * 64,
        packet(0, b""),
        packet(0, b"\x093.23\0"),
        error_packet(0, 0, ""),
        packet(1, greeting()[4:]),
    )
    for outcome in each(lambda data: scan_of(saying(data)), said):
        outcome.cannot_audit("127.0.0.1", within=1)


def answering_login(data: bytes) -> Behaviour:
    """Say something to a login that is neither yes nor no."""

    def behave(client: socket.socket) -> None:
        client.sendall(greeting())
        client.recv(65536)
        client.sendall(packet(2, data))

    return behave


# Statements' answers: an error packet among them is a server's refusal, which costs one section; the end ends it.
SOME = st.binary(max_size=80)
GARBAGE = st.tuples(
    st.one_of(SOME, SOME.map(lambda rest: packet(0, b"\x0a" + rest))).map(saying),
    SOME.map(answering_login),
    st.lists(SOME.map(lambda data: packet(1, data)), min_size=1, max_size=4).map(lambda all_: answering(*all_)),
)


@settings(max_examples=4, deadline=None)
@given(GARBAGE)
def test_garbage_for_the_greeting_the_login_and_an_answer(behaviours: tuple[Behaviour, ...]) -> None:
    for outcome in each(scan_of, behaviours):
        outcome.cannot_audit("127.0.0.1", within=1)


def test_a_request_for_a_local_file_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary-of-a-file")
    rogue = AsksForFile(str(secret).encode())
    with Rogue(rogue) as running:
        scan(running.port).cannot_audit("asked for a file of this host; nothing was sent")
        assert rogue.ended.wait(5)
    assert bytes(rogue.received) == b""
