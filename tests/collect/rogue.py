"""Servers that do not behave: small TCP servers for one fault each, and a proxy that cuts off a real one.

    with Rogue(silent()) as rogue:
        connect(rogue.target())

    with Proxy(server.host, server.port, cut_at=3) as proxy:
        gather(proxy.target(user="root"), Depth())      # the server is gone at the third statement

A `Behaviour` is what a rogue does with a connection; it may take as long as it likes and may fail as sockets do.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from poolaudit.collect.target import SslMode, Target, Tls

HOST = "127.0.0.1"
PATIENCE_SECONDS = 10.0
# What is given up after one second has ended by then, on a busy machine too, and what is waited for has not.
IN_TIME_SECONDS = 5.0
COM_QUERY = 3
NATIVE_PASSWORD = b"mysql_native_password"
SSL_FLAG = 0x0800
# LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH, CONNECT_ATTRS
CAPABILITIES = 0x0001 | 0x0008 | 0x0200 | 0x2000 | 0x8000 | 0x80000 | 0x100000
OK = b"\x00\x00\x00\x02\x00\x00\x00"
EOF = b"\xfe\x00\x00\x02\x00"

Behaviour = Callable[[socket.socket], None]


class _Listener:
    """Accepts connections on a port of its own and hands each to `serve`, on a thread of its own."""

    def __init__(self) -> None:
        self.connections = 0
        self._listening = socket.create_server((HOST, 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def target(self, **changes: Any) -> Target:  # noqa: ANN401 - the fields of Target
        """Give a target that leads here, with short timeouts; `changes` are fields of Target."""
        usual: dict[str, Any] = {"user": "app", "connect_timeout_seconds": 1, "read_timeout_seconds": 1}
        return Target(host=HOST, port=self.port, **(usual | changes))

    def serve(self, client: socket.socket) -> None:
        """Deal with one connection."""
        raise NotImplementedError

    def keep(self, opened: socket.socket) -> socket.socket:
        """Close a socket at the end, which also wakes the thread that reads from it."""
        opened.settimeout(PATIENCE_SECONDS)
        self._open.append(opened)
        return opened

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End every connection and wait for the threads."""
        shut(self._listening)
        for opened in self._open:
            shut(opened)
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self.connections += 1
                self._start(self._serve, self.keep(client))

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, HungUp):
            self.serve(client)


def shut(opened: socket.socket) -> None:
    """Close a socket that another thread may be reading from."""
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    opened.close()


class Rogue(_Listener):
    """A server with one behaviour for all connections."""

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__()
        self._behaviour = behaviour

    def serve(self, client: socket.socket) -> None:
        """Behave."""
        self._behaviour(client)


# ---- packets


class HungUp(Exception):  # noqa: N818 - an event, not an error
    """The other side closed."""


def exactly(opened: socket.socket, size: int) -> bytes:
    """Read so many bytes."""
    data = b""
    while len(data) < size:
        chunk = opened.recv(size - len(data))
        if not chunk:
            raise HungUp
        data += chunk
    return data


def read_packet(opened: socket.socket) -> tuple[int, bytes]:
    """Read a packet: its number and its payload."""
    header = exactly(opened, 4)
    return header[3], exactly(opened, int.from_bytes(header[:3], "little"))


def packet(number: int, payload: bytes) -> bytes:
    """Write a packet."""
    return len(payload).to_bytes(3, "little") + bytes([number]) + payload


def error_packet(number: int, code: int, words: str, *, state: bool = True) -> bytes:
    """Write an error; before the login servers leave the SQL state out."""
    return packet(number, b"\xff" + struct.pack("<H", code) + (b"#HY000" if state else b"") + words.encode())


def greeting(version: bytes = b"8.4.3", capabilities: int = CAPABILITIES, plugin: bytes = NATIVE_PASSWORD) -> bytes:
    """Write the packet that a server begins with."""
    salt = b"12345678", b"123456789012\0"
    low, high = capabilities & 0xFFFF, capabilities >> 16
    return packet(
        0,
        b"\x0a" + version + b"\0" + struct.pack("<I", 7) + salt[0] + b"\0"
        + struct.pack("<HBHHB", low, 45, 2, high, 21) + bytes(10) + salt[1] + plugin + b"\0",
    )  # fmt: skip


def one_row(value: bytes) -> bytes:
    """Write an answer of one text column and one row."""
    column = b"\x03def\x00\x00\x00\x01a\x00\x0c" + struct.pack("<HIBHBxx", 45, 100, 253, 0, 0)
    row = bytes([len(value)]) + value
    return packet(1, b"\x01") + packet(2, column) + packet(3, EOF) + packet(4, row) + packet(5, EOF)


def log_in(client: socket.socket) -> None:
    """Greet a client and let it in, whatever its password."""
    client.sendall(greeting())
    read_packet(client)
    client.sendall(packet(2, OK))


# ---- behaviours


def silent() -> Behaviour:
    """Accept, and say nothing."""
    return lambda client: void(exactly(client, 2**20))


def void(_: object) -> None:
    """Take anything."""


def saying(data: bytes, *, and_wait: bool = False) -> Behaviour:
    """Send bytes, and close; or wait for the client to do so."""

    def behave(client: socket.socket) -> None:
        client.sendall(data)
        if and_wait:
            exactly(client, 2**20)

    return behave


def dripping(data: bytes, pause_seconds: float) -> Behaviour:
    """Send a byte at a time, so that no single read is long."""

    def behave(client: socket.socket) -> None:
        pause = threading.Event()
        for byte in data:
            client.sendall(bytes([byte]))
            pause.wait(pause_seconds)

    return behave


def answering(*answers: bytes, and_wait: bool = False) -> Behaviour:
    """Log the client in, send one answer for each statement, and close after the last; or wait."""

    def behave(client: socket.socket) -> None:
        log_in(client)
        for answer in answers:
            read_packet(client)
            client.sendall(answer)
        if and_wait:
            exactly(client, 2**20)

    return behave


@dataclass
class AsksForFile:
    """Answer the first statement with a request for a local file (LOCAL INFILE), and keep what comes."""

    path: bytes = b"/etc/passwd"
    received: bytearray = field(default_factory=bytearray)
    ended: threading.Event = field(default_factory=threading.Event)

    def __call__(self, client: socket.socket) -> None:
        """Behave."""
        log_in(client)
        read_packet(client)
        client.sendall(packet(1, b"\xfb" + self.path))
        try:
            while chunk := client.recv(65536):
                self.received += chunk
        finally:
            self.ended.set()


@dataclass
class WantsPlugin:
    """Ask for another way to log in, such as the password in clear, and keep the answer."""

    plugin: bytes
    received: bytearray = field(default_factory=bytearray)

    def __call__(self, client: socket.socket) -> None:
        """Behave."""
        client.sendall(greeting())
        read_packet(client)
        client.sendall(packet(2, b"\xfe" + self.plugin + b"\0" + b"salt" * 5 + b"\0"))
        while chunk := client.recv(65536):
            self.received += chunk


# ---- a real server, cut off


class Proxy(_Listener):
    """Stands before a real server, without TLS so that it can count, and cuts the connection at a statement.

    At statement `cut_at` (from 1) the connection is closed: with `answer_bytes` None before the server gets the
    statement, else after so many bytes of its answer. `on_statement` is called with each statement's number before it
    is passed on: to kill the server, for one. `statements` are those that arrived; `sent` is all that the client said.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        cut_at: int | None = None,
        answer_bytes: int | None = None,
        on_statement: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self._server = host, port
        self._cut_at, self._answer_bytes = cut_at, answer_bytes
        self._on_statement = on_statement
        self.statements: list[str] = []
        self.sent = bytearray()

    def target(self, **changes: Any) -> Target:  # noqa: ANN401 - the fields of Target
        """Give a target that leads through here; root without a password, unless `changes` say otherwise."""
        usual: dict[str, Any] = {"user": "root", "connect_timeout_seconds": 5, "read_timeout_seconds": 5}
        return super().target(**(usual | changes))

    def serve(self, client: socket.socket) -> None:
        """Pass on what is said, packet by packet from the client."""
        server = self.keep(socket.create_connection(self._server))
        try:
            self._greet(client, server)
            left = _Left()
            self._start(self._answers, server, client, left)
            self._requests(client, server, left)
        finally:
            shut(server)

    def _greet(self, client: socket.socket, server: socket.socket) -> None:
        number, payload = read_packet(server)
        client.sendall(packet(number, without_tls(payload)))

    def _requests(self, client: socket.socket, server: socket.socket, left: "_Left") -> None:
        while True:
            number, payload = read_packet(client)
            self.sent += payload
            if number == 0 and payload[:1] == bytes([COM_QUERY]):
                self.statements.append(payload[1:].decode("utf-8", "replace"))
                if self._on_statement is not None:
                    self._on_statement(len(self.statements))
                if len(self.statements) == self._cut_at:
                    if self._answer_bytes is None:
                        return shut(client)
                    left.bytes = self._answer_bytes
            server.sendall(packet(number, payload))

    def _answers(self, server: socket.socket, client: socket.socket, left: "_Left") -> None:
        with suppress(OSError):
            while chunk := server.recv(65536):
                if left.bytes is not None:
                    client.sendall(chunk[: left.bytes])
                    left.bytes -= len(chunk)
                    if left.bytes <= 0:
                        break
                else:
                    client.sendall(chunk)
        shut(client)


@dataclass
class _Left:
    """How many bytes of answer may still pass; None for all."""

    bytes: int | None = None


def without_tls(payload: bytes) -> bytes:
    """Take the offer of TLS out of a greeting; an error in its place is left as it is."""
    if payload[:1] != b"\x0a":
        return payload
    at = payload.index(b"\0", 1) + 1 + 4 + 8 + 1
    (flags,) = struct.unpack_from("<H", payload, at)
    return payload[:at] + struct.pack("<H", flags & ~SSL_FLAG) + payload[at + 2 :]


NO_TLS = Tls(SslMode.DISABLED)
