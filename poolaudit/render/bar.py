"""The bar of a server's connections: in use, at the peak, and the rest up to the limit."""

from poolaudit.render.layout import Line, Span
from poolaudit.render.shape import Usage

Signs = tuple[str, str, str]

SIGNS = ("█", "▒", "░")
SIGNS_ASCII = ("#", "=", ".")


def bar(usage: Usage, size: int, signs: Signs) -> Line:
    """Draw what is in use, what was at the peak, and the rest up to the limit; what is not nothing is seen."""
    style = usage.severity.word if usage.severity is not None else "ok"
    in_use = _share(usage.connected or 0, usage.limit or 1, size)
    peak = max(_share(usage.peak or 0, usage.limit or 1, size), in_use)
    full, half, empty = signs
    return (Span(full * in_use, style), Span(half * (peak - in_use), style), Span(empty * (size - peak), "dim"))


def _share(number: int, limit: int, size: int) -> int:
    return min(size, max(round(number / limit * size), 1 if number else 0))
