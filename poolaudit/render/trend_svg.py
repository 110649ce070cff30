"""The trend as a picture of shapes alone (SVG): its words stand beside it, where they keep their size on a phone."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from poolaudit.render.shape import Trend
from poolaudit.render.trend import MOST_BUCKETS, Bucket, bucketed, top_of

WIDTH, HEIGHT = 600, 160

_LINES = 4


def svg_of(trend: Trend, title: str) -> str:
    """Draw what was in use as an area below the line of max_connections; the same trend gives the same picture.

    It stretches to the width of what it stands in. A red stroke at the top is a moment at which connections were
    refused, a grey band one without an answer, a dashed line upwards a restart. Colours are the page's, by class.
    """
    buckets = bucketed(trend.looks, MOST_BUCKETS)
    top = top_of(buckets)
    drawing = _Drawing(trend.looks[0].taken_at, trend.looks[-1].taken_at, top)
    shapes = [
        *_grid(),
        *drawing.bands(buckets),
        *drawing.areas(buckets),
        drawing.limit(buckets),
        *drawing.strokes(buckets),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="trend" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' preserveAspectRatio="none" role="img">'
    )
    words = f"<title>{escape(title)}</title><desc>{escape(trend.words)}</desc>"
    return "\n".join([head, words, *(shape for shape in shapes if shape), "</svg>"])


class _Drawing:
    """Where a moment and a number of connections lie in the picture."""

    def __init__(self, begin: datetime, end: datetime, top: int) -> None:
        self.begin = begin
        self.seconds = max((end - begin).total_seconds(), 1.0)
        self.top = top

    def x(self, moment: datetime) -> float:
        return (moment - self.begin).total_seconds() / self.seconds * WIDTH

    def y(self, connections: float) -> float:
        return HEIGHT - connections / self.top * HEIGHT

    def bands(self, buckets: Sequence[Bucket]) -> Iterator[str]:
        for number, one in enumerate(buckets):
            if one.was_unread:
                start, width = self.x(one.begins_at), self._width(buckets, number)
                yield f'<rect class="unread" x="{start:.1f}" y="0" width="{max(width, 2):.1f}" height="{HEIGHT}"/>'

    def areas(self, buckets: Sequence[Bucket]) -> Iterator[str]:
        """Draw each stretch without a gap on its own: what is not known is not drawn."""
        for stretch in _stretches(buckets):
            points = [f"{self.x(at):.1f},{self.y(number):.1f}" for at, number in stretch]
            first, last = self.x(stretch[0][0]), self.x(stretch[-1][0])
            line = " ".join(points) if len(points) > 1 else f"{points[0]} {last + 1:.1f},{points[0].partition(',')[2]}"
            yield f'<polygon class="area" points="{first:.1f},{HEIGHT} {line} {last:.1f},{HEIGHT}"/>'
            yield f'<polyline class="line" points="{line}"/>'

    def limit(self, buckets: Sequence[Bucket]) -> str:
        known = [(one.begins_at, one.max_connections) for one in buckets if one.max_connections is not None]
        if not known:
            return ""
        path = f"M{self.x(known[0][0]):.1f},{self.y(known[0][1]):.1f}"
        for (at, now), (_, before) in zip(known[1:], known, strict=False):
            path += f"H{self.x(at):.1f}" + (f"V{self.y(now):.1f}" if now != before else "")
        return f'<path class="limit" d="{path}H{WIDTH}"/>'

    def strokes(self, buckets: Sequence[Bucket]) -> Iterator[str]:
        for one in buckets:
            at = min(self.x(one.begins_at), WIDTH - 1)
            if one.restarted:
                yield f'<line class="restart" x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="{HEIGHT}"/>'
            if one.refused_connections:
                yield f'<line class="refused" x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="18"/>'

    def _width(self, buckets: Sequence[Bucket], number: int) -> float:
        after = buckets[number + 1].begins_at if number + 1 < len(buckets) else buckets[number].begins_at
        return self.x(after) - self.x(buckets[number].begins_at)


def _grid() -> Iterator[str]:
    for number in range(_LINES + 1):
        y = HEIGHT * number / _LINES
        yield f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _stretches(buckets: Sequence[Bucket]) -> Iterator[list[tuple[datetime, int]]]:
    stretch: list[tuple[datetime, int]] = []
    for one in buckets:
        if one.most_connections is not None:
            stretch.append((one.begins_at, one.most_connections))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch
