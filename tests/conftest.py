"""What all tests share."""

import pytest

from tests.servers import fixtures


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures of the real servers known to every test."""
    config.pluginmanager.register(fixtures, "poolaudit-servers")
