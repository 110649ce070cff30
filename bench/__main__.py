"""Measure, print, and write docs/performance.md; exits with 1 where a limit is missed: make bench."""

import argparse
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.counted import Cost, cost_of, sleepers
from bench.machine import machine, versions
from bench.page import Memory, Results, page
from bench.pairs import Comparison, compare
from bench.reports import reports
from bench.running import Command, peak_megabytes
from bench.several import several
from bench.tree import APPLICATION, make_tree
from tests.servers import Kind, Server, start

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/performance.md"
MANY_SESSIONS = 2000
FEW_SESSIONS = 20
FILES_BESIDE_SESSIONS = 500
JSON_LIMIT, TERMINAL_LIMIT, VERSION_LIMIT, CROWDED_LIMIT, MEMORY_LIMIT_MB = 1.3, 1.7, 1.5, 1.5, 60
FILE_LIMIT, TREE_LIMIT = 2.0, 6.0
PEERS = {"mysqltuner": ("mysqltuner", "mysqltuner.pl"), "pt-mysql-summary": ("pt-mysql-summary",)}


class Programs:
    """The programs that are measured against one server."""

    def __init__(self, python: Path, server: Server) -> None:
        self.python = python
        self.server = server
        self.poolaudit = python.parent / "poolaudit"

    def scan(self, *options: str, on_terminal: bool = False) -> Command:
        """`poolaudit scan`, on a terminal or in a pipe."""
        name = " ".join(["scan", *options]) + (" (on a terminal)" if on_terminal else "")
        return Command(name, [self.poolaudit, "scan", "--dsn", self.server.dsn(), *options], on_terminal)

    @property
    def bare(self) -> Command:
        """The bare script."""
        place = {"BARE_HOST": self.server.host, "BARE_PORT": str(self.server.port), "BARE_USER": self.server.user}
        return Command("bare script", [self.python, ROOT / "bench/bare.py"], environment=place)

    @property
    def version(self) -> Command:
        """`poolaudit --version`."""
        return Command("--version", [self.poolaudit, "--version"])

    @property
    def click(self) -> Command:
        """Python, importing click."""
        return Command('python -c "import click"', [self.python, "-c", "import click"])

    def peer(self, name: str, program: str) -> Command:
        """Another program, told where the server is."""
        host, port, user = self.server.host, str(self.server.port), self.server.user
        if name == "mysqltuner":
            # A host other than localhost makes it ask for the memory that it cannot see.
            where = ["--host", host, "--port", port, "--user", user, "--pass", "", "--forcemem", "1000"]
        else:
            where = ["--", "--host", host, "--port", port, "--user", user]
        return Command(name, [program, *where], is_talkative=True)


def main() -> int:
    """Run every part; the page is written also where a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--python", type=Path, required=True, help="of a virtual environment with poolaudit in it")
    python = parser.parse_args().python.absolute()
    results = measured(python)
    text = page(results, datetime.now(UTC).strftime("%Y-%m-%d"), machine(), versions(python))
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return 0 if results.is_met else 1


def measured(python: Path) -> Results:
    """Measure on servers that are started for it."""
    with start(Kind.MYSQL_97) as server:
        comparisons = list(idle(Programs(python, server)))
    crowded, memory = with_many(python)
    costs = [cost for kind in Kind for cost in costs_on(kind, python)]
    absent = [name for name in PEERS if _found(name) is None]
    return Results(
        comparisons, crowded, MANY_SESSIONS, memory, costs, absent, reading(python), [several(python)], reports(python)
    )


def reading(python: Path) -> list[Comparison]:
    """Compare what check-config takes to read one file, and a tree of them."""
    poolaudit = python.parent / "poolaudit"
    with tempfile.TemporaryDirectory() as folder:
        file, tree = Path(folder, "app.yaml"), Path(folder, "tree")
        file.write_text(APPLICATION, encoding="utf-8")
        make_tree(tree)
        words = "import yaml, click"
        imports = Command(f'python -c "{words}"', [python, "-c", words])
        grep = Command("grep -rlE 'pool|engine|DATABASE'", ["grep", "-rlE", "pool|engine|DATABASE", tree])
        return [
            compare(Command("check-config app.yaml", [poolaudit, "check-config", file]), imports, FILE_LIMIT),
            compare(Command("check-config TREE", [poolaudit, "check-config", tree]), grep, TREE_LIMIT),
        ]


def idle(programs: Programs) -> Iterator[Comparison]:
    """Compare on a server that does nothing else."""
    yield compare(programs.scan("--format", "json"), programs.bare, JSON_LIMIT)
    yield compare(programs.scan("--format", "json", "--ssl-mode", "DISABLED"), programs.bare)
    yield compare(programs.scan(on_terminal=True), programs.bare, TERMINAL_LIMIT)
    yield compare(programs.version, programs.click, VERSION_LIMIT)


def with_many(python: Path) -> tuple[list[Comparison], list[Memory]]:
    """Compare with many sessions asleep, and measure the memory there."""
    _allow_files(MANY_SESSIONS + FILES_BESIDE_SESSIONS)
    options = (f"--max-connections={MANY_SESSIONS + 100}", f"--open-files-limit={2 * MANY_SESSIONS}")
    with start(Kind.MYSQL_97, *options) as server, sleepers(server, MANY_SESSIONS):
        programs = Programs(python, server)
        json, terminal = programs.scan("--format", "json"), programs.scan(on_terminal=True)
        return (
            [compare(json, programs.bare, CROWDED_LIMIT), compare(terminal, programs.bare, CROWDED_LIMIT)],
            [
                Memory(json.name, peak_megabytes(json, python), MEMORY_LIMIT_MB),
                Memory("scan --format terminal", _of_terminal(programs), MEMORY_LIMIT_MB),
                Memory("bare script", peak_megabytes(programs.bare, python), None),
            ],
        )


def _of_terminal(programs: Programs) -> float:
    return peak_megabytes(programs.scan("--format", "terminal"), programs.python)


def costs_on(kind: Kind, python: Path) -> Iterator[Cost]:
    """Count what programs do to a server of this kind; the peers on MySQL 9.7 alone."""
    with start(kind) as server, sleepers(server, FEW_SESSIONS):
        programs = Programs(python, server)
        yield cost_of(programs.scan("--format", "json"), server)
        yield cost_of(programs.scan("--format", "json", "--interval", "1", "--show-queries"), server)
        if kind is Kind.MYSQL_97:
            yield cost_of(programs.bare, server)
            for name in PEERS:
                program = _found(name)
                if program is not None:
                    yield cost_of(programs.peer(name, program), server)


def _found(name: str) -> str | None:
    return next((path for program in PEERS[name] if (path := shutil.which(program))), None)


def _allow_files(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < number:
        sys.exit(f"bench: this needs {number} open files, and the limit here is {hard} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number), hard))


if __name__ == "__main__":
    sys.exit(main())
