"""What all tests share."""

import gc
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import is_hypothesis_test

from tests.servers import fixtures

HUGE_CHARACTERS = 10_000
HUGE_SAMPLE = "five-thousand"
"""The sample of a report with so many sessions."""
LONGEST_ID = 80


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures of the real servers known to every test, let programs be interrupted, look for garbage seldom.

    A run in the background of a shell begins with SIGINT ignored, and would hand that on to what it starts. Garbage is
    looked for among all that was collected, which takes one part in fifteen of a quick run.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.set_threshold(100_000, 50, 50)
    config.pluginmanager.register(fixtures, "poolaudit-servers")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by the beginning of a long text, not by all of it; leave every other name to pytest."""
    return f"{val[:LONGEST_ID]!a}…" if isinstance(val, str) and len(val) > LONGEST_ID else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of many inputs, or of a huge one, as slow: a contributor's quick run is to take half a minute.

    They do not count as coverage: to be traced takes them several times as long, a huge input reaches what a small one
    does, and what only a random one reaches may not be reached the next time.
    """
    for item in items:
        if isinstance(item, pytest.Function) and (is_hypothesis_test(item.obj) or _is_huge(item)):
            item.add_marker("slow")
            item.add_marker("no_cover")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let no_cover be so in the processes of pytest-xdist too.

    There pytest-cov (7.1) measures twice, one over the other: when it pauses the one, coverage resumes the other.
    """
    if item.get_closest_marker("no_cover") is None:
        yield
        return
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(trace)


def _is_huge(item: pytest.Function) -> bool:
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return any(value == HUGE_SAMPLE or (isinstance(value, str) and len(value) > HUGE_CHARACTERS) for value in values)
