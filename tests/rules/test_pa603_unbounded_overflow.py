"""PA603 at its threshold."""

import pytest

from tests.rules.run import run, severities


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("max_overflow = -1", ["error"]),
        ("max_overflow = -2", []),
        ("max_overflow = 0", []),
        ("max_overflow = 10000", []),
        ("", []),
        ('max_overflow = -1\nurl = "mysql+asyncmy://app@db/shop"', ["error"]),
        ('max_overflow = -1\nurl = "postgresql://app@db/shop"', []),
        ('max_overflow = -1\npoolclass = "NullPool"', []),
    ],
)
def test_severities(words: str, expected: list[str]) -> None:
    assert severities(run("PA603", f"[[pools]]\n{words}")) == expected


def test_unanswered_where_unknown() -> None:
    report = run("PA603", '[[pools]]\nmax_overflow = "${OVERFLOW}"')
    (gap,) = report.unanswered
    assert gap.missing.because == "environment variable OVERFLOW, no default"
