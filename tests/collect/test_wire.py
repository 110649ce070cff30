"""How a row of a result is taken apart, without a server."""

import pytest

from poolaudit.collect.wire import CutShortError, text, values


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
