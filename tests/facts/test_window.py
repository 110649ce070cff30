"""The time that counters are judged over."""

import re
from pathlib import Path

import pytest

import poolaudit.rules
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Server
from poolaudit.facts.window import KEPT_COUNTERS, Span, Window, counting_seconds
from tests.facts_toml import server_over_healthy


def server(later: dict[str, int] | None = None, **counters: int) -> Server:
    table: dict[str, object] = {"counters": counters}
    if later is not None:
        table["later"] = {"after_seconds": 10, "counters": later}
    return server_over_healthy(table)


def test_a_lifetime() -> None:
    window = Window(server(Uptime=7200, Connections=30))
    assert (window.is_interval, window.seconds, window.gained("Connections")) == (False, 7200, 30)
    assert (window.words, window.ratio) == ("since the server started 2 h ago", "lifetime ratio")


def test_an_interval() -> None:
    window = Window(server({"Connections": 37}, Connections=30))
    assert (window.is_interval, window.seconds, window.gained("Connections")) == (True, 10, 7)
    assert (window.words, window.ratio) == ("within 10 s", "ratio of the interval")


def test_an_interval_in_which_a_counter_went_backwards_and_another_did_not() -> None:
    window = Window(server({"Connections": 37, "Aborted_clients": 2}, Connections=30, Aborted_clients=9))
    assert (window.gained("Connections"), window.gained("Aborted_clients")) == (7, 2)


@pytest.mark.parametrize("later", [None, {}])
def test_a_counter_that_is_not_there(later: dict[str, int] | None) -> None:
    with pytest.raises(FactMissingError, match="Nonesuch"):
        Window(server(later)).gained("Nonesuch")


def test_a_counter_that_the_second_reading_lacks() -> None:
    with pytest.raises(FactMissingError, match="second reading has no counter Connections"):
        Window(server({})).gained("Connections")


def test_a_server_that_has_just_started() -> None:
    assert Window(server(Uptime=0)).seconds == 1


@pytest.mark.parametrize(("uptime", "since", "expected"), [(100, 99, 99), (100, 100, None), (100, 101, None)])
def test_a_flush(uptime: int, since: int, expected: int | None) -> None:
    assert Window(server(Uptime=uptime, Uptime_since_flush_status=since)).flushed_seconds == expected
    assert Window(server({}, Uptime=uptime, Uptime_since_flush_status=since)).flushed_seconds is None


def test_a_share_that_a_flush_may_have_made_small() -> None:
    flushed = Window(server(Uptime=1000, Uptime_since_flush_status=10))
    flushed.refuse_if_flushed("Aborted_clients", 0.001, 0.1)
    with pytest.raises(FactMissingError, match="FLUSH STATUS set it to 0 10 s ago"):
        flushed.refuse_if_flushed("Aborted_clients", 0.00101, 0.1)
    Window(server(Uptime=1000, Uptime_since_flush_status=1000)).refuse_if_flushed("Aborted_clients", 0.09, 0.1)


@pytest.mark.parametrize(("uptime", "since", "expected"), [(100, 99, 99), (100, 100, 100), (100, 101, 100)])
def test_for_how_long_the_counters_have_counted(uptime: int, since: int, expected: int) -> None:
    assert counting_seconds(server(Uptime=uptime, Uptime_since_flush_status=since)) == expected


DAY = 86400


def after(earlier: dict[str, int], later: dict[str, int] | None = None, **counters: int) -> Server:
    """Give a server that was audited a day ago too."""
    table: dict[str, object] = {"counters": {"Uptime": 30 * DAY} | counters}
    table["earlier"] = {"ago_seconds": DAY, "counters": earlier}
    if later is not None:
        table["later"] = {"after_seconds": 10, "counters": later}
    return server_over_healthy(table)


def test_since_the_last_audit() -> None:
    window = Window(after({"Connections": 30}, Connections=37))
    assert (window.span, window.seconds, window.gained("Connections")) == (Span.AUDITS, DAY, 7)
    assert (window.words, window.ratio) == ("since the last audit 1 d ago", "ratio of the interval")
    assert not window.since_start


def test_two_readings_win_over_the_last_audit() -> None:
    window = Window(after({"Connections": 30}, {"Connections": 40}, Connections=37))
    assert (window.span, window.seconds, window.gained("Connections")) == (Span.READINGS, 10, 3)


def test_since_the_last_audit_a_counter_went_backwards_and_another_did_not() -> None:
    window = Window(after({"Connections": 30, "Aborted_clients": 9}, Connections=37, Aborted_clients=2))
    assert (window.gained("Connections"), window.gained("Aborted_clients")) == (7, 2)


def test_a_restart_since_the_last_audit_makes_the_whole_life_recent() -> None:
    window = Window(after({"Uptime": 29 * DAY, "Connections": 30}, Uptime=7200, Connections=37))
    assert (window.span, window.seconds, window.gained("Connections")) == (Span.RESTART, 7200, 37)
    assert (window.words, window.is_interval, window.since_start) == ("since the server started 2 h ago", True, True)


def test_another_server_by_the_same_name_is_judged_by_its_own_life() -> None:
    window = Window(after({"Uptime": 5 * DAY, "Connections": 30}, Connections=37))
    assert (window.span, window.gained("Connections")) == (Span.LIFE, 37)


def test_a_counter_that_the_last_audit_did_not_read() -> None:
    with pytest.raises(FactMissingError, match="the last audit read no counter Connections"):
        Window(after({}, Connections=37)).gained("Connections")


@pytest.mark.parametrize(("since", "expected"), [(DAY, None), (DAY + 1, None), (DAY - 1, DAY - 1)])
def test_a_flush_counts_only_if_it_came_since_the_last_audit(since: int, expected: int | None) -> None:
    assert Window(after({}, Uptime_since_flush_status=since)).flushed_seconds == expected


def test_an_audit_keeps_every_counter_that_a_rule_asks_a_window_for() -> None:
    texts = [path.read_text() for path in Path(poolaudit.rules.__file__).parent.glob("*.py")]
    asked = {name for text in texts for name in re.findall(r'gained\("(\w+)"\)', text)}
    assert {"Connections", "Questions", "Aborted_clients"} <= asked <= set(KEPT_COUNTERS)
