"""The kinds of values that options take, refused in words that say what is right and never repeat what was given."""

from collections.abc import Callable
from math import isfinite

import click

A_DAY_SECONDS = 86400


def whole(minimum: int, maximum: int | None = None) -> Callable[[str], int]:
    """Give a reader of whole numbers within bounds."""
    upper = "" if maximum is None else f" to {maximum}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if number < minimum or (maximum is not None and number > maximum):
            raise click.BadParameter(f"it is to be a whole number from {minimum}{upper}")
        return number

    return read


def seconds(*, zero: bool = False) -> Callable[[str], float]:
    """Give a reader of seconds above 0, or from 0, up to a day."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1
        if not isfinite(number) or not 0 <= number <= A_DAY_SECONDS or (number == 0 and not zero):
            raise click.BadParameter(f"it is to be a number of seconds {'from' if zero else 'above'} 0, up to a day")
        return number

    return read


def words(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split the values of an option that may be repeated and may hold commas."""
    return tuple(word.strip() for value in values for word in value.split(","))
