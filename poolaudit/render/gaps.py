"""What could not be looked at, grouped by its cause: twenty rules that lack one GRANT are one line."""

from poolaudit.facts.server import Sections
from poolaudit.render.shape import Gap
from poolaudit.render.text import safe
from poolaudit.report import Report, Unanswered

NAMED_RULES = 2
NAMED_PARTS = 4
NAMED_SERVERS = 5


def gaps_of(report: Report) -> tuple[Gap, ...]:
    """Group the unanswered rules by why and by what would help; the cause of most comes first."""
    groups: dict[tuple[str, str], list[Unanswered]] = {}
    for one in report.unanswered:
        groups.setdefault((one.missing.because, one.missing.remedy), []).append(one)
    several = len({one.subject for one in report.unanswered}) > 1
    servers = {server.label for server in report.facts.servers}
    gaps = [_gap(members, servers, several=several) for members in groups.values()]
    return tuple(sorted(gaps, key=lambda gap: (-gap.rule_count, gap.rules, gap.sentence)))


def _gap(members: list[Unanswered], servers: set[str], *, several: bool) -> Gap:
    rules = sorted({(one.code, one.rule) for one in members})
    missing = members[0].missing
    return Gap(
        rule_count=len(rules),
        rules=", ".join(f"{code} {name}" if len(rules) <= NAMED_RULES else code for code, name in rules),
        subjects=safe(_subjects(list(dict.fromkeys(one.subject for one in members)), servers)) if several else "",
        sentence=safe(f"{_parts(members)} could not be read: {missing.because}"),
        remedy=safe(missing.remedy),
    )


def _subjects(names: list[str], servers: set[str]) -> str:
    """Name what could not be looked at: each file, but of many servers the first."""
    more = len(names) - NAMED_SERVERS
    if more <= 0 or not servers.issuperset(names):
        return ", ".join(names)
    return f"{', '.join(names[:NAMED_SERVERS])} and {more:,} more"


def _parts(members: list[Unanswered]) -> str:
    parts = list(dict.fromkeys(one.missing.part for one in members))
    named = [_words(part) for part in parts[:NAMED_PARTS]]
    more = len(parts) - NAMED_PARTS
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def _words(part: str) -> str:
    return part.replace("_", " ") if part in Sections._fields else part
