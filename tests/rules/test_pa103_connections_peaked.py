"""PA103 at its thresholds, with the peak's time told in each way, and without its sections."""

import pytest

from poolaudit.report import Finding
from tests.rules.run import run, severities


def facts(peak: int, limit: int = 100, later: int | None = None, **server: str) -> str:
    lines = [f'{key} = "{value}"' for key, value in server.items()]
    lines.append(f'variables = {{ max_connections = "{limit}" }}')
    lines.append(f"counters = {{ Max_used_connections = {peak} }}")
    if later is not None:
        lines.append(f"later = {{ after_seconds = 10, counters = {{ Max_used_connections = {later} }} }}")
    return "\n".join(lines)


def finding(toml: str) -> Finding:
    (one,) = run("PA103", toml).findings
    return one


@pytest.mark.parametrize(
    ("peak", "limit", "expected"),
    [
        (84, 100, []),
        (85, 100, ["warning"]),
        (86, 100, ["warning"]),
        (99, 100, ["warning"]),
        (100, 100, ["warning"]),
        (101, 100, ["warning"]),
        (128, 151, []),
        (129, 151, ["warning"]),
        (0, 1, []),
        (1, 1, ["warning"]),
        (2, 1, ["warning"]),
    ],
)
def test_thresholds_of_a_peak_whose_time_is_not_known(peak: int, limit: int, expected: list[str]) -> None:
    assert severities(run("PA103", facts(peak, limit))) == expected


@pytest.mark.parametrize(
    ("peak", "peak_at", "expected"),
    [
        (100, "2026-11-20T06:00:00+00:00", "error"),
        (100, "2026-11-20T05:59:59+00:00", "warning"),
        (100, "2026-11-21T06:00:00+00:00", "error"),
        (99, "2026-11-21T05:00:00+00:00", "warning"),
        (100, "2026-11-21T06:00:05+00:00", "error"),
    ],
)
def test_a_full_server_within_the_last_day_is_an_error(peak: int, peak_at: str, expected: str) -> None:
    assert finding(facts(peak, peak_at=peak_at)).severity.word == expected


@pytest.mark.parametrize(
    ("first", "later", "expected"),
    [
        (90, 100, "error"),
        (90, 95, "warning"),
        (100, 100, "warning"),
        (100, 101, "error"),
        (100, 3, "warning"),
    ],
)
def test_a_second_reading_tells_whether_the_peak_is_recent(first: int, later: int, expected: str) -> None:
    assert finding(facts(first, later=later)).severity.word == expected


def test_a_flush_between_the_readings_does_not_hide_the_first_peak() -> None:
    assert finding(facts(100, later=3)).evidence["peak_connections"] == 100


def test_a_second_reading_without_the_counter_changes_nothing() -> None:
    toml = facts(85) + "\nlater = { after_seconds = 10, counters = {} }"
    assert severities(run("PA103", toml)) == ["warning"]


@pytest.mark.parametrize(("uptime", "expected"), [(86400, "error"), (86401, "warning")])
def test_a_server_that_is_not_older_than_a_day_peaked_within_it(uptime: int, expected: str) -> None:
    toml = f'variables = {{ max_connections = "9" }}\ncounters = {{ Max_used_connections = 9, Uptime = {uptime} }}'
    assert finding(toml).severity.word == expected


@pytest.mark.parametrize(("flushed", "expected"), [(86400, "error"), (86401, "warning")])
def test_a_status_that_was_flushed_within_a_day_peaked_within_it(flushed: int, expected: str) -> None:
    counters = f"Max_used_connections = 9, Uptime_since_flush_status = {flushed}"
    one = finding(f'variables = {{ max_connections = "9" }}\ncounters = {{ {counters} }}')
    assert one.severity.word == expected
    assert ("within the last 1 d" in one.message) is (expected == "error")


@pytest.mark.parametrize(
    ("ago", "then", "expected"),
    [
        (86400, 90, "error"),
        (86400, 100, "warning"),
        (86400, 101, "error"),  # a flush made it fall, and it rose again
        (90000, 90, "error"),  # a day and an hour
        (90001, 90, "warning"),
    ],
)
def test_the_last_audit_tells_whether_the_peak_is_recent(ago: int, then: int, expected: str) -> None:
    earlier = f"earlier = {{ ago_seconds = {ago}, counters = {{ Max_used_connections = {then} }} }}"
    one = finding(f"{facts(100)}\n{earlier}")
    assert one.severity.word == expected
    assert ("since the last audit" in one.message) is (expected == "error")


def test_the_peak_is_not_clamped() -> None:
    one = finding(facts(152, 151))
    assert "152 of 151 (101 %)" in one.message
    assert "the slot kept for CONNECTION_ADMIN or SUPER was used too" in one.message
    assert "or by one then refused" in one.message
    assert one.evidence["peak_connections"] == 152


def test_a_peak_that_no_slot_explains() -> None:
    assert "max_connections was higher then" in finding(facts(153, 151)).message


def test_a_peak_at_the_limit_used_no_slot() -> None:
    assert "slot" not in finding(facts(151, 151)).message


def test_says_when() -> None:
    assert "3 h ago" in finding(facts(100, peak_at="2026-11-21T03:00:00+00:00")).message
    assert "just now" in finding(facts(100, peak_at="2026-11-21T06:00:00+00:00")).message
    assert "between the two readings" in finding(facts(90, later=100)).message


@pytest.mark.parametrize("part", ["variables", "counters"])
def test_unanswered_without(part: str) -> None:
    report = run("PA103", f'missing = ["{part}"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA103", part)]
    assert not report.findings
