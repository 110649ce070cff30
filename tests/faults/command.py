"""The real command in a process of its own, watched: how long it took, and that nothing of Python shows.

    poolaudit("scan", dsn=mysql97.dsn()).audited()
    poolaudit("scan", "-S", "/nowhere").cannot_audit("there is no socket /nowhere")

Each run has Python's warnings on, so that a socket or file that is left open is said on standard error too.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

PROGRAM = str(Path(sys.executable).with_name("poolaudit"))
WORDS_OF_A_TRACEBACK = (
    "Traceback",
    'File "',
    "Exception ignored",
    "Warning:",
    "Fatal Python error",
    "poolaudit: fault",
)
CODES = frozenset({0, 1, 2, 3, 4, 130})
# What starting Python, rendering and a busy machine may add to what the timeouts allow.
START_SECONDS = 20.0
PATIENCE_SECONDS = 60.0
AT_ONCE = 4

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    code: int
    out: str
    err: str
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Hold every run to what is promised of all."""
        for word in WORDS_OF_A_TRACEBACK:
            assert word not in self.out + self.err, self
        assert self.code in CODES, self

    @property
    def remarks(self) -> list[str]:
        """Standard error, line by line."""
        return self.err.splitlines()

    def audited(self, code: int = 0) -> str:
        """Give the report of a run that ended with this code and had nothing to remark."""
        assert (self.code, self.err) == (code, ""), self
        assert self.out, self
        return self.out

    def cannot_audit(self, words: str = "", *, within: float = 0.0, code: int = 3) -> str:
        """Give the one sentence of a run that could not audit, which it said in time, with what to try below it."""
        sentence = self.refused(words, within=within, code=code)
        assert len(self.remarks) == 2, self
        assert self.remarks[1].startswith("  "), self
        assert self.remarks[1].strip(), self
        return sentence

    def refused(self, words: str = "", *, within: float = 0.0, code: int = 3) -> str:
        """Give that sentence also where nothing below it says what to try: it is plain."""
        assert (self.code, self.out) == (code, ""), self
        assert self.remarks[0].startswith("poolaudit: error: "), self
        assert len(self.remarks) <= 2, self
        assert words in self.remarks[0], self
        assert self.seconds < within + START_SECONDS, self
        return self.remarks[0]


def environment(home: Path | None = None, **more: str) -> dict[str, str]:
    """Give an environment without anything of the person's own that says where a server is or how a report looks."""
    ours = ("POOLAUDIT_DSN", "MYSQL_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "LC_", "LANG", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "HOME": str(home or "/nonexistent"),
        "PYTHONWARNINGS": "default",
        "PYTHONFAULTHANDLER": "1",
        **more,
    }


def poolaudit(
    *arguments: str, dsn: str = "", stdin: bytes = b"", cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Outcome:
    """Run the command; the DSN goes by the environment, as it should."""
    began = time.monotonic()
    done = subprocess.run(
        [PROGRAM, *arguments], input=stdin, cwd=cwd, env=env_with(dsn, env), capture_output=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    seconds = time.monotonic() - began
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode(), seconds)


def started(*arguments: str, dsn: str = "", env: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """Start the command, to do something to it while it runs; it is the leader of a group of its own."""
    return subprocess.Popen(
        [PROGRAM, *arguments], env=env_with(dsn, env), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: "subprocess.Popen[bytes]") -> Outcome:
    """Wait for what was started."""
    began = time.monotonic()
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    return Outcome(process.returncode, out.decode(), err.decode(), time.monotonic() - began)


def env_with(dsn: str, env: Mapping[str, str] | None) -> dict[str, str]:
    """Give the environment with the DSN in it."""
    return {**(environment() if env is None else env), **({"POOLAUDIT_DSN": dsn} if dsn else {})}


def each(work: Callable[[Given], Made], things: Iterable[Given]) -> list[Made]:
    """Do the work for all of them, some at a time: a run mostly waits."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, things))


def until(happened: Callable[[], bool], what: str, *, pause_seconds: float = 0.01) -> None:
    """Wait for something to happen; AssertionError where it does not."""
    end = time.monotonic() + PATIENCE_SECONDS / 2
    while not happened():
        assert time.monotonic() < end, f"this did not happen: {what}"
        time.sleep(pause_seconds)
