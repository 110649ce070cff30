"""PA609: a reset that is off, where a transaction may be open."""

import pytest

from tests.rules.run import run, severities

OFF = "[[pools]]\npool_reset_on_return = 'none'\n"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (OFF, ["error"]),
        ("[[pools]]\npool_reset_on_return = false", ["error"]),
        ("[[pools]]\npool_reset_on_return = 'commit'", []),
        ("[[pools]]\npool_size = 5", []),
        (OFF + "isolation_level = 'autocommit'", []),
        (OFF + "isolation_level = 'READ COMMITTED'", ["error"]),
        (OFF + "execution_options = { isolation_level = 'AUTOCOMMIT' }", []),
        (OFF + "url = 'mysql+pymysql://app@db/shop?autocommit=true'", []),
        (OFF + "url = 'mysql+pymysql://app@db/shop?autocommit=0'", ["error"]),
        (OFF + "url = 'postgresql://app@db/shop'", []),
        (OFF + "poolclass = 'NullPool'", []),
    ],
)
def test_severities(toml: str, expected: list[str]) -> None:
    assert severities(run("PA609", toml)) == expected


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        ("[[pools]]\npool_reset_on_return = '${X}'", "pool_reset_on_return"),
        (OFF + "isolation_level = '${X}'", "isolation_level"),
        (OFF + "poolclass = '${X}'", "poolclass"),
    ],
)
def test_unanswered_where_unknown(toml: str, part: str) -> None:
    assert [gap.missing.part for gap in run("PA609", toml).unanswered] == [part]


def test_says_the_change() -> None:
    (finding,) = run("PA609", OFF).findings
    assert finding.fix == (
        "pool_reset_on_return: null → rollback, or isolation_level: AUTOCOMMIT if no transaction is meant"
    )
