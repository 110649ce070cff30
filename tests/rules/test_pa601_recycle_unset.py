"""PA601 with and without pre-ping, and where a recycle is nobody's matter."""

import pytest

from tests.rules.run import run, severities


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["warning"]),
        ("pool_recycle = -1", ["warning"]),
        ("pool_recycle = -7", ["warning"]),
        ("pool_recycle = -1\npool_pre_ping = true", ["info"]),
        ("pool_recycle = 0", []),
        ("pool_recycle = 1", []),
        ('poolclass = "NullPool"', []),
        ('poolclass = "StaticPool"', ["warning"]),
        ('url = "mariadb://app@db/shop"', ["warning"]),
        ('url = "postgresql://app@db/shop"', []),
        ('SQLALCHEMY_ENGINE_OPTIONS = { pool_size = 5 }\nSQLALCHEMY_DATABASE_URI = "mysql://app@db/shop"', []),
        (
            'SQLALCHEMY_ENGINE_OPTIONS = { pool_size = 5 }\nSQLALCHEMY_DATABASE_URI = "mariadb://app@db/shop"',
            ["warning"],
        ),
    ],
)
def test_severities(words: str, expected: list[str]) -> None:
    assert severities(run("PA601", f"[[pools]]\n{words}")) == expected


@pytest.mark.parametrize("word", ["pool_recycle", "poolclass"])
def test_unanswered_where_unknown(word: str) -> None:
    report = run("PA601", f'[[pools]]\n{word} = "${{X}}"')
    (gap,) = report.unanswered
    assert (gap.missing.part, gap.subject) == (word, "app.yaml")
    assert not report.findings


def test_the_fix_is_exact() -> None:
    (finding,) = run("PA601", "[[pools]]\npool_recycle = -1").findings
    assert finding.fix.startswith("pool_recycle: -1 → 25000 ")
    assert finding.fix.endswith("pool_pre_ping: false → true")
    assert finding.evidence == {"recycle_seconds": -1, "pre_ping": "off"}
