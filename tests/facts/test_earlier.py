"""Whether the last audit still says something about the server of now."""

from datetime import UTC, datetime, timedelta

import pytest

from poolaudit.facts.earlier import Earlier, since_earlier

THEN = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
DAY = 86400


@pytest.mark.parametrize(
    ("after", "uptime_then", "uptime_now", "expected"),
    [
        (DAY, 100_000, 100_000 + DAY, (DAY, False)),
        (DAY, 100_000, 100_000 + DAY - 60, (DAY - 60, False)),  # a clock that was set
        (DAY, 100_000, DAY - 6, (DAY, True)),
        (DAY, 100_000, 0, (DAY, True)),
        (DAY, 30, DAY - 6, (DAY, True)),  # a restart just after the audit of then
        (DAY, 100_000, DAY + 1, None),  # another server, that started just before
        (DAY, 100_000, 900_000, None),  # another server, that is older
        (0, 100_000, 100_000, None),
        (-DAY, 100_000, 100_000, None),  # the clock went back
        (10, 5, 15, (10, False)),
    ],
)
def test_what_lies_between(after: int, uptime_then: int, uptime_now: int, expected: tuple[float, bool] | None) -> None:
    earlier = Earlier(THEN, {"Uptime": uptime_then})
    assert since_earlier(earlier, THEN + timedelta(seconds=after), uptime_now) == expected


def test_nothing_is_said_where_the_uptime_of_then_is_not_known() -> None:
    assert since_earlier(Earlier(THEN, {}), THEN + timedelta(days=1), 10 * DAY) is None
