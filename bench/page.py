"""docs/performance.md: what was measured, as a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.counted import Cost
from bench.pairs import Comparison
from bench.reports import PICTURE_LIMIT_SECONDS, Drawn, Reports
from bench.several import JOBS

INTRODUCTION = """\
# What a scan costs

Written by `make bench`; do not edit. Every ratio is the median of the ratios of {pairs} pairs of runs, which alternate
(A B A B …), so that a busy moment of the machine meets both sides. Times are medians in milliseconds, from the start of
the process to its end. The bare script is `bench/bare.py`: PyMySQL, one connection, the four `SHOW` statements, the
rows printed. Both use TLS, as PyMySQL (from 1.2 on) and a scan do by default where the server offers it; PyMySQL reads
the system's certificates for that, which takes it 20 ms, a scan only where it is to verify one.

Measured on {date}: {machine}; {versions}."""

COUNTED = """\
Connections and statements of one run, counted by the server's general log, with 20 sessions asleep. The statement that
sets up the session is counted. The other programs answer other questions, and many more of them; they are here because
people run them for this one too. They sleep between their own readings."""

READING = """\
`check-config` of one YAML file, beside Python importing what it cannot do without; and of a tree of 5,000 files, of
which 400 hold Python or settings and 40 a pool, beside grep looking for three words in it."""


SEVERAL = """\
200 servers that each let 100 ms pass before they greet: {jobs} at once, and one after another in the same program. One
real server behind a delaying proxy plays them all, so that what a server does itself is not done side by side."""

REPORTS = """\
`report` keeps its audit and compares it with the last one, in a file of SQLite's, and here sends no mail. The long
history has an audit every ten minutes for two years."""

PICTURE = """\
And the whole of a report with the last week of that long history drawn: for a page, and by matplotlib for a mail."""


@dataclass(frozen=True)
class Memory:
    """The most memory that a program had resident."""

    name: str
    megabytes: float
    limit: float | None

    @property
    def is_met(self) -> bool:
        """Whether it keeps to its limit."""
        return self.limit is None or self.megabytes < self.limit


@dataclass(frozen=True)
class Results:
    """All that a run measured; `absent` names the programs that were not there to be measured."""

    comparisons: Sequence[Comparison]
    crowded: Sequence[Comparison]
    sessions: int
    memory: Sequence[Memory]
    costs: Sequence[Cost]
    absent: Sequence[str]
    reading: Sequence[Comparison] = ()
    several: Sequence[Comparison] = ()
    reports: Reports = field(default_factory=Reports)

    @property
    def is_met(self) -> bool:
        """Whether every limit is kept."""
        compared = (*self.comparisons, *self.crowded, *self.reading, *self.several, *self.reports.comparisons)
        met = [[one.is_met for one in found] for found in (compared, self.memory, self.reports.drawn)]
        return all(map(all, met))


def page(results: Results, date: str, machine: str, versions: str) -> str:
    """Write the page."""
    introduction = INTRODUCTION.format(
        pairs=len(results.comparisons[0].ratios), date=date, machine=machine, versions=versions
    )
    parts = [
        introduction,
        "## Time, on an idle MySQL 9.7",
        _ratios(results.comparisons),
        f"## With {results.sessions:,} sleeping sessions",
        _ratios(results.crowded),
        _memory(results.memory),
        "## What the server sees",
        COUNTED,
        _costs(results.costs),
        *_absent(results),
        "## Reading applications' files",
        READING,
        _ratios(results.reading),
        "## Several servers",
        SEVERAL.format(jobs=JOBS),
        _ratios(results.several),
        "## Reports with a history",
        REPORTS,
        _ratios(results.reports.comparisons),
        PICTURE,
        _drawn(results.reports.drawn),
    ]
    return "\n\n".join(parts) + "\n"


def _absent(results: Results) -> Iterable[str]:
    if results.absent:
        yield f"Not installed here, so not measured: {', '.join(results.absent)}."


def _ratios(comparisons: Iterable[Comparison]) -> str:
    return _table(
        ("what", "against", "ms", "ms of that", "ratio", "middle half", "limit"),
        [
            (
                f"`{one.name}`",
                f"`{one.against}`",
                f"{one.seconds * 1000:.0f}",
                f"{one.base_seconds * 1000:.0f}",
                f"{one.ratio:.2f}",
                "{:.2f} to {:.2f}".format(*one.middle_half),
                _limit(one.limit, "× ", is_met=one.is_met),
            )
            for one in comparisons
        ],
    )


def _memory(memory: Iterable[Memory]) -> str:
    rows = [(f"`{one.name}`", f"{one.megabytes:.0f} MB", _limit(one.limit, "MB ", is_met=one.is_met)) for one in memory]
    return _table(("what", "peak memory", "limit"), rows)


def _drawn(drawn: Iterable[Drawn]) -> str:
    rows = [
        (f"`{one.name}`", f"{one.seconds * 1000:.0f}", _limit(PICTURE_LIMIT_SECONDS, "s ", is_met=one.is_met))
        for one in drawn
    ]
    return _table(("what", "ms", "limit"), rows)


def _costs(costs: Iterable[Cost]) -> str:
    rows = [
        (f"`{one.name}`", one.server, str(one.connections), str(one.statements), f"{one.seconds:.1f}") for one in costs
    ]
    return _table(("what", "server", "connections", "statements", "seconds"), rows)


def _limit(limit: float | None, unit: str, *, is_met: bool) -> str:
    return "" if limit is None else f"{limit:g} {unit}{'kept' if is_met else 'MISSED'}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, *rows)
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
