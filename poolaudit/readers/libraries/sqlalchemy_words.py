"""SQLAlchemy's words (or Flask's) in a data file: YAML, JSON, TOML, ini, or a plain mapping.

A mapping with at least one of the words is a pool, at the top or under headings of any name; the nearest `url` and
`deployment` beside or above it are its own, or the URL that host, user and database beside it come to under a heading
or a word that says which kind of database they are (`mysql:`, `driver: mysql`). Headings of other services (`redis:`)
count only where a URL beside the words leads to a database, and those that are only merged into others
(`default: &default`) not at all. An ini file holds texts, of which the application makes numbers and switches; an empty
one says nothing, and of two numbers in one (`pool_size = 5,10`) only the application knows what they are.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.flask import BINDS, FLASK_WORDS, OPTIONS, URI, binds_of, flask_engines
from poolaudit.readers.located import Located, Table, said
from poolaudit.readers.misfits import NUMBERS, POOL_WORDS
from poolaudit.readers.project import Project, Version
from poolaudit.readers.tables import with_url
from poolaudit.readers.texts import as_number, as_switch
from poolaudit.readers.url import SQL_DIALECTS

IS_GENERIC = True
MOST_HEADINGS = 10_000
DEEPEST_HEADING = 100
OTHER_SERVICES = frozenset(
    {"amqp", "elasticsearch", "ftp", "grpc", "http", "https", "kafka", "ldap", "memcached", "mongo", "mongodb"}
    | {"rabbitmq", "redis", "smtp", "sftp", "imap", "mail", "cassandra", "neo4j", "clickhouse", "influxdb"}
    | {
        "opensearch",
        "zookeeper",
        "etcd",
        "mqtt",
        "nats",
        "s3",
        "valkey",
        "sentinel",
        "worker",
        "workers",
        "executor",
        "thread",
    }
    | {"threads", "urllib3", "requests", "httpx", "aiohttp"}
)
_DATABASE_NAMES = frozenset({"db", "database", "databases", "mysql", "mariadb", "sql", "sqlalchemy"})
_TEMPLATE_NAME = r"(?i)[._].*|x-.*|default.*|base|common|shared|template.*"
_SHOWN_NAME = re.compile(r"[\w. -]{1,64}")
_DATABASE_URL = rf"(?i)({'|'.join(sorted(SQL_DIALECTS))})(\+\w+)?:"


class _Found(NamedTuple):
    """A mapping that describes a pool, with what stands above it."""

    name: str
    place: Place | None
    table: Table
    deployment: Located | None


def knows(document: Document) -> bool:
    """Whether it is a data file, in which the words may stand under any heading."""
    return document.kind in {Kind.YAML, Kind.JSON, Kind.TOML, Kind.INI}


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engines of a file's mappings, in the file's order."""
    search = _Search(document.path)
    roots = [_of_texts(root) for root in document.roots] if document.kind is Kind.INI else document.roots
    for number, root in enumerate(roots, 1):
        search.look(root, f"{document.path}[{number}]" if len(document.roots) > 1 else document.path)
    for found in search.found:
        yield from _engines(found, lambda: project.version("flask-sqlalchemy", document.path))


def engines_of(table: Table, name: str) -> tuple[Engine, ...]:
    """Give the engines of one mapping that came from no file; `name` is what it is called."""
    return tuple(_engines(_Found(name, None, table, table.get("deployment")), lambda: None))


_TWO_NUMBERS = r"\s*-?[0-9]{1,6}\s*[,;:/]\s*-?[0-9]{1,6}\s*"
_TWO = "two numbers in one text, of which only the application knows what they are"


def _of_texts(found: Located) -> Located:
    """Take an ini file's texts for what an application makes of them."""
    if not found.table:
        return found
    table = {key: _of_texts(one) if one.holds_others else _of_text(key, one) for key, one in said(found.table).items()}
    pair = table.get("pool_size")
    if pair is not None and pair.unknown == _TWO and "max_overflow" not in table:
        table["max_overflow"] = pair
    return replace(found, value=table)


def _of_text(key: str, found: Located) -> Located:
    if key == "pool_size" and isinstance(found.value, str) and re.fullmatch(_TWO_NUMBERS, found.value):
        return replace(found, value=None, unknown=_TWO)
    if key in NUMBERS:
        return as_number(found)
    return as_switch(found) if key in {"pool_pre_ping", "pool_use_lifo"} else found


class _Search:
    """Looks through a file's headings for pools, within bounds: aliases may multiply them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.seen = 0
        self.found: list[_Found] = []

    def look(self, document: Located, name: str) -> None:
        """Add a document's pools to `found`."""
        self.found += self._within(document, _Found(name, document.place, {}, None), level=0)

    def _within(self, one: Located, above: _Found, level: int) -> Iterator[_Found]:
        self.seen += 1
        if self.seen > MOST_HEADINGS or level > DEEPEST_HEADING:
            raise CannotAuditError(f"{one.place or self.path}: its aliases make too many headings of this file")
        if isinstance(one.value, tuple):
            for number, entry in enumerate(one.value):
                if not entry.holds_others:
                    continue
                yield from self._within(entry, above._replace(name=f"{above.name}[{number}]"), level + 1)
        elif one.table:
            yield from self._headings(one, above, level)

    def _headings(self, one: Located, above: _Found, level: int) -> Iterator[_Found]:
        table = _with_url(one.table, above, _heading(above.name))
        here = _Found(above.name, one.place, table, one.table.get("deployment", above.deployment))
        is_pool = _has_words(one.table)
        below = here._replace(table={} if is_pool else _url_of(here.table))
        inner = [
            pool
            for number, (key, entry) in enumerate(one.table.items())
            if _may_hold_pools(key, entry)
            for pool in self._within(entry, _named(below, key, number, is_top=level == 0), level + 1)
        ]
        if is_pool or (not inner and _leads_to_database(one.table)):
            yield here
        yield from inner


def _named(above: _Found, key: str, number: int, *, is_top: bool) -> _Found:
    """Name a heading as `app.yaml:database`; by its number where its text may be more than a name."""
    shown = key if _SHOWN_NAME.fullmatch(key) else f"[{number}]"
    return above._replace(name=f"{above.name}{':' if is_top else '.'}{shown}")


def _has_words(table: Table) -> bool:
    return any(word in table for word in (*POOL_WORDS, *FLASK_WORDS))


def _may_hold_pools(key: str, entry: Located) -> bool:
    if (
        not entry.holds_others
        or key in {"deployment", OPTIONS, BINDS}
        or (entry.is_template and re.fullmatch(_TEMPLATE_NAME, key))
    ):
        return False
    parts = re.split(r"[_\W]+", key.lower())
    is_other = not OTHER_SERVICES.isdisjoint(parts) and not _DATABASE_NAMES & set(parts)
    return not is_other or _leads_to_database(entry.table)


def _leads_to_database(table: Table) -> bool:
    return any(isinstance(one.value, str) and re.match(_DATABASE_URL, one.value) for one in _url_of(table).values())


def _url_of(table: Table) -> Table:
    return {word: table[word] for word in ("url", URI) if word in table}


def _heading(name: str) -> str:
    return re.split(r"[:.\[]", name)[-1] if ":" in name else ""


def _with_url(table: Table, above: _Found, heading: str) -> Table:
    """Give a mapping with its URL: its own, or of its own parts, or that of what stands above."""
    if _url_of(table):
        return table
    made = with_url(table, heading)
    return made if "url" in made else {**_url_of(above.table), **table}


def _engines(found: _Found, flask_version: Callable[[], Version | None]) -> Iterator[Engine]:
    if any(word in found.table for word in FLASK_WORDS) and not any(word in found.table for word in POOL_WORDS):
        version = deployed_from(found.deployment).flask_sqlalchemy or flask_version()
        engines = (*flask_engines(found.table, version), *binds_of(found.table, version))
    else:
        url = found.table.get("url", found.table.get(URI))
        engines = (Engine({**found.table, "url": url} if url is not None else found.table),)
    for engine in engines:
        separator = "." if ":" in found.name else ":"
        name = f"{found.name}{separator}{engine.name}" if engine.name else found.name
        yield engine._replace(name=name, place=engine.place or found.place, deployment=found.deployment)
