"""The trend as a PNG for mails, drawn by matplotlib (the extra `poolaudit[report]`)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from poolaudit.render.shape import Trend
from poolaudit.render.trend import MOST_BUCKETS, Bucket, bucketed, top_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes  # heavy, and of an extra

WIDTH_PIXELS, HEIGHT_PIXELS = 1200, 400
_DOTS_PER_INCH = 150
_DAY_SECONDS = 86400
# Of less than this its scale of time has no marks to choose from.
_SHORTEST_DAYS = 600 / _DAY_SECONDS
# A mark of its scale of time at a year, a month, a day, an hour, a minute, a second.
_FORMATS = ("%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S")
# Mail shows it on white or, in the dark, on whatever it likes: the picture brings its own ground.
_GROUND, _TEXT, _RULE = "#ffffff", "#3c444f", "#dde1e7"
_IN_USE, _LIMIT, _REFUSED, _UNREAD = "#2166c2", "#1b2027", "#b42318", "#c9ced6"
_UNKNOWN = float("nan")


def png_of(trend: Trend) -> bytes:
    """Draw a trend as on the page, in WIDTH_PIXELS by HEIGHT_PIXELS; ImportError where matplotlib is not installed.

    Nothing of pyplot's is used: there is no state, and nothing to be closed.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy, and of an extra
    from matplotlib.figure import Figure  # noqa: PLC0415 - the same

    figure = Figure(figsize=(WIDTH_PIXELS / _DOTS_PER_INCH, HEIGHT_PIXELS / _DOTS_PER_INCH), dpi=_DOTS_PER_INCH)
    figure.set_facecolor(_GROUND)
    figure.subplots_adjust(left=0.06, right=0.985, top=0.88, bottom=0.12)
    axes = figure.add_subplot()
    buckets = bucketed(trend.looks, MOST_BUCKETS)
    _draw(axes, buckets)
    _mark(axes)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=7, labelcolor=_TEXT, borderaxespad=0.2
    )
    written = BytesIO()
    # No moment and no version in the file: the same trend gives the same picture.
    FigureCanvasAgg(figure).print_png(written, metadata={"Software": None})  # type: ignore[no-untyped-call]  # theirs
    return written.getvalue()


def _draw(axes: "Axes", buckets: Sequence[Bucket]) -> None:
    """Draw what was in use, the limit, and where connections were refused or nothing answered."""
    days = [_days(one.begins_at) for one in buckets]
    in_use = [_UNKNOWN if one.most_connections is None else one.most_connections for one in buckets]
    limits = [_UNKNOWN if one.max_connections is None else one.max_connections for one in buckets]
    axes.fill_between(days, in_use, color=_IN_USE, alpha=0.15, linewidth=0)
    axes.plot(days, in_use, color=_IN_USE, linewidth=1.4, label="in use", marker="." if len(buckets) == 1 else "")
    axes.plot(days, limits, color=_LIMIT, linewidth=1, linestyle="--", label="max_connections")
    top = top_of(buckets)
    refused = [_days(one.begins_at) for one in buckets if one.refused_connections]
    if refused:
        axes.vlines(refused, top * 0.9, top, color=_REFUSED, linewidth=1.6, label="refused")
    unread = [_days(one.begins_at) for one in buckets if one.was_unread]
    if unread:
        axes.vlines(unread, 0, top, color=_UNREAD, linewidth=1.6, label="no answer")
    axes.set_ylim(0, top)
    axes.set_xlim(min(days[0], days[-1] - _SHORTEST_DAYS), days[-1])


def _mark(axes: "Axes") -> None:
    """Mark the scales, of time in UTC."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 - heavy, and of an extra

    locator = AutoDateLocator(tz=UTC)  # type: ignore[no-untyped-call]  # theirs
    formatter = ConciseDateFormatter(  # type: ignore[no-untyped-call]  # theirs
        locator, tz=UTC, show_offset=False, formats=list(_FORMATS), zero_formats=["", *_FORMATS[:-1]]
    )
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(formatter)
    axes.tick_params(colors=_TEXT, labelsize=7, length=0)
    axes.grid(axis="y", color=_RULE, linewidth=0.6)
    axes.spines[:].set_visible(False)


def _days(moment: datetime) -> float:
    """Give a moment as matplotlib counts: days since 1970 in UTC."""
    return moment.timestamp() / _DAY_SECONDS
