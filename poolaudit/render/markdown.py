"""GitHub-flavoured Markdown for a job summary: the verdict, a table of findings, and what could not be looked at.

Every word of a server or a file goes through `gfm`, so that neither Markdown nor HTML nor GitHub takes it for its own.
"""

from collections.abc import Callable, Iterator

from poolaudit.facts.words import count
from poolaudit.render.gfm import code, inline
from poolaudit.render.shape import FindingRow, Gap, PoolRow, ResolvedRow, ServerPart, View
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.text import safe
from poolaudit.render.view import view_of
from poolaudit.report import Finding, Report

_HEAD = ("| severity | rule | who | what | do |", "| --- | --- | --- | --- | --- |")

_OVERVIEW_HEAD = (
    "| verdict | server | connections | errors | warnings | what |",
    "| --- | --- | --- | --- | --- | --- |",
)

_Writer = Callable[[str], str]


def text_of(report: Report, *, ascii_only: bool, **_of_other_formats: object) -> str:
    """Give the report as Markdown.

    `ascii_only` is applied before anything is escaped, for it may bring signs that are markup.
    """
    view = view_of(report)
    say = _in_ascii(inline) if ascii_only else inline
    name = _in_ascii(code) if ascii_only else code
    rows = zip(report.findings, view.findings, strict=True)
    blocks = [
        _verdict(view, say),
        _overview(view, say, name) or [_server(server, say, name) for server in view.servers],
        [f"- {label}: {say(one)}" for label, said in _context(view) for one in said],
        [] if view.servers or view.overview is not None else _pools(view.pools, say, name),
        [f"- demand: {say(one)}" for one in view.demand],
        [f"**changes**: {say(view.changes.words)}"] if view.changes is not None else [],
        _table([_row(finding, row, say, name, is_one=view.overview is None) for finding, row in rows]),
        _resolved(view.changes.resolved, say) if view.changes is not None else [],
        _gaps(view.gaps, say),
        _ignored(view.ignored, say),
        [say(view.sums)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _in_ascii(write: _Writer) -> _Writer:
    return lambda text: write(to_ascii(text))


def _verdict(view: View, say: _Writer) -> list[str]:
    lines = [f"**{view.verdict.word}**: {say(view.verdict.sentence)}"]
    return [*lines, "", f"**do**: {say(view.verdict.advice)}"] if view.verdict.advice else lines


def _server(server: ServerPart, say: _Writer, name: _Writer) -> str:
    usage = f"; connections: {say(server.usage.words)}" if server.usage.words else ""
    trend = f"; trend: {say(server.trend.words)}" if server.trend is not None else ""
    return f"- server {name(server.title)}: {say(server.words)}{usage}{trend}"


def _overview(view: View, say: _Writer, name: _Writer) -> list[str]:
    """Give a table of several servers; one alone has a line."""
    if view.overview is None:
        return []
    rows = [
        f"| {row.word} | {name(row.title)} | {say(row.usage.words)} | {row.errors:,} | {row.warnings:,} |"
        f" {say(row.sentence)} |"
        for row in view.overview.rows
    ]
    return [*_OVERVIEW_HEAD, *rows]


def _context(view: View) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give what a report of pools alone says before them."""
    return (("together", view.together), ("server", view.against))


def _pools(pools: tuple[PoolRow, ...], say: _Writer, name: _Writer) -> list[str]:
    rows = [f"| {name(pool.name)} | {say(pool.settings)} | {say(pool.demand)} |" for pool in pools]
    return ["| pool | settings | limit |", "| --- | --- | --- |", *rows] if rows else []


def _table(rows: list[str]) -> list[str]:
    return [*_HEAD, *rows] if rows else []


def _row(finding: Finding, row: FindingRow, say: _Writer, name: _Writer, *, is_one: bool) -> str:
    on = f"{name(row.subject)}: " if row.subject and finding.about and not is_one else ""
    who = on + name(safe(finding.about or finding.subject))
    place = f" at {name(row.place)}" if row.place else ""
    severity = f"{row.severity.word}, {row.standing}" if row.standing else row.severity.word
    cells = (severity, f"{row.code} {row.rule}", f"{who}{place}", say(row.message), say(row.fix))
    return "| " + " | ".join(cells) + " |"


def _resolved(resolved: tuple[ResolvedRow, ...], say: _Writer) -> list[str]:
    if not resolved:
        return []
    rows = (f"- {gone.code} {gone.rule}: {say(f'{gone.message}; {gone.standing}')}" for gone in resolved)
    return ["**Resolved**", "", *rows]


def _gaps(gaps: tuple[Gap, ...], say: _Writer) -> list[str]:
    return ["**Unanswered**", "", *(line for gap in gaps for line in _gap(gap, say))] if gaps else []


def _gap(gap: Gap, say: _Writer) -> Iterator[str]:
    about = f"{gap.subjects}: " if gap.subjects else ""
    do = f"; **do**: {say(gap.remedy)}" if gap.remedy else ""
    yield f"- {count(gap.rule_count, 'rule')} ({gap.rules}): {say(about + gap.sentence)}{do}"


def _ignored(ignored: tuple[str, ...], say: _Writer) -> list[str]:
    return ["**Ignored**", "", *(f"- {say(one)}" for one in ignored)] if ignored else []
