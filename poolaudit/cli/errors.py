"""Exit codes, and what is said when a command does not end well."""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import IntEnum
from itertools import pairwise
from types import TracebackType

import click

from poolaudit import __version__
from poolaudit.cli.say import flush_stdout, remark, without_passwords, write_stdout
from poolaudit.errors import PoolauditError, UsageError


class ExitCode(IntEnum):
    """What an exit code means. A finding (1) wins over a rule that was unanswered (4)."""

    OK = 0
    """Audited; nothing at or above --fail-on."""
    FOUND = 1
    """Findings at or above --fail-on."""
    USAGE = 2
    """The command line or a settings file is wrong."""
    CANNOT_AUDIT = 3
    """No connection, no login, unreadable input, or a report that could not be written."""
    IN_PART = 4
    """Audited in part: a rule was unanswered under --strict, or a server of several was out of reach."""
    FAULT = 70
    """A fault of poolaudit's own."""
    INTERRUPTED = 130
    """Interrupted."""


def guarded(work: Callable[[], int]) -> int:
    """Do the work and give its exit code; whatever it raises becomes a sentence on standard error and a code."""
    try:
        code = work()
        flush_stdout()
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        remark("poolaudit: interrupted")
        return _ended(ExitCode.INTERRUPTED, "interrupted")
    except click.UsageError as error:
        return _wrong_usage(error)
    except PoolauditError as error:
        return _known(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, no traceback may show: it could hold a password
        return _ended(say_fault(error), "a fault of poolaudit's own; standard error has more")
    return code


def _wrong_usage(error: click.UsageError) -> int:
    message = " ".join(without_passwords(_said(error)).split()).removesuffix(".")
    where = error.ctx.command_path if error.ctx is not None else "poolaudit"
    remark(f"poolaudit: error: {message[:1].lower()}{message[1:]}", f"  see: {where} --help")
    return _ended(ExitCode.USAGE, message)


def _ended(code: ExitCode, sentence: str) -> int:
    """Give the code of a command that did not end well; for Nagios say it where Nagios looks, as a state it knows."""
    if "--format=nagios" not in sys.argv and ("--format", "nagios") not in pairwise(sys.argv):
        return code
    from poolaudit.render.nagios import State, line_of  # noqa: PLC0415 - only for this format

    with suppress(PoolauditError):
        write_stdout(line_of(State.UNKNOWN, sentence))
    return State.UNKNOWN


def _said(error: click.UsageError) -> str:
    """Give click's message; that of an unknown option differs between its versions."""
    if not isinstance(error, click.NoSuchOption):
        return error.format_message()
    close = f"; did you mean {error.possibilities[0]!r}?" if error.possibilities else ""
    return f"there is no option {error.option_name!r}{close}"


def _known(error: PoolauditError) -> int:
    remark(f"poolaudit: error: {error.message}", *([f"  {error.hint}"] if error.hint else []))
    return _ended(ExitCode.USAGE if isinstance(error, UsageError) else ExitCode.CANNOT_AUDIT, error.message)


def say_fault(error: Exception) -> ExitCode:
    """Say where a fault is, never what the values were: an exception's message or a local may hold a password."""
    system = f"Python {sys.version.partition(' ')[0]} on {sys.platform}"
    remark(
        f"poolaudit: fault: {type(error).__module__}.{type(error).__qualname__}".replace(" builtins.", " "),
        *_frames(error.__traceback__),
        "  This is a fault of poolaudit's own, not of your server or settings. Please report it with the lines above",
        f"  (they hold no values) and your command, less any password. This is poolaudit {__version__}, {system}.",
    )
    return ExitCode.FAULT


def _frames(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith("<"):
            file = "/".join(code.co_filename.rsplit("/", 3)[1:])
            yield f"  at {file}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next
