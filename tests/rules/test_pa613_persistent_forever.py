"""PA613 by what Django keeps, for how long, and whether it tests it."""

import pytest

from tests.rules.run import run, severities


def words(age: str, checks: str = "", backend: str = "mysql") -> str:
    return f'[[pools]]\nENGINE = "django.db.backends.{backend}"\nCONN_MAX_AGE = {age}\n{checks}\n'


CHECKED = "CONN_HEALTH_CHECKS = true"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words('"None"'), ["warning"]),
        (words('"None"', "CONN_HEALTH_CHECKS = false"), ["warning"]),
        (words('"None"', CHECKED), []),
        (words("0"), []),
        (words("1"), []),
        (words('"None"', backend="postgresql"), []),
        ("[[pools]]\npool_recycle = -1", []),
    ],
)
def test_fires_for_what_is_kept_for_ever_untested(toml: str, expected: list[str]) -> None:
    assert severities(run("PA613", toml)) == expected


def test_both_ways_out_are_named() -> None:
    (finding,) = run("PA613", words('"None"')).findings
    assert "CONN_HEALTH_CHECKS" in finding.fix
    assert "CONN_MAX_AGE" in finding.fix
    assert finding.evidence == {"recycle_seconds": -1, "pre_ping": "off"}


@pytest.mark.parametrize(
    ("toml", "part"),
    [(words('"${AGE}"'), "CONN_MAX_AGE"), (words('"None"', 'CONN_HEALTH_CHECKS = "${CHECKS}"'), "CONN_HEALTH_CHECKS")],
)
def test_unanswered_where_a_setting_is_not_known(toml: str, part: str) -> None:
    report = run("PA613", toml)
    assert [gap.missing.part for gap in report.unanswered] == [part]
    assert not report.findings
