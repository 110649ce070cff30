"""Celery's result backend in a database: an engine of its own in each process that stores or asks for results.

Run: Celery 5.4 and 5.7 (SessionManager.get_engine). In a worker's forked children it is create_engine(url,
**database_engine_options), so a QueuePool; in any other process, and in a worker of threads, gevent or solo, it is a
NullPool, and options that begin with `pool`, and max_overflow, are dropped without a word. From 5.7 on
database_engine_options is by default {pool_pre_ping: True, pool_recycle: 3600}; what an application says replaces all
of it. Before, it is {}.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import SQLALCHEMY, Engine
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Module

NAME = "Celery"
SCHEME = "db+"
PING_SINCE = (5, 7)
_BACKEND = ("result_backend", "celery_result_backend", "backend")
_URL = ("database_url", "celery_database_url", "celery_result_dburi")
_OPTIONS = ("database_engine_options", "celery_database_engine_options", "celery_result_engine_options")
_POOL = ("worker_pool", "celery_worker_pool", "celeryd_pool")
_SHORT = (
    "database_short_lived_sessions",
    "celery_database_short_lived_sessions",
    "celery_result_db_short_lived_sessions",
)
_KEYS = frozenset({*_BACKEND, *_URL, *_OPTIONS, *_POOL, *_SHORT})
_UNFORKED = frozenset({"solo", "threads", "thread", "gevent", "eventlet"})
_FORKED: Setting[Any] = Setting("QueuePool", default_of=SQLALCHEMY, note="in a worker's forked children; else NullPool")
_SINCE_5_7: Mapping[str, Setting[Any]] = {
    "pool_pre_ping": Setting(said=True, default_of=NAME),
    "pool_recycle": Setting(3600, default_of=NAME),
}


@dataclass
class _Configuration:
    """Settings of one Celery application, by their names in small letters; `written` has them as they are written."""

    name: str
    place: Place | None
    said: dict[str, Located] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, found: Located) -> None:
        if key.lower() in _KEYS:
            self.said[key.lower()] = found
            self.written[key.lower()] = key

    def first(self, keys: tuple[str, ...]) -> tuple[str, Located] | None:
        """Give the first of a setting's names that is said, as it is written."""
        return next(((self.written[key], self.said[key]) for key in keys if key in self.said), None)


def knows(document: Document) -> bool:
    """Whether settings of a result backend stand in it that is, or may be, a database."""
    text = document.text.lower()
    if SCHEME not in text and not any(word in text for word in (*_OPTIONS, *_URL[:1])):
        return False
    return "celery" in text or "result_backend" in text or any(word in text for word in _OPTIONS)


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the backend's engine of each configuration."""
    version = project.version("celery", document.path)
    for configuration in _configurations(document):
        url = _url(configuration)
        if url is not None:
            yield from _engines(configuration, *url, version)


def _configurations(document: Document) -> Iterator[_Configuration]:
    module = document.module
    if module is not None:
        yield from _of_tables(document, module)
        yield from _of_application(document, module)
        return
    for root in document.roots:
        place = document.place if document.kind is Kind.ENV else root.place
        yield _of_table(document.named(""), place, root.table)
        for name, inner in root.table.items():
            if inner.table:
                yield _of_table(document.named(name), inner.place, inner.table)


def _of_tables(document: Document, module: Module) -> Iterator[_Configuration]:
    """Read celeryconfig.py, a Django or Flask configuration, and classes that hold one."""
    for name, table in (("", module.table), *module.classes.items()):
        yield _of_table(document.named(name), None, table)
        for key in ("CELERY", "CELERY_CONFIG"):
            if key in table:
                yield _of_table(document.named(name, key), table[key].place, table[key].table)


def _of_table(name: str, place: Place | None, table: Table) -> _Configuration:
    configuration = _Configuration(name, place)
    for key, found in table.items():
        configuration.add(key, found)
    return configuration


def _of_application(document: Document, module: Module) -> Iterator[_Configuration]:
    """Read `Celery(…, backend=…)`, `app.conf.update(…)` and `app.conf.result_backend = …`."""
    found: dict[str, _Configuration] = {}
    for call in module.calls("celery.Celery"):
        target = call.target or call.function or f"line {call.place.line}"
        one = found.setdefault(target, _Configuration(document.named(target), call.place))
        for key, value in call.keywords.items():
            one.add(key, value)
    for site in module.names.calls:
        owner, _, method = module.full_name(site.node.func).rpartition(".")
        if method == "update" and owner.endswith(".conf"):
            one = _application(found, owner, document, module.line_of(site.node))
            keywords, _ = module.values.keywords(site.node, site.scope)
            first = module.value(site.node.args[0], site.scope).table if site.node.args else {}
            for key, value in {**first, **keywords}.items():
                one.add(key, value)
    for statement in ast.walk(module.tree):
        for owner, key, node in _assigned(statement, module):
            _application(found, owner, document, module.line_of(statement)).add(key, module.value(node))
    yield from found.values()


def _application(found: dict[str, _Configuration], owner: str, document: Document, place: Place) -> _Configuration:
    name = owner.removesuffix(".conf").rpartition(".")[2]
    return found.setdefault(name, _Configuration(document.named(name), place))


def _assigned(node: ast.AST, module: Module) -> Iterator[tuple[str, str, ast.expr]]:
    for target in node.targets if isinstance(node, ast.Assign) else ():
        match target:
            case ast.Attribute(value=inner, attr=key) | ast.Subscript(value=inner, slice=ast.Constant(value=str(key))):
                owner = module.full_name(inner)
                if owner.endswith(".conf") and isinstance(node, ast.Assign):
                    yield owner, key, node.value
            case _:
                pass


def _url(configuration: _Configuration) -> tuple[str, Located] | None:
    """Give the setting that says where the backend leads, None where that is no database or nobody can know."""
    backend = configuration.first(_BACKEND)
    if backend is not None and isinstance(backend[1].value, str) and backend[1].value.startswith(SCHEME):
        return backend[0], replace(backend[1], value=backend[1].value.removeprefix(SCHEME), variable=None)
    if backend is not None and backend[1].value == "database" and configuration.first(_URL) is not None:
        return configuration.first(_URL)
    options = configuration.first(_OPTIONS)
    is_known = backend is not None and backend[1].why_unknown is None
    if options is None or is_known:
        return None
    return (
        backend or configuration.first(_URL) or ("result_backend", Located(None, unknown="no result_backend is said"))
    )


def _engines(
    configuration: _Configuration, word: str, url: Located, version: tuple[int, ...] | None
) -> Iterator[Engine]:
    options = configuration.first(_OPTIONS)
    engine = _engine(configuration, word, url, options)
    if options is not None or engine.defaults["poolclass"].said == "NullPool":
        yield engine  # without a pool its own defaults are dropped too
    elif version is not None:
        yield engine._replace(defaults={**engine.defaults, **(_SINCE_5_7 if version >= PING_SINCE else {})})
    else:
        yield engine._replace(reading=f"{NAME} 5.6")
        yield engine._replace(reading=f"{NAME} 5.7", defaults={**engine.defaults, **_SINCE_5_7})


def _engine(configuration: _Configuration, word: str, url: Located, options: tuple[str, Located] | None) -> Engine:
    said: dict[str, Located] = {}
    if options is not None:
        found = options[1]
        why = f"{options[0]} is {found.why_unknown or 'no dict'}"
        said = dict(found.table)
        if not found.is_none and not isinstance(found.value, Mapping):
            said = dict.fromkeys(POOL_WORDS, Located(None, found.place, unknown=why))
    kind = _kind(configuration)
    dropped = _dropped(said, options) if kind.said == "NullPool" else ()
    kept = {key: one for key, one in said.items() if not dropped or not _is_pools(key)}
    shown = {key: f'{options[0]}["{key}"]' for key in said} if options is not None else {}
    return Engine(
        words={**kept, "url": url},
        shown={**shown, "url": word},
        name=configuration.name,
        place=configuration.place or url.place or (options[1].place if options is not None else None),
        library="celery",
        defaults={"poolclass": kind},
        to_sqlalchemy=True,
        unread=tuple(dropped),
    )


def _kind(configuration: _Configuration) -> Setting[Any]:
    pool = configuration.first(_POOL)
    if pool is None:
        return _FORKED
    if pool[1].why_unknown is not None:
        return Setting(place=pool[1].place, unknown=f"{pool[0]} decides: {pool[1].why_unknown}")
    if pool[1].value in _UNFORKED:
        return Setting("NullPool", default_of=NAME, note=f"{pool[0]} {pool[1].value} forks no children")
    return _FORKED


def _is_pools(key: str) -> bool:
    return key.startswith("pool") or key in {"max_overflow", "echo_pool"}


def _dropped(said: Table, options: tuple[str, Located] | None) -> Iterator[Misfit]:
    """Find the options that Celery drops where nothing is forked."""
    for key, one in said.items() if options is not None else ():
        if _is_pools(key):
            word = f'{options[0]}["{key}"]' if options is not None else key
            yield Misfit(UNREAD, key, word, one.place, in_force="worker_pool: prefork", is_sure=False)
