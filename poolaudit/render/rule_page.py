"""A rule's page: its docstring with what is known of it besides, as Markdown."""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

from poolaudit.rule import Rule

AnyRule = Rule[Any, Any]
ABOUT = {
    "Server": "server",
    "Trend": "trend",
    "Pool": "pool",
    "Application": "application",
    "Fit": "fit",
    "Unread": "file",
    "Unreached": "unreached",
    "Ignore": "settings",
}
_ABOUT_IN_FULL = {
    "server": "a server",
    "trend": "a server and what its history shows",
    "pool": "a pool's settings",
    "application": "the pools that one process carries",
    "file": "a file that could not be read",
    "unreached": "a server that could not be audited",
    "fit": "a server and the pools that lead to it",
    "settings": "poolaudit's own settings",
}
_UNITS = {
    "_per_second": "per second",
    "_seconds": "seconds",
    "_share": "share of 1",
    "_ratio": "ratio",
    "_factor": "factor",
}


def about(rule: AnyRule) -> str:
    """Say in a word what the rule judges: server, pool, fit or settings."""
    return ABOUT[rule.about.__name__]


def options(rule: AnyRule) -> tuple[tuple[str, float, str], ...]:
    """Give the rule's options: name, default and unit."""
    return tuple((name, default, unit(name)) for name, default in rule.options._field_defaults.items())


def unit(option: str) -> str:
    """Say the unit that an option's name ends in: `max_sessions` counts sessions."""
    for ending, words in _UNITS.items():
        if option.endswith(ending):
            return words
    return option.rpartition("_")[2]


def rule_page(rule: AnyRule) -> str:
    """Give the rule's page: its title, what it is about, its text, and its options as they stand in a settings file."""
    title, _, text = cleandoc(rule.page).partition("\n")
    parts = [f"# {rule.code} {rule.name}", title, _facts(rule), text.strip(), *_options_part(rule), _ignore_part(rule)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(rule: AnyRule) -> str:
    said = [
        f"About {_ABOUT_IN_FULL[about(rule)]}",
        f"severity {rule.severity.word} unless it says otherwise",
        f"since {rule.since}",
    ]
    if rule.beside:
        said.append(f"only where {_either(rule.beside)} fires too")
    if rule.unless:
        said.append(f"only where {_either(rule.unless)} does not fire")
    return " · ".join(said)


def _either(codes: frozenset[str]) -> str:
    return " or ".join(sorted(codes))


def _options_part(rule: AnyRule) -> list[str]:
    table = options(rule)
    if not table:
        return []
    rows = [("option", "default", "unit"), *((f"`{name}`", f"{default:g}", words) for name, default, words in table)]
    return ["## Options", _described(rule), _markdown_table(rows)]


def _described(rule: AnyRule) -> str:
    """Give what the options' class says of itself, less what NamedTuple would write in its place."""
    text = rule.options.__doc__ or ""
    return "" if text.startswith(f"{rule.options.__name__}(") else cleandoc(text)


def _markdown_table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule_line = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule_line, *lines[1:]])


def _ignore_part(rule: AnyRule) -> str:
    lines = ["```toml"]
    if options(rule):
        lines.append(f"[rules.{rule.name}]")
        lines += [f"{name} = {default!r}" for name, default, _ in options(rule)]
        lines.append("")
    if about(rule) not in {"settings", "file"}:
        lines += ["[[ignore]]", f'rule = "{rule.name}"', 'reason = "why it is accepted"', "until = 2030-12-31", ""]
    return "\n".join(["## In poolaudit.toml", "", *lines[:-1], "```"]) if len(lines) > 1 else ""
