"""How a class of pydantic's settings names its variables: its model_config, its class Config, its fields' aliases.

Run: pydantic-settings 2.16 on pydantic 2.14, pydantic 1.10. An alias is never prefixed, and in pydantic 1 names no
variable; `env=` names one in pydantic 1 alone. Names are compared without regard to case where not said otherwise.
"""

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.readers.located import Located
from poolaudit.readers.python.classes import class_at, direct_bases
from poolaudit.readers.python.fields import DEEPEST_BASE, Class, Field, class_kind, with_bases

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

_FILE = re.compile(r"(?:.*/)?[\w.-]*\.env[\w.-]*|(?:.*/)?env")
_SOURCES = {
    "init_settings": "init",
    "env_settings": "env",
    "dotenv_settings": "dotenv",
    "file_secret_settings": "secrets",
}
_CUSTOMISE = ("settings_customise_sources", "Config.customise_sources")
ALIASES_OF_GENERATOR = "alias_generator names its variable"


class Option(NamedTuple):
    """One option of a class's configuration: what it is, and the expression that says it."""

    found: Located
    node: ast.expr


class Config(NamedTuple):
    """What decides which variable is whose. `why_unknown` says why that cannot be known.

    `files` are the names of files of variables, the later before the earlier; `sources` are in their order of
    precedence.
    """

    is_first: bool = False
    prefix: str = ""
    delimiter: str = ""
    max_split: int = -1
    is_exact: bool = False
    ignores_empty: bool = False
    none_text: str | None = None
    by_name: bool = False
    updates_defaults: bool = False
    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("init", "env", "dotenv")
    why_unknown: str | None = None

    def key(self, name: str) -> str:
        """Give a name as it is compared."""
        return name if self.is_exact else name.lower()

    def shown(self, name: str) -> str:
        """Give a name as it is written in an environment."""
        return name if self.is_exact else name.upper()


def config_of(values: "Values", name: str, over: dict[str, Option]) -> Config:
    """Give the configuration of a class; `over` are options that are given to an instance."""
    options = _options(values, name) | over
    texts = {key: _text(options, key) for key in ("env_prefix", "env_nested_delimiter", "env_parse_none_str")}
    why = next((f"its {key} is {one.found.why_unknown}" for key, one in options.items() if _is_open(key, one)), None)
    if "alias_generator" in options and class_kind(values, name) is Class.SETTINGS_2:
        why = ALIASES_OF_GENERATOR
    sources = _sources(values, name)
    if sources is None:
        why = "settings_customise_sources says where it comes from"
    split = options.get("env_nested_max_split")
    return Config(
        is_first=class_kind(values, name) is Class.SETTINGS_1,
        prefix=texts["env_prefix"] or "",
        delimiter=texts["env_nested_delimiter"] or "",
        max_split=split.found.value if split is not None and isinstance(split.found.value, int) else -1,
        is_exact=_is_on(options, "case_sensitive"),
        ignores_empty=_is_on(options, "env_ignore_empty"),
        none_text=texts["env_parse_none_str"],
        by_name=_is_on(options, "populate_by_name") or _is_on(options, "validate_by_name"),
        updates_defaults=_is_on(options, "nested_model_default_partial_update"),
        files=_files(options.get("env_file")),
        sources=sources or (),
        why_unknown=why,
    )


def names_of(field: Field, config: Config) -> tuple[str, ...]:
    """Give the variables that a field is read from, the first that is there before the others."""
    own = f"{config.prefix}{field.name}"
    if config.is_first:
        return _texts(field, "env") or (own,)
    named = _texts(field, "validation_alias") or _texts(field, "alias")
    return (*named, *((own,) if config.by_name or not named else ()))


def _texts(field: Field, keyword: str) -> tuple[str, ...]:
    """Give the names that a keyword of `Field(…)` says: a text, a list of them, or `AliasChoices(…)`."""
    node = field.keyword(keyword)
    if node is None:
        return ()
    if isinstance(node, ast.Call):  # AliasChoices; what is AliasPath in it names a place within a variable
        parts = [one for one in node.args if not isinstance(one, ast.Call)]
    else:
        parts = list(node.elts) if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else [node]
    scope = field.values.module.names.classes[field.owner]
    found = [field.values.of(one, scope).value for one in parts]
    return tuple(one for one in found if isinstance(one, str))


def _options(values: "Values", name: str) -> dict[str, Option]:
    """Give the options of a class and its bases, those of the class itself over theirs."""
    return with_bases(values, "options", name, lambda at, own, _: _own_options(at, own))


def _own_options(values: "Values", name: str) -> dict[str, Option]:
    scope = values.module.names.classes[name]
    found: dict[str, ast.expr] = {}
    if isinstance(scope.node, ast.ClassDef):
        found |= {one.arg: one.value for one in scope.node.keywords if one.arg is not None}
    for bound in scope.bindings.get("model_config", []):
        match bound.value:
            case ast.Call(keywords=keywords):
                found |= {one.arg: one.value for one in keywords if one.arg is not None}
            case ast.Dict(keys=keys, values=nodes):
                pairs = zip(keys, nodes, strict=True)
                found |= {str(key.value): node for key, node in pairs if isinstance(key, ast.Constant)}
            case _:
                pass
    inner = values.module.names.classes.get(f"{name}.Config")
    for key, bindings in inner.bindings.items() if inner is not None else ():
        if bindings[-1].value is not None:
            found[key] = bindings[-1].value
    return {key: Option(values.of(node, inner or scope), node) for key, node in found.items()}


def _text(options: dict[str, Option], key: str) -> str | None:
    value = options[key].found.value if key in options else None
    return value if isinstance(value, str) else None


def _is_on(options: dict[str, Option], key: str) -> bool:
    return key in options and bool(options[key].found.value)


def _is_open(key: str, option: Option) -> bool:
    """Whether an option that decides about names cannot be known."""
    return key in {"env_prefix", "env_nested_delimiter", "case_sensitive"} and option.found.why_unknown is not None


def _files(option: Option | None) -> tuple[str, ...]:
    """Give the names of files of variables; where the expression is worked out, those that are written in it."""
    if option is None:
        return ()
    found = option.found
    listed = found.value if isinstance(found.value, tuple) else (found,)
    texts = [one.value for one in listed if isinstance(one.value, str) and one.unknown is None]
    if not texts or len(texts) < len(listed):
        constants = [one.value for one in ast.walk(option.node) if isinstance(one, ast.Constant)]
        texts = [one for one in constants if isinstance(one, str) and _FILE.fullmatch(one)]
    return tuple(reversed(texts))


def _sources(values: "Values", name: str, level: int = 0) -> tuple[str, ...] | None:
    """Give the sources in their order; None where there are others than pydantic's own."""
    for function in (values.module.names.functions.get(f"{name}.{one}") for one in _CUSTOMISE):
        if function is not None and function.node is not None:
            given = [one.value for one in ast.walk(function.node) if isinstance(one, ast.Return)]
            parts = given[0].elts if len(given) == 1 and isinstance(given[0], ast.Tuple) else [ast.Name("")]
            names = [_SOURCES.get(one.id) if isinstance(one, ast.Name) else None for one in parts]
            return None if None in names else tuple(one for one in names if one is not None)
    for base in direct_bases(values, name) if level < DEEPEST_BASE else []:
        owner = class_at(values, base)
        inherited = _sources(owner[0], owner[1], level + 1) if owner is not None else Config().sources
        if inherited != Config().sources:
            return inherited
    return Config().sources
