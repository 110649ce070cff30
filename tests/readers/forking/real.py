"""The example applications that fork, run for real: by gunicorn, uwsgi, celery, or as they are.

Each process answers with its own id, the id that it had the database give back, and that of its connection. Where two
processes use one connection they name the same one, read each other's answers, fail, or wait for ever.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, NamedTuple

PATIENCE_SECONDS = 30.0
HANGING_SECONDS = 20.0
"""An answer takes a twentieth of a second; what takes so long waits for another's."""
REQUESTS = 24
AT_ONCE = 4
MOST_ROUNDS = 3
"""Until a second process has answered, which may be slow to start."""
_ANSWER = re.compile(r"\b(\d+): (\d+) (\d+)\b")
_DONE = re.compile(r"succeeded in|raised")
SEND = f"""
from celery import Celery
app = Celery("send", broker="filesystem://")
app.conf.broker_transport_options = {{"data_folder_in": "data_out", "data_folder_out": "data_in"}}
for _ in range({REQUESTS}):
    app.send_task("tasks.look")
"""
BIN = Path(sys.executable).parent


class Answer(NamedTuple):
    """What a process said: its id, the id that came back from the database, and its connection's."""

    pid: int
    returned: int
    connection: int


class Seen(NamedTuple):
    """The answers of an application, and what went wrong."""

    answers: tuple[Answer, ...]
    faults: tuple[str, ...]

    @property
    def shared(self) -> set[int]:
        """The connections that more than one process used."""
        users: dict[int, set[int]] = {}
        for one in self.answers:
            users.setdefault(one.connection, set()).add(one.pid)
        return {connection for connection, pids in users.items() if len(pids) > 1}

    @property
    def swapped(self) -> list[Answer]:
        """The answers that were another process's."""
        return [one for one in self.answers if one.pid != one.returned]


def seen_in(folder: Path, url: str) -> Seen:
    """Run an example as its Procfile says, or its report.py, and ask it from several sides at once."""
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"}
    if not (folder / "Procfile").exists():
        return _of_script(folder, environment)
    program, *arguments = shlex.split((folder / "Procfile").read_text().partition(": ")[2])
    if program == "celery":
        return _of_tasks(arguments, folder, environment)
    with tempfile.TemporaryDirectory() as name:
        path = f"{name}/http"
        line = {
            "gunicorn": [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", f"unix:{path}", *arguments],
            "uwsgi": [str(BIN / "uwsgi"), "--http-socket", path, "--virtualenv", sys.prefix, *arguments],
        }[program]
        with _running(line, folder, environment):
            return _asked(path)


def _of_tasks(arguments: list[str], folder: Path, environment: dict[str, str]) -> Seen:
    """Have tasks done that come by way of a folder, celery's simplest broker, and read what its log says of them."""
    environment |= {"BROKER_URL": "filesystem://", "PYTHONPATH": str(folder)}
    with tempfile.TemporaryDirectory() as name:
        there = Path(name)
        for inner in ("data_in", "data_out", "control"):
            (there / inner).mkdir()
        subprocess.run([sys.executable, "-c", SEND], cwd=there, env=environment, check=True)
        line = [sys.executable, "-m", "celery", *arguments, "--loglevel", "INFO"]
        with _running(line, there, environment) as log:
            said = _log_of(log)
    done = [one for one in said.splitlines() if _DONE.search(one)]
    return Seen(_answers("\n".join(done)), tuple(one for one in done if not _ANSWER.search(one)))


def _log_of(log: IO[str]) -> str:
    """Wait until each task is done, or nothing comes any more."""
    end, done, said = time.monotonic() + PATIENCE_SECONDS, 0, ""
    while done < REQUESTS and time.monotonic() < end:
        time.sleep(0.1)
        said = os.pread(log.fileno(), 1_000_000, 0).decode()
        if len(_DONE.findall(said)) > done:
            end, done = time.monotonic() + HANGING_SECONDS, len(_DONE.findall(said))
    return said if done == REQUESTS else f"{said}\nERROR raised nothing, and hangs: {done} of {REQUESTS} tasks are done"


def _of_script(folder: Path, environment: dict[str, str]) -> Seen:
    line = [sys.executable, "report.py"]
    with subprocess.Popen(
        line, cwd=folder, env=environment, stdout=-1, stderr=-1, text=True, start_new_session=True
    ) as process:
        try:
            said, complained = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, complained = process.communicate()
            complained = f"hangs\n{complained}"
    return Seen(_answers(said), (complained,) if process.returncode else ())


@contextmanager
def _running(line: list[str], folder: Path, environment: dict[str, str]) -> Iterator[IO[str]]:
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            line, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True, text=True
        )
        try:
            yield log
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            log.seek(0)
            sys.stderr.write(log.read())


class _Unix(HTTPConnection):
    """HTTP on a socket of the file system, whose name nobody else can take."""

    def connect(self) -> None:
        """Connect to the path that is given as the host."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(HANGING_SECONDS)
        self.sock.connect(self.host)


def _asked(path: str) -> Seen:
    end = time.monotonic() + PATIENCE_SECONDS
    while not _accepts(path):
        assert time.monotonic() < end, "the server does not answer"
        time.sleep(0.05)
    said: list[str] = []
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in range(MOST_ROUNDS):
            said += threads.map(lambda _: _get(path), range(REQUESTS))
            seen = Seen(_answers("\n".join(said)), tuple(one for one in said if not _ANSWER.search(one)))
            if len({one.pid for one in seen.answers}) > 1:
                break
    return seen


def _accepts(path: str) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as one:
        return Path(path).exists() and one.connect_ex(path) == 0


def _get(path: str) -> str:
    with closing(_Unix(path)) as connection:
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            return connection.getresponse().read().decode()
        except (OSError, HTTPException) as error:
            return repr(error)


def _answers(said: str) -> tuple[Answer, ...]:
    return tuple(Answer(*map(int, match.groups())) for match in _ANSWER.finditer(said))
