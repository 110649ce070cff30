"""What all tests share."""

import signal

import pytest

from tests.servers import fixtures


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures of the real servers known to every test, and let programs be interrupted.

    A run in the background of a shell begins with SIGINT ignored, and would hand that on to what it starts.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(fixtures, "poolaudit-servers")
