"""Applications' pools: from a settings file, from a plain mapping, and from the command line's options.

In a file, a mapping with at least one of SQLAlchemy's words (or Flask's) is a pool, at the top or under headings of any
name; the nearest `url` and `deployment` beside or above it are its own. Headings of other services (`redis:`) count
only where a URL beside the words leads to a database, and those that are only merged into others (`default: &default`)
not at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from poolaudit.errors import CannotAuditError
from poolaudit.facts.fit import Deployment
from poolaudit.facts.pool import REFUSED, Place, Pool, PoolUrl, Setting
from poolaudit.readers.deployment import deployed_from, hosts_beside
from poolaudit.readers.engine import Engine, pool_from
from poolaudit.readers.flask import FLASK_WORDS, OPTIONS, URI, flask_engines
from poolaudit.readers.located import Located, Table, located
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.url import SQL_DIALECTS

MOST_HEADINGS = 10_000
DEEPEST_HEADING = 100
OTHER_SERVICES = frozenset(
    {"amqp", "elasticsearch", "ftp", "grpc", "http", "https", "kafka", "ldap", "memcached", "mongo", "mongodb"}
    | {"rabbitmq", "redis", "smtp"}
)
_TEMPLATE_NAME = re.compile(r"[._].*|x-.*|default.*|base|common|shared|template.*", re.IGNORECASE)
_SHOWN_NAME = re.compile(r"[\w. -]{1,64}")
_DATABASE_URL = re.compile(rf"({'|'.join(sorted(SQL_DIALECTS))})(\+\w+)?:", re.IGNORECASE)


@dataclass(frozen=True)
class _Found:
    """A mapping that describes a pool, with what stands above it."""

    name: str
    place: Place | None
    table: Table
    deployment: Located | None


def read_application(path: str) -> tuple[Deployment, ...]:
    """Read the pools of an application's YAML file, in the file's order.

    Where Flask-SQLAlchemy's version decides and `deployment: {flask_sqlalchemy: …}` does not say it, a pool is there
    once for each `reading`. Raises CannotAuditError where the file cannot be read or says nothing of a pool.
    """
    from poolaudit.readers.yaml_file import read_documents  # noqa: PLC0415 - PyYAML only where a file is read

    documents = read_documents(path)
    search = _Search(path)
    for number, document in enumerate(documents, 1):
        search.look(document, f"{path}[{number}]" if len(documents) > 1 else path)
    if not search.found:
        words = ", ".join((*POOL_WORDS[:4], "pool_pre_ping", "poolclass", "url", *FLASK_WORDS[:1], FLASK_WORDS[-1]))
        raise CannotAuditError(f"{path} says nothing of a pool; these words were looked for: {words}, and their like")
    return tuple(deployment for found in search.found for deployment in _deployments(found))


def deployment_from_words(words: Mapping[str, Any], name: str) -> Deployment:
    """Read one pool from a plain mapping of the same words, as given to a scan; `name` is what it is called.

    ValueError where Flask-SQLAlchemy's version decides and is not said: then there are two readings.
    """
    (deployment,) = deployments_from_words(words, name)
    return deployment


def deployments_from_words(words: Mapping[str, Any], name: str) -> tuple[Deployment, ...]:
    """Read one pool in each of its readings from a plain mapping, as given to a scan."""
    table = located(words).table
    return tuple(leading_here(one) for one in _deployments(_Found(name, None, table, table.get("deployment"))))


class Options(TypedDict, total=False):
    """The command line's words for a pool; None where an option is not given. Times are in seconds."""

    pool_size: int | None
    max_overflow: int | None
    pool_recycle: int | None
    pool_timeout: float | None
    pool_pre_ping: bool | None
    processes: int | None
    hosts: int | None
    threads: int | None
    request_timeout: float | None


def overridden(deployments: Iterable[Deployment], **options: Unpack[Options]) -> tuple[Deployment, ...]:
    """Say of the deployments given to a scan what its command line says: options replace settings, or make a pool.

    Giving an application to a scan says that it leads to the scanned server, so one whose URL is not known does.
    """
    given = {option: value for option, value in options.items() if value is not None}
    chosen = tuple(deployments)
    if given and not chosen:
        chosen = _deployments(_Found("command line", None, {}, None))
    return tuple(leading_here(_with_options(one, given)) for one in chosen)


def leading_here(deployment: Deployment) -> Deployment:
    """Take a pool whose URL is not known to lead to the scanned server, a MySQL: giving it to the scan says so."""
    pool = deployment.pool
    if pool.url.is_known:
        return deployment
    note = f"taken to lead to the scanned server, for the url is not known: {pool.url.unknown}"
    url = Setting(PoolUrl("mysql"), pool.url.place, note=note, word=pool.url.word)
    return deployment._replace(pool=pool._replace(url=url))


def _with_options(deployment: Deployment, given: Mapping[str, Any]) -> Deployment:
    said = {option: _option(option, value) for option, value in given.items()}
    pool = _pool_with_options(deployment.pool, said)
    processes, hosts = said.get("processes", deployment.processes), said.get("hosts", deployment.hosts)
    return Deployment(pool, processes, hosts_beside(processes, hosts))


def _option(option: str, value: object) -> Setting[Any]:
    flag = "--" + ("no-" if value is False else "") + option.replace("_", "-")
    return Setting(value, Place(flag), word=option)


def _pool_with_options(pool: Pool, said: Mapping[str, Setting[Any]]) -> Pool:
    """Replace a pool's settings; NullPool and its like have no size, whoever says one."""
    sized = not pool.pool_class.is_known or pool.is_queue
    return pool._replace(
        size=said.get("pool_size", pool.size) if sized else pool.size,
        max_overflow=said.get("max_overflow", pool.max_overflow) if sized else pool.max_overflow,
        checkout_timeout_seconds=said.get("pool_timeout", pool.checkout_timeout_seconds)
        if sized
        else pool.checkout_timeout_seconds,
        recycle_seconds=said.get("pool_recycle", pool.recycle_seconds),
        pre_ping=said.get("pool_pre_ping", pool.pre_ping),
        threads=said.get("threads", pool.threads),
        request_timeout_seconds=said.get("request_timeout", pool.request_timeout_seconds),
        misfits=tuple(one for one in pool.misfits if one.kind == REFUSED or one.option not in said),
    )


class _Search:
    """Looks through a file's headings for pools, within bounds: aliases may multiply them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.seen = 0
        self.found: list[_Found] = []

    def look(self, document: Located, name: str) -> None:
        """Add a document's pools to `found`."""
        self.found += self._within(document, _Found(name, document.place, {}, None), level=0)

    def _within(self, one: Located, above: _Found, level: int) -> Iterator[_Found]:
        self.seen += 1
        if self.seen > MOST_HEADINGS or level > DEEPEST_HEADING:
            raise CannotAuditError(f"{one.place or self.path}: its aliases make too many headings of this file")
        if isinstance(one.value, tuple):
            for number, entry in enumerate(one.value):
                if not entry.holds_others:
                    continue
                yield from self._within(entry, replace(above, name=f"{above.name}[{number}]"), level + 1)
        elif one.table:
            yield from self._headings(one, above, level)

    def _headings(self, one: Located, above: _Found, level: int) -> Iterator[_Found]:
        here = _Found(above.name, one.place, _with_url(one.table, above), one.table.get("deployment", above.deployment))
        is_pool = _has_words(one.table)
        below = replace(here, table={} if is_pool else _url_of(here.table))
        inner = [
            pool
            for number, (key, entry) in enumerate(one.table.items())
            if _may_hold_pools(key, entry)
            for pool in self._within(entry, _named(below, key, number, is_top=level == 0), level + 1)
        ]
        if is_pool or (not inner and _leads_to_database(one.table)):
            yield here
        yield from inner


def _named(above: _Found, key: str, number: int, *, is_top: bool) -> _Found:
    """Name a heading as `app.yaml:database`; by its number where its text may be more than a name."""
    shown = key if _SHOWN_NAME.fullmatch(key) else f"[{number}]"
    return replace(above, name=f"{above.name}{':' if is_top else '.'}{shown}")


def _has_words(table: Table) -> bool:
    return any(word in table for word in (*POOL_WORDS, *FLASK_WORDS))


def _may_hold_pools(key: str, entry: Located) -> bool:
    if (
        not entry.holds_others
        or key in {"deployment", OPTIONS}
        or (entry.is_template and _TEMPLATE_NAME.fullmatch(key))
    ):
        return False
    return key.lower() not in OTHER_SERVICES or _leads_to_database(entry.table)


def _leads_to_database(table: Table) -> bool:
    return any(isinstance(one.value, str) and _DATABASE_URL.match(one.value) for one in _url_of(table).values())


def _url_of(table: Table) -> Table:
    return {word: table[word] for word in ("url", URI) if word in table}


def _with_url(table: Table, above: _Found) -> Table:
    return table if _url_of(table) else {**_url_of(above.table), **table}


def _deployments(found: _Found) -> tuple[Deployment, ...]:
    deployed = deployed_from(found.deployment)
    if any(word in found.table for word in FLASK_WORDS) and not any(word in found.table for word in POOL_WORDS):
        engines = flask_engines(found.table, deployed)
    else:
        url = found.table.get("url", found.table.get(URI))
        engines = (Engine({**found.table, "url": url} if url is not None else found.table, {}),)
    return tuple(
        Deployment(pool_from(engine, deployed, name=found.name, place=found.place), deployed.processes, deployed.hosts)
        for engine in engines
    )
