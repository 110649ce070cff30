"""A database URL as SQLAlchemy reads it, less the password.

The form is that of sqlalchemy.engine.url.make_url: `dialect+driver://user:password@host:port/database?query`.
"""

import re
from urllib.parse import parse_qsl, unquote

from poolaudit.facts.pool import PoolUrl
from poolaudit.readers.located import FILLED_IN, LONGEST_SETTING

SQL_DIALECTS = frozenset({"mysql", "mariadb", "postgresql", "postgres", "sqlite", "oracle", "mssql", "cockroachdb"})
_HOLE = "\ufffc"
_SECRET = re.compile(r"pass|pwd|secret|token|key|auth", re.IGNORECASE)
_PASSWORD = re.compile(r"[\w+]+://[^:/@]*:(?P<password>[^@]+)@")
_PASSWORD_KEYS = frozenset({"password", "passwd"})
_URL = re.compile(
    r"(?P<dialect>\w+)(?:\+(?P<driver>\w+))?://"
    r"(?:(?P<user>[^:/@]*)(?::[^@]*)?@)?"
    r"(?:\[(?P<ipv6>[^/?@\]]+)\]|(?P<host>[^/:?@]+))?"
    r"(?::(?P<port>[^/?@]*))?"
    r"(?:/(?P<database>[^?@]*))?"
    r"(?:\?(?P<query>[^@]*))?"
)


class NoUrlError(ValueError):
    """A text is no database URL that can be read; the message says why and repeats nothing of it."""


def parse_url(text: str) -> PoolUrl:
    """Read a URL; what another program fills in is None. Raises NoUrlError.

    A second @ is refused rather than guessed at: it may be part of the password.
    """
    holed = FILLED_IN.sub(_HOLE, text.strip()) if len(text) <= LONGEST_SETTING else ""
    if holed.count("@") > 1:
        raise NoUrlError("the url has more than one @; one in a password is written %40")
    match = _URL.fullmatch(holed)
    if match is None:
        raise NoUrlError("its text is no database URL")
    return PoolUrl(
        dialect=match["dialect"].lower(),
        driver=match["driver"],
        user=_part(match["user"]),
        host=_part(match["ipv6"] or match["host"]),
        port=_port(match["port"]),
        database=_part(match["database"]),
        query=_query(match["query"] or ""),
    )


def password_in(text: str) -> str:
    """Give the password of a URL's text, "" where there is none: to be looked at, never to be kept or shown."""
    if len(text) > LONGEST_SETTING:
        return ""
    match = _PASSWORD.match(text.strip())
    query = parse_qsl(text.partition("?")[2])
    return match["password"] if match else next((value for key, value in query if key in _PASSWORD_KEYS), "")


def _part(text: str | None) -> str | None:
    return unquote(text) if text and _HOLE not in text else None


def _port(text: str | None) -> int | None:
    if not text or _HOLE in text:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise NoUrlError("the url's port is no number")
    return int(text)


def _query(text: str) -> dict[str, str]:
    """Give the query's entries whose names do not sound like a secret."""
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=None)
    return {key: value for key, value in pairs if not _SECRET.search(key) and _HOLE not in key + value}
