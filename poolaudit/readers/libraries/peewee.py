"""peewee's pool: PooledMySQLDatabase, and what playhouse.db_url.connect makes of a `mysql+pool://` URL.

Run: peewee 4.5. max_connections (20; None or 0: no limit) counts the connections that are lent; stale_timeout (none)
is an age, tested when a connection is lent and when it comes back; timeout is how long connect() waits (none: it fails
at once; 0: for ever). Each connection is pinged before it is lent. `max_connections` here is the client's own, not the
server's variable. A MySQLDatabase has no pool.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from poolaudit.facts.misfit import UNKNOWN_OPTION, Misfit
from poolaudit.facts.pool import PEEWEE_POOL
from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.asyncio_pools import asked, name_of, url_of, without_query
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import secrets
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Call

NAME = "peewee"
_CLASSES = (
    "playhouse.pool.PooledMySQLDatabase",
    "playhouse.mysql_ext.PooledMySQLConnectorDatabase",
    "playhouse.mysql_ext.PooledMariaDBConnectorDatabase",
    "playhouse.shortcuts.ReconnectPooledMySQLDatabase",
)
_CONNECT = "playhouse.db_url.connect"
_WORDS = {"max_connections": "pool_size", "stale_timeout": "pool_recycle", "timeout": "pool_timeout"}
_SHOWN = {word: key for key, word in _WORDS.items()} | {"url": "url"}
_OTHERS = {"pool_size": "max_connections", "maxsize": "max_connections", "pool_recycle": "stale_timeout"} | {
    "max_overflow": "max_connections",
    "pool_timeout": "timeout",
}
_DEFAULTS: dict[str, Setting[Any]] = {
    "poolclass": Setting(PEEWEE_POOL, default_of=NAME),
    "pool_size": Setting(20, default_of=NAME),
    "max_overflow": Setting(unknown="peewee's pool has no overflow", remedy=""),
    "pool_recycle": Setting(-1, default_of=NAME),
    "pool_timeout": Setting(0, default_of=NAME, note="connect() does not wait, but raises MaxConnectionsExceeded"),
    "pool_pre_ping": Setting(said=True, default_of=NAME, note="it pings each connection before it lends it"),
    "pool_reset_on_return": Setting("rollback", default_of=NAME),
    "isolation_level": Setting(default_of=NAME),
}


def knows(document: Document) -> bool:
    """Whether it is a Python file that may make such a pool, or a data file with one of peewee's words and its kind."""
    if document.module is not None:
        return "playhouse" in document.text or "PooledMySQL" in document.text
    return document.kind in {Kind.YAML, Kind.JSON, Kind.TOML} and any(True for _ in _headings(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the pool of each call or heading, in the file's order."""
    _ = project
    if document.module is None:
        for name, heading in _headings(document):
            yield _of_heading(document, name, heading)
        return
    for call in document.module.calls(*_CLASSES):
        yield _of_class(call, document)
    for call in document.module.calls(_CONNECT):
        yield from _of_url(call, document)


def _headings(document: Document) -> Iterator[tuple[str, Located]]:
    """Give headings of data files with peewee's words: `mysql: {max_connections: 20, stale_timeout: 300}`."""
    for root in document.roots:
        for name, found in root.table.items():
            if "stale_timeout" in found.table:
                yield name, found


def _of_heading(document: Document, name: str, found: Located) -> Engine:
    named = {"database": "db", "username": "user", "name": "db"}
    said = {named.get(key, key): one for key, one in found.table.items()}
    url = found.table.get("url") or url_of(said, "pymysql")
    return _engine(said, url)._replace(
        name=document.named(name),
        place=found.place,
        deployment=found.table.get("deployment"),
    )


def _of_class(call: Call, document: Document) -> Engine:
    said = dict(zip(("database", *_WORDS), call.arguments, strict=False)) | dict(call.keywords)
    if call.left_open is not None:
        said = {**dict.fromkeys((*_WORDS, "host"), call.left_open), **said}
    name = said.get("database")
    is_deferred = name is not None and name.is_none
    url = Located(None, call.place, unknown="init() says where it leads") if is_deferred else url_of(said, "pymysql")
    return _engine(said, url)._replace(name=name_of(call, document), place=call.place)


def _of_url(call: Call, document: Document) -> Iterator[Engine]:
    url = call.arguments[0] if call.arguments else call.keywords.get("url")
    if url is None:
        return
    scheme = str(url.value).partition("://")[0] if isinstance(url.value, str) else ""
    if scheme and not scheme.endswith("+pool") and "$" not in scheme:
        return  # one connection for each thread, and no pool
    given = asked(url, {key: key for key in (*_WORDS, *_OTHERS)}) | dict(call.keywords)
    found = url if not scheme else replace(without_query(url), value=_without_pool(str(without_query(url).value)))
    yield _engine(given, found)._replace(name=name_of(call, document), place=call.place)


def _without_pool(url: str) -> str:
    scheme, _, rest = url.partition("://")
    dialect = {"mysql": "mysql", "mysqlconnector": "mysql+mysqlconnector", "mariadbconnector": "mariadb"}
    name = scheme.removesuffix("+pool")
    return f"{dialect.get(name, name)}://{rest}"


def _engine(said: Table, url: Located) -> Engine:
    words = {word: _meant(key, said[key]) for key, word in _WORDS.items() if key in said}
    return Engine(
        words={**words, "url": url},
        shown=_SHOWN,
        library="peewee",
        defaults=_DEFAULTS,
        unread=(*_strange(said), *secrets({key: said[key] for key in ("password", "passwd") if key in said}, "url")),
    )


def _meant(key: str, found: Located) -> Located:
    """Take a number as peewee does: a text by int(), and none or nothing for no limit, never, at once and for ever."""
    if found.why_unknown is not None:
        return found
    value = int(found.value) if isinstance(found.value, str) and found.value.strip().isdecimal() else found.value
    if key == "max_connections" and not value:
        return replace(found, value=0, note="no limit")
    if key == "stale_timeout" and not value:
        return replace(found, value=-1, note="never")
    if key == "timeout" and value is None:
        return replace(found, value=0, note="connect() does not wait")
    if key == "timeout" and value == 0:
        return replace(found, value=None, note="0, which is for ever")
    return replace(found, value=value, is_text_when_set=False)


def _strange(said: Table) -> Iterator[Misfit]:
    """Find SQLAlchemy's words, which go to the driver: it refuses them at the first connect."""
    for key, meant in _OTHERS.items():
        if key in said:
            yield Misfit(UNKNOWN_OPTION, _WORDS[meant], key, said[key].place, in_force=meant)
