"""Run a program to its end and say how long that took, or how much memory."""

import fcntl
import os
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

COLUMNS, LINES = 120, 40
FOUND = 1  # a finding is no failure here
NOWHERE = "/"  # no settings file is found from there
MEASURE_MEMORY = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True)
class Command:
    """A program to measure: its name in the report, its arguments, and whether it writes to a terminal or a pipe.

    What a talkative one says on standard error is left out.
    """

    name: str
    arguments: Sequence[str | Path]
    on_terminal: bool = False
    is_talkative: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """A plain environment, in which nobody's option files or settings are found."""
        return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "TERM": "xterm-256color"} | dict(
            self.environment
        )


def seconds(command: Command) -> float:
    """Run it once and give the seconds from start to end."""
    began = perf_counter()
    code = _on_terminal(command) if command.on_terminal else _in_pipe(command)
    took = perf_counter() - began
    _refuse_failure(command, code)
    return took


def peak_megabytes(command: Command, python: Path) -> float:
    """Give the most memory that was resident, as the kernel counted it for the child of a small process.

    A child's peak counts from its parent's at the moment of the start, so that this process cannot be the parent.
    """
    line = [python, "-c", MEASURE_MEMORY, *command.arguments]
    done = subprocess.run(line, cwd=NOWHERE, env=command.env, stdout=subprocess.PIPE, text=True, check=True)
    code, kilobytes = done.stdout.split()
    _refuse_failure(command, int(code))
    return int(kilobytes) / 1024


def _in_pipe(command: Command) -> int:
    done = subprocess.run(
        command.arguments, cwd=NOWHERE, env=command.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if command.is_talkative else None, check=False,
    )  # fmt: skip
    return done.returncode


def _on_terminal(command: Command) -> int:
    """Run it on a pseudo-terminal of its own, and read what it shows as a terminal would."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    with subprocess.Popen(command.arguments, cwd=NOWHERE, env=command.env, stdin=slave, stdout=slave) as process:
        os.close(slave)
        while _read(master):
            pass
        code = process.wait()
    os.close(master)
    return code


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # Linux says EIO where the last writer has gone
        return b""


def _refuse_failure(command: Command, code: int) -> None:
    if code not in {0, FOUND}:
        sys.exit(f"bench: {command.name} ended with code {code}")
