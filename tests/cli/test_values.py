"""What options take, and in what words they refuse."""

import click
import pytest

from poolaudit.cli.values import seconds, whole


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("65535", 65535), (" 7 ", 7)])
def test_whole(text: str, number: int) -> None:
    assert whole(1, 65535)(text) == number


@pytest.mark.parametrize("text", ["0", "65536", "-1", "x", "", "1.5", "1e3", "٣x"])
def test_not_whole(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"whole number from 1 to 65535$"):
        whole(1, 65535)(text)


def test_whole_without_an_upper_bound() -> None:
    assert whole(-1)("-1") == -1
    with pytest.raises(click.BadParameter, match=r"whole number from -1$"):
        whole(-1)("-2")


@pytest.mark.parametrize(("text", "number"), [("0.5", 0.5), ("10", 10.0), ("86400", 86400.0)])
def test_seconds(text: str, number: float) -> None:
    assert seconds()(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "-inf", "86401", "ten", "10s", ""])
def test_not_seconds(text: str) -> None:
    with pytest.raises(click.BadParameter, match="above 0, up to a day"):
        seconds()(text)


def test_seconds_from_zero() -> None:
    assert seconds(zero=True)("0") == 0
    with pytest.raises(click.BadParameter, match="from 0"):
        seconds(zero=True)("-0.1")
