"""poolaudit's own settings: which file and what it says, and the options that stand over it."""

import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import click

from poolaudit.cli.command import option, together
from poolaudit.cli.values import words
from poolaudit.errors import UsageError

FILE = "poolaudit.toml"
PROJECT_FILE = "pyproject.toml"
LARGEST_BYTES = 1024 * 1024
FAIL_ON = ("error", "warning", "info", "never")
_AT_LINE = r"\s*\(at line (\d+), column \d+\)$"
_OWN_TABLE = rb"""(?m)^[ \t]*(?:\[.*poolaudit|\[[ \t]*["']?tool["']?[ \t]*\]|["']?tool["']?[ \t]*[.=])"""
"""What stands in a pyproject.toml that may say `tool.poolaudit`: reading one takes longer than a look at its lines."""


class Judging(NamedTuple):
    """What the command line says of how to judge."""

    fail_on: str | None
    strict: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    config: str | None

    def says_something(self) -> bool:
        """Whether there is a settings file or a selection, which may be wrong."""
        return bool(self.select or self.ignore or self.config or read_settings(None, os.getcwd())[1])


_SECTION = "Judging"
judging_options = together(
    "judging",
    Judging,
    option(
        _SECTION,
        "--fail-on",
        type=click.Choice(FAIL_ON),
        metavar="SEVERITY",
        help="Exit with 1 from here on: error, warning, info or never.  [default: error]",
    ),
    option(_SECTION, "--strict", is_flag=True, help="Exit with 4 where a rule could not be answered, if not with 1."),
    option(
        _SECTION,
        "--select",
        metavar="RULES",
        multiple=True,
        callback=words,
        help="Only these rules: codes, beginnings of codes (PA2) or names, comma separated.",
    ),
    option(_SECTION, "--ignore", metavar="RULES", multiple=True, callback=words, help="All but these rules."),
    option(_SECTION, "--config", metavar="FILE", help=f"Settings, in place of the nearest {FILE}."),
)


def read_settings(named: str | None, folder: str) -> tuple[str | None, Mapping[str, Any]]:
    """Give the settings file and its table: the one named, else the nearest from the folder upwards, else none."""
    if named is not None:
        table = _table(named, _read(named), needed=True)
        return named, table or {}
    while True:
        for name in (FILE, PROJECT_FILE):
            path = os.path.join(folder, name)
            table = _table(os.path.relpath(path), _read(path)) if os.path.isfile(path) else None
            if table is not None:
                return os.path.relpath(path), table
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            return None, {}


def table_of(settings: Mapping[str, Any], name: str, keys: Iterable[str], file: str | None) -> Mapping[str, Any]:
    """Give one table of the settings, empty where there is none; UsageError where it has a key that there is not."""
    table = settings.get(name, {})
    if not isinstance(table, Mapping):
        raise UsageError(f"{file}: {name} is to be a table, [{name}]")
    unknown = next((key for key in table if key not in keys), None)
    if unknown is not None:
        from poolaudit.policy import nearest  # noqa: PLC0415 - only when something is wrong

        raise UsageError(f"{file}: [{name}] has no key {unknown!r}{nearest(unknown, keys)}")
    return table


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the settings file {path} cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST_BYTES:
        raise UsageError(f"the settings file {path} is larger than 1 MiB")
    return content


def _table(path: str, content: bytes, *, needed: bool = False) -> Mapping[str, Any] | None:
    """Give poolaudit's table of a file; None for a pyproject.toml without one, unless it is needed."""
    if os.path.basename(path) != PROJECT_FILE:
        return _parse(path, content)
    may_say = b"poolaudit" in content and re.search(_OWN_TABLE, content) is not None
    tool = _parse(path, content).get("tool", {}) if may_say else {}
    table = tool.get("poolaudit") if isinstance(tool, Mapping) else None
    if table is None and needed:
        raise UsageError(f"{path} has no [tool.poolaudit]")
    if table is not None and not isinstance(table, Mapping):
        raise UsageError(f"{path}: tool.poolaudit is to be a table")
    return table


@cache
def _parse(path: str, content: bytes) -> Mapping[str, Any]:
    """Read TOML, once for all who ask."""
    import tomllib  # noqa: PLC0415 - only where there is a settings file

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8, which TOML is to be") from None
    except RecursionError:
        raise UsageError(f"{path} is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(_AT_LINE, str(error))
        message = re.sub(_AT_LINE, "", str(error))
        raise UsageError(f"{path}{f':{at[1]}' if at else ''}: no TOML: {message}") from None
