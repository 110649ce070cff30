"""How a report looks where it goes: format, width, colour, encoding."""

import io
import os
from typing import TextIO

import pytest

from poolaudit.cli.output import Look, Output, look_of
from poolaudit.errors import CannotAuditError


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 99


def pipe(encoding: str = "utf-8") -> TextIO:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


@pytest.fixture(autouse=True)
def terminal_of_120(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((120, 40)))


def look(stream: TextIO | None, environ: dict[str, str] | None = None, **said: object) -> Look:
    return look_of(stream, environ or {}, **({"format": None, "no_color": False} | said))  # type: ignore[arg-type]  # each test says what it means


def test_a_terminal() -> None:
    assert look(Terminal(), {"TERM": "xterm"}) == Look("terminal", 120, color=True, ascii_only=False)


def test_a_pipe() -> None:
    assert look(pipe()) == Look("plain", None, color=False, ascii_only=False)


def test_a_file() -> None:
    assert look(None) == Look("plain", None, color=False, ascii_only=False)
    assert look(None, format="terminal") == Look("terminal", 80, color=False, ascii_only=False)


@pytest.mark.parametrize(
    ("environ", "no_color", "color"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, False, True),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_colours_on_a_terminal(environ: dict[str, str], no_color: bool, color: bool) -> None:
    assert look(Terminal(), environ, no_color=no_color).color is color


@pytest.mark.parametrize(("force", "color"), [(None, False), ("", False), ("0", False), ("1", True), ("true", True)])
def test_colours_in_a_pipe(force: str | None, color: bool) -> None:
    environ = {} if force is None else {"FORCE_COLOR": force}
    assert look(pipe(), environ, format="terminal").color is color
    assert look(pipe(), environ, format="plain").color is False


@pytest.mark.parametrize(
    ("columns", "width"),
    [("200", 200), ("0", 120), ("-5", 120), ("wide", 120), ("", 120), ("9999999", 120), ("²", 120)],
)
def test_columns_is_obeyed_where_it_is_a_width(columns: str, width: int) -> None:
    assert look(Terminal(), {"COLUMNS": columns}).width == width


def test_a_terminal_that_does_not_know_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> None:
        raise OSError(25, "Inappropriate ioctl for device")

    monkeypatch.setattr(os, "get_terminal_size", unknown)
    assert look(Terminal()).width == 80
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert look(Terminal()).width == 80


@pytest.mark.parametrize(
    ("encoding", "ascii_only"),
    [("utf-8", False), ("UTF8", False), ("utf-16", False), ("ascii", True), ("latin-1", True)],
)
def test_ascii_where_the_encoding_is_not_unicode(encoding: str, ascii_only: bool) -> None:
    assert look(pipe(encoding)).ascii_only is ascii_only
    assert look(Terminal(encoding)).ascii_only is ascii_only


def test_a_report_that_its_file_does_not_take_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CannotAuditError, match="No space left"):
        Output(None, "/dev/full", no_color=False).deliver("the report\n")
    printed = capsys.readouterr()
    assert printed.out == "the report\n"
    assert "printed here instead" in printed.err


@pytest.mark.parametrize("file", [None, "-"])
def test_a_report_without_a_file_is_printed(file: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(None, file, no_color=False)
    output.check()
    output.deliver("the report\n")
    assert capsys.readouterr().out == "the report\n"
