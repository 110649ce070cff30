"""A data file's tables, wherever they stand, and what their entries come to."""

import re
from collections.abc import Iterator

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document
from poolaudit.readers.located import Located, Table

MOST_TABLES = 10_000
DEEPEST_TABLE = 100
SHOWN_NAME = re.compile(r"[\w. :-]{1,64}")
"""A name that may be shown; any other text of a file may hold a password."""
_DIALECTS = {"mysql": "mysql", "mysqldb": "mysql", "pymysql": "mysql", "mysql2": "mysql", "mariadb": "mariadb"} | {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "psql": "postgresql",
    "pgsql": "postgresql",
    "pg": "postgresql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "oracle": "oracle",
    "mssql": "mssql",
    "sqlserver": "mssql",
}
_DRIVER = r"(?P<dialect>[a-z0-9]{2,20})(?P<driver>\+[a-z0-9]{1,20})?"
_DIALECT_WORDS = ("drivername", "dialect", "engine", "driver", "adapter", "type", "db_type", "backend", "protocol")
_HOSTS = ("host", "hostname", "server", "address", "unix_socket")
_USERS = ("user", "username")
_DATABASES = ("database", "db", "dbname", "db_name", "name", "schema")
HOLE = "{{ }}"


def tables_in(document: Document) -> Iterator[tuple[tuple[str, ...], Located]]:
    """Give every table of a document with the headings that it stands under, in the file's order, from the outside in.

    CannotAuditError where aliases make too many of them.
    """
    walk = _Walk(document.path)
    for root in document.roots:
        yield from walk.within(root, ())


class _Walk:
    def __init__(self, path: str) -> None:
        self.path = path
        self.seen = 0

    def within(self, one: Located, headings: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Located]]:
        self.seen += 1
        if self.seen > MOST_TABLES or len(headings) > DEEPEST_TABLE:
            raise CannotAuditError(f"{one.place or self.path}: its aliases make too many headings of this file")
        if isinstance(one.value, tuple):
            for number, entry in enumerate(one.value):
                if entry.holds_others:
                    yield from self.within(entry, (*headings, f"[{number}]"))
        elif one.table:
            yield headings, one
            for number, (key, entry) in enumerate(one.table.items()):
                if entry.holds_others:
                    shown = key if SHOWN_NAME.fullmatch(key) else f"[{number}]"
                    yield from self.within(entry, (*headings, shown))


def named_by(document: Document, headings: tuple[str, ...]) -> str:
    """Name what stands under headings: `app.yaml:databases[1].pool`."""
    return document.named(*headings).replace(".[", "[")


def dialect_of(text: object) -> str | None:
    """Give the dialect, with a driver if one is named, that a word such as `mysql+pymysql` or `mysql2` means."""
    is_short = isinstance(text, str) and len(text) < LONGEST_DIALECT
    match = re.fullmatch(_DRIVER, str(text).strip().lower()) if is_short else None
    dialect = _DIALECTS.get(match["dialect"]) if match is not None else None
    return f"{dialect}{match['driver'] or ''}" if match is not None and dialect is not None else None


LONGEST_DIALECT = 64


def url_of_parts(table: Table, heading: str = "") -> Located | None:
    """Put a URL together of what a table says in parts; None where nothing says the dialect.

    `heading` is that of the table, which may name it. The password stays out; what is not known is a hole.
    """
    parts = {key.lower(): found for key, found in table.items() if not found.holds_others}
    said = next((parts[word] for word in _DIALECT_WORDS if word in parts and dialect_of(parts[word].value)), None)
    dialect = dialect_of(said.value) if said is not None else dialect_of(heading)
    host = _first(parts, _HOSTS)
    if dialect is None or (said is None and host is None):
        return None
    user, database = _first(parts, _USERS), _first(parts, _DATABASES)
    login = f"{_shown(user)}@" if user is not None else ""
    port = f":{_port(parts['port'])}" if "port" in parts and host is not None else ""
    text = f"{dialect}://{login}{_shown(host)}{port}/{_shown(database)}"
    place: Place | None = (host or said or Located(None)).place
    return Located(text, place and place.without_columns, note="put together from its parts")


def with_url(table: Table, heading: str = "") -> Table:
    """Give the table with a `url`, put together of its parts where it says none."""
    url = url_of_parts(table, heading) if "url" not in table else None
    return {**table, "url": url} if url is not None else table


def _first(parts: Table, words: tuple[str, ...]) -> Located | None:
    return next((parts[word] for word in words if word in parts and parts[word].value not in (None, "")), None)


def _shown(found: Located | None) -> str:
    if found is None:
        return ""
    if found.why_unknown is not None or found.holds_others:
        return HOLE
    from urllib.parse import quote  # noqa: PLC0415 - slow to import, and most tables say a URL whole

    return quote(str(found.value), safe="")


def _port(found: Located) -> str:
    text = str(found.value).strip()
    return text if re.fullmatch(r"[0-9]{1,5}", text) else HOLE
