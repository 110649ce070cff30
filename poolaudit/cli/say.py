"""Speaks on standard output and standard error: nothing that fails there may hide what the audit found."""

import io
import os
import re
import sys
from contextlib import suppress
from typing import TextIO

from poolaudit.errors import CannotAuditError

_PASSWORD = re.compile(r"(://[^\s:/@]*):\S*@")


def without_passwords(text: str) -> str:
    """Take the passwords out of URLs: somebody may have put one where none belongs, and is told so."""
    return _PASSWORD.sub(r"\1:***@", text)


def remark(*lines: str) -> None:
    """Write lines to standard error; control characters and escape sequences in them are shown, not obeyed."""
    from poolaudit.render.text import safe  # noqa: PLC0415 - only when something is wrong

    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):
        for line in lines:
            sys.stderr.write(safe(line) + "\n")
        sys.stderr.flush()


def write_stdout(text: str) -> None:
    """Write text to standard output.

    A reader that left, as in `poolaudit scan | head`, is no error: the audit's exit code stands. A full disk is a
    CannotAuditError. Characters that the encoding lacks are written as escapes.
    """
    if sys.stdout is None:
        raise CannotAuditError("the report could not be written: standard output is closed", "name a file with -o")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget(sys.stdout)
    except OSError as error:
        _forget(sys.stdout)
        raise CannotAuditError(
            f"the report could not be written to standard output: {error.strerror or error}", "name a file with -o"
        ) from None


def flush_stdout() -> None:
    """Flush standard output now, so that a failure is met here and not while Python ends."""
    if sys.stdout is not None:
        write_stdout("")


def _forget(stream: TextIO) -> None:
    """Let what is left in the stream's buffer go nowhere, or Python would remark of it again at its end."""
    with suppress(OSError, ValueError):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)
