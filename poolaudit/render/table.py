"""The table of clients for a terminal: it never breaks a row apart, and never loses what is held."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.render.layout import Line, Span, cells, labelled, middle_cut, padded, paragraph
from poolaudit.render.shape import ClientRow, Clients

NARROWEST_NAME = 24
ROOM_FOR_FULL_HEADERS = 48
_NAMES = "client"
_GAP = 2


class _Column(NamedTuple):
    """A column: its header, and what of each row is in it. `is_held` marks those that show what is not given back."""

    header: str
    texts: tuple[str, ...]
    is_held: bool = False

    @property
    def size(self) -> int:
        """Its width, the gap before it included."""
        return _GAP + max(cells(text) for text in (self.header, *self.texts))


def client_lines(clients: Clients, width: int, *, mark: str) -> list[Line]:
    """Lay the clients out as a table, or one by one where a table would leave no room for their names."""
    if clients.rows is None:
        return labelled(Span("clients", "dim"), Span(clients.note), width, start=13) if clients.note else []
    notes = [note for note in (clients.rest, clients.note) if note]
    if not clients.rows:
        return paragraph(Span(", ".join(["no client is connected", *notes])), width)
    lines = _table(clients.rows, width, mark) or list(_one_by_one(clients.rows, width))
    return lines + [line for note in notes for line in paragraph(Span(note, "dim"), width)]


def _table(rows: tuple[ClientRow, ...], width: int, mark: str) -> list[Line]:
    """Give the table's lines, with full headers where they fit; none where too little is left for the names."""
    longest = max(cells(row.name) for row in rows)
    for columns, enough in ((_columns(rows), ROOM_FOR_FULL_HEADERS), (_columns(rows, short=True), NARROWEST_NAME)):
        room = width - sum(column.size for column in columns)
        if room >= max(min(longest, enough), len(_NAMES)):
            name_width = max(min(longest, room), len(_NAMES))
            return [_head(columns, name_width), *_body(rows, columns, width, name_width, mark)]
    return []


def _columns(rows: tuple[ClientRow, ...], *, short: bool = False) -> list[_Column]:
    """Give the columns; unknown, oldest held and limit only where there are any."""
    open_, run, idle, unknown, oldest, limit = _SHORT if short else _WIDE
    columns = [
        _Column(open_, tuple(f"{row.connections:,}" for row in rows)),
        _Column(run, tuple(f"{row.running:,}" for row in rows)),
        _Column(idle, tuple(f"{row.pooled:,}" for row in rows)),
        _Column("held", tuple(f"{row.held:,}" for row in rows), is_held=True),
    ]
    if any(row.unknown for row in rows):
        columns.append(_Column(unknown, tuple(f"{row.unknown:,}" for row in rows)))
    if any(row.oldest_held for row in rows):
        columns.append(_Column(oldest, tuple(row.oldest_held for row in rows), is_held=True))
    if any(row.limit for row in rows):
        columns.append(_Column(limit, tuple(row.limit for row in rows)))
    return columns


_WIDE = ("connections", "running", "idle in pool", "unknown", "oldest held", "pool's limit")
_SHORT = ("open", "run", "idle", "unkn", "oldest", "limit")


def _head(columns: list[_Column], name_width: int) -> Line:
    heads = (padded(column.header, column.size, right=True) for column in columns)
    return (Span(padded(_NAMES, name_width), "dim"), *(Span(head, "dim") for head in heads))


def _body(
    rows: tuple[ClientRow, ...], columns: list[_Column], width: int, name_width: int, mark: str
) -> Iterator[Line]:
    sizes = [column.size for column in columns]
    for number, row in enumerate(rows):
        name = Span(padded(middle_cut(row.name, name_width, mark), name_width))
        yield (name, *(_cell(row, column, number, size) for column, size in zip(columns, sizes, strict=True)))
        if row.oldest:
            yield from paragraph(Span(row.oldest, "dim"), width, indent=_GAP)


def _cell(row: ClientRow, column: _Column, number: int, size: int) -> Span:
    text = column.texts[number]
    style = "dim" if text == "0" else ""
    if column.is_held and row.held:
        style = row.severity.word if row.severity is not None else "bold"
    return Span(padded(text, size, right=True), style)


def _one_by_one(rows: tuple[ClientRow, ...], width: int) -> Iterator[Line]:
    for row in rows:
        yield from paragraph(Span(row.name, "bold"), width)
        yield from paragraph(Span(", ".join(_said(row))), width, indent=_GAP)
        if row.oldest:
            yield from paragraph(Span(row.oldest, "dim"), width, indent=_GAP)


def _said(row: ClientRow) -> Iterator[str]:
    yield f"{row.connections:,} open"
    uses = ((row.running, "running"), (row.pooled, "idle in pool"), (row.held, "held"), (row.unknown, "unknown"))
    yield from (f"{number:,} {use}" for number, use in uses if number)
    if row.oldest_held:
        yield f"oldest for {row.oldest_held}"
    if row.limit:
        yield f"limit {row.limit}"
