"""200 servers side by side, and one after another, where each lets 100 ms pass before it greets."""

import socket
import tempfile
import time
from pathlib import Path

from bench.pairs import Comparison, compare
from bench.running import Command
from tests.collect.rogue import Proxy
from tests.servers import Kind, start

SERVERS = 200
DELAY_SECONDS = 0.1
JOBS = 16
PAIRS = 3
LIMIT = 1 / 8


class Slow(Proxy):
    """Stands before a real server, and greets late."""

    def _greet(self, client: socket.socket, server: socket.socket) -> None:
        time.sleep(DELAY_SECONDS)
        super()._greet(client, server)


def several(python: Path) -> Comparison:
    """Compare a run with JOBS at once to one with one at a time; one server plays them all."""
    program = python.parent / "poolaudit"
    with (
        tempfile.TemporaryDirectory() as folder,
        start(Kind.MYSQL_97, f"--max-connections={10 * JOBS}") as server,
        Slow(server.host, server.port) as slow,
    ):
        settings = Path(folder, "poolaudit.toml")
        settings.write_text("".join(_table(number, slow.port, server.user) for number in range(SERVERS)))

        def run(jobs: int) -> Command:
            arguments: list[str | Path] = [
                "scan",
                "--config",
                settings,
                "--all",
                "--jobs",
                str(jobs),
                "--format",
                "json",
            ]
            return Command(f"scan --all --jobs {jobs}", [program, *arguments])

        return compare(run(JOBS), run(1), LIMIT, PAIRS, warm_ups=0)


def _table(number: int, port: int, user: str) -> str:
    return f'[[servers]]\nname = "db{number}"\nhost = "127.0.0.1"\nport = {port}\nuser = "{user}"\n'
