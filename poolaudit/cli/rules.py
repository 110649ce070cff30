"""`poolaudit rules`: lists the rules, or explains one."""

import json
from textwrap import wrap
from typing import NamedTuple

import click

from poolaudit.cli.command import Command, together
from poolaudit.cli.output import Look, Output, format_option, no_color_option
from poolaudit.cli.say import write_stdout
from poolaudit.errors import UsageError
from poolaudit.policy import AnyRule, nearest
from poolaudit.render.page import page_for_terminal
from poolaudit.render.rule_page import about, options, rule_page
from poolaudit.render.text import ascii_only
from poolaudit.rules import load_rules

NARROWEST_TITLE = 20
_PAINTS = {"error": "\x1b[31m", "warning": "\x1b[33m", "info": "\x1b[36m"}
_END = "\x1b[0m"
_FORMATS = ("terminal", "plain", "json")
_COLUMNS = ("code", "name", "severity", "about", "what it says")


class _Shown(NamedTuple):
    """What the command line says of how to show the rules."""

    format: str | None
    no_color: bool

    def look(self) -> Look:
        return Output(self.format, None, self.no_color).look()


@click.command("rules", cls=Command, short_help="List the rules, or explain one.")
@click.argument("rule", required=False, metavar="[CODE or NAME]")
@together("shown", _Shown, format_option(_FORMATS), no_color_option)
def command(rule: str | None, shown: _Shown) -> int:
    """List the rules, or explain one: what it means, what to do, its options.

    \b
    Examples:
      poolaudit rules
      poolaudit rules PA201
      poolaudit rules idle-in-transaction
      poolaudit rules --format json
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    rules, look = load_rules(), shown.look()
    if rule is not None:
        rules = (_named(rule, rules),)
    write_stdout(_text(rules, look, whole=rule is not None))
    return 0


def _named(name: str, rules: tuple[AnyRule, ...]) -> AnyRule:
    for rule in rules:
        if name.lower() in {rule.code.lower(), rule.name}:
            return rule
    known = [word for rule in rules for word in (rule.name, rule.code)]
    raise UsageError(f"no rule is called {name!r}{nearest(name, known)}", "poolaudit rules lists them all")


def _text(rules: tuple[AnyRule, ...], look: Look, *, whole: bool) -> str:
    if look.format == "json":
        return json.dumps({"schema": 1, "rules": [_as_json(rule) for rule in rules]}, indent=1) + "\n"
    if not whole:
        text = _table(rules, look)
    elif look.format == "terminal":
        text = page_for_terminal(rule_page(rules[0]), width=look.width or 80, color=look.color)
    else:
        text = rule_page(rules[0])
    return ascii_only(text) if look.ascii_only else text


def _as_json(rule: AnyRule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.word,
        "about": about(rule),
        "since": rule.since,
        "title": rule.title,
        "options": [{"name": name, "default": default, "unit": unit} for name, default, unit in options(rule)],
        "page": rule_page(rule),
    }


def _table(rules: tuple[AnyRule, ...], look: Look) -> str:
    rows: list[tuple[str, ...]] = [_COLUMNS] if look.format == "terminal" else []
    rows += [(rule.code, rule.name, rule.severity.word, about(rule), rule.title) for rule in rules]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "".join(_line(row, widths, look) + "\n" for row in rows)


def _line(row: tuple[str, ...], widths: list[int], look: Look) -> str:
    """Lay one row out; a title too long for a terminal goes on in its own column."""
    padded = [cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)]
    indent = sum(widths) + 2 * len(widths)
    room = (look.width or 0) - indent
    title = wrap(row[4], max(room, NARROWEST_TITLE)) if look.format == "terminal" else [row[4]]
    return "  ".join(_painted(cell, look) for cell in padded) + "  " + f"\n{' ' * indent}".join(title)


def _painted(cell: str, look: Look) -> str:
    paint = _PAINTS.get(cell.rstrip(), "") if look.color else ""
    return f"{paint}{cell}{_END}" if paint else cell
