"""A database URL as SQLAlchemy reads it, less the password.

The form is that of sqlalchemy.engine.url.make_url: `dialect+driver://user:password@host:port/database?query`.
"""

import re

from poolaudit.facts.pool import PoolUrl
from poolaudit.readers.located import FILLED_IN, LONGEST_SETTING

SQL_DIALECTS = frozenset({"mysql", "mariadb", "postgresql", "postgres", "sqlite", "oracle", "mssql", "cockroachdb"})
_HOLE = "\ufffc"
_PRIVATE = r"(?i:pass|pwd|secret|token|key|auth)"
_WITH_LOGIN = r"[\w+]+://[^:/@]*:(?P<password>[^@]+)@"
_PASSWORD_KEYS = frozenset({"password", "passwd"})
_URL = (
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
    match = re.fullmatch(_URL, holed)
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
    match = re.match(_WITH_LOGIN, text.strip())
    query = _pairs(text.partition("?")[2])
    return match["password"] if match else next((value for key, value in query if key in _PASSWORD_KEYS), "")


def _part(text: str | None) -> str | None:
    if not text or _HOLE in text:
        return None
    if "%" not in text:
        return text
    from urllib.parse import unquote  # noqa: PLC0415 - slow to import, and most URLs have no such sign

    return unquote(text)


def _port(text: str | None) -> int | None:
    if not text or _HOLE in text:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise NoUrlError("the url's port is no number")
    return int(text)


def _query(text: str) -> dict[str, str]:
    """Give the query's entries whose names do not sound like a secret."""
    pairs = _pairs(text, keep_blank_values=True)
    return {key: value for key, value in pairs if not re.search(_PRIVATE, key) and _HOLE not in key + value}


def _pairs(text: str, *, keep_blank_values: bool = False) -> list[tuple[str, str]]:
    if not text:
        return []
    from urllib.parse import parse_qsl  # noqa: PLC0415 - slow to import, and most URLs have no query

    return parse_qsl(text, keep_blank_values=keep_blank_values)
