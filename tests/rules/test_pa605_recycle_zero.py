"""PA605 at 0 and beside it."""

import pytest

from tests.rules.run import run, severities


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pool_recycle = 0", ["warning"]),
        ("pool_recycle = 1", []),
        ("pool_recycle = -1", []),
        ("", []),
        ('pool_recycle = 0\npoolclass = "NullPool"', []),
        ('pool_recycle = 0\nurl = "postgresql://app@db/shop"', []),
    ],
)
def test_severities(words: str, expected: list[str]) -> None:
    assert severities(run("PA605", f"[[pools]]\n{words}")) == expected


def test_unanswered_where_unknown() -> None:
    report = run("PA605", '[[pools]]\npool_recycle = "%(recycle)s"')
    assert [gap.missing.because for gap in report.unanswered] == ["filled in from recycle"]
