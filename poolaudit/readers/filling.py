"""What a document leaves to be filled in: `${X}`, `${X:-5}`, `{{ x | default('5') }}` and their like.

A variable of the application's known environment gives its text, a default in the file itself gives that. Everything
else stays as it stands, and is unknown to whoever reads it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from poolaudit.facts.pool import Place
from poolaudit.readers.document import Document
from poolaudit.readers.located import FILLED_IN, LONGEST_SETTING, Located

Environment = Mapping[str, Located]
_HOLES = ("$", "{{", "%(")
_JINJA_DEFAULT = re.compile(
    r"""\{\{-?\s*(?P<name>[\w.\[\]'"]{1,100})\s*\|\s*(?:default|d)\s*\(\s*(?P<default>'[^']*'|"[^"]*"|[\w.+-]*)"""
    r"""\s*(?:,\s*\w+\s*)?\)\s*(?:\|\s*\w+\s*)*-?\}\}"""
)
_DEFAULT = re.compile(r":?[-=](?P<text>.*)|:(?P<spring>[^?+].*)|:", re.DOTALL)


def filled(document: Document, environment: Environment) -> Document:
    """Give a document with its holes filled in, as far as the environment and its own defaults fill them."""
    if not any(hole in document.text for hole in _HOLES):
        return document
    filling = _Filling(environment)
    return replace(document, roots=tuple(filling.of(root) for root in document.roots))


def filled_table(table: Mapping[str, Located], environment: Environment) -> dict[str, Located]:
    """Fill a table of variables in from an environment and from itself: a .env file's own may name each other."""
    filling = _Filling({**table, **environment})
    return {name: filling.of(found) for name, found in table.items()}


class _Filling:
    """Fills in one document's values, each once: aliases may share them."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.done: dict[int, tuple[Located, Located]] = {}

    def of(self, found: Located) -> Located:
        """Give a value with what is in it filled in."""
        if id(found) not in self.done:
            self.done[id(found)] = (found, self._fresh(found))
        return self.done[id(found)][1]

    def _fresh(self, found: Located) -> Located:
        if isinstance(found.value, Mapping):
            return replace(found, value={key: self.of(entry) for key, entry in found.value.items()})
        if isinstance(found.value, tuple):
            return replace(found, value=tuple(self.of(entry) for entry in found.value))
        if isinstance(found.value, str) and len(found.value) <= LONGEST_SETTING and found.unknown is None:
            return self._text(found, found.value)
        return found

    def _text(self, found: Located, text: str) -> Located:
        notes: list[tuple[str | None, str]] = []
        # A default within a default is filled first: ${A:-${B:-5}}.
        value = text
        for _ in range(3):
            again = _JINJA_DEFAULT.sub(lambda hole: self._template(hole, notes), value)
            again = FILLED_IN.sub(lambda hole: self._variable(hole, notes), again)
            if again == value:
                break
            value = again
        if value == text:
            return found
        variable, note = notes[-1]
        place = Place(found.place.file, found.place.line) if found.place is not None else None
        return replace(found, value=value, place=place, variable=variable, note=note)

    def _template(self, hole: "re.Match[str]", notes: list[tuple[str | None, str]]) -> str:
        notes.append((hole["name"], "the template's own default"))
        return hole["default"].strip("'\"")

    def _variable(self, hole: "re.Match[str]", notes: list[tuple[str | None, str]]) -> str:
        name = hole["variable"] or hole["bare"]
        if name is None:
            return hole[0]
        known = self.environment.get(name)
        if known is not None and known.why_unknown is None:
            notes.append((None, f"environment variable {name}{f' ({known.place})' if known.place else ''}"))
            return str(known.value)
        default = _DEFAULT.fullmatch(hole["default"] or "")
        if default is None:
            return hole[0]
        notes.append((name, f"the default of environment variable {name}"))
        return (default["text"] if default["text"] is not None else default["spring"]) or ""
