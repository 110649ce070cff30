"""Flask-SQLAlchemy's configuration keys, as its versions read them.

Source: flask_sqlalchemy 2.5.1 (SQLAlchemy.apply_pool_defaults, apply_driver_hacks) and 3.1.1 (SQLAlchemy.init_app,
_apply_driver_defaults), and by running both. 2.x reads SQLALCHEMY_POOL_SIZE and its like, and takes 10 connections and
a recycle of 7200 s for a mysql:// URL; 3.x reads SQLALCHEMY_ENGINE_OPTIONS alone, and takes 7200 s of its own. Neither
has a default of its own for mariadb://.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from poolaudit.facts.pool import UNREAD, Misfit, Place, Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import SQLALCHEMY, Engine
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.project import Project

FLASK = "Flask-SQLAlchemy"
OPTIONS = "SQLALCHEMY_ENGINE_OPTIONS"
URI = "SQLALCHEMY_DATABASE_URI"
KEYS = {
    "pool_size": "SQLALCHEMY_POOL_SIZE",
    "max_overflow": "SQLALCHEMY_MAX_OVERFLOW",
    "pool_recycle": "SQLALCHEMY_POOL_RECYCLE",
    "pool_timeout": "SQLALCHEMY_POOL_TIMEOUT",
}
FLASK_WORDS = (*KEYS.values(), OPTIONS, URI)
OPTIONS_SINCE = (2, 4)
_SECOND = {"pool_size": Setting(10, default_of=FLASK), "pool_recycle": Setting(7200, default_of=FLASK)}
_NEVER_READ = {
    "SQLALCHEMY_POOL_PRE_PING": "pool_pre_ping",
    "SQLALCHEMY_PRE_PING": "pool_pre_ping",
    "SQLALCHEMY_POOL_MAX_OVERFLOW": "max_overflow",
    "SQLALCHEMY_POOL_OVERFLOW": "max_overflow",
    "SQLALCHEMY_RECYCLE": "pool_recycle",
    "SQLALCHEMY_POOL_USE_LIFO": "pool_use_lifo",
    "SQLALCHEMY_POOLCLASS": "poolclass",
    "SQLALCHEMY_POOL_CLASS": "poolclass",
    "POOL_SIZE": "pool_size",
    "MAX_OVERFLOW": "max_overflow",
    "POOL_RECYCLE": "pool_recycle",
    "POOL_TIMEOUT": "pool_timeout",
    "POOL_PRE_PING": "pool_pre_ping",
}
"""Keys that no version reads, by the option that whoever wrote them meant."""


def knows(document: Document) -> bool:
    """Whether it is a file of variables with one of the keys; data files' headings are looked through elsewhere."""
    return any(_has_keys(table) for _, table in _tables(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of each table of variables that has one of the keys."""
    version = project.version("flask-sqlalchemy", document.path)
    for name, table in _tables(document):
        if _has_keys(table):
            place = min((table[key].place for key in FLASK_WORDS if key in table), key=_line, default=None)
            for engine in flask_engines(table, version):
                yield replace(engine, name=document.named(name), place=place)


def _tables(document: Document) -> Iterator[tuple[str, Table]]:
    """Give the tables that Flask may take for its configuration: a file's variables, a module's, a class's."""
    if document.kind is Kind.ENV:
        yield from (("", root.table) for root in document.roots)
    if document.module is not None:
        yield "", document.module.table
        yield from document.module.classes.items()


def _has_keys(table: Table) -> bool:
    return any(key in table for key in FLASK_WORDS)


def _line(place: Place | None) -> int:
    return place.line or 0 if place is not None else 0


def flask_engines(words: Table, version: tuple[int, ...] | None) -> tuple[Engine, ...]:
    """Give the engine that Flask-SQLAlchemy makes of its keys; one for each reading where the version decides.

    `version` is Flask-SQLAlchemy's, None where it is not known.
    """
    if version is not None:
        return (_third(words, version, None) if version >= (3,) else _second(words, version, None),)
    second, third = _second(words, (2, 5), f"{FLASK} 2"), _third(words, (3,), f"{FLASK} 3")
    if second.words == third.words and "pool_size" in second.words:
        return (_third(words, (3,), None),)
    return (second, third)


def _second(words: Table, version: tuple[int, ...], reading: str | None) -> Engine:
    options = _options(words) if version >= OPTIONS_SINCE else {}
    old = {word: words[key] for word, key in KEYS.items() if key in words and _is_said(words[key])}
    shown = {word: key for word, key in KEYS.items() if word not in options}
    own = _has_defaults(words)
    return Engine(
        words=old | options | _url(words),
        shown=_shown(options) | shown,
        library="flask-sqlalchemy",
        reading=reading,
        sqlalchemy=(1,),
        defaults=_SECOND if own else {},
        to_sqlalchemy=True,
        unread=_never_read(words),
    )


def _third(words: Table, version: tuple[int, ...], reading: str | None) -> Engine:
    options = _options(words)
    queue = options.get("poolclass")
    own = _has_defaults(words) and (queue is None or str(queue.value).endswith("QueuePool"))
    recycle = {"pool_recycle": Setting(7200, default_of=FLASK, note=_unread(words, "pool_recycle"))} if own else {}
    return Engine(
        words=options | _url(words),
        shown=_shown(options),
        library="flask-sqlalchemy",
        reading=reading,
        sqlalchemy=(2,) if version >= (3, 1) else None,
        defaults={"pool_size": Setting(5, default_of=SQLALCHEMY, note=_unread(words, "pool_size"))} | recycle,
        to_sqlalchemy=True,
        unread=_old(words, options, is_sure=reading is None) + _never_read(words),
    )


def _old(words: Table, options: Table, *, is_sure: bool) -> tuple[Misfit, ...]:
    """Find the keys of 2.x, which 3.x reads no more; those whose word is in the options are said twice, to no harm."""
    return tuple(
        Misfit(UNREAD, word, key, words[key].place, in_force=_read_instead(word), is_sure=is_sure)
        for word, key in KEYS.items()
        if key in words and _is_said(words[key]) and word not in options
    )


def _never_read(words: Table) -> tuple[Misfit, ...]:
    """Find keys that look like Flask-SQLAlchemy's but are of no version of it."""
    return tuple(
        Misfit(UNREAD, word, key, found.place, in_force=_read_instead(word), is_sure=key.startswith("SQLALCHEMY_"))
        for key, found in words.items()
        if (word := _NEVER_READ.get(key)) is not None
    )


def _read_instead(word: str) -> str:
    return f'{OPTIONS}: {{"{word}": …}}'


def _options(words: Table) -> dict[str, Located]:
    """Give what SQLALCHEMY_ENGINE_OPTIONS holds; every word is unknown where that is filled in by something else."""
    found = words.get(OPTIONS)
    if found is None or isinstance(found.value, Mapping):
        return dict(found.table) if found is not None else {}
    why = f"{OPTIONS} is {found.why_unknown or 'no mapping'}"
    return dict.fromkeys(POOL_WORDS, Located(None, found.place, unknown=why))


def _url(words: Table) -> dict[str, Located]:
    return {"url": words[URI]} if URI in words else {}


def _shown(options: Table) -> dict[str, str]:
    written = {*POOL_WORDS, *options}
    return {word: f'{OPTIONS}["{word}"]' for word in written} | {"url": URI}


def _is_said(found: Located) -> bool:
    """Whether an old key counts: None is what Flask-SQLAlchemy 2 sets it to where nobody did."""
    return found.value is not None or found.unknown is not None


def _has_defaults(words: Table) -> bool:
    """Whether the URL begins with mysql, which alone gets defaults; an unknown one is taken to."""
    text = str(words[URI].value) if URI in words else ""
    return "://" not in text or text.startswith(("mysql", "${", "{{"))


def _unread(words: Table, word: str) -> str | None:
    if KEYS[word] not in words:
        return None
    place = words[KEYS[word]].place
    return f"{KEYS[word]}{f' ({place})' if place else ''} is not read from {FLASK} 3.0 on"
