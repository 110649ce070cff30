"""Databases of Django's that are said as a URL: dj_database_url.config(), env.db() and what they make of it.

Run: dj-database-url 3.1 and django-environ 0.14. The first takes conn_max_age and conn_health_checks as arguments, says
0 and False where it is given none, and hands the URL's query on as OPTIONS; the second takes CONN_MAX_AGE and its like
from the query, says nothing where it is not there, and hands on the rest.
"""

import ast
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from poolaudit.readers.located import Located
from poolaudit.readers.python.environment import variable, variable_read
from poolaudit.readers.python.names import Scope

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

URL = "$url"
"""The key of a database's URL in its table, where no setting of Django's can be."""
DEFAULT_VARIABLE = "DATABASE_URL"
_ORDER = {
    "dj_database_url.config": ("env", "default", "engine", "conn_max_age", "conn_health_checks"),
    "dj_database_url.parse": ("url", "engine", "conn_max_age", "conn_health_checks"),
}
_ENVIRON = frozenset({"db", "db_url", "dj_db_url"})
_OF_DATABASE = frozenset({"CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "ATOMIC_REQUESTS", "AUTOCOMMIT"})
_ARGUMENTS = {"conn_max_age": "CONN_MAX_AGE", "conn_health_checks": "CONN_HEALTH_CHECKS", "engine": "ENGINE"}


def database_of(values: "Values", node: ast.Call, scope: Scope) -> Located | None:
    """Give the entry of DATABASES that a call makes of a URL, None where it makes none."""
    name = values.module.full_name(node.func)
    if name in _ORDER:
        return _of_dj_database_url(values, node, scope, name)
    owner, _, method = name.rpartition(".")
    if method in _ENVIRON and owner.rpartition(".")[2].lower() in {"env", "environ"}:
        return _of_environ(values, node, scope, is_dj=method == "dj_db_url")
    cast = next((one.value for one in node.keywords if one.arg == "cast"), None)
    if cast is not None and values.module.full_name(cast) in {"dj_database_url.parse", "dj_database_url.config"}:
        read = variable_read(node, values.module.full_name)
        if read is not None:
            default = values.of(read.default, scope) if read.default is not None else None
            return _entry(values, node, variable(values, read.name, default, node), _said_by_default(values, node))
    return None


def _said_by_default(values: "Values", node: ast.Call) -> dict[str, Located]:
    place = values.module.line_of(node)
    note = "dj_database_url says it where it is not told"
    return {"CONN_MAX_AGE": Located(0, place, note=note), "CONN_HEALTH_CHECKS": Located(False, place, note=note)}  # noqa: FBT003 - the value


def _of_dj_database_url(values: "Values", node: ast.Call, scope: Scope, name: str) -> Located:
    by_order = zip(_ORDER[name], node.args, strict=False)
    given = {key: values.of(one, scope) for key, one in by_order if not isinstance(one, ast.Starred)}
    named, rest = values.keywords(node, scope)
    given |= named
    if "url" in given:
        url = given["url"]
    else:
        chosen = given.get("env", Located(DEFAULT_VARIABLE))
        is_named = isinstance(chosen.value, str) and chosen.why_unknown is None
        default = given.get("default")
        url = (
            variable(values, str(chosen.value), default, node)
            if is_named
            else values.unknown(node, chosen.why_unknown or "a variable that is not known")
        )
    said = {_ARGUMENTS[key]: one for key, one in given.items() if key in _ARGUMENTS}
    defaults = _said_by_default(values, node)
    if rest is not None:
        defaults = {key: replace(one, value=None, unknown=rest.why_unknown, note=None) for key, one in defaults.items()}
    return _entry(values, node, url, defaults | said)


def _of_environ(values: "Values", node: ast.Call, scope: Scope, *, is_dj: bool) -> Located:
    named, _ = values.keywords(node, scope)
    by_order = [values.of(one, scope) for one in node.args if not isinstance(one, ast.Starred)]
    chosen = by_order[0] if by_order else named.get("var", Located(DEFAULT_VARIABLE))
    default = by_order[1] if by_order[1:] else named.get("default")
    if not isinstance(chosen.value, str):
        return values.unknown(node, chosen.why_unknown or "a variable that is not known")
    url = variable(values, chosen.value, default, node)
    said = {_ARGUMENTS[key]: one for key, one in named.items() if key in _ARGUMENTS}
    return _entry(values, node, url, (_said_by_default(values, node) if is_dj else {}) | said)


def _entry(values: "Values", node: ast.Call, url: Located, said: dict[str, Located]) -> Located:
    """Put an entry together: what the URL's query says, under what is said beside it."""
    table = {URL: url, **said}
    if url.why_unknown is None and isinstance(url.value, str):
        text, _, query = url.value.partition("?")
        asked = {key: Located(_value(one), url.place, note=url.note) for key, one in parse_qsl(query)}
        of_database = {key.upper(): one for key, one in asked.items() if key.upper() in _OF_DATABASE}
        options = {key: one for key, one in asked.items() if key.upper() not in _OF_DATABASE}
        table = {URL: replace(url, value=text), **of_database, **said}
        if options:
            table["OPTIONS"] = Located(options, url.place)
    return Located(table, values.module.line_of(node))


def _value(text: str) -> str | int | bool:
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return int(text) if text.isdecimal() else text
