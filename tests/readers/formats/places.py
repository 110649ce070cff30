"""What a test compares of a located tree: plain values, and the text that stands at a place."""

from collections.abc import Iterator
from typing import Any

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located


def plain(found: Located) -> Any:  # noqa: ANN401 - plain data of any kind
    """Give a located tree as plain data."""
    if found.holds_others:
        return {key: plain(one) for key, one in found.table.items()} if found.table else _list(found)
    return found.value


def _list(found: Located) -> Any:  # noqa: ANN401 - the same
    return [plain(one) for one in found.value] if isinstance(found.value, tuple) else {}


def literal(text: str, place: Place | None) -> str | None:
    """Give the text that stands at a place, None where it has no columns."""
    assert place is not None
    assert place.line is not None
    if place.column is None or place.end_column is None:
        return None
    return text.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1]


def leaves(found: Located) -> Iterator[Located]:
    """Give the scalars of a tree in its order."""
    if not found.holds_others:
        yield found
    inner = found.table.values() if found.table else found.value if isinstance(found.value, tuple) else ()
    for one in inner:
        yield from leaves(one)


def at(found: Located, *keys: str | int) -> Located:
    """Give what stands under keys and numbers."""
    for key in keys:
        if isinstance(key, int):
            assert isinstance(found.value, tuple)
            found = found.value[key]
        else:
            found = found.table[key]
    return found
