"""PA606 against a minute, and against the request's timeout."""

from pathlib import Path

import pytest

from poolaudit.audit import audit
from poolaudit.facts.setting import Place
from poolaudit.policy import Policy
from poolaudit.readers.application import overridden, read_application
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities


def words(timeout: str, request: float | None = None) -> str:
    said = f"pool_timeout = {timeout}" if timeout else "pool_size = 5"
    deployment = f"deployment = {{ request_timeout_seconds = {request} }}" if request is not None else ""
    return f"[[pools]]\n{said}\n{deployment}"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words("59.9"), []),
        (words("60"), []),
        (words("60.1"), ["warning"]),
        (words("0"), []),
        (words(""), []),
        (words("19.9", 20), []),
        (words("20", 20), ["warning"]),
        (words("21", 20), ["warning"]),
        (words("61", 120), ["warning"]),
        (words("", 29), ["warning"]),
        (words("", 30), ["info"]),
        (words("30", 30), ["warning"]),
        (words("", 31), []),
        ('[[pools]]\npoolclass = "NullPool"\npool_timeout = 90', []),
        ('[[pools]]\nurl = "postgresql://app@db/shop"\npool_timeout = 90', []),
    ],
)
def test_thresholds(toml: str, expected: list[str]) -> None:
    assert severities(run("PA606", toml)) == expected


def test_the_threshold_can_be_set() -> None:
    assert severities(run("PA606", words("11"), longest_seconds=10)) == ["warning"]
    assert severities(run("PA606", words("10"), longest_seconds=10)) == []


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        (words('"${X}"'), "pool_timeout"),
        ('[[pools]]\npoolclass = "${X}"', "poolclass"),
    ],
)
def test_unanswered_where_unknown(toml: str, part: str) -> None:
    assert [gap.missing.part for gap in run("PA606", toml).unanswered] == [part]


@pytest.mark.parametrize(("timeout", "found", "gaps"), [(5, 0, 1), (61, 1, 0)])
def test_where_the_request_timeout_is_said_but_not_known(tmp_path: Path, timeout: int, found: int, gaps: int) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(f"pool_timeout: {timeout}\ndeployment: {{request_timeout_seconds: '${{X}}'}}\n", encoding="utf-8")
    pools = tuple(one.pool for one in overridden(read_application(str(file))))
    report = audit(facts_from("")._replace(pools=pools), (RULES["PA606"],), Policy())
    assert (len(report.findings), len(report.unanswered)) == (found, gaps)


def test_waiting_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("url: mysql://app@db/shop\npool_timeout: null\n", encoding="utf-8")
    pools = tuple(one.pool for one in read_application(str(file)))
    (finding,) = audit(facts_from("")._replace(pools=pools), (RULES["PA606"],), Policy()).findings
    assert finding.fix == "pool_timeout: null → 10"
    assert finding.at == Place(str(file), 2)


def test_says_the_change() -> None:
    (finding,) = run("PA606", words("20", 16)).findings
    assert finding.message == (
        "a thread of app.yaml waits for a connection for 20 s (pool_timeout: 20), and a request may take 16 s"
    )
    assert finding.fix == "pool_timeout: 20 → 8"
    assert finding.evidence == {"checkout_timeout_seconds": "20", "request_timeout_seconds": 16}
