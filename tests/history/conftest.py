"""Histories for tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from poolaudit.history import open_history
from poolaudit.history.store import History


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Name a history in a file that is not there yet."""
    return f"sqlite:///{tmp_path}/history.sqlite3"


@pytest.fixture
def history(url: str) -> Iterator[History]:
    """Open a new history in a file."""
    with open_history(url) as opened:
        yield opened
