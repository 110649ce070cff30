"""Kills `poolaudit report` at random moments, and counts what became of its reports.

    python -m tests.cli.killed 500

A process that has everything imported forks runs of the whole command, with a history, a letter for each of two servers
and a document for a hook, and kills most of them. The mail server and the hook are real, and live in this process.
"""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mail.post_office import Office, post_office

SERVERS = ("db1", "db2")
MEASURED = 5
LONGER = 1.15
"""Runs are killed up to so many times as long after their beginning as they take."""
SETTINGS = """
[mail]
from = "poolaudit@example.com"
smtp = "127.0.0.1:{smtp}"
security = "none"
[report]
to = ["mailto:dba@example.com", "http://127.0.0.1:{hook}/key"]
[[servers]]
name = "db1"
host = "127.0.0.1"
user = "x"
[[servers]]
name = "db2"
host = "127.0.0.1"
user = "x"
"""


class Life(NamedTuple):
    """A process: what it calls itself to servers, how long it took, and whether it was killed."""

    name: str
    seconds: float
    was_killed: bool


class Arrival(NamedTuple):
    """What came in, and from which process."""

    message_id: str
    sender: str


class Counts(NamedTuple):
    """What became of the reports of all runs. `again` are the copies of what was delivered already.

    `unexplained` are copies of which no killed process had the first in hand: there may be none.
    """

    kills: int
    runs: int
    halves: int
    letters: int
    delivered: int
    again: int
    unexplained: int
    is_sound: bool


class _Registering(Office):
    """Writes down who sent a letter."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: list[Arrival] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        self.arrivals.append(Arrival(_id_of(self.messages[-1]), str(session.host_name)))
        self.letters.clear()
        return answer


def _id_of(message: EmailMessage) -> str:
    return str(message["Message-ID"])


@contextmanager
def _hook() -> Iterator[tuple[int, list[Arrival]]]:
    arrivals: list[Arrival] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            arrivals.append(
                Arrival(self.headers["Idempotency-Key"], self.headers["User-Agent"].removeprefix("poolaudit/"))
            )
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # of who is killed in the middle
                return

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=partial(server.serve_forever, 0.05))
        thread.start()
        try:
            yield server.server_address[1], arrivals
        finally:
            server.shutdown()
            thread.join()


def killed(kills: int, folder: Path, seed: int = 7) -> Counts:
    """Kill so many runs, let a last one end, and count."""
    office = _Registering()
    with post_office(office), _hook() as (port, posted):
        (folder / "poolaudit.toml").write_text(SETTINGS.format(smtp=office.port, hook=port), encoding="utf-8")
        environ = {**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder), "PYTHONPATH": str(Path.cwd())}
        line = [sys.executable, "-m", "tests.cli.killed", "--fork", str(kills), str(seed)]
        done = subprocess.run(line, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    lives = [Life(*one) for one in json.loads(done.stdout)]
    return _counts(folder / "poolaudit" / "history.sqlite3", lives, (office.arrivals, posted))


def _counts(history: Path, lives: Sequence[Life], arrivals: Sequence[Sequence[Arrival]]) -> Counts:
    with closing(sqlite3.connect(history)) as connection:
        ask = partial(_ask, connection)
        ((integrity,),) = ask("PRAGMA integrity_check")
        runs = ask("SELECT id, taken_at, label FROM poolaudit_runs")
        without_rows = ask("SELECT id FROM poolaudit_runs WHERE id NOT IN (SELECT run FROM poolaudit_counters)")
        letters = [one for (one,) in ask("SELECT message_id FROM poolaudit_outbox WHERE delivered_at IS NOT NULL")]
        waiting = ask("SELECT id FROM poolaudit_outbox WHERE delivered_at IS NULL")
    was_killed = {one.name: one.was_killed for one in lives}
    labels = Counter(label for _, _, label in runs)
    came = Counter(one.message_id for of_one in arrivals for one in of_one)
    of_a_run = len(SERVERS) + 1
    halves = len(without_rows) + abs(labels["db1"] - labels["db2"])
    halves += abs(len(letters) + len(waiting) - len(runs) // len(SERVERS) * of_a_run)
    return Counts(
        kills=sum(one.was_killed for one in lives),
        runs=len(runs) // len(SERVERS),
        halves=halves,
        letters=len(letters) + len(waiting),
        delivered=len(set(letters) & set(came)),
        again=came.total() - len(came),
        unexplained=sum(_unexplained(of_one, was_killed) for of_one in arrivals),
        is_sound=integrity == "ok",
    )


def _ask(connection: sqlite3.Connection, query: str) -> list[tuple[str, ...]]:
    return connection.execute(query).fetchall()


def _unexplained(arrivals: Sequence[Arrival], was_killed: Mapping[str, bool]) -> int:
    """Count the copies that came neither from who delivered it nor from one that was killed with it in hand.

    In hand is what a process sent last by this way. Of what comes in just after its sender's death, the copy may be the
    earlier one, so their order tells nothing.
    """
    last = {one.sender: one.message_id for one in arrivals}
    settled = Counter(
        one.message_id for one in arrivals if not (was_killed[one.sender] and last[one.sender] == one.message_id)
    )
    return sum(times - 1 for times in settled.values())


def _fork(kills: int, seed: int) -> None:
    """Fork runs, the first few and the last of which nobody kills; print the lives of all."""
    from poolaudit.cli import main, report_run  # noqa: PLC0415 - the process that forks has it all
    from poolaudit.mail import hook  # noqa: PLC0415 - the same
    from tests.cli.reporting import server_at  # noqa: PLC0415 - the same

    run = report_run.run
    numbers = count()
    sys.argv = ["poolaudit", "report"]
    # As without matplotlib: pictures would take most of a run's time, and it is the rest that is to be hit.
    sys.modules["poolaudit.render.trend_png"] = None  # type: ignore[assignment]  # which is how an import is forbidden

    def prepare() -> str:
        number = next(numbers)
        report_run.run = partial(run, read=lambda *_: server_at(number))
        name = f"run-{number}.example.com"
        socket.getfqdn = lambda name=name: name  # which smtplib greets with
        hook.__version__ = name  # type: ignore[attr-defined]  # which the module has from another
        return name

    def live(delay_seconds: float | None) -> Life:
        name = prepare()
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os._exit(int(main()))
        if delay_seconds is not None:
            time.sleep(delay_seconds)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        seconds = time.monotonic() - began
        if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) not in {0, 1}:
            sys.exit(f"a run ended with {os.WEXITSTATUS(status)}")
        return Life(name, seconds, os.WIFSIGNALED(status))

    first = prepare()
    main()  # so that all is imported, and the runs spend their time on their work
    lives = [live(None) for _ in range(MEASURED)]
    longest = sorted(one.seconds for one in lives)[MEASURED // 2] * LONGER
    lives.append(Life(first, 0, was_killed=False))
    moments = random.Random(seed)  # noqa: S311 - moments, no secrets
    while sum(one.was_killed for one in lives) < kills:
        lives.append(live(moments.uniform(0, longest)))
    lives.append(live(None))
    json.dump(lives, sys.stdout)


def main(arguments: Sequence[str]) -> None:
    """Kill as often as is said, and print the counts."""
    if arguments[0] == "--fork":
        _fork(int(arguments[1]), int(arguments[2]))
        return
    with TemporaryDirectory() as folder:
        for name, value in killed(int(arguments[0]), Path(folder))._asdict().items():
            sys.stdout.write(f"{name:12} {value}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
