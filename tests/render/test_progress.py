"""The bar of a run over several servers: names are text, colours go where they are not wanted, and nothing stays."""

import io
import re

import pytest

from poolaudit.render.progress import progress_on

COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?3[0-9]")


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("NO_COLOR", raising=False)


def shown(*waiting: str, no_color: bool = False) -> str:
    stream = Terminal()
    with progress_on(stream, no_color=no_color) as move:
        move(2, 5, waiting)
    return stream.getvalue()


def test_it_says_how_far_it_is_and_for_whom_it_waits() -> None:
    assert "2/5" in shown("db1")
    assert "waiting for db1, db2, db3, 2 more" in shown("db1", "db2", "db3", "db4", "db5")


def test_names_are_text() -> None:
    text = shown("[red]db1[/red]", "db\x1b[2J2")
    assert "[red]db1[/red]" in text
    assert "\x1b[2J" not in text


def test_colours_are_left_out_where_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert COLOUR.search(shown("db1"))
    assert not COLOUR.search(shown("db1", no_color=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not COLOUR.search(shown("db1"))


def test_nothing_of_it_stays() -> None:
    assert shown("db1").endswith("\x1b[2K")
