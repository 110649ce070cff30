"""A report for a person at a terminal, at any width: calm, aligned, what matters most first."""

from collections.abc import Iterator
from typing import Any

from poolaudit.facts.words import count
from poolaudit.render.bar import SIGNS, SIGNS_ASCII, Signs, bar
from poolaudit.render.layout import Line, Span, cells, labelled, painted, paragraph
from poolaudit.render.overview_table import overview_lines
from poolaudit.render.shape import FindingRow, Gap, PoolRow, ResolvedRow, ServerPart, Usage, Verdict, View
from poolaudit.render.table import client_lines
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.verdict import OK
from poolaudit.render.view import excerpt_lines, view_of
from poolaudit.report import Report

WIDEST_SENTENCE = 120
NARROWEST = 20
_LONG_BAR_CELLS = 40
_SHORT_BAR_CELLS = 24
_ROOM_FOR_LONG_BAR = 100
_INDENT = 2
_START = 8


def text_of(  # noqa: PLR0913 - what the command line can ask of a format, each by name
    report: Report, *, width: int, color: bool, ascii_only: bool, show_queries: bool, all_clients: bool
) -> str:
    """Give the report for a terminal of `width` columns."""
    view = view_of(report, show_queries=show_queries, all_clients=all_clients)
    return lay_out(in_ascii(view) if ascii_only else view, width=width, color=color, unicode=not ascii_only)


def lay_out(view: View, *, width: int, color: bool, unicode: bool = True) -> str:
    """Lay a view out as text, in colour or without; the text is the same either way."""
    return "".join(painted(line, color=color) + "\n" for line in lines_of(view, width, unicode=unicode))


def lines_of(view: View, width: int, *, unicode: bool = True) -> Iterator[Line]:
    """Lay a view out as lines none of which is wider than `width` (NARROWEST at least), a blank one between parts.

    Sentences are no wider than WIDEST_SENTENCE, so that the eye finds the next line.
    """
    blocks = [block for block in _blocks(view, max(width, NARROWEST), unicode=unicode) if block]
    for number, block in enumerate(blocks):
        if number:
            yield ()
        yield from block


def _blocks(view: View, width: int, *, unicode: bool) -> Iterator[list[Line]]:
    reading = min(width, WIDEST_SENTENCE)
    yield _verdict(view.verdict, reading)
    if view.overview is not None:
        yield overview_lines(view.overview, width, unicode=unicode)
    for server in view.parts:
        clients = client_lines(server.clients, width, mark="…" if unicode else "...")
        if server.clients.rows is None:
            yield _server(server, reading, unicode=unicode) + clients
        else:
            yield _server(server, reading, unicode=unicode)
            yield clients
    yield [line for one in view.together for line in labelled(Span("together", "dim"), Span(one), reading)]
    yield [line for one in view.against for line in labelled(Span("server", "dim"), Span(one), reading)]
    yield [line for pool in view.pools for line in _pool(pool, reading)]
    yield [line for one in view.demand for line in labelled(Span("demand", "dim"), Span(one), reading)]
    yield [line for name in view.left_alone for line in labelled(Span("left alone", "dim"), Span(name), reading)]
    yield _changes(view, reading)
    yield from _findings(view.findings, reading)
    for gone in view.changes.resolved if view.changes is not None else ():
        yield list(_resolved(gone, reading))
    for gap in view.gaps:
        yield list(_gap(gap, reading))
    yield [line for one in view.ignored for line in labelled(Span("ignored", "dim"), Span(one), reading)]
    yield paragraph(Span(view.sums, "dim"), reading)


def _verdict(verdict: Verdict, width: int) -> list[Line]:
    kind = verdict.severity.word if verdict.severity is not None else "ok" if verdict.word == OK else "warning"
    badge = Span(f" {verdict.word} ", f"{kind} badge")
    start = cells(badge.text) + 1
    lines = labelled(badge, Span(verdict.sentence, "bold"), width, start=start)
    if verdict.advice:
        lines += labelled(Span("do", "dim"), Span(verdict.advice), width, indent=start - 4, start=start)
    return lines


def _server(server: ServerPart, width: int, *, unicode: bool) -> list[Line]:
    title, words = Span(server.title, "bold"), Span(server.words)
    if cells(server.title) < width // 2:
        lines = labelled(title, words, width)
    else:
        lines = [*paragraph(title, width), *paragraph(words, width, indent=_INDENT)]
    lines += _usage(server.usage, width, SIGNS if unicode else SIGNS_ASCII)
    return lines + (labelled(Span("trend", "dim"), Span(server.trend.words), width) if server.trend is not None else [])


def _usage(usage: Usage, width: int, signs: Signs) -> list[Line]:
    if not usage.words:
        return []
    if not usage.limit:
        return labelled(Span("connections", "dim"), Span(usage.words), width)
    size = _LONG_BAR_CELLS if width >= _ROOM_FOR_LONG_BAR else _SHORT_BAR_CELLS
    if size + 2 + cells(usage.words) <= width:
        return [(*bar(usage, size, signs), Span(f"  {usage.words}"))]
    return [bar(usage, min(_LONG_BAR_CELLS, width), signs), *paragraph(Span(usage.words), width)]


def _changes(view: View, width: int) -> list[Line]:
    return labelled(Span("changes", "dim"), Span(view.changes.words), width) if view.changes is not None else []


def _pool(pool: PoolRow, width: int) -> Iterator[Line]:
    yield from labelled(Span("pool", "dim"), Span(pool.name, "bold"), width)
    yield from paragraph(Span(pool.settings), width, indent=6)
    yield from paragraph(Span(pool.demand), width, indent=6)


def _findings(findings: tuple[FindingRow, ...], width: int) -> Iterator[list[Line]]:
    """Give a block for each rule that fired; its name, and what its findings share, are said once."""
    block: list[Line] = []
    shared: tuple[Any, ...] = ()
    advice = ""
    for finding in findings:
        if shared != (finding.code, finding.severity, finding.why):
            yield block
            shared = (finding.code, finding.severity, finding.why)
            block = [*_heading(finding, width), *_finding(finding, width, why=finding.why, fix=finding.fix)]
        else:
            block += _finding(finding, width, fix=finding.fix if finding.fix != advice else "")
        advice = finding.fix
    yield block


def _heading(finding: FindingRow, width: int) -> list[Line]:
    word = Span(finding.severity.word.upper(), finding.severity.word)
    return labelled(word, Span(f"{finding.code} {finding.rule}", "bold"), width, start=cells(word.text) + 1)


def _finding(finding: FindingRow, width: int, *, why: str = "", fix: str) -> Iterator[Line]:
    about = f"{finding.subject}: " if finding.subject else ""
    yield from _part("seen", about + finding.message, width)
    yield from _part("past", finding.standing, width)
    yield from _part("why", why, width)
    yield from _part("do", fix, width)
    yield from _part("at", finding.place, width)
    yield from _excerpt(finding, width)
    yield from _part("by", finding.numbers, width, style="dim")


def _excerpt(finding: FindingRow, width: int) -> Iterator[Line]:
    """Show the line with its carets; not where the terminal is too narrow for the value to be seen."""
    text, *carets = excerpt_lines(finding) or ("",)
    room = width - _START
    if text and (not carets or cells(carets[0]) <= room):
        for line, style in ((text, ""), *((caret, finding.severity.word) for caret in carets)):
            yield (Span(" " * _START), Span(line[:room], style))


def _part(label: str, text: str, width: int, *, style: str = "") -> list[Line]:
    return labelled(Span(label, "dim"), Span(text, style), width, indent=_INDENT, start=_START) if text else []


def _resolved(gone: ResolvedRow, width: int) -> Iterator[Line]:
    about = f"{gone.subject}: " if gone.subject else ""
    rule = Span(f"{gone.code} {gone.rule}", "bold")
    yield from labelled(Span("RESOLVED", "ok"), rule, width, start=len("RESOLVED "))
    yield from _part("seen", about + gone.message, width)
    yield from _part("past", gone.standing, width)


def _gap(gap: Gap, width: int) -> Iterator[Line]:
    about = f"{gap.subjects}: " if gap.subjects else ""
    rules = Span(count(gap.rule_count, "rule"), "bold")
    yield from labelled(Span("UNANSWERED", "warning"), rules, width, start=len("UNANSWERED "))
    yield from _part("why", about + gap.sentence, width)
    yield from _part("do", gap.remedy, width)
    yield from _part("rules", gap.rules, width, style="dim")


def in_ascii(view: View) -> View:
    """Give the same view in ASCII alone, before it is measured: an escape is wider than the letter it stands for."""
    return View._make(_each_in_ascii(part) for part in view)


def _each_in_ascii(part: Any) -> Any:  # noqa: ANN401 - each part of a view, and whatever is in it
    if isinstance(part, str):
        return to_ascii(part)
    if isinstance(part, tuple):
        members = [_each_in_ascii(member) for member in part]
        return part._make(members) if hasattr(part, "_make") else tuple(members)
    return part
