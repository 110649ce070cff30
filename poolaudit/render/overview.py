"""Several servers at a glance: a row for each, those that are ill first."""

from poolaudit.facts.server import Server
from poolaudit.facts.unreached import Unreached
from poolaudit.facts.words import count
from poolaudit.render.gaps import gaps_of
from poolaudit.render.servers import usage_of
from poolaudit.render.shape import Overview, OverviewRow, Usage, Verdict
from poolaudit.render.text import safe
from poolaudit.render.verdict import OK, PARTIAL, verdict_of
from poolaudit.report import Report, Severity

OUT_OF_REACH = "NOT AUDITED"
NAMED_SERVERS = 5
_NOT_KNOWN = Usage(None, None, None, "", Severity.ERROR)


def overview_of(report: Report) -> Overview | None:
    """Say several servers in a row each, the worst first; None where there are not several."""
    facts = report.facts
    if len(facts.servers) + len(facts.unreached) < 2:  # noqa: PLR2004 - several
        return None
    by_subject = _by_subject(report)
    rows = [_missed(one) for one in facts.unreached]
    rows += [_row(report, server, by_subject.get(server.label, _NOTHING)) for server in facts.servers]
    ordered = sorted(rows, key=lambda row: (-(row.severity or 0), row.word != OUT_OF_REACH, row.word == OK))
    labels = {one.label for one in facts.servers} | {one.label for one in facts.unreached}
    rest = _said_of([said for subject, said in by_subject.items() if subject not in labels])
    verdict = _verdict(ordered, _alone(report, facts.servers[:1], rest))
    return Overview(verdict, tuple(ordered), frozenset(row.title for row in rows if _is_ill(row)))


_Said = tuple[list[int], list[int], list[int]]
_NOTHING: _Said = ([], [], [])


def _by_subject(report: Report) -> dict[str, _Said]:
    """Give the places of findings, of what is unanswered, and of what is ignored, by what each is about."""
    found: dict[str, _Said] = {}
    subjects = (
        [one.subject for one in report.findings],
        [one.subject for one in report.unanswered],
        [one.finding.subject for one in report.ignored],
    )
    for kind, each in enumerate(subjects):
        for place, subject in enumerate(each):
            found.setdefault(subject, ([], [], []))[kind].append(place)
    return found


def _said_of(each: list[_Said]) -> _Said:
    findings, unanswered, ignored = (sorted(place for said in each for place in said[kind]) for kind in range(3))
    return findings, unanswered, ignored


def _alone(report: Report, servers: tuple[Server, ...], said: _Said) -> Report:
    findings, unanswered, ignored = said
    return report._replace(
        facts=report.facts._replace(servers=servers, unreached=()),
        findings=tuple(report.findings[place] for place in findings),
        unanswered=tuple(report.unanswered[place] for place in unanswered),
        ignored=tuple(report.ignored[place] for place in ignored),
    )


def _row(report: Report, server: Server, said: _Said) -> OverviewRow:
    alone = _alone(report, (server,), said)
    verdict = verdict_of(alone, gaps_of(alone))
    return OverviewRow(
        title=safe(server.title),
        label=safe(server.label),
        word=verdict.word,
        severity=_at_least_warning(verdict.severity),
        usage=usage_of(alone, server),
        errors=alone.count_of(Severity.ERROR),
        warnings=alone.count_of(Severity.WARNING),
        sentence=verdict.sentence,
        advice=verdict.advice,
    )


def _at_least_warning(severity: Severity | None) -> Severity | None:
    return severity if severity is not None and severity >= Severity.WARNING else None


def _missed(unreached: Unreached) -> OverviewRow:
    return OverviewRow(
        title=safe(unreached.title),
        label=safe(unreached.label),
        word=OUT_OF_REACH,
        severity=Severity.ERROR,
        usage=_NOT_KNOWN,
        errors=1,
        warnings=0,
        sentence=safe(unreached.because),
        advice=safe(unreached.remedy),
    )


def _is_ill(row: OverviewRow) -> bool:
    return row.severity is not None and row.word != OUT_OF_REACH


def _verdict(rows: list[OverviewRow], rest: Report) -> Verdict:
    """Say of all servers which are ill, and of `rest`, which is about none of them; what to do where one is ill.

    What is about no server is about applications' settings and poolaudit's own.
    """
    missed = [row for row in rows if row.word == OUT_OF_REACH]
    errors = [row for row in rows if row.severity is Severity.ERROR and row.word != OUT_OF_REACH]
    warnings = [row for row in rows if row.severity is Severity.WARNING]
    said = [f"{_of(errors, 'has errors', 'have errors')}: {_names(errors)}"] if errors else []
    said += [f"{_of(missed, 'could not be audited', 'could not be audited')}: {_names(missed)}"] if missed else []
    said += [f"{_of(warnings, 'has warnings', 'have warnings')}: {_names(warnings)}"] if warnings else []
    elsewhere = _at_least_warning(rest.worst)
    if not said and elsewhere is None:
        return _nothing_wrong(rows, rest)
    if said:
        said[0] = said[0].replace(" ", f" of {len(rows):,} servers ", 1)
    if elsewhere is not None:
        said.append(f"{count(rest.count_of(elsewhere), elsewhere.word)} in what is about no server alone")
    severity = max(rows[0].severity or elsewhere or Severity.WARNING, elsewhere or Severity.WARNING)
    is_one = len(errors) + len(missed) + len(warnings) == 1 and elsewhere is None
    sentence = "; ".join(said) + (f". {rows[0].sentence}" if is_one else "")
    return Verdict(severity.word.upper(), severity, sentence, rows[0].advice if is_one else "")


def _of(rows: list[OverviewRow], one: str, several: str) -> str:
    return f"{len(rows):,} {one if len(rows) == 1 else several}"


def _names(rows: list[OverviewRow]) -> str:
    names = [row.label for row in rows[:NAMED_SERVERS]]
    more = len(rows) - NAMED_SERVERS
    return ", ".join(names) + (f" and {more:,} more" if more > 0 else "")


def _nothing_wrong(rows: list[OverviewRow], rest: Report) -> Verdict:
    partial = [row for row in rows if row.word == PARTIAL]
    if rest.unanswered and not partial:
        gap = gaps_of(rest)[0]
        return Verdict(PARTIAL, None, f"Nothing wrong found, but {gap.sentence}", gap.remedy)
    if partial:
        blind = f"on {len(partial):,} of {count(len(rows), 'server')} rules could not look"
        return Verdict(PARTIAL, None, f"Nothing wrong found, but {blind}: {_names(partial)}", partial[0].advice)
    return Verdict(OK, None, f"Nothing wrong found on {count(len(rows), 'server')}")
