"""PA102 at its thresholds, and without its sections."""

import pytest

from tests.rules.run import run, severities


def facts(connected: int, limit: int) -> str:
    return f'variables = {{ max_connections = "{limit}" }}\ncounters = {{ Threads_connected = {connected} }}'


@pytest.mark.parametrize(
    ("connected", "limit", "expected"),
    [
        (79, 100, []),
        (80, 100, ["warning"]),
        (81, 100, ["warning"]),
        (89, 100, ["warning"]),
        (90, 100, ["error"]),
        (101, 100, ["error"]),
        (0, 1, []),
        (1, 1, ["error"]),
        (1, 0, ["error"]),
        (0, 151, []),
        (120, 151, []),
        (121, 151, ["warning"]),
        (135, 151, ["warning"]),
        (136, 151, ["error"]),
    ],
)
def test_thresholds(connected: int, limit: int, expected: list[str]) -> None:
    assert severities(run("PA102", facts(connected, limit))) == expected


@pytest.mark.parametrize("limit", [5, 10, 15, 20, 35, 150, 151, 10240, 100_000])
def test_shares_that_are_exact_are_judged_exactly(limit: int) -> None:
    at = -(-limit * 4 // 5)
    assert severities(run("PA102", facts(at, limit), error_share=1.0)) == ["warning"]
    assert severities(run("PA102", facts(at - 1, limit), error_share=1.0)) == []


def test_says_the_numbers() -> None:
    (finding,) = run("PA102", facts(1234, 1300)).findings
    assert finding.message.startswith("1,234 of 1,300 connections (95 %)")
    assert finding.evidence == {"connected_connections": 1234, "max_connections": 1300, "in_use_share": 0.9492}


def test_an_error_share_below_the_warning_share_still_fires() -> None:
    assert severities(run("PA102", facts(50, 100), error_share=0.5)) == ["error"]


@pytest.mark.parametrize("part", ["variables", "counters"])
def test_unanswered_without(part: str) -> None:
    report = run("PA102", f'missing = ["{part}"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA102", part)]
    assert not report.findings


def test_unanswered_where_the_limit_is_no_number() -> None:
    report = run("PA102", 'variables = { max_connections = "many" }')
    assert [gap.missing.part for gap in report.unanswered] == ["max_connections"]
