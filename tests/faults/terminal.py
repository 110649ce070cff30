"""The command on a terminal of its own, with somebody at it who may type a password."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
from collections.abc import Mapping

from tests.faults.command import PATIENCE_SECONDS, PROGRAM, Outcome, environment

ROWS = 60


def on_terminal(*arguments: str, types: str = "", columns: int = 200, env: Mapping[str, str] | None = None) -> Outcome:
    """Run it on a terminal, type once it asks for a password, and give all that appears there as its output."""
    pid, terminal = pty.fork()
    if pid == 0:  # the child: nothing but the command's start
        os.execve(PROGRAM, [PROGRAM, *arguments], environment() if env is None else dict(env))  # noqa: S606 - the point
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    try:
        shown = _watched(terminal, types)
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        raise
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    return Outcome(os.waitstatus_to_exitcode(status), shown.replace("\r\n", "\n"), "")


def _watched(terminal: int, types: str) -> str:
    shown, typed = b"", not types
    while part := _read(terminal):
        shown += part
        if not typed and b"assword for" in shown:
            os.write(terminal, f"{types}\n".encode())
            typed = True
    return shown.decode()


def _read(terminal: int) -> bytes:
    ready, _, _ = select.select([terminal], [], [], PATIENCE_SECONDS)
    assert ready, "nothing more came, and it did not end"
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other end of a terminal is closed
        return b""
