"""Django's DATABASES: no pool, but a connection that each thread keeps for CONN_MAX_AGE seconds.

Run: Django 4.2 and 5.2 (BaseDatabaseWrapper.connect and close_if_unusable_or_obsolete). CONN_MAX_AGE is 0 by default,
which closes a connection at the end of each request, and None never does; CONN_HEALTH_CHECKS (Django 4.1) tests a
connection before the first query of a request; a transaction is read committed. Django's own pool, OPTIONS["pool"], is
PostgreSQL's and Oracle's: with MySQL it goes to the driver, which refuses it at the first connect, and a CONN_MAX_AGE
that is a text fails there too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from poolaudit.facts.misfit import REFUSED, UNREAD, Misfit
from poolaudit.facts.pool import DJANGO
from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import secrets
from poolaudit.readers.project import Project
from poolaudit.readers.python.database_urls import URL
from poolaudit.readers.python.formatting import in_url

NAME = "Django"
DATABASES = "DATABASES"
POOLED = "dj_db_conn_pool"
_NO_POOL = Setting[int](unknown="Django keeps no pool", remedy="", word="pool")
DEFAULTS: dict[str, Setting[Any]] = {
    "poolclass": Setting(DJANGO, default_of=NAME),
    "pool_size": _NO_POOL,
    "max_overflow": _NO_POOL,
    "pool_timeout": _NO_POOL,
    "pool_recycle": Setting(0, default_of=NAME),
    "pool_pre_ping": Setting(said=False, default_of=NAME),
    "pool_reset_on_return": Setting("rollback", default_of=NAME),
    "isolation_level": Setting("read committed", default_of=NAME),
}
SHOWN = {"pool_recycle": "CONN_MAX_AGE", "pool_pre_ping": "CONN_HEALTH_CHECKS"}
_LEVEL = "isolation_level"
_DIALECTS = {
    "postgresql": "postgresql",
    "postgresql_psycopg2": "postgresql",
    "postgis": "postgresql",
    "sqlite3": "sqlite",
    "spatialite": "sqlite",
    "oracle": "oracle",
    "mssql": "mssql",
}
_SCHEMES = {
    "mysql": "mysql+mysqldb",
    "mysql2": "mysql+mysqldb",
    "mysqlgis": "mysql+mysqldb",
    "prometheus_mysql": "mysql+mysqldb",
    "mysql-connector": "mysql+mysqlconnector",
    "postgres": "postgresql",
    "pgsql": "postgresql",
    "psql": "postgresql",
    "postgis": "postgresql",
}
_MYSQL = re.compile(r"mysql|maria", re.IGNORECASE)
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_+.-]{0,40})://")
_POOL = 'OPTIONS["pool"]'
_SIBLINGS = ("production", "prod", "staging", "local", "dev", "development", "test", "testing", "ci", "docker")


@dataclass(frozen=True)
class Alias:
    """One entry of DATABASES: its alias, its settings, and where it stands."""

    name: str
    entry: Located
    prefix: str = ""

    @property
    def engine(self) -> str | None:
        """Its ENGINE; None where that is not said or not known."""
        found = self.entry.table.get("ENGINE")
        return str(found.value) if found is not None and found.why_unknown is None else None


def knows(document: Document) -> bool:
    """Whether it has DATABASES with an ENGINE or a URL in them."""
    return DATABASES in document.text and any(True for _ in aliases_in(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give what Django keeps for each alias; those with another library's ENGINE are left to its reader."""
    if is_overlaid(document, project):
        return
    for alias in aliases_in(document):
        if POOLED not in (alias.engine or ""):
            yield engine_of(alias.entry.table, document.named(alias.prefix, alias.name), alias.entry)


def aliases_in(document: Document) -> Iterator[Alias]:
    """Give the entries of a document's DATABASES, those of a heading above it among them."""
    if document.module is not None:
        yield from _aliases(document.module.table.get(DATABASES), "")
        for name, table in document.module.classes.items():  # django-configurations
            yield from _aliases(table.get(DATABASES), name)
    if document.kind in {Kind.YAML, Kind.JSON, Kind.TOML}:
        for root in document.roots:
            yield from _aliases(root.table.get(DATABASES), "")
            for heading, inner in root.table.items():
                yield from _aliases(inner.table.get(DATABASES), heading)


def _aliases(found: Located | None, prefix: str) -> Iterator[Alias]:
    for name, entry in found.table.items() if found is not None else ():
        if "ENGINE" in entry.table or URL in entry.table:
            yield Alias(name, entry, prefix)


def is_overlaid(document: Document, project: Project) -> bool:
    """Whether settings are only there for others to build on: each sibling that takes them in has its own DATABASES.

    `base.py` beside `production.py` and `local.py`, say, where both say `from .base import *` and change DATABASES.
    """
    module = document.module
    if module is None:
        return False
    siblings = [project.module(f".{name}", document.path) for name in _SIBLINGS]
    taking = [one for one in siblings if one is not None and one.path != document.path and _takes(one, document)]
    return bool(taking) and all(DATABASES in one.names.top.bindings for one in taking)


def _takes(other: object, document: Document) -> bool:
    stem = document.name.removesuffix(".py")
    names = getattr(other, "names", None)
    imported = (*names.stars, *names.imports.values()) if names is not None else ()
    return any(re.fullmatch(rf"(.*\.)?{re.escape(stem)}(\.{DATABASES})?", one) for one in imported)


def engine_of(entry: Table, name: str, located: Located) -> Engine:
    """Make an Engine of one entry of DATABASES."""
    words = {word: entry[key] for word, key in SHOWN.items() if key in entry}
    if "pool_recycle" in words:
        words["pool_recycle"] = _never(words["pool_recycle"])
    if "OPTIONS" in entry and _LEVEL in entry["OPTIONS"].table:
        words[_LEVEL] = entry["OPTIONS"].table[_LEVEL]
    url = url_of(entry)
    return Engine(
        words={**words, "url": url},
        shown={**SHOWN, _LEVEL: f'OPTIONS["{_LEVEL}"]', "url": "ENGINE" if URL not in entry else "DATABASE_URL"},
        name=name,
        place=located.place,
        library="django",
        defaults=DEFAULTS,
        to_sqlalchemy=True,
        unread=(*_own_pool(entry), *_pool_options(entry), *password(entry)),
    )


def _never(found: Located) -> Located:
    """Take None, which is never, for -1."""
    return replace(found, value=-1, note="None, which is for ever") if found.is_none else found


def _own_pool(entry: Table) -> Iterator[Misfit]:
    """Find Django's own pool, on or off: it is other databases', and MySQL's driver knows no such word."""
    if not str(url_of(entry).value).startswith("mysql"):
        return
    options = entry.get("OPTIONS")
    pool = options.table.get("pool") if options is not None else None
    if pool is not None:
        yield Misfit(REFUSED, "pool", _POOL, pool.place)


def _pool_options(entry: Table) -> Iterator[Misfit]:
    """Find POOL_OPTIONS beside Django's own ENGINE, which reads none of them."""
    options = entry.get("POOL_OPTIONS")
    if options is not None and "ENGINE" in entry and entry["ENGINE"].why_unknown is None:
        yield Misfit(
            UNREAD, "POOL_OPTIONS", "POOL_OPTIONS", options.place, in_force=f'ENGINE: "{POOLED}.backends.mysql"'
        )


def password(entry: Table) -> Iterator[Misfit]:
    """Find a password in clear."""
    found = entry.get("PASSWORD")
    for misfit in secrets({"password": found}, "") if found is not None else ():
        yield misfit._replace(word="PASSWORD")


def url_of(entry: Table) -> Located:
    """Give where an entry leads, as a URL of SQLAlchemy's form; never with its password."""
    engine, url = entry.get("ENGINE"), entry.get(URL)
    if url is not None:
        return _with_scheme(url) if engine is None else _with_dialect(url, _dialect(engine))
    if engine is None:
        return Located(None, unknown="no ENGINE is said")
    dialect = _dialect(engine)
    if dialect is None:
        return replace(engine, value=None, unknown=engine.why_unknown or "its ENGINE is no name that can be read")
    options = entry["OPTIONS"].table if "OPTIONS" in entry else {}
    host, port, user = (in_url(entry.get(key)) for key in ("HOST", "PORT", "USER"))
    socket = in_url(options.get("unix_socket")) or (host if host.startswith("/") else "")
    where = "" if host.startswith("/") else host + (f":{port}" if port else "")
    if not where and not socket and "read_default_file" in options:
        where = "{{ }}"  # the option file says where
    text = f"{dialect}://{f'{user}@' if user else ''}{where}/{in_url(entry.get('NAME'))}"
    if dialect == "sqlite":
        text = "sqlite://"
    return replace(engine, value=text + (f"?unix_socket={socket}" if socket else ""), variable=None, note=None)


def _dialect(engine: Located) -> str | None:
    if engine.why_unknown is not None or not isinstance(engine.value, str):
        return None
    name = engine.value
    if _MYSQL.search(name):
        return "mysql+mysqlconnector" if name.startswith("mysql.connector") else "mysql+mysqldb"
    last = name.rpartition(".")[2]
    word = re.sub(r"\W", "", _DIALECTS.get(last, name.rpartition(".backends.")[2] or last))
    return word or None


def _with_scheme(url: Located) -> Located:
    if url.why_unknown is not None and not _SCHEME.match(str(url.value)):
        return url
    match = _SCHEME.match(str(url.value))
    if match is None:
        return replace(url, value=None, unknown="its text is no database URL")
    dialect = _SCHEMES.get(match[1].lower(), re.sub(r"[^\w+]", "", match[1]))
    return replace(url, value=f"{dialect}{str(url.value).strip()[match.end() - 3 :]}", variable=None)


def _with_dialect(url: Located, dialect: str | None) -> Located:
    """Put the dialect of an ENGINE that is said beside a URL in place of the URL's own."""
    match = _SCHEME.match(str(url.value))
    if dialect is None or match is None:
        return url
    return replace(url, value=f"{dialect}{str(url.value).strip()[match.end() - 3 :]}", variable=None)
