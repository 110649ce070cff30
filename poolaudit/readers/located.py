"""Values with where they are said: what a settings file is read into, before anyone asks what its words mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from poolaudit.facts.setting import Place

Scalar: TypeAlias = "str | int | float | bool | None"
Table: TypeAlias = "Mapping[str, Located]"

LONGEST_SETTING = 4096


class Symbol(str):
    """A name that a program means, as `NullPool` in `poolclass=NullPool`; a text in quotes is a plain str."""

    __slots__ = ()


_NAME = r"[A-Za-z_][A-Za-z0-9_.]{0,63}"
FILLED_IN = re.compile(
    rf"\$\{{(?P<variable>{_NAME})(?P<default>[:?+=-](?:[^{{}}]|\{{[^{{}}]*\}})*)?\}}"
    rf"|\$(?P<bare>[A-Z_][A-Z0-9_]{{0,63}})"
    rf"|%\((?P<key>{_NAME})\)s"
    r"|\$\{[^{}]*\}|\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?:(?!\{%|%\}).)*%\}|<%(?:(?!<%|%>).)*%>",
    re.DOTALL,
)
"""What programs other than the YAML reader fill in: shells, Compose, Spring, Jinja, Helm, ERB, ConfigParser."""
RESOLVERS = frozenset({"cf", "custom", "file", "opt", "param", "secret", "self", "ssm", "sys"})
"""Words before a colon in `${…}` that name another source than the environment, so that what follows is no default."""


@dataclass(frozen=True)
class Located:
    """A value and its place (None where it comes from no file).

    `unknown` says why the value cannot be known from the file, `note` how it came about where that is not plain.
    `is_template` is whether the value is merged into others (`<<: *default`), so that it stands for them only.
    `variable` is the environment variable that decides, of which this is the default, or what is known of it;
    `is_text_when_set` is whether the application takes what the variable says as it is, which is a text
    (`os.getenv("POOL_SIZE", 5)`).
    """

    value: "Scalar | Table | tuple[Located, ...]"
    place: Place | None = None
    unknown: str | None = None
    note: str | None = None
    is_template: bool = False
    variable: str | None = None
    is_text_when_set: bool = False

    @property
    def table(self) -> Table:
        """Its entries; none where it is no mapping."""
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def is_none(self) -> bool:
        """Whether it is known to be None: said as `None` or null, or nothing behind a key."""
        return self.value is None and self.why_unknown is None

    @property
    def holds_others(self) -> bool:
        """Whether it is a mapping or a list, so that there may be pools in it."""
        return isinstance(self.value, (Mapping, tuple))

    @property
    def why_unknown(self) -> str | None:
        """Why its value cannot be known: said by the file's reader, or seen in a text that something else fills in."""
        return self.unknown or (filled_in(self.value) if isinstance(self.value, str) else None)


def located(value: Any) -> Located:  # noqa: ANN401 - plain data of any kind, as a TOML or JSON reader gives it
    """Give plain data the form of a settings file's, without places."""
    if isinstance(value, Mapping):
        return Located({str(key): located(entry) for key, entry in value.items()})
    if isinstance(value, (list, tuple)):
        return Located(tuple(located(entry) for entry in value))
    return Located(value if isinstance(value, (bool, int, float)) or value is None else str(value))


def entries(found: Located | None) -> "tuple[Located, ...]":
    """Give the entries of a list; none where it is no list, or not there."""
    return found.value if found is not None and isinstance(found.value, tuple) else ()


def said(table: Table) -> dict[str, Located]:
    """Give a table less its empty texts: in an ini or a .env file most applications take one for "not said"."""
    return {key: found for key, found in table.items() if found.value != ""}


def filled_in(text: str) -> str | None:
    """Say what another program fills into a text, None where nothing is: `environment variable DB_POOL, no default`.

    A default is told only where it is a number, for a text may hold a password.
    """
    if len(text) > LONGEST_SETTING:
        return f"a text of {len(text)} characters is no setting"
    match = FILLED_IN.search(text)
    if match is None:
        return None
    if match["key"] is not None:
        return f"filled in from {match['key']}"
    is_from_elsewhere = match["variable"] in RESOLVERS and match["default"] is not None
    if is_from_elsewhere or (match["variable"] is None and match["bare"] is None):
        return "filled in by a template"
    return f"environment variable {match['variable'] or match['bare']}, {_default(match['default'])}"


def _default(text: str | None) -> str:
    if text is None or text.lstrip(":")[:1] in {"?", "+"}:
        return "no default"
    number = re.fullmatch(r"[:=-]{1,2}\s*(-?[0-9]{1,12})\s*", text)
    return f"default {number[1]}" if number else "with a default"
