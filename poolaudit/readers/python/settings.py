"""What an instance of pydantic's settings holds: the environment's word, else a file of variables', else the default.

Run: pydantic-settings 2.16 and pydantic 1.10. What is given to the instance beats the process's environment, which
beats `env_file`, which beats the default; of a nested model, variables for its fields and JSON for all of it are laid
over each other, and where any is given the field's own default counts no more, but those of the model's class.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from poolaudit.readers.environment import like
from poolaudit.readers.located import Located, Table
from poolaudit.readers.python.fields import Field, fields_of
from poolaudit.readers.python.records import Record
from poolaudit.readers.python.settings_config import Config, Option, config_of, names_of
from poolaudit.readers.python.validators import changed_by
from poolaudit.readers.texts import as_json, as_switch

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

_Said: TypeAlias = Callable[[Field], Located | None]
_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,13}(?:_[0-9]{1,13})*\s*")
_WHOLE_AS_FLOAT = re.compile(r"\s*([+-]?[0-9]{1,13})\.0+\s*")


def settings_record(values: "Values", name: str, given: Table, over: dict[str, Option]) -> Record:
    """Make an instance of a class of settings; `given` are its own keywords, `over` those that say how to read."""
    return _Settings(values, name, given, over).record()


def variables_read(values: "Values", name: str) -> frozenset[str]:
    """Give the variables that a class of settings reads, in capitals."""
    made = _Settings(values, name, {}, {})
    return frozenset(one.upper() for field in made.fields.values() for one in made.all_names(field))


class _Names(NamedTuple):
    """The variables of a field, and how many fields it stands within."""

    names: tuple[str, ...]
    depth: int = 0

    def of(self, field: str, config: Config) -> "_Names":
        """Give those of a field within it; none where no variable is taken apart so that it comes to that."""
        depth = self.depth + 1
        is_last = depth == config.max_split
        is_apart = is_last or (
            config.key(config.delimiter) not in config.key(field) and not 0 < config.max_split < depth
        )
        reached = bool(config.delimiter) and is_apart
        return _Names(tuple(f"{name}{config.delimiter}{field}" for name in self.names) if reached else (), depth)


class _Source:
    """The variables of one place."""

    def __init__(self, table: Table, config: Config) -> None:
        self.config = config
        self.table = {
            config.key(name): (name, found)
            for name, found in table.items()
            if not (config.ignores_empty and found.value == "")
        }

    def said(self, field: Field) -> Located | None:
        """Give what is said of a field, a table of what is said of a model's; None where nothing is."""
        for name in names_of(field, self.config):
            found = self._one(name)
            if field.model is None and field.kind != "json":
                if found is not None:
                    return found
                continue
            whole = as_json(found) if found is not None else None
            parts = self._parts(name)
            if whole is not None or parts is not None:
                return _over(whole, parts)
        return None

    def _one(self, name: str) -> Located | None:
        found = self.table.get(self.config.key(name))
        return _noted(*found) if found is not None else None

    def _parts(self, name: str) -> Located | None:
        """Put together what variables say of the fields of one: APP_DB__POOL_SIZE of pool_size in db."""
        if not self.config.delimiter:
            return None
        begin = self.config.key(f"{name}{self.config.delimiter}")
        whole: Located | None = None
        for key, (written, found) in self.table.items():
            if key.startswith(begin):
                rest = key[len(self.config.key(name)) :]
                path = rest.split(self.config.key(self.config.delimiter), self._splits())[1:]
                one = _noted(written, found)
                for part in reversed(path):
                    one = Located({part: one})
                whole = _over(whole, one)
        return whole

    def _splits(self) -> int:
        return self.config.max_split if self.config.max_split > 0 else -1


class _Settings:
    """One class of settings, with the variables that are known where it stands."""

    def __init__(self, values: "Values", name: str, given: Table, over: dict[str, Option]) -> None:
        self.values = values
        self.name = name
        self.given = given
        self.config = config_of(values, name, over)
        self.fields = fields_of(values, name)

    def record(self) -> Record:
        sources = self._sources()
        made = {}
        for field in self.fields.values():
            said: Located | None = None
            for source in reversed(sources):
                said = _over(said, source(field))
            why = changed_by(field, self.values, self.name) or self.config.why_unknown
            names = _Names(names_of(field, self.config))
            if why is not None:
                made[field.name] = Located(None, field.values.module.line_of(field.node), unknown=why)
            elif said is not None:
                made[field.name] = self._taken(field, said, names, is_checked=True)
            else:
                made[field.name] = self._default(field, names, is_checked=True)
        return Record(made, self.values, self.name)

    def _sources(self) -> list[_Said]:
        """Give what asks each source for a field, the first before the others."""
        module = self.values.module
        files: dict[str, Located] = {}
        for name in reversed(self.config.files):
            files |= module.variables_of(name, module.path)
        by_name = {
            "init": self._init,
            "env": _Source(module.environment, self.config).said,
            "dotenv": _Source(files, self.config).said,
        }
        return [by_name[name] for name in self.config.sources if name in by_name]

    def _init(self, field: Field) -> Located | None:
        alias = field.keyword("alias")
        other = alias.value if isinstance(alias, ast.Constant) else None
        return self.given.get(field.name, self.given.get(str(other)))

    def all_names(self, field: Field) -> list[str]:
        """Give a field's variables, and those of the fields within it."""
        own = _Names(names_of(field, self.config))
        inner = fields_of(*field.model) if field.model is not None else {}
        return [*own.names, *(name for one in inner for name in own.of(one, self.config).names)]

    def _taken(self, field: Field, said: Located, names: _Names, *, is_checked: bool) -> Located:
        """Give what pydantic makes of what is said of a field."""
        if said.why_unknown is not None:
            return said
        if field.model is None or not isinstance(said.value, Mapping) or isinstance(said.value, Record):
            return converted(said, field.kind, self.config) if field.kind else self._as_default(field, said)
        before = field.default_value() if self.config.updates_defaults else None
        base = before.value if before is not None and isinstance(before.value, Record) else {}
        given = {self.config.key(key): found for key, found in said.table.items()}
        made = {}
        for one in fields_of(*field.model).values():
            mine = next((given[self.config.key(key)] for key in _keys(one) if self.config.key(key) in given), None)
            deeper = names.of(one.name, self.config)
            why = changed_by(one, *field.model)
            if why is not None:
                made[one.name] = Located(None, one.values.module.line_of(one.node), unknown=why)
            elif mine is not None:
                made[one.name] = self._taken(one, mine, deeper, is_checked=is_checked)
            elif one.name in base:
                made[one.name] = self._of_default(base[one.name], deeper)
            else:
                made[one.name] = self._default(one, deeper, is_checked=False)
        return replace(said, value=Record(made, *field.model))

    def _as_default(self, field: Field, said: Located) -> Located:
        """Take a text for a field of a type that is not known for a value of its default's kind."""
        default = field.default_value()
        if not isinstance(said.value, str) or default is None or default.holds_others:
            return said
        return replace(said, value=like(default.value, said.value))

    def _default(self, field: Field, names: _Names, *, is_checked: bool) -> Located:
        default = field.default_value()
        if default is None and field.model is not None:
            return self._taken(field, Located({}, field.values.module.line_of(field.node)), names, is_checked=False)
        if default is None or default.is_none:
            return self._missing(field, names)
        if is_checked and isinstance(default.value, str) and default.why_unknown is None:
            default = converted(default, field.kind, self.config)
        return self._of_default(default, names)

    def _missing(self, field: Field, names: _Names) -> Located:
        place = field.values.module.line_of(field.node)
        if not names.names:
            return Located(None, place, unknown=f"{field.name} has no default")
        name = self.config.shown(names.names[0])
        why = f"environment variable {name}, no default"
        return Located(None, place, unknown=why, variable=name, is_text_when_set=field.kind == "str")

    def _of_default(self, default: Located, names: _Names) -> Located:
        """Say of a default which variable would decide."""
        if isinstance(default.value, Record):
            fields = {key: self._of_default(found, names.of(key, self.config)) for key, found in default.value.items()}
            return replace(default, value=Record(fields, default.value.within, default.value.owner))
        if not names.names or default.why_unknown is not None or default.variable is not None:
            return replace(default, is_text_when_set=False)
        name = self.config.shown(names.names[0])
        place = default.place and default.place.without_columns
        return replace(
            default, place=place, variable=name, note=f"the default of environment variable {name}",
            is_text_when_set=False,
        )  # fmt: skip


def _keys(field: Field) -> tuple[str, ...]:
    alias = field.keyword("validation_alias") or field.keyword("alias")
    named = alias.value if isinstance(alias, ast.Constant) else None
    return (named, field.name) if isinstance(named, str) else (field.name,)


def _noted(name: str, found: Located) -> Located:
    return replace(found, note=f"environment variable {name}")


def _over(under: Located | None, over: Located | None) -> Located | None:
    """Lay one word over another: of two tables all keys, else the upper."""
    if under is None or over is None:
        return under if over is None else over
    both = isinstance(under.value, Mapping) and isinstance(over.value, Mapping)
    if not both or isinstance(over.value, Record) or isinstance(under.value, Record):
        return over
    keys = dict.fromkeys((*under.table, *over.table))
    merged = {key: _over(under.table.get(key), over.table.get(key)) for key in keys}
    return replace(over, value={key: found for key, found in merged.items() if found is not None})


def converted(found: Located, kind: str, config: Config) -> Located:  # noqa: PLR0911 - one return a kind
    """Give what pydantic makes of a value for a field of some kind; unknown where it refuses it."""
    if found.why_unknown is not None or found.value is None:
        return found
    if config.none_text is not None and found.value == config.none_text:
        return replace(found, value=None)
    match kind:
        case "int":
            return _number(found, _whole(found.value, is_first=config.is_first), "whole number")
        case "float":
            return _number(found, _float(found.value), "number")
        case "bool":
            return as_switch(found) if isinstance(found.value, str) else found
        case "str":
            return replace(found, value=str(found.value)) if not found.holds_others else found
        case "json":
            return as_json(found)
        case _:
            return found


def _number(found: Located, number: float | None, what: str) -> Located:
    if number is None:
        return replace(found, value=None, unknown=f"its value is no {what}, so that pydantic refuses it")
    return replace(found, value=number, is_text_when_set=False)


def _whole(value: object, *, is_first: bool) -> int | None:
    if isinstance(value, (bool, int)):
        return int(value)
    text = str(value)
    if _WHOLE.fullmatch(text):
        return int(text)
    as_float = _WHOLE_AS_FLOAT.fullmatch(text) if not is_first or isinstance(value, float) else None
    return int(as_float[1]) if as_float is not None else None


def _float(value: object) -> float | None:
    try:
        number = float(str(value)) if not isinstance(value, bool) else float(value)
    except ValueError:
        return None
    if not isfinite(number):
        return None
    return int(number) if isinstance(value, int) or _WHOLE.fullmatch(str(value)) else number
