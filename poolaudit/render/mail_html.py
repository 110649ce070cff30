"""A report as the HTML of a mail: tables and styles at each element, which is what Gmail, Outlook and phones keep.

No script, nothing from elsewhere. Each text has its colour and its ground beside it, so that it stays legible where a
reader in the dark turns colours round by itself; one that knows of dark colours finds them in the head.
"""

from poolaudit.render.sections import sections_of
from poolaudit.render.templates import filled
from poolaudit.render.trend_text import rows_of
from poolaudit.render.view import view_of
from poolaudit.report import Report

# A severity's own colour for rules and badges, and the one for its soft ground.
COLOURS = {
    "error": ("#b42318", "#fdecea"),
    "warning": ("#8a5300", "#fdf3de"),
    "info": ("#0a6580", "#e4f3f8"),
    "ok": ("#1a6e33", "#e6f4ea"),
}
USE_COLOURS = {"running": "#2166c2", "pooled": "#9dbfe4", "held": "#d9480f", "unknown": "#a2a9b3"}


def text_of(report: Report, *, picture_cid: str | None) -> str:
    """Give the report as one HTML document, worst first, for Gmail cuts off what comes after 102 kB.

    `picture_cid` is the content id, without its angle brackets, of the trend's picture that goes with the mail; without
    it the trend is a table of bars.
    """
    view = view_of(report)
    return filled(
        "mail.html.j2",
        view=view,
        sections=sections_of(report, view),
        picture_cid=picture_cid,
        COLOURS=COLOURS,
        USE_COLOURS=USE_COLOURS,
        rows_of=rows_of,
        part=_part,
    )


def _part(number: float | None, whole: int | None) -> int:
    """Give a bar's width in whole hundredths: what is not nothing is seen, and nothing is wider than all."""
    if not number or not whole:
        return 0
    return min(100, max(1, round(number / whole * 100)))
