"""OpenStack's databases through oslo.db: services' .conf files, and what Helm, Ansible and Salt make them of.

Source: oslo_db.options and oslo_db.sqlalchemy.engines of 4.5.0 to 18.1.1, and by running 18.1.1. Every engine pings
before it lends a connection. An empty value is None: then SQLAlchemy's own size, overflow (10, not 50) and timeout
count, but a recycle of None fails at the first checkout. Old names were read until the versions below; min_pool_size
was an option until 4.46 and never used.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import SQLALCHEMY, Engine
from poolaudit.readers.located import Located, Table, filled_in
from poolaudit.readers.project import Project, Version
from poolaudit.readers.tables import SHOWN_NAME, named_by, tables_in, url_of_parts
from poolaudit.readers.texts import as_numbers
from poolaudit.readers.url import SQL_DIALECTS

OSLO = "oslo.db"
CONNECTION = "connection"
OTHER_CONNECTIONS = ("slave_connection", "asyncio_connection", "asyncio_slave_connection")
KEYS = {
    "pool_size": "max_pool_size",
    "max_overflow": "max_overflow",
    "pool_timeout": "pool_timeout",
    "pool_recycle": "connection_recycle_time",
}
OVERFLOW_SINCE, SIZE_SINCE = (4, 6), (4, 24)
OLD_KEYS: Mapping[str, tuple[str, Version]] = {
    "idle_timeout": ("pool_recycle", (10,)),
    "sql_idle_timeout": ("pool_recycle", (10,)),
    "sql_max_pool_size": ("pool_size", (9,)),
    "sql_max_overflow": ("max_overflow", (15,)),
    "sqlalchemy_max_overflow": ("max_overflow", (15,)),
    "sqlalchemy_pool_timeout": ("pool_timeout", (15,)),
}
"""Old names, each with its word and the version that reads it no more."""
_ONLY_IN_DEFAULT = {"sql_max_overflow": "sql_max_overflow outside [DEFAULT]"}
_NOT_IN_DEFAULT = frozenset({"idle_timeout", "sqlalchemy_max_overflow", "sqlalchemy_pool_timeout"})
NEVER_READ = {"min_pool_size": "pool_size", "sql_min_pool_size": "pool_size", "pool_size": "pool_size"} | {
    "pool_recycle": "pool_recycle",
    "pool_pre_ping": "pool_pre_ping",
    "max_pool_overflow": "max_overflow",
    **dict.fromkeys(_ONLY_IN_DEFAULT.values(), "max_overflow"),
}
_OF_OSLO = frozenset(
    {"max_pool_size", "connection_recycle_time", "min_pool_size", "slave_connection", "mysql_sql_mode"}
    | {"use_db_reconnect", "db_max_retries", "db_retry_interval", "connection_debug", "connection_trace"}
    | {"mysql_wsrep_sync_wait", "max_retries", "retry_interval", *OLD_KEYS}
)
_DATABASE_HEADING = r"(?i)(.*_)?(database|db|sql)|taskflow|persistence"
_URL = rf"(?i)({'|'.join(sorted(SQL_DIALECTS))})(\+\w+)?:"
_FLAT = (
    r"(?P<name>[a-z0-9_]{1,64}?_(?:db|database))_(?P<key>max_pool_size|max_overflow|pool_timeout"
    r"|connection_recycle_time|idle_timeout|connection)"
)
"""openstack-ansible's variables: `nova_api_db_max_pool_size`."""


class _Found(NamedTuple):
    """A section with options of oslo.db's."""

    name: str
    place: Place | None
    table: Table


def knows(document: Document) -> bool:
    """Whether it has a section of oslo.db's."""
    text = document.text
    if document.roots and not any(word in text for word in ("connection", "_pool_size", "idle_timeout", "overflow")):
        return False
    return any(True for _ in _found(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engines of each section: one for each connection that it names."""
    version = project.version("oslo.db", document.path)
    for found in _found(document):
        for engine in oslo_engines(found.table, version):
            inner = engine.name
            separator = "." if ":" in found.name else ":"
            yield engine._replace(name=f"{found.name}{f'{separator}{inner}' if inner else ''}", place=found.place)


def _found(document: Document) -> Iterator[_Found]:
    if document.kind is Kind.INI:
        yield from _sections(document)
    elif document.kind in {Kind.YAML, Kind.JSON, Kind.TOML}:
        for headings, one in tables_in(document):
            if headings and re.fullmatch(_DATABASE_HEADING, headings[-1]) and _is_oslo(one.table):
                url = url_of_parts(one.table) if CONNECTION not in one.table else None
                table = {**one.table, CONNECTION: url} if url is not None else one.table
                yield _Found(named_by(document, headings), one.place, table)
            for name, table in _flat(one.table).items():
                place = next(iter(table.values())).place
                yield _Found(named_by(document, (*headings, name)), place and place.without_columns, table)


def _sections(document: Document) -> Iterator[_Found]:
    for root in document.roots:
        default = root.table["DEFAULT"].table if "DEFAULT" in root.table else {}
        old = {key: found for key, found in default.items() if key in OLD_KEYS and key not in _NOT_IN_DEFAULT}
        if "sql_connection" in default:
            old[CONNECTION] = default["sql_connection"]
        for name, section in root.table.items():
            is_database = name.lower() in {"database", "sql"}
            own = {_ONLY_IN_DEFAULT.get(key, key): found for key, found in section.table.items()}
            table = {**old, **own} if is_database else own
            if section.holds_others and SHOWN_NAME.fullmatch(name) and _is_section(name, table):
                yield _Found(document.named(name), section.place, table)


def _is_section(name: str, table: Table) -> bool:
    return _leads_to_database(table) or (re.fullmatch(_DATABASE_HEADING, name) is not None and _is_oslo(table))


def _leads_to_database(table: Table) -> bool:
    text = table[CONNECTION].value if CONNECTION in table else None
    return isinstance(text, str) and re.match(_URL, text) is not None


def _is_oslo(table: Table) -> bool:
    """Whether a database's heading holds options of oslo.db's and none that only others have."""
    return bool(_OF_OSLO & {key.lower() for key in table if not table[key].holds_others}) and "url" not in table


def _flat(table: Table) -> dict[str, dict[str, Located]]:
    """Give the sections that flat variables stand for: `nova_db_max_pool_size: 5` is nova_db's max_pool_size."""
    found: dict[str, dict[str, Located]] = {}
    for key, value in table.items():
        match = re.fullmatch(_FLAT, key) if "_db_" in key or "_database_" in key else None
        if match is not None and not value.holds_others:
            found.setdefault(match["name"], {})[match["key"]] = value
    return {name: said for name, said in found.items() if _OF_OSLO & set(said)}


def oslo_engines(table: Table, version: Version | None) -> Iterator[Engine]:
    """Give the engines of a section's options: its own, and one for each other connection that it names.

    `version` is oslo.db's; where it is not known and decides, there is an engine for each reading.
    """
    options = {key.lower(): found for key, found in table.items()}
    for reading, read_as in _readings(options, version):
        engine = _engine(options, read_as, reading)
        yield engine
        for key in OTHER_CONNECTIONS:
            if key in options and options[key].value not in {None, ""}:
                words = {**engine.words, "url": options[key]}
                shown = {**engine.shown, "url": key}
                yield engine._replace(words=words, shown=shown, name=key, unread=())


def _readings(options: Table, version: Version | None) -> tuple[tuple[str | None, Version | None], ...]:
    if version is not None:
        return ((None, version),)
    until = [end for key, (word, end) in OLD_KEYS.items() if key in options and KEYS[word] not in options]
    if not until:
        return ((None, None),)
    first = min(until)
    return ((f"{OSLO} before {first[0]}", (first[0] - 1,)), (f"{OSLO} {max(until)[0]}", max(until)))


def _engine(options: Table, version: Version | None, reading: str | None) -> Engine:
    shown, said, old = dict(KEYS), {}, []
    for key, (word, end) in OLD_KEYS.items():
        if key not in options or KEYS[word] in options:
            continue
        if version is not None and version < end:
            said[word], shown[word] = options[key], key
        else:
            old.append(Misfit(UNREAD, word, key, options[key].place, in_force=KEYS[word], is_sure=reading is None))
    said |= {word: options[key] for word, key in KEYS.items() if key in options}
    defaults = _defaults(version)
    for word in [word for word, found in said.items() if _is_none(found) and word != "pool_recycle"]:
        note = f"{shown[word]} is empty, so oslo.db leaves it to SQLAlchemy"
        defaults[word] = Setting(_OF_SQLALCHEMY[word], default_of=SQLALCHEMY, note=note)
        del said[word]
    words, refused = as_numbers({word: _plain(found) for word, found in said.items()}, lambda word: shown[word], OSLO)
    url = {"url": options[CONNECTION]} if CONNECTION in options else {}
    never = [
        Misfit(UNREAD, word, key, options[key].place, in_force=KEYS.get(word, ""))
        for key, word in NEVER_READ.items()
        if key in options and not options[key].holds_others
    ]
    return Engine(
        words=words | url,
        shown=shown | {"url": CONNECTION},
        library="oslo.db",
        reading=reading,
        defaults=defaults,
        to_sqlalchemy=True,
        unread=(*old, *never, *refused),
    )


_OF_SQLALCHEMY: Mapping[str, int] = {"pool_size": 5, "max_overflow": 10, "pool_timeout": 30}


def _defaults(version: Version | None) -> dict[str, Setting[Any]]:
    found: dict[str, Setting[Any]] = {
        "pool_recycle": Setting(3600, default_of=OSLO),
        "pool_pre_ping": Setting(said=True, default_of=OSLO, note="oslo.db pings before it lends a connection"),
    }
    if version is None or version >= SIZE_SINCE:
        found["pool_size"] = Setting(5, default_of=OSLO)
    if version is None or version >= OVERFLOW_SINCE:
        found["max_overflow"] = Setting(50, default_of=OSLO)
    return found


def _is_none(found: Located) -> bool:
    return found.unknown is None and (found.value is None or found.value == "")


def _plain(found: Located) -> Located:
    """Give None for an empty text, and say of `$other` that it is another option's value."""
    if _is_none(found):
        return replace(found, value=None)
    text = found.value
    if isinstance(text, str) and text.strip().startswith("$") and filled_in(text) is None:
        return replace(found, value=None, unknown="filled in from another option")
    return found
