"""Shares are finite whatever they are shares of."""

import math

from hypothesis import given
from hypothesis import strategies as st

from poolaudit.facts.shares import share_of

COUNTS = st.integers(min_value=-(2**63), max_value=2**64)


def test_exact() -> None:
    assert share_of(4, 5) == 0.8
    assert share_of(0, 0) == 0
    assert share_of(3, 0) == 3


@given(COUNTS, COUNTS)
def test_always_a_number(part: int, whole: int) -> None:
    assert math.isfinite(share_of(part, whole))
