"""A report for a pipe or a file: no colour, no width, every finding whole on lines that grep finds."""

from collections.abc import Iterator

from poolaudit.facts.words import count
from poolaudit.render.shape import ClientRow, Clients, FindingRow, Gap, OverviewRow, ResolvedRow, ServerPart, View
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.view import excerpt_lines, view_of
from poolaudit.report import Report

_HEADERS = ("connections", "running", "pooled", "held", "unknown", "oldest_held", "limit", "client")


def text_of(  # noqa: PLR0913 - what the command line can ask of a format, each by name
    report: Report, *, width: int, color: bool, ascii_only: bool, show_queries: bool, all_clients: bool
) -> str:
    """Give the report as plain text; width and colour mean nothing to it."""
    _ = width, color
    text = lay_out(view_of(report, show_queries=show_queries, all_clients=all_clients))
    return to_ascii(text) if ascii_only else text


def lay_out(view: View) -> str:
    """Lay a view out, a blank line between its parts."""
    blocks = [list(block) for block in _blocks(view)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _blocks(view: View) -> Iterator[Iterator[str]]:
    yield _verdict(view)
    yield (_row(row) for row in (view.overview.rows if view.overview is not None else ()))
    for server in view.parts:
        yield _server(server)
        yield _clients(server.clients)
    yield (f"together: {one}" for one in view.together)
    yield (f"server: {one}" for one in view.against)
    yield (line for pool in view.pools for line in (f"pool: {pool.name}", f"  {pool.settings}", f"  {pool.demand}"))
    yield (f"demand: {one}" for one in view.demand)
    yield (f"left alone: {name}" for name in view.left_alone)
    yield iter([f"changes: {view.changes.words}"] if view.changes is not None else [])
    for finding in view.findings:
        yield _finding(finding)
    for gone in view.changes.resolved if view.changes is not None else ():
        yield _resolved(gone)
    for gap in view.gaps:
        yield _gap(gap)
    yield (f"ignored: {one}" for one in view.ignored)
    yield iter((view.sums,))


def _verdict(view: View) -> Iterator[str]:
    yield f"{view.verdict.word}: {view.verdict.sentence}"
    if view.verdict.advice:
        yield f"  do: {view.verdict.advice}"


def _server(server: ServerPart) -> Iterator[str]:
    yield f"server: {server.title}, {server.words}"
    if server.usage.words:
        yield f"connections: {server.usage.words}"
    if server.trend is not None:
        yield f"trend: {server.trend.words}"


def _row(row: OverviewRow) -> str:
    usage = f"{row.usage.words}; " if row.usage.words else ""
    found = f"{count(row.errors, 'error')}, {count(row.warnings, 'warning')}"
    return f"{row.word} {row.title}: {usage}{found}; {row.sentence}"


def _clients(clients: Clients) -> Iterator[str]:
    if clients.rows is None:
        yield from ([f"clients: {clients.note}"] if clients.note else [])
        return
    if clients.rows:
        yield from _table(clients.rows)
    else:
        yield "no client is connected"
    yield from (note for note in (clients.rest, clients.note) if note)
    yield from (f"{row.name}: {row.oldest}" for row in clients.rows if row.oldest)


def _table(rows: tuple[ClientRow, ...]) -> list[str]:
    """Give the table with the names last: whatever their letters' width, the numbers stay in their columns."""
    import tabulate  # noqa: PLC0415 - 30 ms that a report without clients need not pay

    table = [
        (
            row.connections,
            row.running,
            row.pooled,
            row.held,
            row.unknown,
            row.oldest_held or "-",
            row.limit or "-",
            row.name,
        )
        for row in rows
    ]
    align = (*(["right"] * (len(_HEADERS) - 1)), "left")
    text = tabulate.tabulate(table, _HEADERS, tablefmt="plain", colalign=align, disable_numparse=True)
    lines = text.split("\n")
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    return [line[margin:].rstrip() for line in lines]


def _finding(finding: FindingRow) -> Iterator[str]:
    about = f"{finding.subject}: " if finding.subject else ""
    yield f"{finding.severity.word} {finding.code} {finding.rule}: {about}{finding.message}"
    said = (("past", finding.standing), ("why", finding.why), ("do", finding.fix), ("at", finding.place))
    for label, text in said:
        if text:
            yield f"  {label}: {text}"
    yield from (f"    {line}" for line in excerpt_lines(finding))
    if finding.numbers:
        yield f"  by: {finding.numbers}"


def _resolved(gone: ResolvedRow) -> Iterator[str]:
    about = f"{gone.subject}: " if gone.subject else ""
    yield f"resolved {gone.code} {gone.rule}: {about}{gone.message}"
    yield f"  past: {gone.standing}"


def _gap(gap: Gap) -> Iterator[str]:
    about = f"{gap.subjects}: " if gap.subjects else ""
    yield f"unanswered {gap.rules}: {about}{gap.sentence}"
    if gap.remedy:
        yield f"  do: {gap.remedy}"
