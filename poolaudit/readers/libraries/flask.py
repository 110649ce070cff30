"""Flask-SQLAlchemy's configuration keys, as its versions read them.

Source: flask_sqlalchemy 2.5.1 (SQLAlchemy.apply_pool_defaults, apply_driver_hacks) and 3.1.1 (SQLAlchemy.init_app,
_apply_driver_defaults), and by running both. 2.x reads SQLALCHEMY_POOL_SIZE and its like, and takes 10 connections and
a recycle of 7200 s for a mysql:// URL; 3.x reads SQLALCHEMY_ENGINE_OPTIONS alone, and takes 7200 s of its own. Neither
has a default of its own for mariadb://. In 2.x SQLALCHEMY_ENGINE_OPTIONS holds for all binds, and a bind is a URL; in
3.x it holds for the default one alone, a bind may be a mapping of url and options, and engine_from_config makes numbers
of texts. `SQLAlchemy(engine_options=…)` beats the configuration in 2.x, and is beaten by it in 3.x.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import SQLALCHEMY, Engine
from poolaudit.readers.from_config import from_config
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.tables import SHOWN_NAME
from poolaudit.readers.texts import as_json

FLASK = "Flask-SQLAlchemy"
OPTIONS = "SQLALCHEMY_ENGINE_OPTIONS"
URI = "SQLALCHEMY_DATABASE_URI"
KEYS = {
    "pool_size": "SQLALCHEMY_POOL_SIZE",
    "max_overflow": "SQLALCHEMY_MAX_OVERFLOW",
    "pool_recycle": "SQLALCHEMY_POOL_RECYCLE",
    "pool_timeout": "SQLALCHEMY_POOL_TIMEOUT",
}
BINDS = "SQLALCHEMY_BINDS"
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
    """Whether it is a file of variables with one of the keys; data files' headings are looked through elsewhere.

    A Python file is read by flask_python, and one variable's prefix (`FLASK_`) is from_prefixed_env's.
    """
    return document.kind is Kind.ENV and any(_prefixed(root.table) for root in document.roots)


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engines of the variables that from_prefixed_env reads."""
    version = project.version("flask-sqlalchemy", document.path)
    for root in document.roots:
        for prefix, table in _prefixed(root.table).items():
            yield from named_engines(Keys(table, prefix=prefix), version, document)


_PREFIXED = rf"(?P<prefix>[A-Z][A-Z0-9]*_)(?P<key>(?:{'|'.join((*FLASK_WORDS, BINDS))})(?:__.+)?)"


def _prefixed(table: Table) -> dict[str, dict[str, Located]]:
    """Give what from_prefixed_env makes of variables: no prefix, values that are JSON read as it, `__` for nesting.

    Only where it may do so: FLASK_ is its own prefix, and of any other the application maps the keys itself.
    """
    found: dict[str, dict[str, Located]] = {}
    for name, value in table.items():
        match = re.fullmatch(_PREFIXED, name)
        if match is not None and (match["prefix"] == "FLASK_" or match["key"].startswith((OPTIONS, BINDS))):
            _nest(found.setdefault(match["prefix"], {}), match["key"].split("__"), _loaded(value))
    return found


def _nest(table: dict[str, Located], keys: list[str], value: Located) -> None:
    first, *rest = keys
    if not rest:
        table[first] = value
        return
    inner = dict(table[first].table) if first in table else {}
    _nest(inner, rest, value)
    table[first] = Located(inner, value.place and value.place.without_columns)


def _loaded(found: Located) -> Located:
    """Read a text as JSON where it is; else it stays a text."""
    loaded = as_json(found)
    if loaded.unknown is not None:
        return found
    return loaded if loaded.holds_others else replace(loaded, place=found.place)


class Keys(NamedTuple):
    """A configuration: its keys, and what of it is said elsewhere.

    `name` is what it is called within its file, `prefix` what stands before each key there. `is_mapped` is whether the
    application reads the old keys itself. `options` are those of `SQLAlchemy(engine_options=…)`.
    """

    table: Table
    name: str = ""
    prefix: str = ""
    is_mapped: bool = False
    options: "Table | None" = None


def named_engines(keys: Keys, version: tuple[int, ...] | None, document: Document) -> Iterator[Engine]:
    """Give the engines of a configuration, by their full names, with the line that it begins in."""
    places = [keys.table[key].place for key in (*FLASK_WORDS, BINDS) if key in keys.table]
    first = min((place for place in places if place is not None), key=_line, default=None)
    engines = flask_engines(keys.table, version, options=keys.options, is_mapped=keys.is_mapped)
    binds = binds_of(keys.table, version, options=keys.options, is_mapped=keys.is_mapped)
    if URI not in keys.table and not any(key in keys.table for key in (*KEYS.values(), OPTIONS)) and binds:
        engines = ()  # binds alone: without a URI there is no default engine
    for engine in (*engines, *binds):
        shown = {word: f"{keys.prefix}{name}" for word, name in engine.shown.items()}
        name = document.named(keys.name, engine.name)
        yield engine._replace(name=name, place=engine.place or (first and first.without_columns), shown=shown)


def _line(place: Place | None) -> int:
    return place.line or 0 if place is not None else 0


def flask_engines(
    words: Table, version: tuple[int, ...] | None, *, options: "Table | None" = None, is_mapped: bool = False
) -> tuple[Engine, ...]:
    """Give the engine that Flask-SQLAlchemy makes of its keys; one for each reading where the version decides.

    `version` is Flask-SQLAlchemy's, None where it is not known. See Keys for the others.
    """
    words = _mapped(words) if is_mapped else words
    if version is not None:
        return (_engine(words, version, None, options),)
    second, third = _engine(words, (2, 5), f"{FLASK} 2", options), _engine(words, (3,), f"{FLASK} 3", options)
    if _is_same(second, third):
        return (third._replace(reading=None, unread=_engine(words, (3,), None, options).unread),)
    return (second, third)


def binds_of(
    words: Table, version: tuple[int, ...] | None, *, options: "Table | None" = None, is_mapped: bool = False
) -> tuple[Engine, ...]:
    """Give the engines of SQLALCHEMY_BINDS, named `SQLALCHEMY_BINDS.reports`, each in its readings."""
    found = words.get(BINDS)
    engines: list[Engine] = []
    for number, (written, bind) in enumerate((found.table if found is not None else {}).items()):
        key = written if SHOWN_NAME.fullmatch(written) else f"[{number}]"
        own = {name: one for name, one in words.items() if name not in {URI, BINDS}}
        for engine in _bind(own, bind, version, options, is_mapped=is_mapped):
            shown = {**engine.shown, "url": f'{BINDS}["{key}"]'}
            place = bind.place and bind.place.without_columns
            engines.append(engine._replace(name=f"{BINDS}.{key}", shown=shown, place=place))
    return tuple(engines)


def _bind(
    words: Table, bind: Located, version: tuple[int, ...] | None, options: "Table | None", *, is_mapped: bool
) -> tuple[Engine, ...]:
    url = bind.table.get("url", Located(None, bind.place, unknown="the bind names no url"))
    second_words = {**words, URI: bind if not bind.table else url}
    third_words = {URI: second_words[URI], OPTIONS: Located({k: v for k, v in bind.table.items() if k != "url"})}
    if bind.table and version is None:
        version = (3,)  # a mapping is a bind to 3.x alone
    second = flask_engines(second_words, (2, 5), options=options, is_mapped=is_mapped)[0]
    third = flask_engines(third_words, (3,), options=options)[0]
    shown = {word: f'{BINDS}[…]["{word}"]' for word in {*POOL_WORDS, *bind.table}}
    third = third._replace(shown={**third.shown, **shown}, sqlalchemy=(2,) if version and version >= (3, 1) else None)
    if version is not None:
        return (third,) if version >= (3,) else (second,)
    if _is_same(second, third):
        return (third,)
    return (second._replace(reading=f"{FLASK} 2"), third._replace(reading=f"{FLASK} 3"))


def _is_same(second: Engine, third: Engine) -> bool:
    """Whether both versions make the same pool of it."""
    words = ("pool_size", "pool_recycle")
    defaults = [word for word in words if word not in second.words and second.default(word) != third.default(word)]
    return second.words == third.words and not defaults


def _mapped(words: Table) -> Table:
    """Lay the old keys into the options, where the application does so itself."""
    found = words.get(OPTIONS)
    old = {word: words[key] for word, key in KEYS.items() if key in words and _is_said(words[key])}
    old |= {word: words[key] for key, word in _NEVER_READ.items() if key in words and key.startswith("SQLALCHEMY_")}
    own = dict(found.table) if found is not None and found.table else {}
    rest = {key: one for key, one in words.items() if key not in {*KEYS.values(), *_NEVER_READ}}
    return {**rest, OPTIONS: Located({**old, **own}, found.place if found is not None else None)}


def _engine(words: Table, version: tuple[int, ...], reading: str | None, options: "Table | None") -> Engine:
    if version >= (3,):
        return _third({**words, OPTIONS: _under(options, words)} if options else words, version, reading)
    return _second({**words, OPTIONS: _over(options, words)} if options else words, version, reading)


def _under(options: Table, words: Table) -> Located:
    said = words.get(OPTIONS, Located({}))
    return replace(said, value={**options, **said.table}) if isinstance(said.value, Mapping) else said


def _over(options: Table, words: Table) -> Located:
    said = words.get(OPTIONS, Located({}))
    return replace(said, value={**said.table, **options}) if isinstance(said.value, Mapping) else said


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
    options, refused = from_config(_options(words), lambda word: f'{OPTIONS}["{word}"]')
    own = _has_defaults(words)  # whatever the class: 3.1.1 looks for a key "pool_class", which SQLAlchemy has not
    recycle = {"pool_recycle": Setting(7200, default_of=FLASK, note=_unread(words, "pool_recycle"))} if own else {}
    return Engine(
        words=options | _url(words),
        shown=_shown(options),
        library="flask-sqlalchemy",
        reading=reading,
        sqlalchemy=(2,) if version >= (3, 1) else None,
        defaults={"pool_size": Setting(5, default_of=SQLALCHEMY, note=_unread(words, "pool_size"))} | recycle,
        to_sqlalchemy=True,
        unread=_old(words, options, is_sure=reading is None) + _never_read(words) + refused,
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
