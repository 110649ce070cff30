"""A server's past: in order, in few buckets, and what is not known is a gap and no zero."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.facts.earlier import Earlier
from poolaudit.facts.server import Server
from poolaudit.facts.usage import Usage
from poolaudit.render.trend import bucketed, top_of, trend_of
from tests.facts_toml import TAKEN_AT
from tests.render.past import HOURS, a_week, week
from tests.render.samples import facts_of, report, server


def looks(*connected: int | None) -> tuple[Usage, ...]:
    begin = TAKEN_AT - timedelta(minutes=len(connected))
    return tuple(
        Usage(begin + timedelta(minutes=number), one, max_connections=151) for number, one in enumerate(connected)
    )


def test_a_trend_ends_with_this_audit() -> None:
    one = server(counters={"Threads_connected": 77})
    facts = facts_of(one)._replace(usage={"db1:3306": looks(1, 2, 3)})
    trend = trend_of(report(facts), one)
    assert trend is not None
    assert [each.connected_connections for each in trend.looks] == [1, 2, 3, 77]
    assert trend.looks[-1].taken_at == TAKEN_AT


def test_an_audit_that_is_in_the_past_already_is_there_once() -> None:
    one = server()
    known = (*looks(1, 2), Usage(TAKEN_AT, 12, refused_connections=4))
    trend = trend_of(report(facts_of(one)._replace(usage={"db1:3306": known})), one)
    assert trend is not None
    assert trend.looks == known


def test_refusals_since_the_last_audit_are_this_looks_own() -> None:
    counters = {"Uptime": 9_000, "Connection_errors_max_connections": 50}
    one = server(counters=counters)
    before = Earlier(TAKEN_AT - timedelta(hours=1), {"Uptime": 5_400, "Connection_errors_max_connections": 8})
    one = Server(**one._replace(earlier=before)._asdict())
    trend = trend_of(report(facts_of(one)._replace(usage={"db1:3306": looks(1)})), one)
    assert trend is not None
    assert trend.looks[-1].refused_connections == 42


def test_an_uptime_beyond_all_calendars_is_no_start() -> None:
    one = server(counters={"Uptime": 10**15})
    trend = trend_of(report(facts_of(one)._replace(usage={"db1:3306": looks(1)})), one)
    assert trend is not None
    assert trend.looks[-1].started_at is None


def test_no_past_no_trend() -> None:
    one = server()
    assert trend_of(report(facts_of(one)), one) is None
    assert trend_of(report(facts_of(one)._replace(usage={"db2:3306": looks(1, 2)})), one) is None


def test_a_trend_in_a_sentence() -> None:
    one = week()
    trend = trend_of(one, one.facts.servers[0])
    assert trend is not None
    assert trend.words == (
        f"since 14 Nov (7 d, {HOURS + 1} audits): 7 to 151 connections in use, 222 connections refused,"
        " no answer in 2 audits"
    )


@given(st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=1, max_size=200), st.integers(1, 50))
def test_buckets_keep_the_most_and_lose_no_look(connected: list[int | None], most: int) -> None:
    found = bucketed(looks(*connected), most)
    assert 1 <= len(found) <= max(most, 1) or len(found) == len(connected) <= most
    known = [one for one in connected if one is not None]
    peaks = [one.most_connections for one in found if one.most_connections is not None]
    assert max(peaks, default=None) == max(known, default=None)
    assert [one.begins_at for one in found] == sorted(one.begins_at for one in found)
    averages = [one.average_connections for one in found if one.average_connections is not None]
    assert all(0 <= one <= 1000 for one in averages)


def test_refusals_add_up_whatever_the_number_of_buckets() -> None:
    total = sum(one.refused_connections or 0 for one in a_week())
    assert total == 222
    assert {sum(one.refused_connections for one in bucketed(a_week(), most)) for most in (1, 7, 30, 500)} == {total}


def test_a_restart_is_seen_once_and_no_answer_is_a_gap() -> None:
    found = bucketed(a_week(), 500)
    assert sum(one.restarted for one in found) == 1
    unread = [one for one in found if one.was_unread]
    assert [one.most_connections for one in unread] == [None, None]


def test_a_start_worked_out_a_second_apart_is_no_restart() -> None:
    started = TAKEN_AT - timedelta(days=9)
    pair = tuple(Usage(TAKEN_AT + timedelta(hours=n), 1, started_at=started + timedelta(seconds=n)) for n in (0, 1))
    assert [one.restarted for one in bucketed(pair, 9)] == [False, False]


@pytest.mark.slow
def test_a_hundred_thousand_looks_become_few() -> None:
    begin = TAKEN_AT - timedelta(minutes=100_000)
    many = tuple(Usage(begin + timedelta(minutes=number), number % 151) for number in range(100_000))
    found = bucketed(many, 300)
    assert len(found) == 300
    assert {one.most_connections for one in found} == {150}


@pytest.mark.parametrize(("highest", "top"), [(None, 1), (0, 1), (1, 2), (9, 10), (12, 14), (151, 160), (5000, 5400)])
def test_a_scale_ends_above_the_highest_at_a_round_number(highest: int | None, top: int) -> None:
    assert top_of(bucketed((Usage(TAKEN_AT, highest),), 1)) == top
