"""The time that counters are judged over."""

import pytest

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Server
from poolaudit.facts.window import Window, counting_seconds
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
