"""Where a report goes and how it looks there."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TextIO

import click

from poolaudit.cli.command import Decorator, option, together
from poolaudit.cli.files import check_writable, write_file
from poolaudit.cli.say import remark, write_stdout
from poolaudit.errors import CannotAuditError
from poolaudit.render import DEFAULT_WIDTH, FORMATS

STDOUT = "-"


class Look(NamedTuple):
    """How a report is to look: `width` in columns, None for no limit."""

    format: str
    width: int | None
    color: bool
    ascii_only: bool


class Output(NamedTuple):
    """What the command line says of the report's way out."""

    format: str | None
    file: str | None
    no_color: bool

    @property
    def to_stdout(self) -> bool:
        """Whether it goes to standard output."""
        return self.file in {None, STDOUT}

    def check(self) -> None:
        """Raise UsageError where the file cannot be written, before a server is asked."""
        if self.file is not None and not self.to_stdout:
            check_writable(self.file)

    def look(self) -> Look:
        """Give the look by what was asked for, the environment, and where the report goes."""
        stream = sys.stdout if self.to_stdout else None
        return look_of(stream, os.environ, format=self.format, no_color=self.no_color)

    def deliver(self, text: str) -> None:
        """Write the report. Where its file cannot be written it goes to standard output, so that it is not lost."""
        if self.file is None or self.to_stdout:
            write_stdout(text)
            return
        try:
            write_file(self.file, text)
        except CannotAuditError:
            remark("poolaudit: warning: the report is printed here instead, since its file could not be written")
            write_stdout(text)
            raise


_SECTION = "Output"


def format_option(formats: Iterable[str]) -> Decorator[Any]:
    """Make the option that chooses one of the formats."""
    *first, last = formats
    return option(
        _SECTION,
        "--format",
        type=click.Choice((*first, last)),
        metavar="FORMAT",
        help=f"{', '.join(first)} or {last}.  [default: terminal on a terminal, else plain]",
    )


no_color_option = option(_SECTION, "--no-color", is_flag=True, help="No colours; $NO_COLOR says the same.")
output_options = together(
    "output",
    Output,
    format_option(FORMATS),
    option(_SECTION, "-o", "--output", "file", metavar="FILE", help="Write the report to a file, whole or not at all."),
    no_color_option,
)


def look_of(stream: TextIO | None, environ: Mapping[str, str], *, format: str | None, no_color: bool) -> Look:  # noqa: A002 - the option's name
    """Say how a report is to look on a stream, None standing for a file.

    Colours are for terminals: $NO_COLOR and --no-color take them away, TERM=dumb too, $FORCE_COLOR brings them to a
    pipe. $COLUMNS is obeyed; without it a terminal is asked and a pipe has no width, but for the format `terminal`.
    """
    is_terminal = stream is not None and stream.isatty()
    name = format or ("terminal" if is_terminal else "plain")
    width = _columns(environ) or (_terminal_width(stream) if stream is not None and is_terminal else None)
    return Look(
        format=name,
        width=width or (DEFAULT_WIDTH if name == "terminal" else None),
        color=name == "terminal" and _wants_color(environ, is_terminal=is_terminal, no_color=no_color),
        ascii_only=stream is not None and not _is_unicode(stream),
    )


def _wants_color(environ: Mapping[str, str], *, is_terminal: bool, no_color: bool) -> bool:
    if no_color or environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return is_terminal and environ.get("TERM") != "dumb"


def _columns(environ: Mapping[str, str]) -> int | None:
    text = environ.get("COLUMNS", "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) > 0 else None  # noqa: PLR2004 - a width has few digits


def _terminal_width(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):
        return DEFAULT_WIDTH


def _is_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")
