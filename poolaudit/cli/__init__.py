"""The command line: the only user of click; one short module a command, errors and exit codes in one place."""

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def command_line() -> NoReturn:
    """Run the command line and end the process; this is the program `poolaudit`.

    Python's own end would take every module and object apart one by one, which measures a sixth of a whole scan; what
    is to be closed in good order (the connection, the report's file, standard output) is closed by then.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def main() -> int:
    """Run the command line on sys.argv and give its exit code."""
    # A scan lives for a tenth of a second and makes next to no cycles: looking for them would cost it one part in 15.
    gc.disable()
    try:
        return _run()
    finally:
        gc.enable()


def _run() -> int:
    try:
        _end_as_interrupted_by_sigterm()
        from poolaudit.cli.errors import guarded  # noqa: PLC0415 - so that an interrupt while importing is caught too
        from poolaudit.cli.program import run  # noqa: PLC0415 - the same
    except KeyboardInterrupt:
        return 130
    return guarded(run)


def _end_as_interrupted_by_sigterm() -> None:
    """Let `kill` and `timeout` do what Ctrl-C does: say goodbye to the server, leave no half a file, end with 130."""
    from signal import SIG_DFL, SIGTERM, default_int_handler, getsignal, signal  # noqa: PLC0415 - see above

    if getsignal(SIGTERM) is SIG_DFL:
        signal(SIGTERM, default_int_handler)
