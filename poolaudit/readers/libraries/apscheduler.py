"""APScheduler's job stores: SQLAlchemyJobStore(url=…) makes an engine of its own, beside the application's.

Run: APScheduler 3.11 and Flask-APScheduler 1.13. Its engine is create_engine(url, **engine_options), so SQLAlchemy's
5 + 10 with no recycle where no options are said; with engine= it makes none, and engine_options is ignored. It may also
be named in a dict (`{"type": "sqlalchemy", "url": …}`), by add_jobstore("sqlalchemy", url=…), and in Flask's
SCHEDULER_JOBSTORES. APScheduler 4's SQLAlchemyDataStore takes an engine or a URL, and no options.
"""

import ast
from collections.abc import Container, Iterator, Mapping

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.asyncio_pools import name_of
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Call, Module

_STORES = ("apscheduler.jobstores.sqlalchemy.SQLAlchemyJobStore",)
_DATA_STORES = (
    "apscheduler.datastores.sqlalchemy.SQLAlchemyDataStore",
    "apscheduler.datastores.async_sqlalchemy.AsyncSQLAlchemyDataStore",
)
_ORDER = ("url", "engine", "tablename", "metadata", "pickle_protocol", "tableschema", "engine_options")
_OPTIONS = "engine_options"
_PREFIX = "apscheduler.jobstores."
MAKERS = ("sqlalchemy.create_engine", "sqlmodel.create_engine")


def knows(document: Document) -> bool:
    """Whether it is a Python file that may name such a store."""
    return document.module is not None and any(
        word in document.text for word in ("SQLAlchemyJobStore", "SQLAlchemyDataStore", "jobstore", "JOBSTORES")
    )


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of each store that makes one."""
    _ = project
    module = document.module
    assert module is not None  # noqa: S101 - as knows() says
    made_here = _made_here(module)
    for call in module.calls(*_STORES):
        said = dict(zip(_ORDER, call.arguments, strict=False)) | dict(call.keywords)
        yield from _of_store(document, call, said, made_here)
    for call in _added(module):
        yield from _of_store(document, call, call.keywords, made_here)
    for name, found in _in_dicts(module):
        yield from _of_table(document, name, found)
    for call in module.calls(*_DATA_STORES):
        url = call.arguments[0] if call.arguments else call.keywords.get("engine_or_url")
        if url is not None and isinstance(url.value, str):
            yield _engine(name_of(call, document), call.place, {"url": url})


def _added(module: Module) -> Iterator[Call]:
    """Give the calls of `scheduler.add_jobstore("sqlalchemy", url=…)`."""
    for site in module.names.calls:
        function = site.node.func
        is_named = isinstance(function, ast.Attribute) and function.attr == "add_jobstore" and site.node.args
        if is_named and module.value(site.node.args[0], site.scope).value == "sqlalchemy":
            keywords, rest = module.values.keywords(site.node, site.scope)
            alias = module.value(site.node.args[1], site.scope) if site.node.args[1:] else keywords.get("alias")
            name = str(alias.value) if alias is not None and alias.value else "default"
            yield Call("add_jobstore", module.line_of(site.node), site.node, name, site.scope.name, (), keywords, rest)


def _in_dicts(module: Module) -> Iterator[tuple[str, Located]]:
    """Give the stores that are said as a dict, by their aliases; each place once."""
    seen: set[object] = set()
    tables = [*module.table.values(), *(one for table in module.classes.values() for one in table.values())]
    for site in module.names.calls:
        tables += [
            module.value(one.value, site.scope)
            for one in site.node.keywords
            if one.arg in {"jobstores", "gconfig"} and isinstance(one.value, ast.Dict)
        ]
        tables += [module.value(one, site.scope) for one in site.node.args[:1] if isinstance(one, ast.Dict)]
    for table in tables:
        for alias, found in table.table.items():
            kind = found.table.get("type", found.table.get("class"))
            is_store = kind is not None and str(kind.value).endswith(("sqlalchemy", "SQLAlchemyJobStore"))
            if is_store and ("url" in found.table or "engine" in found.table) and found.place not in seen:
                seen.add(found.place)
                yield alias.removeprefix(_PREFIX), found


def _of_table(document: Document, name: str, found: Located) -> Iterator[Engine]:
    said = found.table
    if "engine" not in said and "url" in said:
        yield _engine(document.named(name), found.place, {**_words(said), "url": said["url"]})


def _of_store(document: Document, call: Call, said: Table, made_here: Container[str]) -> Iterator[Engine]:
    """Give the store's engine; of one that is given it none where `made_here` has the engine's name."""
    name = name_of(call, document)
    if _is_given(said.get("engine")):
        options, node = said.get(_OPTIONS), _engine_node(call)
        is_made_here = isinstance(node, ast.Name) and node.id in made_here
        if options is not None and options.value and not is_made_here:
            yield _of_other(name, call.place, options)
    elif "url" in said:
        yield _engine(name, call.place, {**_words(said, call.left_open), "url": said["url"]})
    elif call.left_open is not None:
        yield _engine(name, call.place, dict.fromkeys((*POOL_WORDS, "url"), call.left_open))


def _is_given(engine: Located | None) -> bool:
    return engine is not None and not engine.is_none


def _words(said: Table, left_open: Located | None = None) -> dict[str, Located]:
    """Give the words of engine_options; all are unknown where it is."""
    options = said.get(_OPTIONS, left_open)
    if options is None or options.is_none:
        return {}
    if isinstance(options.value, Mapping):
        return dict(options.table)
    unknown = Located(None, options.place, unknown=f"{_OPTIONS} is {options.why_unknown or 'no dict'}")
    return dict.fromkeys(POOL_WORDS, unknown)


def _engine(name: str, place: Place | None, words: Table) -> Engine:
    return Engine(
        words=words,
        shown={word: f'{_OPTIONS}["{word}"]' for word in words if word != "url"},
        name=name,
        place=place,
        library="apscheduler",
        to_sqlalchemy=True,
    )


def _of_other(name: str, place: Place, options: Located) -> Engine:
    """Give the pool of an engine that is made elsewhere and handed on, of which nothing but that is known."""
    unknown = Located(None, place, unknown="it is the pool of the engine that is given as engine=")
    words = dict.fromkeys((*POOL_WORDS, "url"), unknown)
    return _engine(name, place, words)._replace(shown={}, unread=(_ignored(options),))


def _ignored(options: Located) -> Misfit:
    return Misfit(UNREAD, "its pool", f"{_OPTIONS} beside engine=", options.place, in_force="options of create_engine")


def _engine_node(call: Call) -> ast.expr | None:
    named = next((one.value for one in call.node.keywords if one.arg == "engine"), None)
    return named if named is not None else (call.node.args[1] if len(call.node.args) > 1 else None)


def _made_here(module: Module) -> frozenset[str]:
    """Give the names of the engines that a file makes."""
    return frozenset(call.target for call in module.calls(*MAKERS))


def ignored_beside(module: Module) -> Mapping[str, tuple[Misfit, ...]]:
    """Find engine_options that a store is given together with an engine, by the name of the engine."""
    found: dict[str, tuple[Misfit, ...]] = {}
    if "SQLAlchemyJobStore" not in module.text:
        return found
    made_here = _made_here(module)
    for call in module.calls(*_STORES):
        options = dict(zip(_ORDER, call.arguments, strict=False)).get(_OPTIONS, call.keywords.get(_OPTIONS))
        node = _engine_node(call)
        if options is not None and options.value and isinstance(node, ast.Name) and node.id in made_here:
            misfit = _ignored(options)._replace(word=f"{_OPTIONS} of the job store that it is given to")
            found[node.id] = (*found.get(node.id, ()), misfit)
    return found
