"""SQLAlchemy URLs of MySQL and MariaDB, with whatever driver.

The grammar is SQLAlchemy's: https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls. What it says of TLS and
sockets is taken from the query as the drivers spell it; a driver's other options (charset, …) are no business of an
audit. A URL is whole: what it leaves out is not looked for in option files. `localhost` in it means TCP, as PyMySQL
and most drivers have it; a socket is named by `unix_socket`.

No error contains any part of the URL but its dialect, the names of its options and its host: a password may stand
anywhere in a URL that is written wrongly.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from poolaudit.collect.option_files import Said
from poolaudit.collect.settings import made_target, port, truth
from poolaudit.collect.target import SslMode, Target
from poolaudit.errors import UsageError

DIALECTS: Final = ("mysql", "mariadb")
EXAMPLE: Final = "write it as mysql+pymysql://user:password@host:3306/database; @ : / ? # % in a password as %40 %3A …"

_URL = re.compile(
    r"""(?P<name>[A-Za-z][\w+.-]*)://
    (?:(?P<user>[^:/@]*)(?::(?P<password>[^@]*))?@)?
    (?:\[(?P<ipv6>[^\]/?@]*)\]|(?P<host>[^/:?\[]*))
    (?::(?P<port>[^/?]*))?
    (?:/(?P<database>[^?]*))?
    (?:\?(?P<query>.*))?""",
    re.VERBOSE | re.DOTALL,
)
_SAME = {"ssl_ca": "ssl-ca", "ssl_capath": "ssl-capath", "ssl_cert": "ssl-cert", "ssl_key": "ssl-key",
         "unix_socket": "socket", "user": "user", "password": "password", "passwd": "password",
         "host": "host", "port": "port"}  # fmt: skip
_ELSEWHERE = ("read_default_file", "read_default_group", "option_files")


def target_from_dsn(text: str, where: str = "the DSN") -> Target:
    """Read a URL; UsageError, without the password, where it is no URL or leads to no MySQL."""
    return made_target(settings_from_dsn(text, where))


def settings_from_dsn(text: str, where: str) -> dict[str, Said]:
    """Read a URL into mysql's option names; `where` is how messages name it (`--dsn`, `$POOLAUDIT_DSN`)."""
    found = _URL.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{where} is no database URL", EXAMPLE) from None
    _check_dialect(found["name"], where)
    host = found["ipv6"] or found["host"] or ""
    if "@" in host:
        raise UsageError(f"{where} has more than one @: one in a user or password must be written as %40", EXAMPLE)
    parts = {"host": host, "port": found["port"], "user": found["user"], "password": found["password"]}
    settings = {name: Said(_decoded(value), where) for name, value in parts.items() if value}
    query = dict(_query(found["query"] or ""))
    _check_port(settings)
    settings |= {_SAME[key]: Said(value, where) for key, value in query.items() if key in _SAME and value}
    mode = _mode(query, where)
    return settings | ({"ssl-mode": Said(mode, where)} if mode else {})


def _check_dialect(name: str, where: str) -> None:
    dialect = name.partition("+")[0].lower()
    if dialect not in DIALECTS:
        raise UsageError(f"{where} leads to {dialect}; poolaudit audits MySQL and MariaDB only", EXAMPLE)


def _check_port(settings: Mapping[str, Said]) -> None:
    """Refuse what stands where the port does with the grammar beside it: it may be half of a password."""
    try:
        port(settings, "port")
    except UsageError as error:
        raise UsageError(error.message, EXAMPLE) from None


def _query(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split("&"):
        key, _, value = pair.partition("=")
        yield _decoded(key).replace("-", "_"), _decoded(value.replace("+", " "))


def _decoded(text: str) -> str:
    """Resolve %XX; bytes that are no UTF-8 are kept, since a password may hold them."""
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda pair: bytes.fromhex(pair[1].decode()), text.encode("utf-8", "surrogateescape")
    )
    return raw.decode("utf-8", "surrogateescape")


def _mode(query: Mapping[str, str], where: str) -> str | None:
    """Give the TLS mode that the query says; None where it says none. A CA alone is judged with all other settings."""
    for key in _ELSEWHERE:
        if key in query:
            raise UsageError(f"{where} names an option file by {key}", "use --defaults-file instead of a URL")
    if _is(query, "ssl_disabled", where):
        return SslMode.DISABLED
    if query.get("ssl_mode"):
        return query["ssl_mode"]
    if _is(query, "ssl_verify_identity", where) or _is(query, "ssl_check_hostname", where):
        return SslMode.VERIFY_IDENTITY
    return _weaker_mode(query, where)


def _weaker_mode(query: Mapping[str, str], where: str) -> str | None:
    verify, ssl = _is(query, "ssl_verify_cert", where), _is(query, "ssl", where)
    if verify:
        return SslMode.VERIFY_CA
    if ssl is False:
        return SslMode.DISABLED
    has_ca = bool(query.get("ssl_ca") or query.get("ssl_capath"))
    wants_tls = ssl or verify is False or query.get("ssl_cert") or query.get("ssl_key")
    return SslMode.REQUIRED if wants_tls and (verify is False or not has_ca) else None


def _is(query: Mapping[str, str], key: str, where: str) -> bool | None:
    if key not in query:
        return None
    said = truth(query[key])
    if said is None:
        raise UsageError(f"{where}: {key} is neither true nor false", EXAMPLE)
    return said
