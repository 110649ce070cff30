"""The body of a mail as plain text that reads well in mutt: 78 columns, nothing that a format=flowed reader breaks."""

from collections.abc import Iterator
from textwrap import wrap

from poolaudit.facts.words import count
from poolaudit.render.sections import Section, cut, sections_of
from poolaudit.render.shape import Clients, FindingRow, Gap, OverviewRow, ResolvedRow, ServerPart, View
from poolaudit.render.trend_text import bars_of
from poolaudit.render.view import excerpt_lines, view_of
from poolaudit.report import Report

COLUMNS = 78
_LABEL = 7
_SHORTEST_NAME = 30


def text_of(report: Report) -> str:
    """Give the report as lines of at most COLUMNS letters, but for what has no blank to break it at."""
    view = view_of(report)
    blocks = [list(block) for block in _blocks(report, view)]
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def _blocks(report: Report, view: View) -> Iterator[Iterator[str]]:
    yield _verdict(view)
    if view.changes is not None:
        yield _wrapped(view.changes.words)
    if view.overview is not None:
        yield (line for row in view.overview.rows for line in _row(row))
    sections = sections_of(report, view)
    for section in sections:
        yield from _section(section, several=len(sections) > 1)
    yield _pools(view)
    for gap in view.gaps:
        yield _gap(gap)
    yield (line for one in view.ignored for line in _labelled("ignored", one, start=9))
    yield iter([*_wrapped(view.sums), "poolaudit rules CODE explains each rule"])


def _verdict(view: View) -> Iterator[str]:
    yield from _wrapped(f"{view.verdict.word}: {cut(view.verdict.sentence)}")
    yield from _labelled("do", view.verdict.advice)


def _row(row: OverviewRow) -> Iterator[str]:
    found = f"{count(row.errors, 'error')}, {count(row.warnings, 'warning')}"
    usage = f"; {row.usage.words}" if row.usage.words else ""
    yield from _wrapped(f"{row.word} {cut(row.title, 300)}: {found}{usage}; {cut(row.sentence)}", rest="  ")


def _section(section: Section, *, several: bool) -> Iterator[Iterator[str]]:
    if section.server is not None:
        yield _server(section.server, several=several)
        yield _clients(section.server.clients)
        if section.server.trend is not None:
            yield iter(["USAGE, most in use, times in UTC", "", *bars_of(section.server.trend)])
    elif several:
        yield iter(["BESIDES"])
    for finding in section.findings:
        yield _finding(finding)
    for gone in section.resolved:
        yield _resolved(gone)


def _server(server: ServerPart, *, several: bool) -> Iterator[str]:
    if several:
        yield "=" * COLUMNS
    yield from _wrapped(f"{cut(server.title, 300)}: {server.words}")
    if server.usage.words:
        yield from _labelled("connections", server.usage.words, start=13)
    if server.trend is not None:
        yield from _labelled("trend", server.trend.words, start=13)


def _clients(clients: Clients) -> Iterator[str]:
    if clients.rows is None:
        yield from _labelled("clients", clients.note, start=13)
        return
    if clients.rows:
        yield f"{'open':>7} {'running':>7} {'idle':>7} {'held':>7}  {'oldest held':<12} client"
    for row in clients.rows:
        numbers = " ".join(f"{number:>7,}" for number in (row.connections, row.running, row.pooled, row.held))
        head = f"{numbers}  {row.oldest_held:<12} "
        yield from _wrapped(
            cut(row.name, 300),
            first=head,
            rest=" " * len(head),
            width=max(COLUMNS - len(head), _SHORTEST_NAME) + len(head),
        )
    yield from (note for note in (clients.rest, clients.note) if note)


def _finding(finding: FindingRow) -> Iterator[str]:
    past = f" ({finding.standing})" if finding.standing else ""
    yield f"{finding.severity.word.upper()} {finding.code} {finding.rule}{past}"
    about = f"{finding.subject}: " if finding.subject else ""
    said = (("seen", about + finding.message), ("why", finding.why), ("do", finding.fix), ("at", finding.place))
    for label, text in said:
        yield from _labelled(label, cut(text))
    yield from (f"{'':{_LABEL + 2}}{line}" for line in excerpt_lines(finding))


def _resolved(gone: ResolvedRow) -> Iterator[str]:
    yield f"RESOLVED {gone.code} {gone.rule} ({gone.standing})"
    about = f"{gone.subject}: " if gone.subject else ""
    yield from _labelled("seen", cut(about + gone.message))


def _pools(view: View) -> Iterator[str]:
    for pool in view.pools:
        yield from _labelled("pool", f"{cut(pool.name, 300)}: {pool.settings}; {pool.demand}")
    for one in view.demand:
        yield from _labelled("demand", one, start=8)


def _gap(gap: Gap) -> Iterator[str]:
    yield f"UNANSWERED {count(gap.rule_count, 'rule')}"
    about = f"{gap.subjects}: " if gap.subjects else ""
    for label, text in (("why", about + gap.sentence), ("do", gap.remedy), ("rules", gap.rules)):
        yield from _labelled(label, cut(text))


def _labelled(label: str, text: str, *, start: int = _LABEL) -> Iterator[str]:
    if text:
        yield from _wrapped(text, first=f"  {label:<{start}}", rest=" " * (start + 2))


def _wrapped(text: str, *, first: str = "", rest: str = "", width: int = COLUMNS) -> Iterator[str]:
    """Break a text at its blanks; a name that is longer than a line is broken where the line ends."""
    yield from wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False) or [first]
