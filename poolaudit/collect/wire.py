"""PyMySQL's connection, held to what an audit promises.

* Time: everything up to a deadline, however slowly the server speaks, and not only each read by itself.
* Size: an answer has a limit, so that no server fills the memory.
* Statements: none but the caller's. The character set goes with the login, autocommit is left as it is.
* Secrets: a password is never sent in clear but over a socket of this host or to a server whose certificate was
  verified (PyMySQL would send it to whoever asks); a local file never (LOCAL INFILE).
* Speed: an answer is received whole, and each row of it taken apart in one go.

All that this rests on are PyMySQL's own seams, the same in 1.1.1 and 1.2: `_read_bytes` and `_write_bytes`, through
which all of its traffic goes, `_get_server_information`, `_process_auth`, `set_character_set`, `_read_query_result`,
`_execute_command`, `_read_packet` and `_next_seq_id`, and of a result `_read_rowdata_packet`.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

import pymysql
from pymysql.constants import CLIENT, COMMAND, FIELD_TYPE

from poolaudit.collect.target import SslMode, Target

Converter = Callable[[bytes], int | str]

if TYPE_CHECKING:

    class _Base(pymysql.connections.Connection[pymysql.cursors.Cursor]):
        """What the stubs leave out."""

        _next_seq_id: int
        _sock: socket.socket | None
        protocol_version: int
        server_version: str
        server_status: int
        server_capabilities: int
        _result: "Answer | None"

        def thread_id(self) -> int: ...
        def _execute_command(self, command: int, sql: bytes) -> None: ...
        def _force_close(self) -> None: ...
        def _get_server_information(self) -> None: ...
        def _process_auth(self, plugin_name: bytes, *rest: object) -> object: ...

    class _BaseResult(pymysql.connections.MySQLResult):
        """What the stubs leave out."""

        affected_rows: int
        connection: "Wire"
        description: Sequence[tuple[str, ...]] | None
        server_status: int | None
        converters: list[tuple[str | None, Converter]]

        def __init__(self, connection: _Base) -> None: ...
        def read(self) -> None: ...
        def _check_packet_is_eof(self, packet: "Packet") -> bool: ...

else:
    _Base = pymysql.connections.Connection
    _BaseResult = pymysql.connections.MySQLResult

LARGEST_ANSWER_BYTES: Final = 64 * 1024 * 1024
PROTOCOL: Final = 10
HEADER_BYTES: Final = 4
GOES_ON: Final = 0xFFFFFF  # as a packet's length: the next one belongs to it
NULL: Final = 251
NO_SHORT_ROW: Final = 254  # with such a byte the end of a result begins, an error, or a value of 16 MiB and more
LENGTH_BYTES: Final = {252: 2, 253: 3, 254: 8}
CHUNK_BYTES: Final = 65536
CLEAR_PLUGINS: Final = frozenset({"mysql_clear_password", "dialog"})
PLUGINS: Final = CLEAR_PLUGINS | {
    "mysql_native_password", "caching_sha2_password", "sha256_password", "client_ed25519",
}  # fmt: skip
VERIFYING: Final = frozenset({SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY})
INTEGERS: Final = frozenset({
    FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG, FIELD_TYPE.INT24, FIELD_TYPE.YEAR,
})  # fmt: skip


class TooSlowError(Exception):
    """The deadline passed."""


class HungUpError(Exception):
    """The other side closed the connection, or the network did."""


class TooLargeError(Exception):
    """An answer went beyond LARGEST_ANSWER_BYTES."""


class NotMySQLError(Exception):
    """What came is nothing that a MySQL server says."""


class NoTlsError(Exception):
    """The server offers no TLS, and the mode insists on it."""


class CutShortError(Exception):
    """A row ends before its last value does."""


class PluginError(Exception):
    """The account uses a way to log in that poolaudit does not have, or does not take on this connection."""

    def __init__(self, plugin: str) -> None:
        super().__init__(plugin)
        self.plugin = plugin


def text(value: bytes) -> str:
    """Decode what a server sends; bytes that are no UTF-8 are shown as escapes."""
    return value.decode("utf-8", "backslashreplace")


class Packet(Protocol):
    """PyMySQL's packet."""

    def get_all_data(self) -> bytes:
        """Give its content."""


def values(data: bytes, converters: Iterable[Converter]) -> tuple[int | str | None, ...]:
    """Take a row apart: before each value stands its length, in one byte where it is short."""
    at = 0
    row: list[int | str | None] = []
    for converter in converters:
        length = data[at]
        at += 1
        if length >= NULL:
            if length == NULL:
                row.append(None)
                continue
            begin, at = at, at + LENGTH_BYTES[length]
            length = int.from_bytes(data[begin:at], "little")
        end = at + length
        row.append(converter(data[at:end]))
        at = end
    if at > len(data):
        raise CutShortError
    return tuple(row)


def whole_rows(received: bytes, at: int, number: int) -> tuple[list[bytes], int, int]:
    """Give the packets that are rows from `at` on, up to whatever is none, is not whole or has not the next `number`.

    Also give where that begins and which number it should have. PyMySQL calls seven functions for each packet.
    """
    rows = []
    while at + HEADER_BYTES < len(received):
        begin = at + HEADER_BYTES
        length = int.from_bytes(received[at : begin - 1], "little")
        end = begin + length
        in_order = received[begin - 1] == number and end <= len(received)
        if not in_order or length == GOES_ON or received[begin] >= NO_SHORT_ROW:
            break
        rows.append(received[begin:end])
        at, number = end, (number + 1) % 256
    return rows, at, number


class Answer(_BaseResult):
    """What a statement gave, received whole, and its rows taken apart when they are asked for."""

    def __init__(self, wire: "Wire") -> None:
        super().__init__(wire)
        self._packets: list[bytes] = []

    def names(self) -> tuple[str, ...]:
        """Give the columns' names, none where the statement has no rows."""
        return tuple(column[0] for column in self.description or ())

    def values(self) -> tuple[tuple[int | str | None, ...], ...]:
        """Take the rows apart, each in one go: PyMySQL calls four functions a value, half of a scan's work."""
        converters = [converter for _, converter in self.converters] if self._packets else []
        return tuple([values(data, converters) for data in self._packets])

    def _read_rowdata_packet(self) -> None:
        """Take what has come already, and leave to PyMySQL to wait for more, to see the end and to see an error."""
        wire = self.connection
        while True:
            self._packets += wire.rows_at_hand()
            packet: Packet = wire._read_packet()  # type: ignore[no-untyped-call]  # noqa: SLF001 - PyMySQL's seam
            if self._check_packet_is_eof(packet):
                break
            self._packets.append(packet.get_all_data())


_CONVERTERS: Final = {code: int if code in INTEGERS else text for code in range(256)}


class Wire(_Base):
    """One connection to a target, not made yet: give `connect` a socket.

    `secured` is whether anything went through TLS, which is then past its handshake, also when it is closed again.
    """

    def __init__(self, target: Target, context: ssl.SSLContext | None) -> None:
        self.deadline = 0.0
        self.secured = False
        self._target = target
        self._unread = b""
        self._taken = 0
        self._source: object = None
        self._received = 0
        super().__init__(
            host=target.host,
            user=target.user.encode("utf-8", "surrogateescape") if target.user else None,
            password=target.password.encode("utf-8", "surrogateescape"),
            charset="utf8mb4",
            use_unicode=False,
            conv=_CONVERTERS,  # type: ignore[arg-type]  # with use_unicode=False converters are given bytes
            autocommit=None,
            local_infile=False,
            program_name="poolaudit",
            ssl=context,
            ssl_disabled=context is None,
            defer_connect=True,
        )
        if target.socket is not None:
            self._secure = True

    @property
    def greeted(self) -> bool:
        """Whether the server has introduced itself."""
        return hasattr(self, "server_version")

    @property
    def encrypted(self) -> bool:
        """Whether TLS has begun."""
        return isinstance(self._sock, ssl.SSLSocket)

    def allow(self, seconds: float) -> None:
        """Set the deadline for all that follows, and begin counting the answer's size."""
        self.deadline = monotonic() + seconds
        self._received = 0

    def drop(self) -> None:
        """Close without goodbye; safe at any time."""
        self._force_close()

    def set_character_set(self, charset: str, collation: str | None = None) -> None:
        """Send nothing: the login names the character set already."""

    def _get_server_information(self) -> None:
        super()._get_server_information()
        if self.protocol_version != PROTOCOL:
            raise NotMySQLError
        if self.ssl and not self.server_capabilities & CLIENT.SSL:
            if self._target.tls.mode is not SslMode.PREFERRED:
                raise NoTlsError
            self.ssl = False
            self.client_flag &= ~CLIENT.SSL

    def _process_auth(self, plugin_name: bytes, *rest: object) -> object:
        name = text(plugin_name)
        if name not in PLUGINS or (name in CLEAR_PLUGINS and not self._trusted):
            raise PluginError(name)
        return super()._process_auth(plugin_name, *rest)

    @property
    def _trusted(self) -> bool:
        return self._target.socket is not None or (self.encrypted and self._target.tls.mode in VERIFYING)

    def send(self, statement: str) -> None:
        """Send a statement; `answer` waits for what comes of it."""
        self._execute_command(COMMAND.COM_QUERY, statement.encode("utf-8", "surrogateescape"))

    def answer(self) -> Answer:
        """Receive what the statement that was sent gives."""
        self._read_query_result()
        if self._result is None:
            raise NotMySQLError
        return self._result

    def _read_query_result(self, unbuffered: object = None) -> int:  # noqa: ARG002 - PyMySQL names it
        self._result = None
        result = Answer(self)
        result.read()
        self._result = result
        if result.server_status is not None:
            self.server_status = result.server_status
        return result.affected_rows

    def _read_bytes(self, num_bytes: int) -> bytes:
        if self._source is not self._sock:
            # TLS has begun: what was sent in clear before it is not to be taken for what comes through it.
            self._source = self._sock
            self._unread, self._taken = b"", 0
        end = self._taken + num_bytes
        if end > len(self._unread):
            self._unread, self._taken, end = self._more(num_bytes), 0, num_bytes
        taken = self._unread[self._taken : end]
        self._taken = end
        return taken

    def rows_at_hand(self) -> list[bytes]:
        """Take the rows that have been received whole."""
        rows, self._taken, self._next_seq_id = whole_rows(self._unread, self._taken, self._next_seq_id)
        return rows

    def _more(self, num_bytes: int) -> bytes:
        """Give what is unread, with as much received after it as is wanted at least."""
        whole = bytearray(self._unread[self._taken :])
        while len(whole) < num_bytes:
            whole += self._receive()
        return bytes(whole)

    def _receive(self) -> bytes:
        wire = self._open_socket()
        wire.settimeout(self._remaining())
        try:
            chunk = wire.recv(CHUNK_BYTES)
        except TimeoutError:
            raise TooSlowError from None
        if not chunk:
            raise HungUpError
        self._received += len(chunk)
        if self._received > LARGEST_ANSWER_BYTES:
            raise TooLargeError
        return chunk

    def _write_bytes(self, data: bytes) -> None:
        wire = self._open_socket()
        wire.settimeout(self._remaining())
        try:
            wire.sendall(data)
        except TimeoutError:
            raise TooSlowError from None
        except OSError:
            # The other side has closed. Why it did may be in what it sent before: the read that follows tells.
            return

    def _open_socket(self) -> socket.socket:
        if self._sock is None:
            raise HungUpError
        self.secured = self.encrypted
        return self._sock

    def _remaining(self) -> float:
        left = self.deadline - monotonic()
        if left <= 0:
            raise TooSlowError
        return left
