"""One line for Nagios and its relatives (Icinga, Naemon, Checkmk): a state, the verdict, and numbers for graphs.

https://nagios-plugins.org/doc/guidelines.html. A bar ends the words and begins the numbers, so words have none.
"""

import re
from collections.abc import Iterator
from enum import IntEnum

from poolaudit.facts.server import Server
from poolaudit.render.gaps import gaps_of
from poolaudit.render.overview import overview_of
from poolaudit.render.servers import number_or_none
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.text import safe
from poolaudit.render.verdict import verdict_of
from poolaudit.render.view import found_words
from poolaudit.report import Finding, Report, Severity

# The thresholds of PA102 where nobody sets others: marks in a graph, no judgement of their own.
WARNING_SHARE, ERROR_SHARE = 0.8, 0.9
LONGEST_WORDS = 500
MOST_SERVERS = 20
_OUT_OF_REACH = "PA110"


class State(IntEnum):
    """The exit codes of a plugin."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


def text_of(report: Report, *, ascii_only: bool, **_of_other_formats: object) -> str:
    """Give the line: `POOLAUDIT CRITICAL - … | 'connections'=113;121;136;0;151 …`."""
    overview = overview_of(report)
    verdict = verdict_of(report, gaps_of(report)) if overview is None else overview.verdict
    said = f"{verdict.sentence}; {found_words(report)}"
    blind = len({one.code for one in report.unanswered})
    if blind:
        said += f", {blind:,} unanswered"
    text = line_of(state_of(report), said, " ".join(_numbers(report)))
    return to_ascii(text) if ascii_only else text


def line_of(state: State, said: str, numbers: str = "") -> str:
    """Put a line together of words that may hold anything, and numbers."""
    words = " ".join(safe(said).split()).replace("|", "/")
    cut = words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]}…"
    return f"POOLAUDIT {state.name} - {cut}" + (f" | {numbers}" if numbers else "") + "\n"


def state_of(report: Report) -> State:
    """Say the state: that of the worst finding, and UNKNOWN where nothing is found and something was not looked at.

    A server that is out of reach is not known to be ill.
    """
    worst = max((one.severity for one in _known(report)), default=Severity.INFO)
    if worst is Severity.ERROR:
        return State.CRITICAL
    if worst is Severity.WARNING:
        return State.WARNING
    is_blind = report.unanswered or report.facts.unreached or report.rules_run == 0
    return State.UNKNOWN if is_blind else State.OK


def _known(report: Report) -> Iterator[Finding]:
    return (finding for finding in report.findings if finding.code != _OUT_OF_REACH)


def _numbers(report: Report) -> Iterator[str]:
    several = len(report.facts.servers) > 1
    for server in report.facts.servers[:MOST_SERVERS]:
        yield from _of_server(server, f"{_name(server.label)}::" if several else "")
    for severity in sorted(Severity, reverse=True):
        limits = {Severity.ERROR: ";;0", Severity.WARNING: ";0;"}.get(severity, ";;")
        yield f"'{severity.word}s'={report.count_of(severity)}{limits};0"
    yield f"'unanswered'={len({one.code for one in report.unanswered})};;;0"


def _of_server(server: Server, before: str) -> Iterator[str]:
    limit = number_or_none(lambda: server.max_connections)
    for name, number in (
        ("connections", number_or_none(lambda: server.connected_connections)),
        ("peak", number_or_none(lambda: server.peak_connections)),
    ):
        if number is None:
            continue
        if limit is None:
            yield f"'{before}{name}'={number};;;0"
        else:
            yield f"'{before}{name}'={number};{_below(limit, WARNING_SHARE)};{_below(limit, ERROR_SHARE)};0;{limit}"
    running = number_or_none(lambda: server.counter("Threads_running"))
    if running is not None:
        yield f"'{before}running'={running};;;0"


def _below(limit: int, share: float) -> int:
    """Give the most connections that are still below a share: Nagios warns of what is above its number."""
    return max(-int(-limit * share // 1) - 1, 0)


def _name(label: str) -> str:
    """Give a server's name as perfdata may have it, with neither quotes nor an equals sign."""
    return re.sub(r"[^A-Za-z0-9_.:-]", "_", label)[:64]
