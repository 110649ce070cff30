"""A report in ordered words, said once: what a person reads first comes first, whatever the format."""

from poolaudit.facts.excerpt import Excerpt
from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Place
from poolaudit.facts.words import count
from poolaudit.render.changes import changes_of, is_new, standing_words
from poolaudit.render.clients import client_words
from poolaudit.render.gaps import gaps_of
from poolaudit.render.overview import overview_of
from poolaudit.render.pool_rows import demand_words, pool_row
from poolaudit.render.pools import pools_of
from poolaudit.render.servers import against_words, server_part
from poolaudit.render.shape import FindingRow, View
from poolaudit.render.text import safe
from poolaudit.render.verdict import verdict_of
from poolaudit.report import Finding, Ignore, Number, Report, Severity

__all__ = ["View", "view_of"]


def view_of(report: Report, *, show_queries: bool = False, all_clients: bool = False) -> View:
    """Say a report in words.

    Clients beyond the first 20 of a server are summed up unless `all_clients`; findings never are. A statement's text
    is in it only with `show_queries`; without, its digest.
    """
    gaps = gaps_of(report)
    facts = report.facts
    overview = overview_of(report)
    if overview is not None and all_clients:
        overview = overview._replace(ill=frozenset(row.title for row in overview.rows))
    return View(
        verdict=verdict_of(report, gaps) if overview is None else overview.verdict,
        servers=tuple(
            server_part(report, server, client_words(report, server, show_queries=show_queries, show_all=all_clients))
            for server in facts.servers
        ),
        pools=tuple(pool_row(report, pool) for pool in pools_of(report) if not pool.leads_elsewhere),
        left_alone=tuple(_left_alone(pool) for pool in pools_of(report) if pool.leads_elsewhere),
        findings=tuple(_finding_row(finding, report) for finding in report.findings),
        gaps=gaps,
        ignored=_ignored(report),
        sums=_sums(report),
        together=tuple(safe(one) for one in facts.together),
        against=() if facts.servers else tuple(against_words(fit.server) for fit in facts.fits),
        demand=demand_words(report),
        changes=changes_of(report),
        overview=overview,
    )


def _left_alone(pool: Pool) -> str:
    return safe(f"{pool.label} ({pool.url.value.dialect or 'not MySQL'})")


def _subject(report: Report, finding: Finding) -> str:
    """Say what a finding is about where that does not go without saying.

    A server's name may be a part of any other word, so that only a message that begins with it says it.
    """
    labels = [server.label for server in report.facts.known_servers]
    labels += [unreached.label for unreached in report.facts.unreached]
    if finding.subject in labels:
        is_said = len(labels) == 1 or finding.message.startswith((f"{finding.subject} ", f"{finding.subject}: "))
    else:
        is_said = finding.subject in finding.message
    return "" if is_said else finding.subject


def _finding_row(finding: Finding, report: Report) -> FindingRow:
    excerpt = report.facts.excerpts.get(finding.at.exact) if finding.at is not None else None
    return FindingRow(
        severity=finding.severity,
        code=finding.code,
        rule=finding.rule,
        subject=safe(_subject(report, finding)),
        message=safe(finding.message),
        why=safe(finding.why),
        fix=safe(finding.fix),
        numbers=safe(" ".join(f"{name}={_number(value)}" for name, value in finding.evidence.items())),
        place=safe(_place(finding.at, excerpt)) if finding.at is not None else "",
        line=finding.at.line if finding.at is not None else None,
        excerpt=excerpt,
        standing=standing_words(report, finding),
        is_new=is_new(report, finding),
    )


def _place(place: Place, excerpt: Excerpt | None) -> str:
    """Name a place as compilers do, with its column where its line is shown."""
    return f"{place}:{place.column}" if excerpt is not None and place.column is not None else str(place)


def excerpt_lines(row: FindingRow) -> tuple[str, ...]:
    """Lay a finding's line out as compilers do, with a caret under each character of the value."""
    if row.excerpt is None:
        return ()
    number = str(row.line)
    lines = (f"{number} | {row.excerpt.text}",)
    if row.excerpt.start == row.excerpt.end:
        return lines
    return (*lines, f"{' ' * len(number)} | {' ' * row.excerpt.start}{'^' * (row.excerpt.end - row.excerpt.start)}")


def _number(value: Number) -> str:
    if isinstance(value, str):
        return f'"{value}"' if " " in value or not value else value
    if isinstance(value, float):
        return f"{value:.6g}"
    return "?" if value is None else str(value)


def _ignored(report: Report) -> tuple[str, ...]:
    met: dict[int, tuple[Ignore, int]] = {}
    for one in report.ignored:
        _, before = met.get(id(one.ignore), (one.ignore, 0))
        met[id(one.ignore)] = (one.ignore, before + 1)
    return tuple(_ignore_words(ignore, findings) for ignore, findings in met.values())


def _ignore_words(ignore: Ignore, findings: int) -> str:
    if not ignore.rule:
        return safe(f"{count(findings, 'finding')} {ignore.reason}")
    until = f", until {ignore.until.isoformat()}" if ignore.until is not None else ""
    about = f" about {ignore.client}" if ignore.client is not None else ""
    return safe(f"{count(findings, 'finding')} of {ignore.rule}{about}: {ignore.reason}{until}")


def _sums(report: Report) -> str:
    unanswered = len({gap.code for gap in report.unanswered})
    rules = f"{count(report.rules_run, 'rule')} ran, {unanswered:,} unanswered"
    return f"{found_words(report)}; {rules}; {len(report.ignored):,} ignored"


def found_words(report: Report) -> str:
    """Count the findings: `2 errors, 1 warning, 0 info`."""
    errors, warnings, infos = (report.count_of(one) for one in sorted(Severity, reverse=True))
    return f"{count(errors, 'error')}, {count(warnings, 'warning')}, {infos:,} info"
