"""How a row of a result is taken apart, without a server."""

import pytest

from poolaudit.collect.wire import GOES_ON, CutShortError, text, values, whole_rows


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"", ()),
        (b"\x00", ("",)),
        (b"\x0242\xfb\x02ab", (42, None, "ab")),
        (b"\xfa" + b"x" * 250, ("x" * 250,)),
        (b"\xfc\x2c\x01" + b"x" * 300 + b"\xfb", ("x" * 300, None)),
        (b"\xfd\x70\x11\x01" + b"x" * 70000, ("x" * 70000,)),
        (b"\xfe\x01\x00\x00\x00\x00\x00\x00\x00\xff", ("\\xff",)),
    ],
)
def test_a_row(data: bytes, row: tuple[int | str | None, ...]) -> None:
    assert values(data, [int if isinstance(value, int) else text for value in row]) == row


@pytest.mark.parametrize(
    "data",
    [b"", b"\x01", b"\x05abc", b"\xfc\x01", b"\xfc\x02\x00a", b"\xfe" + b"\xff" * 8 + b"abc", b"\xff", b"\xff\x00abc"],
)
def test_a_row_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises((CutShortError, LookupError)):
        values(data, [text])


def packet(number: int, data: bytes, length: int | None = None) -> bytes:
    return (len(data) if length is None else length).to_bytes(3, "little") + bytes([number]) + data


END = b"\xfe\x00\x00\x02\x00"


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"\x02\x00",
        packet(1, b""),
        packet(1, b"\x01c")[:-1],
        packet(3, b"\x01c"),
        packet(1, END),
        packet(1, b"\xff\x10\x04#08004Too many connections"),
        packet(1, b"\x01c", GOES_ON),
    ],
)
def test_only_whole_rows_in_order_are_taken(rest: bytes) -> None:
    """The numbers begin again after 255."""
    whole = packet(255, b"\x01a") + packet(0, b"\x01b")
    assert whole_rows(b"before" + whole + rest, 6, 255) == ([b"\x01a", b"\x01b"], 6 + len(whole), 1)
