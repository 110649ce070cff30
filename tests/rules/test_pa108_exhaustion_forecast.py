"""PA108: what counts as growth, how far ahead it tells, and which looks are left out."""

import pytest

from tests.rules.run import run, severities


def facts(connected: list[int], *, every: int = 3600, now: int | None = None, **usage: int) -> str:
    """Give looks so far apart, the last of them now unless that is said."""
    *past, last = connected if now is None else (*connected, now)
    more = "".join(f", {name} = {value}" for name, value in usage.items())
    return (
        f"counters = {{ Threads_connected = {last} }}\nusage = {{ every_seconds = {every}, connected = {past}{more} }}"
    )


def growing(each: int, last: int, looks: int = 24) -> list[int]:
    """Grow by so many from look to look up to a number."""
    return [last - each * (looks - 1 - number) for number in range(looks)]


@pytest.mark.parametrize(
    ("connected", "expected"),
    [
        (growing(2, 104), []),  # 47 more take 23.5 h, but 23 h were seen
        (growing(2, 106), ["warning"]),
        (growing(2, 100, looks=49), []),  # 51 more take 25.5 h
        (growing(2, 104, looks=49), ["warning"]),  # 23.5 h
        (growing(5, 147), ["error"]),  # 48 min
        (growing(5, 145), ["warning"]),  # 1 h 12 min
        (growing(-2, 60), []),
        ([60] * 24, []),
    ],
)
def test_how_soon(connected: list[int], expected: list[str]) -> None:
    assert severities(run("PA108", facts(connected))) == expected


@pytest.mark.parametrize(("looks", "expected"), [(11, []), (12, ["warning"])])
def test_twelve_looks_at_least_that_of_now_among_them(looks: int, expected: list[str]) -> None:
    assert severities(run("PA108", facts(growing(5, 125, looks)))) == expected


def test_looks_a_day_apart_tell_of_the_next_day() -> None:
    day = 86400
    assert severities(run("PA108", facts(growing(5, 147, 12), every=day))) == ["warning"]
    assert severities(run("PA108", facts(growing(5, 145, 12), every=day))) == []


def test_a_leak_of_the_last_two_hours_after_a_calm_day() -> None:
    calm, leak = [50] * 264, growing(4, 142, 24)
    (finding,) = run("PA108", facts(calm + leak, every=300)).findings
    assert finding.severity.word == "error"
    assert "reach max_connections (151) in about 11 min" in finding.message


def test_waves_of_a_day_are_no_leak() -> None:
    day = [20, 20, 20, 25, 30, 40, 55, 70, 85, 100, 110, 115, 115, 110, 110, 105, 100, 90, 80, 70, 55, 40, 30, 25]
    quiet = [severities(run("PA108", facts((day * 3)[hour : hour + 49]))) for hour in range(24)]
    assert quiet == [[]] * 24


def test_a_scattered_growth_is_not_believed() -> None:
    scattered = [60, 120, 62, 125, 61, 118, 64, 122, 66, 121, 65, 126, 68, 124]
    assert severities(run("PA108", facts(scattered))) == []


def test_looks_before_a_restart_do_not_count() -> None:
    toml = facts(growing(5, 125, 13), uptime_seconds=40 * 86400)
    assert severities(run("PA108", toml)) == []


def test_looks_before_the_limit_was_changed_do_not_count() -> None:
    assert severities(run("PA108", facts(growing(5, 125, 13), limit=100))) == []


def test_a_server_that_is_full_needs_no_forecast() -> None:
    assert severities(run("PA108", facts(growing(5, 151)))) == []


def test_says_what_it_was_judged_by() -> None:
    (finding,) = run("PA108", facts(growing(5, 125, 13))).findings
    assert finding.message == (
        "connections grow by 5.0 an hour (13 looks within 12 h, R² 1.00) and reach max_connections (151)"
        " in about 5 h 12 min"
    )
    assert finding.evidence["reached_in_seconds"] == 18720
    assert finding.evidence["fitted_points"] == 13


def test_without_a_history_there_is_nothing_to_judge() -> None:
    report = run("PA108", "counters = { Threads_connected = 125 }")
    assert (report.findings, report.unanswered, report.judged) == ((), (), ())


def test_unanswered_where_the_server_could_not_be_read_now() -> None:
    report = run(
        "PA108", 'missing = ["counters"]\nusage = { every_seconds = 3600, connected = [1], uptime_seconds = 9 }'
    )
    assert [gap.missing.part for gap in report.unanswered] == ["counters"]
