"""`poolaudit report` with a history, beside a scan, and with a history that is ten thousand times as long."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bench.pairs import Comparison, compare
from bench.running import Command, seconds
from poolaudit.history.schema import counters, runs
from tests.servers import Kind, start

FEW_RUNS, MANY_RUNS = 10, 100_000
MINUTES_APART = 10
REPORT_LIMIT, LONG_LIMIT = 2.0, 1.2


def reports(python: Path) -> list[Comparison]:
    """Compare on one server; what the report finds is kept, and printed as the scan prints it."""
    with tempfile.TemporaryDirectory() as folder, start(Kind.MYSQL_97) as server:
        poolaudit = python.parent / "poolaudit"
        scan = Command("scan --format json", [poolaudit, "scan", "--dsn", server.dsn(), "--format", "json"])

        def report(name: str, number: int) -> Command:
            file = Path(folder, f"{number}.sqlite3")
            line: list[str | Path] = [
                poolaudit,
                "report",
                "--dsn",
                server.dsn(),
                "--format",
                "json",
                "--history",
                f"sqlite:///{file}",
            ]
            command = Command(name, line, environment={"XDG_STATE_HOME": folder})
            seconds(command)
            _lengthen(file, number)
            return command

        few = report(f"report, after {FEW_RUNS} runs", FEW_RUNS)
        many = report(f"report, after {MANY_RUNS:,} runs", MANY_RUNS)
        return [compare(few, scan, REPORT_LIMIT), compare(many, few, LONG_LIMIT)]


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
