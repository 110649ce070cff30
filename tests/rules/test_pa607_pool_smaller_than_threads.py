"""PA607 at, under and over as many connections as threads."""

import pytest

from tests.rules.run import run, severities


def words(threads: int | str, size: int = 5, overflow: int = 0, more: str = "") -> str:
    return f"[[pools]]\npool_size = {size}\nmax_overflow = {overflow}\n{more}\ndeployment = {{ threads = {threads} }}"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(5), []),
        (words(6), ["warning"]),
        (words(6, overflow=1), []),
        (words(500, overflow=-1), []),
        (words(500, size=0), []),
        (words(8, more='poolclass = "NullPool"'), []),
        (words(8, more='poolclass = "StaticPool"'), []),
        (words(8, more='url = "postgresql://app@db/shop"'), []),
        ("[[pools]]\npool_size = 5\ndeployment = { threads = 16 }", ["warning"]),
        ("[[pools]]\npool_size = 5\ndeployment = { threads = 15 }", []),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA607", toml)) == expected


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        ("[[pools]]\npool_size = 5", "threads"),
        (words('"${X}"'), "threads"),
        ('[[pools]]\npool_size = "${X}"\ndeployment = { threads = 8 }', "pool_size"),
    ],
)
def test_unanswered_where_unknown(toml: str, part: str) -> None:
    assert [gap.missing.part for gap in run("PA607", toml).unanswered] == [part]


def test_says_the_change() -> None:
    (finding,) = run("PA607", words(8)).findings
    assert finding.message == "a process of app.yaml has 8 threads and a pool of 5 connections, (5 + 0)"
    assert finding.fix == "max_overflow: 0 → 3, one connection for each thread, or threads: 8 → 5"
    assert finding.evidence == {"ceiling_connections": 5, "threads": 8}
