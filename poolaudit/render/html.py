"""One page that holds all it needs: no script, nothing from elsewhere, light or dark as its reader has it."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from poolaudit import __version__
from poolaudit.render.changes import day
from poolaudit.render.sections import sections_of
from poolaudit.render.shape import Clients, Trend, Usage
from poolaudit.render.templates import USES, filled
from poolaudit.render.trend import MOST_BUCKETS, bucketed, top_of
from poolaudit.render.trend_svg import svg_of
from poolaudit.render.view import view_of
from poolaudit.report import Report, Severity


def text_of(
    report: Report, *, ascii_only: bool, show_queries: bool, all_clients: bool, **_of_other_formats: object
) -> str:
    """Give the report as a page. `ascii_only` writes what is beyond ASCII as references, so nothing looks different."""
    view = view_of(report, show_queries=show_queries, all_clients=all_clients)
    text = filled(
        "page.html.j2",
        **_words(),
        view=view,
        sections=sections_of(report, view),
        several=view.overview is not None,
        ids={server.title: f"server-{number}" for number, server in enumerate(view.servers, 1)},
        taken_at=f"{report.facts.taken_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        unanswered=len({one.code for one in report.unanswered}),
        counts=[(one.word, report.count_of(one)) for one in sorted(Severity, reverse=True)],
        version=__version__,
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii") if ascii_only else text


def _words() -> dict[str, Any]:
    """Give what the template asks for besides the view."""
    return {
        "USES": USES,
        "bar_of": bar_of,
        "largest": largest,
        "picture": svg_of,
        "scale": scale_of,
        "days": days_of,
        "marks": marks_of,
    }


def bar_of(usage: Usage) -> dict[str, Any] | None:
    """Give a server's bar in hundredths of its limit; None where that is not known."""
    if not usage.limit:
        return None
    in_use, peak = (min(100.0, (number or 0) / usage.limit * 100) for number in (usage.connected, usage.peak))
    return {
        "in_use": max(in_use, 0.5 if usage.connected else 0),
        "peak": max(peak, in_use),
        "has_peak": usage.peak is not None,
        "kind": usage.severity.word if usage.severity is not None else "ok",
    }


def largest(clients: Clients) -> int:
    """Give the most connections of any client that is shown: the length of the longest bar."""
    return max((row.connections for row in clients.rows or ()), default=0) or 1


def scale_of(trend: Trend) -> tuple[str, str, str]:
    """Give the numbers beside a trend's picture, from the top."""
    top = top_of(bucketed(trend.looks, MOST_BUCKETS))
    return f"{top:,}", f"{top / 2:,.0f}", "0"


def marks_of(trend: Trend) -> Iterator[tuple[str, str]]:
    """Give the class and the words of each mark that a trend's picture has beside its lines."""
    buckets = bucketed(trend.looks, MOST_BUCKETS)
    marks = (("refused", "refused", "refused_connections"), ("unread", "no answer", "was_unread"))
    for name, words, field in (*marks, ("restart", "restart", "restarted")):
        if any(getattr(one, field) for one in buckets):
            yield name, words


def days_of(trend: Trend) -> Iterator[str]:
    """Give the moments below a trend's picture: where it begins, its middle, and now."""
    begin, end = trend.looks[0].taken_at, trend.looks[-1].taken_at
    for moment in (begin, begin + (end - begin) / 2):
        yield day(moment, end)
    yield "now"
