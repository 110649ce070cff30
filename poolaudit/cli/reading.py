"""Where a server's facts come from: the server, or a capture of it."""

import os
import sys
from collections.abc import Callable
from threading import Thread
from typing import BinaryIO

import click

from poolaudit.cli.command import option
from poolaudit.cli.say import remark
from poolaudit.cli.target_options import ask_password, given
from poolaudit.cli.values import seconds
from poolaudit.collect.capture import LARGEST_CAPTURE_BYTES, from_json
from poolaudit.collect.where import WhereOptions, find_target
from poolaudit.errors import CannotAuditError, UsageError
from poolaudit.facts.server import Server

STDIN = "-"

interval_option = option(
    "Reading",
    "--interval",
    type=seconds(),
    metavar="SECONDS",
    help="Read the counters twice, so far apart, and judge what they gained.",
)


def read_server(where: WhereOptions, interval: float | None, *, with_statements: bool) -> Server:
    """Connect to the server that is meant and read it."""
    return start_to_read_server(where, interval, with_statements=with_statements)()


def start_to_read_server(
    where: WhereOptions, interval: float | None, *, with_statements: bool
) -> Callable[[], Server]:
    """Begin to connect and read, and give a function that waits for the facts, or raises what went wrong.

    Most of a scan is waiting for the server and importing the rules; in a thread of its own the one hides the other.
    """
    from poolaudit.collect.gather import Depth, gather  # noqa: PLC0415 - a capture needs no driver

    target, warnings = find_target(where, os.environ, ask_password)
    for warning in warnings:
        remark(f"poolaudit: warning: {warning}")
    if interval is not None and sys.stderr is not None and sys.stderr.isatty():
        remark(f"poolaudit: two readings of {target.address}, {interval:g} s apart")
    return _in_background(lambda: gather(target, Depth(interval_seconds=interval, with_statements=with_statements)))


def _in_background(read: Callable[[], Server]) -> Callable[[], Server]:
    facts: list[Server] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            facts.append(read())
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever waits
            errors.append(error)

    def wait() -> Server:
        thread.join()
        if errors:
            raise errors[0]
        return facts[0]

    # A daemon, so that an interrupt ends the program at once, whatever the server does.
    thread = Thread(target=run, daemon=True)
    thread.start()
    return wait


def read_capture(name: str) -> Server:
    """Read a capture from a file, or from standard input where its name is `-`."""
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
    content = file.read(LARGEST_CAPTURE_BYTES + 1)
    if len(content) > LARGEST_CAPTURE_BYTES:
        raise CannotAuditError(f"{name} is too large for a capture: more than {LARGEST_CAPTURE_BYTES >> 20} MiB")
    return content
