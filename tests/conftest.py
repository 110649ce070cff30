"""What all tests share."""

import signal

import pytest
from hypothesis import is_hypothesis_test

from tests.servers import fixtures


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures of the real servers known to every test, and let programs be interrupted.

    A run in the background of a shell begins with SIGINT ignored, and would hand that on to what it starts.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(fixtures, "poolaudit-servers")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that try many inputs as slow: a contributor's quick run is to take half a minute."""
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("slow")
