"""The table of several servers for a terminal: which is ill is seen at once, and a row is never broken."""

from collections.abc import Iterator

from poolaudit.facts.words import count
from poolaudit.render.bar import SIGNS, SIGNS_ASCII, bar
from poolaudit.render.layout import Line, Span, cells, middle_cut, padded, paragraph
from poolaudit.render.shape import Overview, OverviewRow, Usage

MOST_WELL_ROWS = 20
_BAR_CELLS = 12
_ROOM_FOR_BARS = 72
_NARROWEST_TITLE = 12
_WIDEST_TITLE = 48
_GAP = "  "
_INDENT = 2


def overview_lines(overview: Overview, width: int, *, unicode: bool) -> list[Line]:
    """Lay several servers out, the ill ones with what they suffer from; many that are well are summed up."""
    well = [row for row in overview.rows if row.severity is None]
    rows = [row for row in overview.rows if row.severity is not None] + well[:MOST_WELL_ROWS]
    lines = list(_table(rows, width, unicode=unicode))
    more = len(well) - MOST_WELL_ROWS
    if more > 0:
        lines.append((Span(f"and {count(more, 'more server')} without errors or warnings", "dim"),))
    return lines


def _table(rows: list[OverviewRow], width: int, *, unicode: bool) -> Iterator[Line]:
    words = max(cells(row.word) for row in rows)
    numbers = [_numbers(row.usage) for row in rows]
    number_width = max(map(cells, numbers))
    found = [_found(row) for row in rows]
    bars = _BAR_CELLS if width >= _ROOM_FOR_BARS else 0
    used = words + number_width + max(map(cells, found)) + 3 * len(_GAP) + (bars + len(_GAP) if bars else 0)
    if width - used < _NARROWEST_TITLE:
        yield from _one_by_one(rows, width)
        return
    title_width = min(max(cells(row.title) for row in rows), width - used, _WIDEST_TITLE)
    for row, number, what in zip(rows, numbers, found, strict=True):
        yield _line(row, number, what, (words, title_width, number_width, bars), unicode=unicode)
        if row.severity is not None:
            yield from paragraph(Span(row.sentence), width, indent=_INDENT)


def _one_by_one(rows: list[OverviewRow], width: int) -> Iterator[Line]:
    for row in rows:
        yield from paragraph(Span(f"{row.word} {row.title}", _style(row)), width)
        yield from paragraph(Span(f"{_numbers(row.usage)}, {_found(row)}"), width, indent=_INDENT)


def _style(row: OverviewRow) -> str:
    return row.severity.word if row.severity is not None else "ok"


def _line(row: OverviewRow, number: str, found: str, widths: tuple[int, int, int, int], *, unicode: bool) -> Line:
    words, title_width, number_width, bars = widths
    title = middle_cut(row.title, title_width, "…" if unicode else "...")
    return (
        Span(padded(row.word, words), _style(row)),
        Span(_GAP + padded(title, title_width), "bold"),
        Span(_GAP),
        *_bar(row.usage, bars, unicode=unicode),
        Span(padded(number, number_width, right=True)),
        Span(_GAP + found, _style(row) if row.severity is not None else "dim"),
    )


def _bar(usage: Usage, size: int, *, unicode: bool) -> Line:
    if not size:
        return ()
    if not usage.limit:
        return (Span(" " * size + _GAP),)
    return (*bar(usage, size, SIGNS if unicode else SIGNS_ASCII), Span(_GAP))


def _numbers(usage: Usage) -> str:
    if usage.connected is None and usage.limit is None:
        return "-"
    in_use = "?" if usage.connected is None else f"{usage.connected:,}"
    return f"{in_use} of {'?' if usage.limit is None else f'{usage.limit:,}'}"


def _found(row: OverviewRow) -> str:
    said = [count(row.errors, "error")] if row.errors else []
    said += [count(row.warnings, "warning")] if row.warnings else []
    return ", ".join(said) or "-"
