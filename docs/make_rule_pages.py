"""Writes docs/rules: one page a rule, and README.md, their index. `--check` only says what is not current."""

import sys
from collections.abc import Iterator
from pathlib import Path

from generated import main

from poolaudit.policy import AnyRule
from poolaudit.render.rule_page import about, rule_page
from poolaudit.rules import load_rules

FOLDER = Path(__file__).parent / "rules"
GROUPS = {
    "1": "capacity",
    "2": "sessions",
    "3": "timeouts",
    "4": "ended badly",
    "5": "accounts",
    "6": "pool settings",
    "7": "pool against server",
    "8": "between pool and server",
    "9": "the audit itself",
}
INTRODUCTION = """# The rules

What poolaudit judges. Each page says what a rule means, why it matters, what to do, which facts make it fire and which
leave it quiet, and what of it can be set in `poolaudit.toml`. `poolaudit rules CODE` prints the same page.

A rule that could not look (a privilege, a table, a switched-off part of the server) never passes: it is *unanswered*,
and the report says what would let it look. The severity given here is the usual one; a page says when it differs.
"""


def index(rules: tuple[AnyRule, ...]) -> str:
    """Give the index, a table for each group of codes."""
    return "\n".join([INTRODUCTION, *(line for digit in GROUPS for line in _group(digit, rules))])


def _group(digit: str, rules: tuple[AnyRule, ...]) -> Iterator[str]:
    members = [rule for rule in rules if rule.code[2] == digit]
    if members:
        yield f"## PA{digit}xx {GROUPS[digit]}\n"
        yield "| code | name | severity | about | what it says |\n|---|---|---|---|---|"
        yield from (
            f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.word} | {about(rule)} | {rule.title} |"
            for rule in members
        )
        yield ""


if __name__ == "__main__":
    found = load_rules()
    pages = {FOLDER / f"{rule.code}.md": rule_page(rule) for rule in found}
    sys.exit(main("make_rule_pages.py", pages | {FOLDER / "README.md": index(found)}, set(FOLDER.glob("*.md"))))
