"""PA604 by SQLAlchemy's version."""

import pytest

from tests.rules.run import run, severities


def words(version: str | None, size: int = 0, overflow: int = 10) -> str:
    said = f'deployment = {{ sqlalchemy = "{version}" }}' if version else ""
    return f"[[pools]]\npool_size = {size}\nmax_overflow = {overflow}\n{said}"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(None), ["error"]),
        (words("2.0"), ["error"]),
        (words("2.1.9"), ["error"]),
        (words("2.0", overflow=0), ["error"]),
        (words("1.4"), ["warning"]),
        (words("1.4", overflow=-1), ["warning"]),
        (words("1.4", overflow=0), ["error"]),
        (words(None, size=1), []),
        (words("1.4", size=1), []),
        ('[[pools]]\npool_size = 0\npoolclass = "NullPool"', []),
        ('[[pools]]\npool_size = 0\nurl = "postgresql://app@db/shop"', []),
        ("[[pools]]\nSQLALCHEMY_POOL_SIZE = 0\ndeployment = { flask_sqlalchemy = '2.5' }", ["warning"]),
    ],
)
def test_severities(toml: str, expected: list[str]) -> None:
    assert severities(run("PA604", toml)) == expected


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        ('[[pools]]\npool_size = "${SIZE}"', "pool_size"),
        ('[[pools]]\npool_size = 0\nmax_overflow = "${X}"\ndeployment = { sqlalchemy = "1.4" }', "max_overflow"),
    ],
)
def test_unanswered_where_unknown(toml: str, part: str) -> None:
    assert [gap.missing.part for gap in run("PA604", toml).unanswered] == [part]


def test_says_what_it_means() -> None:
    (old,) = run("PA604", words("1.4", overflow=3)).findings
    assert old.message == (
        "app.yaml has pool_size: 0, which means that max_overflow: 3 alone is the limit (SQLAlchemy 1.x)"
    )
