"""One connection to a server, and the errors that may come of it: no other leaves this module.

What is guaranteed:

* `connect` takes no longer than the target's connect timeout in all: look-up, connection, greeting, TLS and login,
  also when the server sends a byte at a time. Each `query` takes no longer than the read timeout in all, and gives at
  most 64 MiB.
* `connect` sends no statement; each `query` sends one.
* One connection is made. A second follows only in mode PREFERRED, where a TLS handshake has failed.
* No error, and nothing reachable from one, holds the password.
"""

import ssl
from time import monotonic
from types import TracebackType
from typing import Final, NamedTuple, Self

import pymysql
from pymysql.constants import SERVER_STATUS

from poolaudit.collect.dial import dial
from poolaudit.collect.refusal import SERVER_FULL, SHUTTING_DOWN, library_refusal, plugin_refusal, refusal_of
from poolaudit.collect.target import SslMode, Target, Tls
from poolaudit.collect.tls import context_for, handshake_failure
from poolaudit.collect.wire import (
    CLEAR_PLUGINS,
    LARGEST_ANSWER_BYTES,
    HungUpError,
    NoTlsError,
    PluginError,
    TooLargeError,
    TooSlowError,
    Wire,
)
from poolaudit.errors import CannotAuditError
from poolaudit.facts.server import Refusal

COMMENT: Final = "/* poolaudit */ "
GOODBYE_SECONDS: Final = 1.0
LONGEST_WORDS: Final = 300
SHORTEST_REDACTED: Final = 6


class ServerFullError(CannotAuditError):
    """The server let nobody in: it is at its max_connections (1040). `refusal` is what it said."""

    def __init__(self, address: str, refusal: Refusal) -> None:
        super().__init__(f"{address} is full ({refusal.message})", "give the server's admin port with --admin-port")
        self.refusal = refusal


class StatementError(CannotAuditError):
    """The server refused a statement (1142, 1227, 3024, …); the connection is still good. `message` is its words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message, "")
        self.code = code


class ConnectionLostError(CannotAuditError):
    """The server went away, fell silent, or talked nonsense while it was read; the connection is closed."""


class Result(NamedTuple):
    """What a statement gave: the columns' names, and rows of whole numbers, texts and None."""

    names: tuple[str, ...]
    rows: tuple[tuple[int | str | None, ...], ...]


class Connection:
    """A connection that is made; `connect` gives it. `statements` counts what was sent on it."""

    def __init__(self, wire: Wire, target: Target) -> None:
        self._wire = wire
        self._target = target
        self._next = ""
        self._sent = ""
        self.statements = 0

    @property
    def server_version(self) -> str:
        """The version as the server greets with it; the 5.5.5- that MariaDB puts before its own is left out."""
        version = shown(self._wire.server_version)
        return version.removeprefix("5.5.5-") if "MariaDB" in version else version

    @property
    def thread_id(self) -> int:
        """The id that the server's processlist has for it."""
        return self._wire.thread_id()

    @property
    def encrypted(self) -> bool:
        """Whether it goes through TLS."""
        return self._wire.encrypted

    @property
    def autocommit(self) -> bool:
        """Whether the server's greeting said that autocommit is on, which is also this connection's state at first."""
        return bool(getattr(self._wire, "server_status", 0) & SERVER_STATUS.SERVER_STATUS_AUTOCOMMIT)

    def query(self, statement: str) -> Result:
        """Run one statement; StatementError where the server refuses it, ConnectionLostError where it is gone."""
        outcome = self._outcome(statement)
        if isinstance(outcome, CannotAuditError):
            raise outcome
        return outcome

    def announce(self, statement: str) -> None:
        """Say which statement comes after the next, so that the server works on it while that one's rows are read.

        It is sent when the answer of the one before has come whole, and not at all where that was refused.
        """
        self._next = statement

    def _outcome(self, statement: str) -> Result | CannotAuditError:
        """Give the error instead of raising it: outside of the handler it keeps no trace of what it was made from."""
        if self._sent not in {"", statement}:
            raise AssertionError(self._sent)
        self._wire.allow(self._target.read_timeout_seconds)
        following, self._next = self._next, ""
        try:
            if self._sent != statement:
                self._send(statement)
            self._sent = ""
            answer = self._wire.answer()
            if following:
                self._send(following)
            return Result(answer.names(), answer.values())
        except Exception as error:  # noqa: BLE001 - a broken server makes PyMySQL raise whatever it stumbles over
            failure = _query_failure(error, self._target)
        if not isinstance(failure, StatementError):
            self._wire.drop()
        return failure

    def _send(self, statement: str) -> None:
        self.statements += 1
        self._wire.send(COMMENT + statement)
        self._sent = statement

    def close(self) -> None:
        """Say goodbye and close; never raises, and may be called again."""
        self._wire.allow(GOODBYE_SECONDS)
        try:
            self._wire.close()
        except Exception:  # noqa: BLE001 - nobody can do anything about it
            self._wire.drop()

    def __enter__(self) -> Self:
        """Use it for as long as the block runs."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def connect(target: Target) -> Connection:
    """Connect and log in; ServerFullError for 1040, else CannotAuditError with what is wrong and what to try."""
    deadline = monotonic() + target.connect_timeout_seconds
    context = None if _by_socket_in_clear(target) else context_for(target.tls)
    outcome = _log_in(target, context, deadline)
    if isinstance(outcome, _HandshakeError):
        outcome = _log_in(target._replace(tls=Tls(SslMode.DISABLED)), None, deadline)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _by_socket_in_clear(target: Target) -> bool:
    """Leave TLS out over a socket unless it is insisted on, as mysql does: nobody can listen there."""
    return target.socket is not None and target.tls.mode is SslMode.PREFERRED


class _HandshakeError(CannotAuditError):
    """TLS failed in mode PREFERRED, which then does without."""


def _log_in(target: Target, context: ssl.SSLContext | None, deadline: float) -> Connection | CannotAuditError:
    """Give the connection, or the error: raised by `connect`, it keeps no trace of PyMySQL's frames."""
    wire = Wire(target, context)
    wire.deadline = deadline
    try:
        wire.connect(dial(target, deadline))
        wire.password = b""
        return Connection(wire, target)
    except CannotAuditError as error:
        return CannotAuditError(error.message, error.hint)
    except Exception as error:  # noqa: BLE001 - a broken server makes PyMySQL raise whatever it stumbles over
        failure = _login_failure(error, target, wire)
    wire.drop()
    return failure


def _login_failure(error: Exception, target: Target, wire: Wire) -> CannotAuditError:
    code, words = _server_words(error, target)
    if code is not None:
        if code == SERVER_FULL:
            return ServerFullError(target.address, Refusal(code, words))
        return refusal_of(target, code, words)
    cause = _cause(error)
    if isinstance(cause, ssl.SSLError):
        failure = handshake_failure(target.address, target.host, target.tls, cause)
        without = target.tls.mode is SslMode.PREFERRED and not wire.secured
        return _HandshakeError(failure.message, failure.hint) if without else failure
    return _login_mishap(cause, target, greeted=wire.greeted)


def _login_mishap(error: Exception, target: Target, *, greeted: bool) -> CannotAuditError:
    address, seconds = target.address, target.connect_timeout_seconds
    if isinstance(error, PluginError):
        return plugin_refusal(target, shown(error.plugin), clear=error.plugin in CLEAR_PLUGINS)
    if isinstance(error, NoTlsError):
        return CannotAuditError(f"{address} offers no TLS, but --ssl-mode {target.tls.mode} wants it", _NO_TLS)
    if isinstance(error, RuntimeError) and "package is required" in str(error):
        return library_refusal(target, "cryptography" if "cryptography" in str(error) else "pynacl")
    if isinstance(error, (TooSlowError, TimeoutError)):
        silence = "the login did not end" if greeted else f"{address} took the connection, but sent no greeting"
        return CannotAuditError(f"{silence} within {seconds} s" + (f" at {address}" if greeted else ""), _SILENT)
    if isinstance(error, (HungUpError, OSError)):
        moment = "during the login" if greeted else "before it said anything"
        return CannotAuditError(f"{address} closed the connection {moment}", _HUNG_UP)
    return CannotAuditError(f"what answers at {address} does not speak MySQL's protocol", _NOT_MYSQL)


_NO_TLS = "use --ssl-mode PREFERRED, or give the server a certificate"
_SILENT = "the server or a proxy before it may hang, or it is no MySQL server; --connect-timeout waits longer"
_HUNG_UP = "see the server's error log; a proxy, a firewall or a server that is starting closes in this way"
_NOT_MYSQL = "check the port (-P): MySQL's classic protocol is on 3306 as a rule; 33060 is the X protocol"
_LOST = "see the server's error log, and scan again"


def _query_failure(error: Exception, target: Target) -> CannotAuditError:
    code, words = _server_words(error, target)
    if code in SHUTTING_DOWN:
        ended = f"{target.address} ended the connection while it was read (error {code}: {words})"
        return ConnectionLostError(ended, _LOST)
    if code is not None:
        return StatementError(code, words)
    return ConnectionLostError(*_query_mishap(_cause(error), target))


def _query_mishap(error: Exception, target: Target) -> tuple[str, str]:
    address = target.address
    if isinstance(error, (TooSlowError, TimeoutError)):
        waited = f"{address} did not answer a statement within {target.read_timeout_seconds} s"
        return waited, "scan again when it is less busy; --read-timeout waits longer"
    if isinstance(error, TooLargeError):
        size = LARGEST_ANSWER_BYTES // 2**20
        return f"{address} answered a statement with more than {size} MiB", _LOST
    if isinstance(error, RuntimeError) and "LOAD_LOCAL" in str(error):
        return f"{address} asked for a file of this host; nothing was sent", _NO_FILE
    if isinstance(error, (HungUpError, OSError, pymysql.InterfaceError)):
        return f"{address} closed the connection while it was read", _LOST
    return f"{address} sent what is no answer of a MySQL server", _NOT_MYSQL


_NO_FILE = "no MySQL server does this unasked: find out what answers at this address"


def _cause(error: Exception) -> Exception:
    """Give what PyMySQL wraps (its connect does so with every OSError)."""
    original = getattr(error, "original_exception", None)
    return original if isinstance(original, Exception) else error


def _server_words(error: Exception, target: Target) -> tuple[int | None, str]:
    """Give the error code and words that a server sent, (None, "") for an error that PyMySQL made itself."""
    if not isinstance(error, pymysql.MySQLError) or len(error.args) != 2:  # noqa: PLR2004 - code and words
        return None, ""
    code, words = error.args
    if not isinstance(code, int) or code in range(1000) or code in range(2000, 3000) or code < 0:
        return None, ""
    return code, shown(_redacted(str(words), target.password))


def _redacted(words: str, password: str) -> str:
    """Take the password out of a server's words, should it send back what it was told.

    A very short one is left: it would be found, and so given away, in words like `using password: YES`.
    """
    return words.replace(password, "***") if len(password) >= SHORTEST_REDACTED else words


def shown(words: str) -> str:
    """Make what a server says fit for a sentence: control characters and direction marks escaped, and not too long."""
    plain = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in words)
    return plain if len(plain) <= LONGEST_WORDS else plain[:LONGEST_WORDS] + "…"
