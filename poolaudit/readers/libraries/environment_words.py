"""Pool settings among environment variables whose names are the application's own: `DB_POOL_SIZE`, `SHOP_POOL_RECYCLE`.

Variables of one prefix are a pool where the prefix, a URL or a word that only SQLAlchemy has says that they are a
database's. The application makes numbers and switches of their texts; what it does with an empty one is taken to be
what it does without it. A JSON object in a variable (`DB_ENGINE_OPTIONS={"pool_size": 5}`) counts beside them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.located import Located, Table, said
from poolaudit.readers.misfits import NUMBERS, POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.tables import dialect_of, url_of_parts
from poolaudit.readers.texts import as_json, as_number, as_switch
from poolaudit.readers.url import SQL_DIALECTS

IS_GENERIC = True
WORDS = {
    "POOL_SIZE": "pool_size",
    "POOLSIZE": "pool_size",
    "MAX_OVERFLOW": "max_overflow",
    "POOL_MAX_OVERFLOW": "max_overflow",
    "POOL_OVERFLOW": "max_overflow",
    "POOL_RECYCLE": "pool_recycle",
    "POOL_RECYCLE_SECONDS": "pool_recycle",
    "POOL_TIMEOUT": "pool_timeout",
    "POOL_TIMEOUT_SECONDS": "pool_timeout",
    "POOL_PRE_PING": "pool_pre_ping",
    "POOL_PREPING": "pool_pre_ping",
    "POOL_USE_LIFO": "pool_use_lifo",
    "POOL_RESET_ON_RETURN": "pool_reset_on_return",
    "POOLCLASS": "poolclass",
    "POOL_CLASS": "poolclass",
}
_ONLY_SQLALCHEMY = frozenset({"max_overflow", "pool_recycle", "pool_pre_ping"})
_SWITCHES = ("pool_pre_ping", "pool_use_lifo")
_KEY = re.compile(rf"(?P<prefix>(?:[A-Z0-9]+_)*?)(?P<word>{'|'.join(sorted(WORDS, key=len, reverse=True))})")
_OF_DATABASES = frozenset(
    {"DB", "DATABASE", "DATABASES", "SQL", "SQLA", "SQLALCHEMY", "MYSQL", "MARIADB", "ORM", "RDS", "AURORA", "ENGINE"}
    | {"POSTGRES", "POSTGRESQL", "PG"}
)
_OF_OTHERS = frozenset(
    {"REDIS", "HTTP", "HTTPS", "CELERY", "RABBIT", "RABBITMQ", "AMQP", "BROKER", "WORKER", "THREAD", "THREADS"}
    | {"MONGO", "MONGODB", "SMTP", "MAIL", "KAFKA", "LDAP", "S3", "GRPC", "MEMCACHED", "CACHE", "ELASTIC"}
    | {"ELASTICSEARCH", "PROCESS", "EXECUTOR", "CLICKHOUSE", "NEO4J", "CASSANDRA", "MILVUS", "WEAVIATE", "TIDB"}
)
_OWN_URLS = ("URL", "URI", "DSN", "DATABASE_URL", "DATABASE_URI", "DB_URL", "CONNECTION_STRING")
_ANY_URLS = (
    "DATABASE_URL",
    "DB_URL",
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_DATABASE_URL",
    "DATABASE_URI",
    "MYSQL_URL",
)
_HOSTS = ("HOST", "HOSTNAME", "SERVER")
_PARTS = {
    **dict.fromkeys(_HOSTS, "host"),
    "PORT": "port",
    "USER": "user",
    "USERNAME": "user",
    "NAME": "database",
    "DATABASE": "database",
    "DB": "database",
    **dict.fromkeys(("ENGINE", "DIALECT", "DRIVER", "TYPE", "CONNECTION", "BACKEND"), "dialect"),
}
_DATABASE_URL = re.compile(rf"({'|'.join(sorted(SQL_DIALECTS))})(\+\w+)?:", re.IGNORECASE)
_SWITCH_NOTE = "a text, which the application is taken to read as most do"


@dataclass
class _Group:
    """The variables of one prefix, by SQLAlchemy's names; `shown` has their own."""

    prefix: str
    words: dict[str, Located] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)


def knows(document: Document) -> bool:
    """Whether it is a file of variables with a pool's among them."""
    return document.kind is Kind.ENV and any(engines_of_variables(root.table, document.path) for root in document.roots)


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of each prefix."""
    _ = project
    for root in document.roots:
        yield from engines_of_variables(root.table, document.path)


def engines_of_variables(variables: Table, name: str) -> tuple[Engine, ...]:
    """Give the engines that a table of variables speaks of: a .env file's, a compose service's, a ConfigMap's.

    `name` is what the table is called; where it speaks of several pools, each adds its prefix.
    """
    table = said({key: found for key, found in variables.items() if not found.holds_others})
    groups = [group for group in _groups(table) if _is_database(group, table)]
    return tuple(_engine(group, table, name, is_only=len(groups) == 1) for group in groups)


def _groups(table: Table) -> Iterator[_Group]:
    found: dict[str, _Group] = {}
    for key, value in table.items():
        match = _KEY.fullmatch(key.upper())
        if match is not None:
            group = found.setdefault(match["prefix"], _Group(match["prefix"]))
            word = WORDS[match["word"]]
            group.words[word], group.shown[word] = _taken(word, value), key
    for key, value in table.items():
        options = _options(value)
        if options:
            shown = {word: f'{key}["{word}"]' for word in options}
            near = next((one for one in found.values() if key.upper().startswith(one.prefix)), None)
            if near is None:
                found[key] = _Group(f"{key.upper()}_", dict(options), shown)
            else:
                near.words, near.shown = {**options, **near.words}, {**shown, **near.shown}
    yield from found.values()


def _options(value: Located) -> Table:
    """Give the words of a JSON object in a variable."""
    if not isinstance(value.value, str) or not value.value.lstrip().startswith("{"):
        return {}
    options = as_json(value).table
    return options if any(word in options for word in POOL_WORDS) else {}


def _taken(word: str, found: Located) -> Located:
    if word in NUMBERS:
        return as_number(found)
    return as_switch(found, note=_SWITCH_NOTE) if word in _SWITCHES else found


def _is_database(group: _Group, table: Table) -> bool:
    parts = set(group.prefix.strip("_").split("_"))
    url = _own_url(group, table)
    if url is not None and isinstance(url[1].value, str) and "://" in url[1].value:
        return _DATABASE_URL.match(url[1].value) is not None
    if parts & _OF_OTHERS:
        return False
    return bool(parts & _OF_DATABASES) or bool(_ONLY_SQLALCHEMY & set(group.words)) or _any_url(table) is not None


def _own_url(group: _Group, table: Table) -> tuple[str, Located] | None:
    keys = (f"{group.prefix}{ending}" for ending in _OWN_URLS)
    return next(((key, table[key]) for key in keys if key in table), None) if group.prefix else None


def _any_url(table: Table) -> tuple[str, Located] | None:
    found = [(key, table[key]) for key in _ANY_URLS if key in table]
    return found[0] if found else None


def _engine(group: _Group, table: Table, name: str, *, is_only: bool) -> Engine:
    words, shown = dict(group.words), dict(group.shown)
    url = _own_url(group, table) or (_any_url(table) if _may_share(group) else None)
    if url is not None:
        shown["url"], words["url"] = url
    else:
        made = _url_of_parts(group, table)
        if made is not None:
            words["url"], shown["url"] = made, f"{group.prefix}HOST"
    separator = "." if ":" in name else ":"
    places = [found.place for found in words.values() if found.place is not None]
    first: Place | None = min(places, key=lambda place: place.line or 0, default=None)
    return Engine(
        words=words,
        shown=shown,
        name=name if is_only else f"{name}{separator}{group.prefix.strip('_') or 'POOL'}",
        place=first and first.without_columns,
    )


def _may_share(group: _Group) -> bool:
    """Whether the application's one URL may be this pool's: not where the prefix names another kind of database."""
    return not any(dialect_of(part) for part in group.prefix.split("_"))


def _url_of_parts(group: _Group, table: Table) -> Located | None:
    for prefix in dict.fromkeys((group.prefix, *_prefixes_above(group.prefix), "DB_", "DATABASE_", "MYSQL_")):
        parts = {
            part: table[f"{prefix}{ending}"]
            for ending, part in reversed(_PARTS.items())
            if f"{prefix}{ending}" in table
        }
        heading = next((one for one in prefix.split("_") if dialect_of(one)), "")
        url = url_of_parts(parts, heading) if parts and (_may_share(group) or prefix == group.prefix) else None
        if url is not None:
            return url
    named = next((one for one in group.prefix.split("_") if dialect_of(one)), None)
    return Located(f"{dialect_of(named)}://", note=f"{group.prefix.strip('_')} names it") if named else None


def _prefixes_above(prefix: str) -> Iterator[str]:
    parts = prefix.strip("_").split("_")
    yield from ("_".join(parts[:count]) + "_" for count in range(len(parts) - 1, 0, -1))
