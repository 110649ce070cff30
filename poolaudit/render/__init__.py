"""Turns a report into text: a view that says it once, and one module a format."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from poolaudit.report import Report  # a command that asks for the formats' names needs no report yet
    from poolaudit.rule import Rule  # the same

FORMATS = {
    "terminal": "poolaudit.render.terminal",
    "plain": "poolaudit.render.plain",
    "json": "poolaudit.render.json_format",
    "sarif": "poolaudit.render.sarif",
    "github": "poolaudit.render.github",
    "junit": "poolaudit.render.junit",
    "html": "poolaudit.render.html",
    "markdown": "poolaudit.render.markdown",
    "nagios": "poolaudit.render.nagios",
    "openmetrics": "poolaudit.render.openmetrics",
}
DEFAULT_WIDTH = 80
_LISTS_RULES = frozenset({"sarif"})


class _Format(Protocol):
    def __call__(  # noqa: PLR0913 - what the command line can ask of a format, each by name
        self,
        report: "Report",
        *,
        width: int,
        color: bool,
        ascii_only: bool,
        show_queries: bool,
        all_clients: bool,
        **rules: "Iterable[Rule[Any, Any]]",
    ) -> str: ...


def _no_rules() -> "tuple[Rule[Any, Any], ...]":
    return ()


def prepare(format: str) -> None:  # noqa: A002 - the option's own name
    """Import what a format needs, for a moment at which there is nothing better to do."""
    import_module(FORMATS[format])


def render(  # noqa: PLR0913 - what the command line can ask of a format, each by name
    report: "Report",
    format: str,  # noqa: A002 - the option's own name
    *,
    width: int | None,
    color: bool,
    ascii_only: bool = False,
    show_queries: bool = False,
    all_clients: bool = False,
    rules: "Callable[[], Iterable[Rule[Any, Any]]]" = _no_rules,
) -> str:
    """Give a report as text that ends with a newline; the same report and arguments give the same text.

    `format` is one of FORMATS (KeyError otherwise). `width` is the terminal's in columns, None where there is none.
    `ascii_only` keeps to ASCII for an output whose encoding is not UTF-8. `show_queries` shows statements' texts in
    place of their digests, `all_clients` every client. A format passes over what means nothing to it.

    `rules` gives every rule there is, also those that judged nothing. It is called only for a format that lists them:
    a scan does not load them all, and this package knows rules by their type alone.
    """
    text_of: _Format = import_module(FORMATS[format]).text_of
    return text_of(
        report,
        width=width or DEFAULT_WIDTH,
        color=color,
        ascii_only=ascii_only,
        show_queries=show_queries,
        all_clients=all_clients,
        **({"rules": rules()} if format in _LISTS_RULES else {}),
    )
