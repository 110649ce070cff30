"""How values are kept: moments in UTC and to the second, texts as every database takes them, long names by a hash."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

Values = Mapping[str, object]
Row = dict[str, Any]

MOMENTS = frozenset({"taken_at", "since", "created_at", "taken_until", "delivered_at"})
"""The columns that hold moments."""
FLAGS = frozenset({"was_read", "late"})
"""The columns that hold true or false."""


def key_of(*parts: str) -> str:
    """Give the hash by which a label, or a delivery, is looked up."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def kept(values: Values) -> dict[str, Any]:
    """Give values as they are kept: moments in UTC, without saying so; texts without what a database cannot hold."""
    return {name: _kept(value) for name, value in values.items()}


def rows_of(names: Sequence[str], found: Iterable[Sequence[Any]]) -> list[Row]:
    """Give rows by their columns' names, with moments that know their time zone, and flags."""
    readers = [(name, reader) for name in names if (reader := _reader(name)) is not None]
    rows = [dict(zip(names, values, strict=True)) for values in found]
    for row in rows:
        for name, reader in readers:
            row[name] = reader(row[name])
    return rows


def _kept(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    if isinstance(value, str):
        return value.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
    return value


def _reader(name: str) -> Callable[[Any], object] | None:
    if name in MOMENTS:
        return _moment
    return bool if name in FLAGS else None


def _moment(value: str | datetime | None) -> datetime | None:
    """Read what a driver gives; SQLite has no moments, only their texts."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return None if moment is None else moment.replace(tzinfo=UTC)
