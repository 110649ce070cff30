"""Sessions that the server ended for idleness, and servers that do not count them."""

import pytest

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.reaped import reaped
from poolaudit.facts.server import Server
from tests.facts_toml import server_over_healthy


def server(version: str) -> Server:
    rows = [("app", 4031, 3), ("app", 1045, 5), ("etl", 4031, 0)]
    errors = [{"user": user, "host": "h", "error": error, "raised": raised} for user, error, raised in rows]
    return server_over_healthy({"version": version, "errors": errors})


@pytest.mark.parametrize("version", ["8.0.24", "8.4.3", "9.7.4-2", "26.10.0", "unheard of"])
def test_counted(version: str) -> None:
    assert [(one.user, one.raised) for one in reaped(server(version))] == [("app", 3)]


@pytest.mark.parametrize("version", ["8.0.23", "8.0.11-log", "5.7.44"])
def test_not_counted_by_older_servers(version: str) -> None:
    with pytest.raises(FactMissingError, match=r"8\.0\.24 brought 4031"):
        reaped(server(version))


def test_not_counted_where_it_cannot_be_read() -> None:
    with pytest.raises(FactMissingError, match="errors"):
        reaped(server_over_healthy({"missing": ["errors"]}))
