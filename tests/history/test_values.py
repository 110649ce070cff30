"""What goes into a database and comes out of it again."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from poolaudit.history.values import kept, rows_of

MOMENT = datetime(2026, 11, 21, 6, 0, 9, tzinfo=UTC)


def test_a_moment_is_kept_in_utc_and_to_the_second() -> None:
    seen = MOMENT.replace(microsecond=999_999).astimezone(timezone(timedelta(hours=-5)))
    assert kept({"taken_at": seen}) == {"taken_at": datetime(2026, 11, 21, 6, 0, 9)}  # noqa: DTZ001 - as databases have it


@pytest.mark.parametrize("found", ["2026-11-21 06:00:09.000000", MOMENT.replace(tzinfo=None)])
@pytest.mark.parametrize("name", ["taken_at", "since", "created_at", "taken_until", "delivered_at"])
def test_a_moment_comes_back_with_its_time_zone(name: str, found: object) -> None:
    assert rows_of(["id", name], [(1, found), (2, None)]) == [{"id": 1, name: MOMENT}, {"id": 2, name: None}]


@pytest.mark.parametrize("name", ["was_read", "late"])
def test_a_flag_comes_back_as_one(name: str) -> None:
    assert [row[name] for row in rows_of([name], [(0,), (1,), (True,)])] == [False, True, True]
    assert all(type(row[name]) is bool for row in rows_of([name], [(0,), (1,)]))


def test_a_text_is_kept_without_what_no_database_takes() -> None:
    values = {"label": "a\0b\udc80c\U0001f480", "message": b"\0\xff", "pid": None, "tries": 3}
    assert kept(values) == {"label": "a\\x00b\\udc80c\U0001f480", "message": b"\0\xff", "pid": None, "tries": 3}
