"""Opens the socket to a target, within a deadline that also bounds the look-up of its name."""

import socket
from collections.abc import Sequence
from time import monotonic
from typing import Any

from poolaudit.collect.target import Target
from poolaudit.errors import CannotAuditError

Address = tuple[int, int, int, str, Any]


def dial(target: Target, deadline: float) -> socket.socket:
    """Connect to the socket or port; CannotAuditError where nothing is there or the deadline passes.

    Where a name has several addresses each gets its share of the time that is left, so that one that swallows packets
    does not cost the others theirs.
    """
    addresses = [_unix(target.socket)] if target.socket is not None else _addresses(target, deadline)
    failure: OSError = TimeoutError()
    for number, address in enumerate(addresses):
        share = (deadline - monotonic()) / (len(addresses) - number)
        try:
            return _opened(address, share)
        except OSError as error:
            failure = error
    raise _failed(target, failure)


def _unix(path: str) -> Address:
    return socket.AF_UNIX, socket.SOCK_STREAM, 0, "", path


def _opened(address: Address, seconds: float) -> socket.socket:
    if seconds <= 0:
        raise TimeoutError
    family, kind, protocol, _, place = address
    opened = socket.socket(family, kind, protocol)
    try:
        opened.settimeout(seconds)
        opened.connect(place)
        if family != socket.AF_UNIX:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        opened.close()
        raise
    return opened


def _addresses(target: Target, deadline: float) -> Sequence[Address]:
    """Look the host up: at once where it is an address, else in a thread, for the system's look-up has no timeout."""
    # As bytes, for a text would be put through a codec for international names that takes 2 ms to import.
    host = target.host.encode("ascii") if target.host.isascii() else target.host
    try:
        return socket.getaddrinfo(host, target.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, ValueError):
        pass
    found = _look_up(target, deadline)
    if found is None:
        raise CannotAuditError(
            f"the name {target.host} could not be looked up within {target.connect_timeout_seconds} s",
            "check this host's name servers, or give the server's address with -h",
        )
    if isinstance(found, Exception):
        raise CannotAuditError(f"the host {target.host} is not known", "check the name (-h), or give the address")
    return found


def _look_up(target: Target, deadline: float) -> Sequence[Address] | Exception | None:
    from threading import Thread  # noqa: PLC0415 - an address needs none

    answers: list[Sequence[Address] | Exception] = []

    def ask() -> None:
        try:
            answers.append(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:  # ValueError: a name that no DNS could have
            answers.append(error)

    thread = Thread(target=ask, name="poolaudit-look-up", daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - monotonic()))
    return answers[0] if answers else None


def _failed(target: Target, error: OSError) -> CannotAuditError:
    address = target.address
    if isinstance(error, TimeoutError):
        return CannotAuditError(
            f"{address} did not answer within {target.connect_timeout_seconds} s",
            "check host and port, and the firewalls between; --connect-timeout waits longer",
        )
    if target.socket is not None:
        return _failed_socket(address, error)
    if isinstance(error, ConnectionRefusedError):
        return CannotAuditError(
            f"nothing listens at {address}", "check host and port (-h, -P), and whether the server is running"
        )
    return CannotAuditError(f"{address} cannot be reached: {error.strerror or error}", "check host and port (-h, -P)")


def _failed_socket(path: str, error: OSError) -> CannotAuditError:
    hint = "check the path (-S) and whether the server is running, or connect by TCP with -h 127.0.0.1"
    if isinstance(error, FileNotFoundError):
        return CannotAuditError(f"there is no socket {path}", hint)
    if isinstance(error, ConnectionRefusedError):
        return CannotAuditError(f"no server listens at the socket {path}", hint)
    return CannotAuditError(f"the socket {path} cannot be used: {error.strerror or error}", hint)
