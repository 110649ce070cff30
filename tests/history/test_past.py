"""The trend that is made of kept looks."""

from datetime import timedelta

from poolaudit.history.past import Look, trend_of
from tests.history.reports import moment

DAY = 86400
LOOK = Look(moment(0), 10 * DAY, 12, 2, 40, 151, 0, was_read=True)


def look(hours: float, refused: int | None, uptime: int | None = -1, connected: int = 12) -> Look:
    """Give a look so many hours after the first; the server has been up for as much longer if nothing is said."""
    lived = 10 * DAY + int(hours * 3600) if uptime == -1 else uptime
    return LOOK._replace(
        taken_at=moment(hours), uptime_seconds=lived, refused_connections=refused, connected_connections=connected
    )


def gains(*looks: Look) -> list[int | None]:
    return [one.refused_connections for one in trend_of(looks)]


def test_refusals_are_what_came_since_the_look_before() -> None:
    assert gains(look(0, 5), look(1, 5), look(2, 9)) == [None, 0, 4]


def test_refusals_are_guarded_against_a_flush_and_a_restart() -> None:
    assert gains(look(0, 5), look(1, 2)) == [None, 2]
    assert gains(look(0, 5), look(1, 7, uptime=60)) == [None, 7]


def test_refusals_of_another_server_or_of_one_that_was_not_read_are_not_known() -> None:
    assert gains(look(0, 5), look(1, 7, uptime=99 * DAY)) == [None, None]
    assert gains(look(0, 5), look(1, None)) == [None, None]


def test_refusals_in_a_gap_are_counted_by_the_look_after_it() -> None:
    assert gains(look(0, 5), look(1, None, uptime=None), look(2, 8)) == [None, None, 3]


def test_one_life_has_one_start_whatever_the_seconds_say() -> None:
    one, two, three = trend_of([look(0, 0), look(1, 0, uptime=10 * DAY + 3601), look(2, 0, uptime=60)])
    assert one.started_at == two.started_at == moment(0) - timedelta(days=10)
    assert three.started_at == moment(2) - timedelta(seconds=60)


def test_many_looks_are_thinned_to_the_fullest_of_each_stretch_and_lose_no_refusal() -> None:
    looks = [look(number / 60, number, connected=50 if number == 777 else 12) for number in range(10_001)]
    trend = trend_of(looks)
    assert len(trend) <= 2000
    assert sum(one.refused_connections or 0 for one in trend) == 10_000
    assert max(one.connected_connections or 0 for one in trend) == 50
    assert (trend[0].taken_at <= moment(1), trend[-1].taken_at) == (True, looks[-1].taken_at)
