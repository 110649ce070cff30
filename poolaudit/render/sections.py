"""A view put into sections, one a server: what pages and mails, which are read from top to bottom, have in common."""

from typing import NamedTuple

from poolaudit.render.changes import resolved_of
from poolaudit.render.shape import FindingRow, ResolvedRow, ServerPart, View
from poolaudit.render.text import safe
from poolaudit.report import Report

LONGEST_CHARACTERS = 1000


class Section(NamedTuple):
    """A server with all that is about it; the last one, without a server, has all the rest."""

    server: ServerPart | None
    findings: tuple[FindingRow, ...]
    resolved: tuple[ResolvedRow, ...]


def sections_of(report: Report, view: View) -> tuple[Section, ...]:
    """Share the findings out among the servers that are shown; with one server all of them are its own."""
    gone = view.changes.resolved if view.changes is not None else ()
    if view.overview is None:
        return (Section(view.servers[0] if view.servers else None, view.findings, gone),)
    found = tuple(zip((safe(one.subject) for one in report.findings), view.findings, strict=True))
    past = tuple(zip((safe(one.subject) for one in resolved_of(report)), gone, strict=True)) if gone else ()
    sections = [
        Section(
            server,
            tuple(row._replace(subject="") for subject, row in found if subject == server.label),
            tuple(row._replace(subject="") for subject, row in past if subject == server.label),
        )
        for server in view.parts
    ]
    labels = {server.label for server in view.parts}
    rest = tuple(row for subject, row in found if subject not in labels)
    gone_rest = tuple(row for subject, row in past if subject not in labels)
    return (*sections, Section(None, rest, gone_rest)) if rest or gone_rest else tuple(sections)


def cut(text: str, longest: int = LONGEST_CHARACTERS) -> str:
    """Cut what is longer than anybody reads in its middle, and say so."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}… ({len(text) - 2 * half:,} characters left out) …{text[-half:]}"
