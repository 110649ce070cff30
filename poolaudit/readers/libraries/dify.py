"""Dify's variables: Flask-SQLAlchemy's old names, which Dify itself puts into SQLALCHEMY_ENGINE_OPTIONS.

Source: Dify's api/configs/middleware (DatabaseConfig) of 1.10: 30 + 10, recycle 3600, no pre-ping, timeout 30, each
with a variable of its own, SQLALCHEMY_POOL_PRE_PING among them. DB_TYPE is postgresql where nothing says mysql.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.located import Located, Table, said
from poolaudit.readers.project import Project
from poolaudit.readers.tables import url_of_parts
from poolaudit.readers.texts import FALSE_WORDS, TRUE_WORDS, as_numbers, as_switch

DIFY = "Dify"
KEYS = {
    "pool_size": "SQLALCHEMY_POOL_SIZE",
    "max_overflow": "SQLALCHEMY_MAX_OVERFLOW",
    "pool_recycle": "SQLALCHEMY_POOL_RECYCLE",
    "pool_timeout": "SQLALCHEMY_POOL_TIMEOUT",
    "pool_pre_ping": "SQLALCHEMY_POOL_PRE_PING",
    "pool_use_lifo": "SQLALCHEMY_POOL_USE_LIFO",
    "pool_reset_on_return": "SQLALCHEMY_POOL_RESET_ON_RETURN",
}
_SWITCHES = ("pool_pre_ping", "pool_use_lifo")
_OF_DIFY = ("CONSOLE_API_URL", "CONSOLE_WEB_URL", "SERVICE_API_URL", "VECTOR_STORE", "PLUGIN_DAEMON_KEY", "APP_API_URL")
_MARKS = 2
_DEFAULTS: Mapping[str, Setting[Any]] = {
    "pool_size": Setting(30, default_of=DIFY),
    "max_overflow": Setting(10, default_of=DIFY),
    "pool_recycle": Setting(3600, default_of=DIFY),
    "pool_timeout": Setting(30, default_of=DIFY),
    "pool_pre_ping": Setting(said=False, default_of=DIFY),
}


def knows(document: Document) -> bool:
    """Whether it is a file of Dify's variables that says something of its database."""
    return document.kind is Kind.ENV and any(is_dify(root.table) for root in document.roots)


def is_dify(table: Table) -> bool:
    """Whether variables are Dify's, by two or more that only it has, and speak of its database."""
    speaks = any(key in table for key in (*KEYS.values(), "DB_TYPE"))
    return speaks and sum(key in table for key in _OF_DIFY) >= _MARKS


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of its database."""
    _ = project
    for root in document.roots:
        if is_dify(root.table):
            yield _engine(said(root.table), document.path)


def _engine(table: Table, name: str) -> Engine:
    own = {word: table[key] for word, key in KEYS.items() if key in table}
    words, refused = as_numbers(own, lambda word: KEYS[word], DIFY)
    words |= {word: as_switch(words[word], TRUE_WORDS, FALSE_WORDS) for word in _SWITCHES if word in words}
    places = [found.place for found in own.values() if found.place is not None]
    first = min(places, key=lambda place: place.line or 0, default=None)
    return Engine(
        words={**words, "url": _url(table)},
        shown={**KEYS, "url": "DB_HOST"},
        name=name,
        place=first and first.without_columns,
        library="flask-sqlalchemy",
        defaults=_DEFAULTS,
        to_sqlalchemy=True,
        unread=refused,
    )


def _url(table: Table) -> Located:
    kind = table.get("DB_TYPE", Located("postgresql", note="Dify's default"))
    parts = {"type": Located("mysql+pymysql", kind.place) if kind.value in {"mysql", "oceanbase"} else kind}
    names = {"host": "DB_HOST", "port": "DB_PORT", "user": "DB_USERNAME", "database": "DB_DATABASE"}
    parts |= {part: table[key] for part, key in names.items() if key in table}
    return url_of_parts(parts) or Located(None, kind.place, unknown=f"DB_TYPE is {kind.why_unknown or 'not known'}")
