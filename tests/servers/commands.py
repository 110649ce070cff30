"""Run another program for a recipe, and turn its failure into one sentence."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers.kinds import OWN_SERVERS, ServerError


def need(program: str, package: str) -> None:
    """Fail early, and say how to get the program, rather than late with a traceback."""
    if shutil.which(program) is None:
        raise ServerError(
            f"The program {program} is not on this machine; install it (on Debian: apt-get install {package}) "
            f"or {OWN_SERVERS}."
        )


def run(  # noqa: PLR0913 - each says one thing about the one program that is run
    doing: str,
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout_seconds: float = 900,
    user: int | None = None,
) -> str:
    """Run to the end and return standard output; `doing` is the start of the sentence should it fail.

    `user` is whom it runs as, where this process is root and that one must not be.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd, env=env, input=stdin, text=True, errors="replace",
            capture_output=True, timeout=timeout_seconds, check=False,
            user=user, group=user, extra_groups=None if user is None else [],
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ServerError(f"{doing} took more than {timeout_seconds:g} s and was given up.") from None
    except OSError as error:
        raise ServerError(f"{doing} failed: {command[0]} cannot be run ({error.strerror}).") from error
    if done.returncode != 0:
        raise ServerError(f"{doing} failed: {_reason(done.stderr or done.stdout, done.returncode)}")
    return done.stdout


def _reason(output: str, code: int) -> str:
    """Pick the lines that say why: apt's and npm's begin with E: or npm error, a server's hold [ERROR]."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("E:", "npm error", "npm ERR!")) or "[ERROR]" in line]
    chosen = telling[:3] or lines[-2:] or [f"it ended with code {code} and said nothing"]
    return " / ".join(chosen)
