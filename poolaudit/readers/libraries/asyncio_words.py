"""aiomysql's and asyncmy's words in a data file: `mysql: {host: …, minsize: 1, maxsize: 20, pool_recycle: 300}`.

The application hands them to create_pool. Which driver it has is told by the table (`driver: asyncmy`), else by what is
required beside the file; where neither tells, the recycle by default is unknown, for the drivers differ in it. A table
counts under a heading that names a database, or with the words of a login beside.
"""

import re
from collections.abc import Iterator

from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.asyncio_pools import (
    AIOMYSQL,
    ASYNCMY,
    defaults_of,
    password_in_clear,
    url_of,
    words_of,
)
from poolaudit.readers.located import Located, Table, said
from poolaudit.readers.project import Project
from poolaudit.readers.tables import dialect_of, named_by, tables_in
from poolaudit.readers.texts import as_number

SIZES = ("maxsize", "minsize")
_NAMES = {"database": "db", "dbname": "db", "name": "db", "username": "user", "hostname": "host"}
_DRIVER_WORDS = ("driver", "engine", "library", "backend", "adapter", "dialect", "drivername")
_URLS = ("url", "dsn")
_PLACES = frozenset({"host", "unix_socket", "read_default_file"})
_DATABASE = r"(?i)db|database|sql|mysql|mariadb"
_OTHERS = r"(?i)redis|postgres|pgsql|\bpg\b|mongo|cache"
_UNKNOWN_RECYCLE: Setting[int] = Setting(
    unknown="aiomysql never recycles by default, and asyncmy after 3600 s; which of them it is, is not said"
)


def knows(document: Document) -> bool:
    """Whether it is a data file with a table of these words."""
    if document.kind not in {Kind.YAML, Kind.JSON, Kind.TOML, Kind.INI} or not any(
        word in document.text for word in SIZES
    ):
        return False
    return any(True for _ in _tables(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the pool of each table."""
    required = [one for one in (AIOMYSQL, ASYNCMY) if project.version(one, document.path) is not None]
    for headings, one in _tables(document):
        library = _driver(one.table) or (required[0] if len(required) == 1 else None)
        engine = _engine(one.table, library)
        yield engine._replace(
            name=named_by(document, headings),
            place=one.place and one.place.without_columns,
            deployment=one.table.get("deployment"),
        )


def _tables(document: Document) -> Iterator[tuple[tuple[str, ...], Located]]:
    for headings, one in tables_in(document):
        if any(word in one.table for word in SIZES) and _is_database(headings, one.table):
            yield headings, one


def _is_database(headings: tuple[str, ...], table: Table) -> bool:
    above = " ".join(headings)
    if re.search(_OTHERS, above) or dialect_of(_said_driver(table)) not in {None, "mysql", "mariadb"}:
        return False
    return re.search(_DATABASE, above) is not None or {"host", "user"} <= {_NAMES.get(key, key) for key in table}


def _said_driver(table: Table) -> str:
    return next((str(table[word].value) for word in _DRIVER_WORDS if word in table), "").partition("+")[0]


def _driver(table: Table) -> str | None:
    texts = [str(table[word].value) for word in (*_DRIVER_WORDS, *_URLS) if word in table]
    return next((one for one in (AIOMYSQL, ASYNCMY) if any(one in text for text in texts)), None)


def _engine(table: Table, library: str | None) -> Engine:
    given = {_NAMES.get(key, key): found for key, found in said(table).items()}
    url = next((word for word in _URLS if word in given), None)
    numbers = {word: as_number(found) for word, found in given.items() if word in {"maxsize", "pool_recycle"}}
    defaults = defaults_of(library or AIOMYSQL)
    return Engine(
        words=words_of(given[url] if url is not None else _url(given, library or AIOMYSQL), numbers),
        shown={"pool_size": "maxsize", "pool_recycle": "pool_recycle", "url": url or "host"},
        library=library or AIOMYSQL,
        defaults=defaults if library is not None else defaults | {"pool_recycle": _UNKNOWN_RECYCLE},
        to_sqlalchemy=False,
        unread=password_in_clear(given),
    )


def _url(given: Table, library: str) -> Located:
    """Write where the table leads; one without a host may go with an address that is said elsewhere."""
    return url_of(given, library) if _PLACES & given.keys() else Located(None, unknown="no host is said")
