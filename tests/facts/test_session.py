"""What the evidence says of a sleeper."""

import pytest

from poolaudit.facts.session import LastStatement, ProcessRow, Transaction, Use, use_of

SLEEPER = ProcessRow(7, "app", "10.0.0.1:5", "shop", "Sleep", 10, "")
OPEN = Transaction(7, 10)


def last(kind: str | None, *, reset_before: bool = False, seconds: int | None = None) -> LastStatement:
    return LastStatement(7, kind, reset_before=reset_before, transaction_seconds=seconds)


@pytest.mark.parametrize(
    ("transaction", "statement", "pool_resets", "expected"),
    [
        (OPEN, None, False, Use.HELD),
        (OPEN, last("rollback"), False, Use.HELD),
        (None, last("begin", seconds=3), False, Use.HELD),
        (None, None, True, Use.UNKNOWN),
        (None, last(None), True, Use.UNKNOWN),
        (None, last("rollback"), False, Use.POOLED),
        (None, last("Reset Connection"), False, Use.POOLED),
        (None, last("commit"), True, Use.UNKNOWN),
        (None, last("select"), False, Use.UNKNOWN),
        (None, last("select"), True, Use.HELD),
        (None, last("select", reset_before=True), False, Use.HELD),
    ],
)
def test_use(
    transaction: Transaction | None, statement: LastStatement | None, pool_resets: bool, expected: Use
) -> None:
    assert use_of(SLEEPER, transaction, statement, pool_resets=pool_resets) is expected


def test_whoever_does_not_sleep_runs() -> None:
    row = ProcessRow(7, "app", "10.0.0.1:5", None, "Query", 10, "")
    assert use_of(row, OPEN, last("rollback"), pool_resets=True) is Use.RUNNING
