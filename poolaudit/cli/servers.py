"""`[[servers]]` of the settings: servers by their names, how each is reached, and whose settings lead to it.

What the settings say wrongly ends the run with exit code 2 before any server is asked. What lies outside of them (an
option file, a password's file, the environment) concerns one server alone, which is then out of reach.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from poolaudit.cli.values import A_DAY_SECONDS
from poolaudit.collect.target import SslMode, Target
from poolaudit.collect.where import DSN_VARIABLE, find_target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import CannotAuditError, UsageError
from poolaudit.policy import nearest

LARGEST_PASSWORD_BYTES = 4096
LONGEST_NAME = 100
_TEXTS = ("dsn", "host", "user", "defaults-group-suffix", "login-path", "password-env")
_FILES = ("socket", "defaults-file", "defaults-extra-file", "ssl-ca", "ssl-capath", "ssl-cert", "ssl-key",
          "password-file")  # fmt: skip
_NUMBERS = {"port": 65535, "admin-port": 65535, "connect-timeout": A_DAY_SECONDS, "read-timeout": A_DAY_SECONDS}
_LISTS = ("tags", "apps")
_KEYS = frozenset({"name", "ssl-mode", *_TEXTS, *_FILES, *_NUMBERS, *_LISTS})
_NAMING = ("dsn", "host", "socket", "defaults-file", "defaults-extra-file", "defaults-group-suffix", "login-path")
_EXCLUSIVE = (
    ("dsn", ("host", "port", "socket", "defaults-file", "defaults-extra-file", "defaults-group-suffix", "login-path")),
    ("socket", ("host", "port")),
    ("password-file", ("password-env",)),
)
_ASKED = "write password-file or password-env into its settings, or the password into the option file"


class Named(NamedTuple):
    """One of [[servers]]: how it is reached, what it is tagged with, and its applications' files (`apps`).

    `said_in` is what messages put before a key of it. The password is in none of it, unless the DSN holds one.
    """

    name: str
    where: WhereOptions = WhereOptions()
    password_file: str | None = None
    password_env: str | None = None
    tags: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    said_in: str = ""

    def target(self, environ: Mapping[str, str]) -> tuple[Target, tuple[str, ...]]:
        """Find where it is and how to log in, with warnings for a person; PoolauditError where that cannot be found.

        mysql's option files and variables stand behind what the settings say. $POOLAUDIT_DSN does not: it names one
        server, and this is another.
        """
        where = self.where
        if self.password_file is not None:
            where = where._replace(password=_password_in(self.password_file))
        elif self.password_env is not None:
            where = where._replace(password=_password_of(self.password_env, environ))
        without_dsn = {name: value for name, value in environ.items() if name != DSN_VARIABLE}
        return find_target(where, without_dsn, _refuse_to_ask, self.said_in)


def _password_in(path: str) -> str:
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_PASSWORD_BYTES + 1)
    except OSError as error:
        raise CannotAuditError(f"the password file {path} cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST_PASSWORD_BYTES:
        raise CannotAuditError(f"the password file {path} is larger than {LARGEST_PASSWORD_BYTES} bytes")
    return content.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")


def _password_of(variable: str, environ: Mapping[str, str]) -> str:
    if variable not in environ:
        raise CannotAuditError(f"the environment variable {variable}, which is to hold its password, is not set")
    return environ[variable]


def _refuse_to_ask(prompt: str) -> str:
    _ = prompt
    raise CannotAuditError("an option file wants its password to be asked for, and nobody is asked", _ASKED)


def servers_of(settings: Mapping[str, Any], file: str | None) -> tuple[Named, ...]:
    """Read [[servers]] from a settings file's table; UsageError where a key or a value is not right.

    Paths are relative to the settings file.
    """
    tables = settings.get("servers", [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise UsageError(f"{file}: servers is to be a list of tables, each under [[servers]]")
    servers: dict[str, Named] = {}
    for number, table in enumerate(tables, 1):
        one = _Table(table, file or "", number).server()
        if one.name in servers:
            raise UsageError(f"{file}: two of [[servers]] are called {one.name!r}; a name is to be of one server")
        servers[one.name] = one
    return tuple(servers.values())


def passwords_in_sight(servers: Iterable[Named], file: str) -> bool:
    """Whether a server's DSN holds a password, and anybody on this host may read the settings file."""
    from poolaudit.collect.dsn import settings_from_dsn  # noqa: PLC0415 - only where there are servers

    dsns = (server.where.dsn for server in servers)
    if not any("password" in settings_from_dsn(dsn, "") for dsn in dsns if dsn is not None):
        return False
    try:
        return bool(os.stat(file).st_mode & stat.S_IROTH)
    except OSError:
        return False


class _Table:
    """One table of [[servers]] as it was written, and the words for what is wrong with it."""

    def __init__(self, table: Mapping[str, Any], file: str, number: int) -> None:
        self._table = table
        self._folder = os.path.dirname(file)
        name = table.get("name")
        self._words = f"{file}: [[servers]] {name if isinstance(name, str) and name else f'number {number}'}"

    def _wrong(self, what: str) -> UsageError:
        return UsageError(f"{self._words}: {what}")

    def server(self) -> Named:
        """Read it; UsageError where it is wrong."""
        for key in self._table:
            if key not in _KEYS:
                raise self._wrong(f"unknown key {key!r}{nearest(key, sorted(_KEYS))}")
        name = self._name()
        values = {key: self._text(key) for key in _TEXTS} | {key: self._path(key) for key in _FILES}
        self._check_together(values)
        where = {key.replace("-", "_"): value for key, value in values.items() if not key.startswith("password-")}
        numbers = {key.replace("-", "_"): self._number(key, most) for key, most in _NUMBERS.items()}
        said_in = f"{self._words}: "
        server = Named(
            name=name,
            where=WhereOptions(**where, **numbers, ssl_mode=self._ssl_mode()),  # type: ignore[arg-type] # fields by name
            password_file=values["password-file"],
            password_env=values["password-env"],
            tags=self._list("tags"),
            apps=tuple(self._placed(path) for path in self._list("apps")),
            said_in=said_in,
        )
        self._check_dsn(server.where.dsn)
        return server

    def _name(self) -> str:
        name = self._text("name")
        if name is None:
            raise self._wrong('it has no name; say what it is to be called, as in name = "db1"')
        if not name.isprintable() or name != name.strip() or "," in name or len(name) > LONGEST_NAME:
            raise self._wrong(
                f"its name is to be one line of at most {LONGEST_NAME} characters, without commas or blanks around it"
            )
        return name

    def _text(self, key: str) -> str | None:
        value = self._table.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self._wrong(f"{key} is to be a text")
        return value

    def _path(self, key: str) -> str | None:
        path = self._text(key)
        return None if path is None else self._placed(path)

    def _placed(self, path: str) -> str:
        """Take a path from the settings file's folder; a file of the home folder may be said with ~/."""
        if path.startswith("~/"):
            return os.path.expanduser(path)
        return os.path.normpath(os.path.join(self._folder, path))

    def _number(self, key: str, most: int) -> int | None:
        value = self._table.get(key)
        is_number = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
        if value is not None and not is_number:
            raise self._wrong(f"{key} is to be a whole number from 1 to {most}")
        return value

    def _list(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self._wrong(f'{key} is to be a list of texts, as in {key} = ["…"]')
        return tuple(value)

    def _ssl_mode(self) -> str | None:
        mode = self._text("ssl-mode")
        if mode is not None and mode.upper().replace("-", "_") not in set(SslMode):
            raise self._wrong(f"ssl-mode is none of {', '.join(SslMode)}")
        return mode

    def _check_together(self, values: Mapping[str, str | None]) -> None:
        if not any(values[key] is not None for key in _NAMING):
            raise self._wrong("it does not say how it is reached; give its dsn, its host, its socket or a login-path")
        for key, others in _EXCLUSIVE:
            both = [other for other in others if key in self._table and other in self._table]
            if both:
                raise self._wrong(f"{key} and {both[0]} exclude each other")

    def _check_dsn(self, dsn: str | None) -> None:
        if dsn is not None:
            from poolaudit.collect.dsn import target_from_dsn  # noqa: PLC0415 - only where there is one

            target_from_dsn(dsn, f"{self._words}: dsn")


def chosen(servers: tuple[Named, ...], names: tuple[str, ...], tags: tuple[str, ...]) -> tuple[Named, ...]:
    """Give the servers that are called so or have one of the tags, all where nothing is said.

    UsageError where a name is no server's or no server has a tag: what was meant would not be audited.
    """
    known = [server.name for server in servers]
    for name in names:
        if name not in known:
            raise UsageError(f"no server is called {name!r}{nearest(name, known) or _there_are(known)}")
    tagged = list(dict.fromkeys(tag for server in servers for tag in server.tags))
    for tag in tags:
        if tag not in tagged:
            raise UsageError(f"no server has the tag {tag!r}{nearest(tag, tagged) or _there_are(tagged)}")
    return tuple(
        server
        for server in servers
        if (not names or server.name in names) and (not tags or not set(tags).isdisjoint(server.tags))
    )


def _there_are(words: list[str]) -> str:
    shown = ", ".join(words[:10])
    return f"; there are {shown}{', …' if len(words) > 10 else ''}" if words else "; there are none"  # noqa: PLR2004 - as many as a line holds
