"""Fills in what other programs would: `${X:-5}`, `%(X)s`, `{{ x | default('5') }}`, from an environment and defaults.

A value with a default in the file is known, and so is one whose variable the environment says; else the text stays as
it is, and Located.why_unknown tells of it. In YAML, JSON and TOML a filled-in text that reads as a number or a switch
is one, for the application's loader makes it one; an ini and a .env file hold nothing but texts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, Kind, may_be_filled
from poolaudit.readers.located import FILLED_IN, LONGEST_SETTING, RESOLVERS, Located, Scalar

MOST_FILLED = 2_000_000
"""Characters, in all of a file."""
MOST_LEVELS = 2
"""How deeply defaults may hold defaults: `${A:-${B:-5}}`."""

_DEFAULT = re.compile(r":?[-=](?P<shell>.*)|:(?P<spring>[^-=?+].*|)", re.DOTALL)
_TEMPLATE = re.compile(
    r"\{\{-?\s*(?P<name>[A-Za-z_.][\w.]{0,63})\s*\|\s*default"
    r"(?:\(\s*(?P<quote>['\"]?)(?P<jinja>[^'\"(){}|,]{0,200}?)(?P=quote)\s*(?:,\s*\w{1,10}\s*)?\)"
    r"|\s+(?P<mark>['\"]?)(?P<helm>[^'\"(){}|\s]{0,200})(?P=mark))"
    r"\s*(?:\|\s*\w{1,10}\s*)*-?\}\}"
)
_RESOLVED = re.compile(
    r"\$\{(?:oc\.)?env:(?P<name>[A-Za-z_]\w{0,63})(?:,\s*['\"]?(?P<default>[^'\"{},]{0,200})['\"]?)?\}"
)
"""OmegaConf's and Serverless's way: `${oc.env:X,5}`, `${env:X, '5'}`."""
_PASSWORD = re.compile(r"\s*[\w+\ufffc]+://[^:/@]*:(?P<password>[^@]*)@")
_NUMBER = re.compile(r"[+-]?[0-9]{1,13}(?P<fraction>\.[0-9]{1,6})?")
_SWITCHES = {"true": True, "True": True, "false": False, "False": False}
_TYPED = frozenset({Kind.YAML, Kind.JSON, Kind.TOML})


def filled(document: Document, environment: Mapping[str, Located]) -> Document:
    """Fill in all that a data file says; CannotAuditError where aliases or the environment make too much of it."""
    if not may_be_filled(document):
        return document
    filling = _Filling(document.path, environment, is_typed=document.kind in _TYPED)
    return document._replace(roots=tuple(filling.located(root) for root in document.roots))


def filled_value(found: Located, environment: Mapping[str, Located]) -> Located:
    """Fill in a value of no file, and all within it."""
    return _Filling("", environment, is_typed=True).located(found)


@dataclass(frozen=True)
class _Part:
    """What stands for a hole: a text, whose default or variable it is, and where it stands within the whole text."""

    text: str
    note: str
    variable: str | None = None
    said: Located | None = None
    begins: int | None = None
    why: str | None = None


@dataclass
class _Filling:
    path: str
    environment: Mapping[str, Located]
    is_typed: bool
    done: dict[int, Located] = field(default_factory=dict)
    spent: int = 0

    def located(self, found: Located) -> Located:
        """Fill in a value and all within it, each once however many aliases lead to it."""
        if id(found) not in self.done:
            self.done[id(found)] = self._fresh(found)
        return self.done[id(found)]

    def _fresh(self, found: Located) -> Located:
        if isinstance(found.value, tuple):
            return replace(found, value=tuple(self.located(one) for one in found.value))
        if isinstance(found.value, Mapping):
            return replace(found, value={key: self.located(one) for key, one in found.value.items()})
        if isinstance(found.value, str) and len(found.value) <= LONGEST_SETTING and found.unknown is None:
            return self._text(found, found.value)
        return found

    def _text(self, found: Located, text: str) -> Located:
        whole = FILLED_IN.fullmatch(text.strip())
        if whole is not None:
            part = self._part(whole, MOST_LEVELS)
            return self._whole(found, text, part) if part is not None else found
        return self._in_part(found, text) if FILLED_IN.search(text) is not None else found

    def _whole(self, found: Located, text: str, part: _Part) -> Located:
        """Give what a value is that is filled in as a whole."""
        place = part.said.place if part.said is not None else _place_of_default(found.place, text, part)
        if part.why is not None:
            return replace(found, value=None, unknown=part.why, place=place, variable=part.variable)
        if self.is_typed and not part.text:
            why = f"{part.note} is empty" if part.said is None else f"{part.note} is set to nothing"
            return replace(found, value=None, unknown=why, place=place, variable=part.variable)
        value = _typed(part.text) if self.is_typed else part.text
        return replace(found, value=value, place=place, variable=part.variable, note=part.note)

    def _in_part(self, found: Located, text: str) -> Located:
        """Fill in what can be within a text. A password is filled in by no environment: the file does not say it."""
        masked = FILLED_IN.sub(lambda hole: "\ufffc" * len(hole[0]), text)
        url = _PASSWORD.match(masked)
        secret = url.span("password") if url is not None else (-1, -1)
        notes: list[str] = []

        def put(hole: re.Match[str]) -> str:
            part = self._part(hole, MOST_LEVELS)
            is_secret = secret[0] <= hole.start() < secret[1]
            if part is None or part.why is not None or (is_secret and (part.said is not None or "@" in part.text)):
                return hole[0]
            if not is_secret:
                notes.append(part.note)
            return part.text

        value = FILLED_IN.sub(put, text)
        self._spend(value)
        if value == text:
            return found
        note = f"with {' and '.join(dict.fromkeys(notes))}" if notes else found.note
        return replace(found, value=value, place=found.place and found.place.without_columns, note=note)

    def _spend(self, text: str) -> None:
        self.spent += len(text)
        if self.spent > MOST_FILLED:
            raise CannotAuditError(f"{self.path}: what is filled in makes too much of a settings file")

    def _part(self, hole: re.Match[str], levels: int) -> _Part | None:
        """Give what stands for a hole, None where that is not known."""
        template = _TEMPLATE.fullmatch(hole[0])
        if template is not None:
            group = "jinja" if template["jinja"] is not None else "helm"
            note = f"the default of template variable {template['name']}"
            return _Part(template[group], note, begins=template.start(group))
        name, default = _named(hole)
        if name is None:
            return None
        said = self.environment.get(name)
        if said is not None and (said.unknown is not None or said.value or not default.is_for_empty):
            return self._said(name, said)
        return self._with_default(name, default, levels) if default.text is not None else None

    def _said(self, name: str, said: Located) -> _Part:
        note = f"environment variable {name}"
        return _Part("" if said.value is None else str(said.value), note, name, said, why=said.unknown)

    def _with_default(self, name: str, default: "_Default", levels: int) -> _Part | None:
        text = default.text or ""
        note = f"the default of environment variable {name}"
        if FILLED_IN.search(text) is None:
            return _Part(text, note, name, begins=default.begins)
        inner = FILLED_IN.fullmatch(text.strip())
        part = self._part(inner, levels - 1) if inner is not None and levels else None
        return replace(part, begins=None) if part is not None else None


@dataclass(frozen=True)
class _Default:
    """A default's text, whether it counts for a variable that is set to nothing, and where it begins in the hole."""

    text: str | None
    is_for_empty: bool = False
    begins: int = 0


_NO_DEFAULT = _Default(None)


def _named(hole: re.Match[str]) -> tuple[str | None, _Default]:
    """Give the environment variable that a hole names, None where it names none, and its default."""
    resolved = _RESOLVED.fullmatch(hole[0])
    if resolved is not None:
        return resolved["name"], _Default(resolved["default"], begins=resolved.start("default"))
    if hole["variable"] in RESOLVERS and hole["default"]:
        return None, _NO_DEFAULT
    if hole["key"] is not None:
        return hole["key"].removeprefix("ENV_"), _NO_DEFAULT
    return hole["variable"] or hole["bare"], _default(hole)


def _default(hole: re.Match[str]) -> _Default:
    written = hole["default"] or ""
    match = _DEFAULT.fullmatch(written)
    if match is None:
        return _NO_DEFAULT
    group = "shell" if match["shell"] is not None else "spring"
    begins = hole.start("default") - hole.start() + match.start(group)
    return _Default(match[group], written.startswith((":-", ":=")), begins)


def _place_of_default(place: Place | None, text: str, part: _Part) -> Place | None:
    """Give the place of a default within its literal, as far as the literal is written as it reads."""
    if place is None or place.column is None or place.end_column is None or part.begins is None or not part.text:
        return place and place.without_columns
    quotes = place.end_column - place.column - len(text)
    if quotes not in {0, 2}:
        return place.without_columns
    begins = place.column + quotes // 2 + len(text) - len(text.lstrip()) + part.begins
    return Place(place.file, place.line, begins, begins + len(part.text))


def _typed(text: str) -> Scalar:
    """Read a text as YAML would, as far as a setting goes."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return _SWITCHES.get(text.strip(), text)
    return float(match[0]) if match["fraction"] else int(match[0])
