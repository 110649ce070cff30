"""`poolaudit report` with a history, beside a scan, and with a history that is ten thousand times as long."""

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.pairs import Comparison, compare
from bench.running import Command, seconds
from poolaudit.history.schema import counters, runs
from tests.servers import Kind, start

FEW_RUNS, MANY_RUNS = 10, 100_000
MINUTES_APART = 10
REPORT_LIMIT, LONG_LIMIT = 2.0, 1.2
PICTURE_LIMIT_SECONDS = 2.0
PICTURES = 9
MAIL = """
[mail]
sendmail = "/bin/true"
from = "poolaudit@db1.example.com"
"""


@dataclass(frozen=True)
class Drawn:
    """A whole report with the trend drawn in it: the median of its runs in seconds."""

    name: str
    seconds: float

    @property
    def is_met(self) -> bool:
        """Whether it keeps to its limit."""
        return self.seconds < PICTURE_LIMIT_SECONDS


@dataclass(frozen=True)
class Reports:
    """What reports take: beside a scan, with a long history, and with its picture."""

    comparisons: tuple[Comparison, ...] = ()
    drawn: tuple[Drawn, ...] = ()


def reports(python: Path) -> Reports:
    """Measure on one server; what the report finds is kept, and printed as the scan prints it."""
    with tempfile.TemporaryDirectory() as folder, start(Kind.MYSQL_97) as server:
        poolaudit, settings = python.parent / "poolaudit", Path(folder, "poolaudit.toml")
        settings.write_text(MAIL, encoding="utf-8")
        scan = Command("scan --format json", [poolaudit, "scan", "--dsn", server.dsn(), "--format", "json"])

        def report(name: str, number: int, *options: str | Path) -> Command:
            history = f"sqlite:///{folder}/{number}.sqlite3"
            line = [poolaudit, "report", "--dsn", server.dsn(), "--history", history, *options]
            return Command(name, line, environment={"XDG_STATE_HOME": folder})

        def with_history(number: int) -> Command:
            command = report(f"report, after {number:,} runs", number, "--format", "json")
            seconds(command)
            _lengthen(Path(folder, f"{number}.sqlite3"), number)
            return command

        few, many = with_history(FEW_RUNS), with_history(MANY_RUNS)
        page = report("report --format html, a drawing", MANY_RUNS, "--format", "html")
        letter = report("report --to mailto:…, a PNG", MANY_RUNS, "--config", settings, "--to", "mailto:a@example.com")
        return Reports(
            (compare(few, scan, REPORT_LIMIT), compare(many, few, LONG_LIMIT)), (_drawn(page), _drawn(letter))
        )


def _drawn(command: Command) -> Drawn:
    return Drawn(command.name, median(seconds(command) for _ in range(PICTURES)))


def _lengthen(file: Path, number: int) -> None:
    """Give a history with one run that run again and again, each so many minutes before the one after it."""
    columns = [one.name for one in runs.columns if one.name not in {"id", "once", "taken_at"}]
    names = ", ".join(f'"{name}"' for name in columns)
    earlier = f"strftime('%Y-%m-%d %H:%M:%S.000000', taken_at, '-' || (n * {MINUTES_APART}) || ' minutes')"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {number - 1})"  # noqa: S608 - names of our own
            f" INSERT INTO {runs.name} (once, taken_at, {names})"
            f" SELECT 'again-' || n, {earlier}, {names} FROM {runs.name}, numbers WHERE id = 1"
        )
        connection.execute(
            f"INSERT INTO {counters.name} (run, name, value) SELECT r.id, c.name, c.value"  # noqa: S608 - the same
            f" FROM {runs.name} r, {counters.name} c WHERE c.run = 1 AND r.id > 1"
        )
