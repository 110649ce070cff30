"""What an earlier audit saw of a server's counters, and whether it still says something about the server of now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

CLOCK_SECONDS = 5
"""How far two looks at one server may be apart in saying when it started, for each is cut to the second."""
DRIFT_SECONDS = 120
DRIFT_SHARE = 0.001
"""How much a clock may be set or drift between two audits, beyond which it is another server that answers."""


class Earlier(NamedTuple):
    """The counters as the last audit read them at `taken_at`, `Uptime` among them."""

    taken_at: datetime
    counters: Mapping[str, int]


class SinceEarlier(NamedTuple):
    """What lies between an earlier audit and now: how long it was, and whether the server started within it."""

    seconds: float
    restarted: bool


def since_earlier(earlier: Earlier, taken_at: datetime, uptime_seconds: int) -> SinceEarlier | None:
    """Say what lies between; None where the two cannot be compared.

    That is so where the earlier one is not earlier, or another server answers by the same name: it has been up for
    longer, or for less, than the one of then can have been without a restart in between.
    """
    elapsed = (taken_at - earlier.taken_at) / timedelta(seconds=1)
    if elapsed <= 0:
        return None
    if uptime_seconds < elapsed - CLOCK_SECONDS:
        return SinceEarlier(elapsed, restarted=True)
    then = earlier.counters.get("Uptime")
    if then is None:
        return None
    grown = uptime_seconds - then
    drift = abs(grown - elapsed)
    if grown <= 0 or drift > DRIFT_SECONDS + DRIFT_SHARE * elapsed:
        return None
    return SinceEarlier(float(grown), restarted=False)
