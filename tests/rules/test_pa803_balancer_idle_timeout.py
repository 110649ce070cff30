"""PA803 at, under and over the limit on the way."""

from pathlib import Path

import pytest

from poolaudit.audit import audit
from poolaudit.policy import Policy
from poolaudit.readers.application import read_application
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities


def words(recycle: int | str, limit: str = "350", more: str = "") -> str:
    return f"[[pools]]\npool_recycle = {recycle}\n{more}\ndeployment = {{ path_idle_timeout_seconds = {limit} }}"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words(349), []),
        (words(350), ["warning"]),
        (words(351), ["warning"]),
        (words(-1), ["warning"]),
        (words(0), []),
        (words(350, more="pool_pre_ping = true"), []),
        (words(350, more="poolclass = 'NullPool'"), []),
        (words(350, more="url = 'postgresql://app@db/shop'"), []),
        ("[[pools]]\npool_recycle = -1", []),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA803", toml)) == expected


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        (words("'${X}'"), "pool_recycle"),
        (words(350, more="pool_pre_ping = '${X}'"), "pool_pre_ping"),
        (words(350, more="poolclass = '${X}'"), "poolclass"),
    ],
)
def test_unanswered_where_unknown(toml: str, part: str) -> None:
    report = run("PA803", toml)
    assert ([gap.missing.part for gap in report.unanswered], report.findings) == ([part], ())


def test_unanswered_where_the_limit_is_said_but_not_known(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("url: mysql://app@db/shop\ndeployment: {path_idle_timeout_seconds: '${X}'}\n", encoding="utf-8")
    pools = tuple(one.pool for one in read_application(str(file)))
    report = audit(facts_from("")._replace(pools=pools), (RULES["PA803"],), Policy())
    assert [gap.missing.part for gap in report.unanswered] == ["path_idle_timeout_seconds"]


def test_says_the_change() -> None:
    (finding,) = run("PA803", words(3600)).findings
    assert finding.fix == (
        "pool_recycle: 3600 → 310, and pool_pre_ping: false → true, with a read timeout of the driver"
    )
    (short,) = run("PA803", words(3600, "1")).findings
    assert short.fix == "pool_pre_ping: false → true, with a read timeout of the driver"
