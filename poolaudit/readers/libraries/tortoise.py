"""Tortoise ORM: a pool of asyncmy's, or of aiomysql's where asyncmy is not installed.

Run: tortoise-orm 1.1. Its own are minsize 1 and maxsize 5; what else stands in the credentials or in the URL's query
goes to the driver's create_pool, pool_recycle among it, whose default is the driver's: 3600 s for asyncmy, never for
aiomysql.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from poolaudit.facts.misfit import UNKNOWN_OPTION, Misfit
from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.asyncio_pools import (
    AIOMYSQL,
    ASYNCMY,
    asked,
    defaults_of,
    password_in_clear,
    url_of,
    without_query,
    words_of,
)
from poolaudit.readers.located import Located, Table
from poolaudit.readers.project import Project

NAME = "Tortoise"
_STARTS = (
    "tortoise.Tortoise.init",
    "Tortoise.init",
    "tortoise.contrib.fastapi.register_tortoise",
    "tortoise.contrib.fastapi.RegisterTortoise",
    "tortoise.contrib.starlette.register_tortoise",
    "tortoise.contrib.sanic.register_tortoise",
    "tortoise.contrib.quart.register_tortoise",
    "tortoise.contrib.aiohttp.register_tortoise",
    "tortoise.contrib.blacksheep.register_tortoise",
)
_SIZES = {"maxsize": "maxsize", "minsize": "minsize", "pool_recycle": "pool_recycle"}
_NOT_TORTOISES = {
    "pool_size": "maxsize",
    "max_size": "maxsize",
    "max_connections": "maxsize",
    "min_size": "minsize",
} | {
    "max_overflow": "maxsize",
    "recycle": "pool_recycle",
}


def knows(document: Document) -> bool:
    """Whether Tortoise, or a configuration of its form, stands in it."""
    return ("tortoise" in document.text.lower()) and any(True for _ in _connections(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the pool of each connection; once for each driver where it decides and is not known which is installed."""
    drivers = [name for name in (ASYNCMY, AIOMYSQL) if project.version(name, document.path) is not None][:1]
    for name, found in _connections(document):
        yield from _engines(document, name, found, drivers)


def _connections(document: Document) -> Iterator[tuple[str, Located]]:
    """Give each connection's name with its URL, or its engine and credentials."""
    seen: list[object] = []
    for config in _configurations(document):
        connections = config.get("connections")
        for name, found in connections.table.items() if connections is not None else ():
            is_url = isinstance(found.value, str) and "://" in found.value
            if (name, found.place) not in seen and (is_url or found.why_unknown is not None or _engine(found)):
                seen.append((name, found.place))
                yield name, found
    for call in document.module.calls(*_STARTS) if document.module is not None else ():
        url = call.keywords.get("db_url")
        if url is not None and not url.is_none:
            yield "default", url


def _configurations(document: Document) -> Iterator[Table]:
    if document.module is not None:
        yield from (found.table for found in document.module.table.values() if "connections" in found.table)
        for call in document.module.calls(*_STARTS):
            yield from (found.table for key, found in call.keywords.items() if key in {"config", "_config"})
            yield from (found.table for found in call.arguments[:2] if "connections" in found.table)
    if document.kind in {Kind.YAML, Kind.JSON, Kind.TOML}:
        yield from (root.table for root in document.roots if "connections" in root.table)


def _engine(found: Located) -> bool:
    engine = found.table.get("engine")
    return engine is not None and str(engine.value).startswith("tortoise.backends")


def _engines(document: Document, name: str, found: Located, drivers: list[str]) -> Iterator[Engine]:
    said = found.table.get("credentials", Located({})).table if found.table else asked(found, _SIZES)
    decides = "pool_recycle" not in said and "mysql" in str(_url(found, said, AIOMYSQL).value)
    choices = drivers or ([ASYNCMY, AIOMYSQL] if decides else [ASYNCMY])
    for driver in choices:
        reading = driver if len(choices) > 1 else None
        yield _one(document, name, found, said, driver, reading)


def _one(  # noqa: PLR0913, PLR0917 - what makes a pool of one connection
    document: Document, name: str, found: Located, said: Table, driver: str, reading: str | None
) -> Engine:
    taken = {**said, "maxsize": _number(said["maxsize"])} if "maxsize" in said else said
    return Engine(
        words=words_of(_url(found, said, driver), taken),
        shown={
            "pool_size": "maxsize",
            "pool_recycle": "pool_recycle",
            "url": "db_url" if not found.table else "engine",
        },
        name=document.named(name),
        place=found.place,
        library="tortoise",
        reading=reading,
        defaults=_defaults(driver),
        unread=(*_strange(found, said), *password_in_clear(said)),
    )


def _defaults(driver: str) -> dict[str, Setting[Any]]:
    return defaults_of(driver, of=NAME, size=5)


def _number(found: Located) -> Located:
    """Take a text for the number that Tortoise makes of it, by int()."""
    is_text = isinstance(found.value, str) and found.value.strip().isdecimal()
    return replace(found, value=int(str(found.value)), is_text_when_set=False) if is_text else found


def _url(found: Located, said: Table, driver: str) -> Located:
    if not found.table:
        return without_query(found) if "://" in str(found.value) else found
    engine = found.table["engine"]
    dialect = str(engine.value).rpartition(".")[2]
    if dialect == "mysql":
        return replace(url_of(said, driver), place=engine.place)
    return Located(f"{'postgresql' if 'pg' in dialect else dialect}://", engine.place)


def _strange(found: Located, said: Table) -> Iterator[Misfit]:
    """Find words of other pools', which go to the driver: it refuses them at the first connect."""
    given = said if found.table else asked(found, {key: key for key in _NOT_TORTOISES})
    for key, meant in _NOT_TORTOISES.items():
        if key in given:
            yield Misfit(UNKNOWN_OPTION, meant, key, given[key].place or found.place, in_force=meant)
