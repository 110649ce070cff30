"""dj_db_conn_pool: a QueuePool for each alias of Django's DATABASES, where its ENGINE is used.

Run: django-db-connection-pool 1.2.6 (DatabasePoolWrapperMixin.get_new_connection): 10 + 10 connections, a timeout of
30 s, a recycle of 900 s, pre-ping on. Of POOL_OPTIONS it reads the keys below and ECHO, in capitals, and drops all
others without a word; `dj_db_conn_pool.setup(pool_size=…)` changes the defaults.
"""

from collections.abc import Iterator
from typing import Any

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.django import DATABASES, POOLED, Alias, aliases_in, is_overlaid, password, url_of
from poolaudit.readers.located import Located, Table
from poolaudit.readers.project import Project

KEYS = {
    "POOL_SIZE": "pool_size",
    "MAX_OVERFLOW": "max_overflow",
    "TIMEOUT": "pool_timeout",
    "RECYCLE": "pool_recycle",
    "PRE_PING": "pool_pre_ping",
}
_NEARLY = {"POOL_TIMEOUT": "TIMEOUT", "POOL_RECYCLE": "RECYCLE", "POOL_PRE_PING": "PRE_PING", "SIZE": "POOL_SIZE"} | {
    "OVERFLOW": "MAX_OVERFLOW",
    "POOL_MAX_OVERFLOW": "MAX_OVERFLOW",
}
_DEFAULTS: dict[str, Setting[Any]] = {
    "pool_size": Setting(10, default_of=POOLED),
    "max_overflow": Setting(10, default_of=POOLED),
    "pool_timeout": Setting(30, default_of=POOLED),
    "pool_recycle": Setting(900, default_of=POOLED),
    "pool_pre_ping": Setting(said=True, default_of=POOLED),
}


def knows(document: Document) -> bool:
    """Whether it has DATABASES with its ENGINE."""
    return DATABASES in document.text and any(POOLED in (alias.engine or "") for alias in aliases_in(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the pool of each alias with its ENGINE."""
    if is_overlaid(document, project):
        return
    set_up = _set_up(document)
    for alias in aliases_in(document):
        if POOLED in (alias.engine or ""):
            yield _engine(alias, document.named(alias.prefix, alias.name), set_up)


def _set_up(document: Document) -> Table:
    """Give the defaults that `dj_db_conn_pool.setup(…)` changes."""
    calls = document.module.calls(f"{POOLED}.setup") if document.module is not None else ()
    by_argument = {key.lower(): word for key, word in KEYS.items()}
    return {by_argument[key]: one for call in calls for key, one in call.keywords.items() if key in by_argument}


def _engine(alias: Alias, name: str, set_up: Table) -> Engine:
    entry = alias.entry.table
    options = entry.get("POOL_OPTIONS")
    said = {KEYS[key]: one for key, one in (options.table.items() if options is not None else ()) if key in KEYS}
    if options is not None and options.why_unknown is not None:
        why = f"POOL_OPTIONS: {options.why_unknown}"
        said = dict.fromkeys(KEYS.values(), Located(None, options.place, unknown=why))
    return Engine(
        words={**set_up, **said, "url": url_of(entry)},
        shown={**{word: f'POOL_OPTIONS["{key}"]' for key, word in KEYS.items()}, "url": "ENGINE"},
        name=name,
        place=alias.entry.place,
        library="dj_db_conn_pool",
        defaults=_DEFAULTS,
        to_sqlalchemy=True,
        unread=(*_dropped(options), *password(entry)),
    )


def _dropped(options: Located | None) -> Iterator[Misfit]:
    """Find keys that are dropped: in small letters, or by another name."""
    for key, one in options.table.items() if options is not None else ():
        meant = _NEARLY.get(key.upper(), key.upper())
        if key not in KEYS and meant in KEYS:
            yield Misfit(UNREAD, KEYS[meant], f'POOL_OPTIONS["{key}"]', one.place, in_force=f'POOL_OPTIONS["{meant}"]')
