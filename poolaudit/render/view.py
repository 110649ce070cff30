"""A report in ordered words, said once: what a person reads first comes first, whatever the format."""

from poolaudit.facts.pool import Pool
from poolaudit.facts.words import count
from poolaudit.render.clients import client_words
from poolaudit.render.gaps import gaps_of
from poolaudit.render.pools import pool_row
from poolaudit.render.servers import server_part
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
    return View(
        verdict=verdict_of(report, gaps),
        servers=tuple(
            server_part(report, server, client_words(report, server, show_queries=show_queries, show_all=all_clients))
            for server in facts.servers
        ),
        pools=tuple(pool_row(report, pool) for pool in facts.pools if not pool.leads_elsewhere),
        left_alone=tuple(_left_alone(pool) for pool in facts.pools if pool.leads_elsewhere),
        findings=tuple(_finding_row(finding, _subject(report, finding)) for finding in report.findings),
        gaps=gaps,
        ignored=_ignored(report),
        sums=_sums(report),
    )


def _left_alone(pool: Pool) -> str:
    return safe(f"{pool.label} ({pool.url.value.dialect or 'not MySQL'})")


def _subject(report: Report, finding: Finding) -> str:
    servers = report.facts.servers
    only_server = servers[0].address if len(servers) == 1 else None
    return "" if finding.subject == only_server or finding.subject in finding.message else finding.subject


def _finding_row(finding: Finding, subject: str) -> FindingRow:
    return FindingRow(
        severity=finding.severity,
        code=finding.code,
        rule=finding.rule,
        subject=safe(subject),
        message=safe(finding.message),
        why=safe(finding.why),
        fix=safe(finding.fix),
        numbers=safe(" ".join(f"{name}={_number(value)}" for name, value in finding.evidence.items())),
        place=safe(str(finding.at)) if finding.at is not None else "",
    )


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
    until = f", until {ignore.until.isoformat()}" if ignore.until is not None else ""
    about = f" about {ignore.client}" if ignore.client is not None else ""
    return safe(f"{count(findings, 'finding')} of {ignore.rule}{about}: {ignore.reason}{until}")


def _sums(report: Report) -> str:
    errors, warnings, infos = (report.count(one) for one in sorted(Severity, reverse=True))
    found = f"{count(errors, 'error')}, {count(warnings, 'warning')}, {infos:,} info"
    unanswered = len({gap.code for gap in report.unanswered})
    return f"{found}; {count(report.rules_run, 'rule')} ran, {unanswered:,} unanswered; {len(report.ignored):,} ignored"
