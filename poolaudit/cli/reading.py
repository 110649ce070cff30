"""Where a server's facts come from: the server, or a capture of it."""

import os
import sys
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import BinaryIO, Self

import click

from poolaudit.cli.command import option
from poolaudit.cli.say import remark
from poolaudit.cli.target_options import ask_password, given
from poolaudit.cli.values import seconds
from poolaudit.collect.where import find_target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import CannotAuditError, UsageError
from poolaudit.facts.server import Server

STDIN = "-"
GOODBYE_SECONDS = 0.5
# Python lets a thread compute for 5 ms while another waits to go on. A login and a few statements are ten such waits,
# in which the server would have nothing to do.
SWITCH_SECONDS = 0.0003
Pause = Callable[[float], None]

interval_option = option(
    "Reading",
    "--interval",
    type=seconds(),
    metavar="SECONDS",
    help="Read the counters twice, so far apart, and judge what they gained.",
)


class Reading:
    """A server that is read in a thread of its own, from the beginning of the `with` block on.

    Most of a scan is waiting for the server and importing the rules: the one hides the other.
    """

    def __init__(self, read: Callable[[Pause], Server]) -> None:
        self._read = read
        self._given_up = Event()
        # Not join(): once that is interrupted, Python 3.11 takes the thread for ended.
        self._done = Event()
        self._facts: Server | None = None
        self._error: BaseException | None = None
        # A daemon, so that an interrupt ends the program at once, whatever the server does.
        self._thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._facts = self._read(self._pause)
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever waits
            self._error = error
        finally:
            self._done.set()

    def _pause(self, seconds: float) -> None:
        """Wait between two readings, but no longer than anybody wants them."""
        if self._given_up.wait(seconds):
            raise KeyboardInterrupt

    def facts(self) -> Server:
        """Wait for the facts, or raise what went wrong."""
        self._done.wait()
        if self._facts is None:
            raise self._error or AssertionError
        return self._facts

    def __enter__(self) -> Self:
        """Begin."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Where the command fails or is interrupted, let the connection end in good order: it counts as no abort."""
        if kind is not None:
            self._given_up.set()
            self._done.wait(GOODBYE_SECONDS)


def reading(where: WhereOptions, interval: float | None, *, with_statements: bool) -> Reading:
    """Give what reads the server that is meant."""
    from poolaudit.collect.gather import Depth, gather  # noqa: PLC0415 - a capture needs no driver

    target, warnings = find_target(where, os.environ, ask_password)
    for warning in warnings:
        remark(f"poolaudit: warning: {warning}")
    if interval is not None and sys.stderr is not None and sys.stderr.isatty():
        remark(f"poolaudit: two readings of {target.address}, {interval:g} s apart")
    return Reading(lambda pause: gather(target, Depth(interval, with_statements, pause)))


def reading_capture(name: str) -> Reading:
    """Give what reads a capture."""
    return Reading(lambda _: read_capture(name))


def read_capture(name: str) -> Server:
    """Read a capture from a file, or from standard input where its name is `-`."""
    from poolaudit.collect.capture import from_json  # noqa: PLC0415 - a live server needs no JSON reader

    if name == STDIN:
        if sys.stdin is None:
            raise CannotAuditError("there is no standard input to read a capture from")
        return from_json(_bounded(sys.stdin.buffer, "standard input"), "standard input")
    try:
        with open(name, "rb") as file:
            return from_json(_bounded(file, name), name)
    except OSError as error:
        raise CannotAuditError(f"the capture {name} cannot be read: {error.strerror or error}") from None


def refuse_both(context: click.Context, parameters: tuple[str, ...], where: WhereOptions) -> None:
    """Raise UsageError where a capture is to be read and a server named as well."""
    both = [*given(where), *(f"--{name}" for name in parameters if context.params.get(name) is not None)]
    if both:
        raise UsageError(f"--from reads a capture and asks no server: {both[0]} has no place beside it")


def _bounded(file: BinaryIO, name: str) -> bytes:
    from poolaudit.collect.capture import LARGEST_CAPTURE_BYTES  # noqa: PLC0415 - a live server needs no JSON reader

    content = file.read(LARGEST_CAPTURE_BYTES + 1)
    if len(content) > LARGEST_CAPTURE_BYTES:
        raise CannotAuditError(f"{name} is too large for a capture: more than {LARGEST_CAPTURE_BYTES >> 20} MiB")
    return content
