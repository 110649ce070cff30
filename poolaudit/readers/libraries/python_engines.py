"""SQLAlchemy engines that a Python file makes: create_engine and its kin, without running any of it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from poolaudit.facts.misfit import Misfit
from poolaudit.readers.document import Document
from poolaudit.readers.engine import Engine
from poolaudit.readers.from_config import from_config
from poolaudit.readers.libraries.apscheduler import ignored_beside
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import OF_QUEUES, POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.python.listeners import PingListener, ping_listeners_in, pings
from poolaudit.readers.python.module import Call, Module
from poolaudit.readers.python.names import Scope

MAKERS = (
    "sqlalchemy.create_engine",
    "sqlalchemy.ext.asyncio.create_async_engine",
    "sqlalchemy.create_mock_engine",
    "sqlmodel.create_engine",
)
FROM_CONFIG = ("sqlalchemy.engine_from_config", "sqlalchemy.ext.asyncio.async_engine_from_config")
PARTIAL = "functools.partial"
_POOL_WORDS = {"pool_size": "pool_size", "max_overflow": "max_overflow", "timeout": "pool_timeout"} | {
    name: f"pool_{name}" for name in ("recycle", "pre_ping", "reset_on_return", "use_lifo")
}
_URL_PARTS = ("drivername", "username", "password", "host", "port", "database")


class _Beside(NamedTuple):
    """What else a module says of its engines: which are pinged by a listener, and what stores ignore, by engine."""

    listeners: tuple[PingListener, ...]
    ignored: Mapping[str, tuple[Misfit, ...]]


def knows(document: Document) -> bool:
    """Whether it is a Python file that may make an engine."""
    return document.module is not None and "engine" in document.text


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of each call, in the file's order."""
    _ = project
    module = document.module
    assert module is not None  # noqa: S101 - as knows() says
    beside = _Beside(ping_listeners_in(module), ignored_beside(module))
    for call in module.calls(*MAKERS):
        yield _engine(module, call, _words(module, call), beside)
    for call in module.calls(*FROM_CONFIG):
        yield from _from_config(module, call, beside)
    for call in module.calls(PARTIAL):
        if call.node.args and module.full_name(call.node.args[0]) in MAKERS:
            yield _engine(module, call, _words(module, replace(call, arguments=call.arguments[1:])), beside)


def _engine(module: Module, call: Call, words: Table, beside: _Beside) -> Engine:
    listener = pings(call, beside.listeners)
    if listener is not None:
        words = {**words, "pool_pre_ping": listener}
    return Engine(
        words=words,
        name=_name(module, call),
        place=call.place,
        to_sqlalchemy=True,
        unread=beside.ignored.get(call.target, ()),
    )


def _name(module: Module, call: Call) -> str:
    """Name an engine by what it is given to, else by the function that makes it, else by its line."""
    inner = call.target or call.function or f"line {call.place.line}"
    owner = call.function.rpartition(".")[0] if call.target else ""
    return f"{module.path}:{f'{owner}.' if owner else ''}{inner}"


def _words(module: Module, call: Call) -> dict[str, Located]:
    """Give what a call says, by SQLAlchemy's names; what `**options` may say is as unknown as they are."""
    words = dict(call.keywords)
    if call.left_open is not None:
        words = {**dict.fromkeys(open_words(words), call.left_open), **words}
    url = call.arguments[0] if call.arguments else words.pop("url", None)
    if url is not None:
        words["url"] = _url(module, call, url)
    if "creator" in words or "async_creator" in words:
        words["url"] = _made_by_creator(words.get("url"))
    return _with_own_pool(module, call, words)


def open_words(said: Table) -> tuple[str, ...]:
    """Give the words that may be said where that is not known: none that the class which is said has not."""
    kind = said.get("poolclass")
    is_queue = kind is None or kind.why_unknown is not None or str(kind.value).endswith("QueuePool")
    return tuple(word for word in (*POOL_WORDS, "isolation_level") if is_queue or word not in OF_QUEUES)


def _made_by_creator(url: Located | None) -> Located:
    """Keep of a URL beside `creator=` what SQLAlchemy takes from it, the dialect: where it leads the creator says."""
    text = url.value if url is not None and isinstance(url.value, str) else ""
    dialect = text.partition("://")[0]
    if not dialect:
        return Located(None, url.place if url is not None else None, unknown="connections are made by creator=")
    return replace(url or Located(None), value=f"{dialect}://", note="connections are made by creator=")


def _url(module: Module, call: Call, found: Located) -> Located:
    """Give a URL's text; of `URL.create(…)` and make_url(…) as well."""
    node = call.node.args[0] if call.node.args else next((k.value for k in call.node.keywords if k.arg == "url"), None)
    made = _call_of(module, node) if node is not None else None
    if made is None:
        return found
    name = module.full_name(made.func).rpartition(".")[2]
    if name == "make_url" and made.args:
        return module.value(made.args[0], _scope_of(module, made))
    if name == "create" or module.full_name(made.func).endswith("engine.url.URL"):
        return _created(module, made)
    return found


def _call_of(module: Module, node: ast.expr) -> ast.Call | None:
    """Follow a name to the call that made its value."""
    if isinstance(node, ast.Name):
        bound = [one.value for one in module.names.top.bindings.get(node.id, []) if one.value is not None]
        node = bound[-1] if bound else node
    return node if isinstance(node, ast.Call) else None


def _scope_of(module: Module, node: ast.Call) -> Scope | None:
    return next((site.scope for site in module.names.calls if site.node is node), None)


def _created(module: Module, node: ast.Call) -> Located:
    """Write `URL.create(drivername=…, host=…)` as the URL that it makes; what is not known is a hole in it."""
    scope = _scope_of(module, node)
    parts = dict(zip(_URL_PARTS, (module.value(one, scope) for one in node.args), strict=False))
    parts |= {one.arg: module.value(one.value, scope) for one in node.keywords if one.arg is not None}
    driver = parts.get("drivername")
    if driver is None or driver.why_unknown is not None:
        return Located(None, module.line_of(node), unknown="the drivername of URL.create is not known")
    shown = {name: _shown(parts.get(name)) for name in _URL_PARTS}
    login = f"{shown['username']}{':' if shown['password'] else ''}{'{{ }}' if shown['password'] else ''}"
    where = f"{shown['host']}{':' if shown['port'] else ''}{shown['port']}"
    query = "&".join(f"{key}={_shown(one)}" for key, one in parts["query"].table.items()) if "query" in parts else ""
    text = f"{driver.value}://{login}{'@' if login else ''}{where}/{shown['database']}{'?' if query else ''}{query}"
    return Located(text, module.line_of(node))


def _shown(found: Located | None) -> str:
    if found is None or found.is_none:
        return ""
    return "{{ }}" if found.why_unknown is not None else str(found.value)


def _with_own_pool(module: Module, call: Call, words: dict[str, Located]) -> dict[str, Located]:
    """Read `pool=QueuePool(creator, …)`: the pool's own words then count, and those of create_engine do not."""
    own = next((one.value for one in call.node.keywords if one.arg == "pool"), None)
    made = _call_of(module, own) if own is not None else None
    if made is None:
        return words
    kind = module.value(made.func)
    keywords, _ = module.values.keywords(made, _scope_of(module, made) or module.names.top)
    said = {_POOL_WORDS[name]: found for name, found in keywords.items() if name in _POOL_WORDS}
    rest = {word: found for word, found in words.items() if word not in {*POOL_WORDS, "pool"}}
    return {**rest, **said, "poolclass": kind}


def _from_config(module: Module, call: Call, beside: _Beside) -> Iterator[Engine]:
    prefix = call.keywords.get("prefix", call.arguments[1] if call.arguments[1:] else Located("sqlalchemy."))
    config = call.arguments[0] if call.arguments else call.keywords.get("configuration", Located(None))
    over = {key: found for key, found in call.keywords.items() if key not in {"prefix", "configuration"}}

    def shown(word: str) -> str:
        return word if word in over else f"{prefix.value}{word}"

    if config.why_unknown is not None or not isinstance(config.value, dict) or not isinstance(prefix.value, str):
        why = f"the configuration is {config.why_unknown or 'not known'}"
        unknown = Located(None, call.place, unknown=why)
        said = dict.fromkeys((*open_words(over), "url"), unknown)
    else:
        begin = prefix.value
        said = {key.removeprefix(begin): found for key, found in config.table.items() if key.startswith(begin)}
    # Keywords are taken as the configuration's own words are, texts of numbers among them.
    words, misfits = from_config({**said, **over}, shown)
    engine = _engine(module, call, words, beside)
    yield engine._replace(shown={word: shown(word) for word in words}, unread=(*engine.unread, *misfits))
