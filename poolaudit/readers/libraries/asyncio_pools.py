"""Pools of the asyncio drivers: aiomysql.create_pool, asyncmy.create_pool, and `databases`, which makes one of a URL.

Run: aiomysql 0.3, asyncmy 0.2.18 and databases 0.9. Both drivers: minsize 1, maxsize 10; aiomysql's maxsize 0 is no
limit; pool_recycle is never (-1) for aiomysql and 3600 s for asyncmy, and counts from a connection's last use, not from
its making; acquire() waits for ever, and looks whether the server has closed a connection, but sends no ping.
`databases` takes min_size, max_size and pool_recycle from its URL's query and from keywords, which beat it; `mysql://`
is aiomysql, `mysql+asyncmy://` asyncmy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from poolaudit.facts.misfit import Misfit
from poolaudit.facts.pool import ASYNCIO_POOL
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document
from poolaudit.readers.engine import Engine
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import secrets
from poolaudit.readers.project import Project
from poolaudit.readers.python.formatting import in_url
from poolaudit.readers.python.module import Call

AIOMYSQL, ASYNCMY = "aiomysql", "asyncmy"
_MAKERS = {
    "aiomysql.create_pool": AIOMYSQL,
    "aiomysql.pool.create_pool": AIOMYSQL,
    "aiomysql.Pool": AIOMYSQL,
    "asyncmy.create_pool": ASYNCMY,
    "asyncmy.pool.create_pool": ASYNCMY,
    "asyncmy.Pool": ASYNCMY,
}
_DATABASE = "databases.Database"
_ORDER = ("minsize", "maxsize", "echo", "pool_recycle")
_ORDER_OF_ASYNCMYS_CLASS = ("minsize", "maxsize", "pool_recycle", "echo")
_SHOWN = {"pool_size": "maxsize", "pool_recycle": "pool_recycle", "url": "host"}
_RECYCLE = {AIOMYSQL: -1, ASYNCMY: 3600}
IDLE = "counts from a connection's last use, not from its making"


def defaults_of(library: str, *, of: str | None = None, size: int = 10) -> dict[str, Setting[Any]]:
    """Give what is in force in a pool of a driver's where nobody says it; `of` names what decides the size."""
    maker = of or library
    return {
        "poolclass": Setting(ASYNCIO_POOL, default_of=library),
        "pool_size": Setting(size, default_of=maker),
        "max_overflow": Setting(unknown=f"a pool of {library} has no overflow", remedy=""),
        "pool_recycle": Setting(_RECYCLE[library], default_of=library, note=IDLE),
        "pool_timeout": Setting(None, default_of=library, note="acquire() waits for ever"),
        "pool_pre_ping": Setting(
            unknown=f"{library} has no pre-ping; acquire() looks whether the server has closed a connection", remedy=""
        ),
        "pool_reset_on_return": Setting("rollback", default_of=library, note="closes one that is in a transaction"),
        "isolation_level": Setting(default_of=library),
    }


def words_of(url: Located, said: Table) -> dict[str, Located]:
    """Give a driver's words by SQLAlchemy's names; a recycle is told to count from the last use."""
    words = {"url": url}
    if "maxsize" in said:
        words["pool_size"] = said["maxsize"]
    if "pool_recycle" in said:
        recycle = said["pool_recycle"]
        words["pool_recycle"] = replace(recycle, note=f"{recycle.note}; {IDLE}" if recycle.note else IDLE)
    return words


def password_in_clear(said: Table) -> tuple[Misfit, ...]:
    """Find a password in clear among a driver's words."""
    return tuple(secrets({"password": said["password"]}, "")) if "password" in said else ()


def knows(document: Document) -> bool:
    """Whether it is a Python file that may make such a pool."""
    words = (AIOMYSQL, ASYNCMY, "databases")
    return document.module is not None and any(word in document.text for word in words)


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the pool of each call, in the file's order."""
    _ = project
    module = document.module
    assert module is not None  # noqa: S101 - as knows() says
    for call in module.calls(*_MAKERS):
        library = _MAKERS.get(call.callee) or (ASYNCMY if ASYNCMY in call.callee else AIOMYSQL)
        yield _engine(call, document, library, _by_order(call, library))
    for call in module.calls(_DATABASE):
        yield from _database(call, document)


def name_of(call: Call, document: Document) -> str:
    """Name a pool by what it is given to, else by the function that makes it, else by its line."""
    inner = call.target or call.function or f"line {call.place.line}"
    owner = call.function.rpartition(".")[0] if call.target else ""
    return document.named(owner, inner)


def _by_order(call: Call, library: str) -> dict[str, Located]:
    """Give a call's arguments by their names; those that nobody can know are unknown."""
    is_asyncmys_class = library == ASYNCMY and call.callee.endswith("Pool")
    order = _ORDER_OF_ASYNCMYS_CLASS if is_asyncmys_class else _ORDER
    said = dict(zip(order, call.arguments, strict=False)) | dict(call.keywords)
    if call.left_open is None:
        return said
    return {**dict.fromkeys(("maxsize", "pool_recycle", "host"), call.left_open), **said}


def _engine(call: Call, document: Document, library: str, said: Table) -> Engine:
    return Engine(
        words=words_of(url_of(said, library), said),
        shown=_SHOWN,
        name=name_of(call, document),
        place=call.place,
        library=library,
        defaults=defaults_of(library),
        to_sqlalchemy=True,
        unread=password_in_clear(said),
    )


def url_of(said: Table, library: str) -> Located:
    """Write what a call says of the server as a URL, never with its password."""
    first = next((said[key] for key in ("host", "unix_socket", "port", "user", "db") if key in said), None)
    if "host" in said and said["host"].why_unknown is not None and "handed on" in said["host"].why_unknown:
        return said["host"]
    if "read_default_file" in said and "host" not in said:
        return Located(f"mysql+{library}://{{{{ }}}}/", said["read_default_file"].place)
    user, host, port = (in_url(said.get(key)) for key in ("user", "host", "port"))
    database = in_url(said.get("db", said.get("database")))
    socket = in_url(said.get("unix_socket"))
    where = f"{host or ('' if socket else 'localhost')}{f':{port}' if port else ''}"
    text = (
        f"mysql+{library}://{f'{user}@' if user else ''}{where}/{database}{f'?unix_socket={socket}' if socket else ''}"
    )
    return Located(text, first.place if first is not None else None)


def _database(call: Call, document: Document) -> Iterator[Engine]:
    url = call.arguments[0] if call.arguments else call.keywords.get("url")
    if url is None:
        return
    text = str(url.value) if isinstance(url.value, str) else ""
    dialect = text.partition("://")[0]
    library = ASYNCMY if dialect.endswith(ASYNCMY) else AIOMYSQL
    said = {**asked(url, {"min_size": "minsize", "max_size": "maxsize", "pool_recycle": "pool_recycle"})}
    said |= {{"min_size": "minsize", "max_size": "maxsize"}.get(key, key): one for key, one in call.keywords.items()}
    engine = _engine(call, document, library, said)
    is_known = "://" in text
    yield engine._replace(
        words={**engine.words, "url": without_query(url) if is_known else url},
        shown={**_SHOWN, "pool_size": "max_size", "url": "url"},
        defaults={
            key: replace_default(one, is_known=is_known) if key in {"pool_recycle", "poolclass"} else one
            for key, one in engine.defaults.items()
        },
    )


def replace_default(setting: Setting[Any], *, is_known: bool) -> Setting[Any]:
    """Give a driver's default only where the URL tells which driver it is."""
    if is_known or setting.said == ASYNCIO_POOL:
        return setting
    return Setting(unknown="the URL, which names the driver, is not known")


def asked(url: Located, names: Mapping[str, str]) -> dict[str, Located]:
    """Give what a URL's query says under these names, as numbers where they are."""
    query = str(url.value).partition("?")[2] if isinstance(url.value, str) else ""
    return {
        names[key]: Located(
            int(value) if value.lstrip("-").isdecimal() else value, _line(url), note="in the URL's query"
        )
        for key, value in parse_qsl(query)
        if key in names
    }


def _line(url: Located) -> Place | None:
    return url.place and url.place.without_columns


def without_query(url: Located) -> Located:
    """Give a URL less its query, which is the library's own."""
    return replace(url, value=str(url.value).partition("?")[0], place=_line(url), variable=None)
