"""Which server is meant: options, environment, option files and mysql's own defaults come down to one Target.

From the strongest: single options (-h -P -u -p -S, TLS, timeouts), then one of

* `--dsn`;
* option files and the login path, where an option names them (--defaults-file, --defaults-extra-file,
  --defaults-group-suffix, --login-path);
* `$POOLAUDIT_DSN`;
* mysql's usual option files;

and, below option files only, mysql's variables ($MYSQL_HOST, $MYSQL_PWD, $MYSQL_TCP_PORT, $MYSQL_UNIX_PORT) and
defaults. As in mysql, the local host means the socket, unless a port or protocol was named.
"""

import os
import stat
from collections.abc import Callable, Mapping
from typing import Final

from poolaudit.collect.dsn import settings_from_dsn
from poolaudit.collect.option_files import Reading, Said, groups_with, read_option_files
from poolaudit.collect.settings import NAMES, made_target, text
from poolaudit.collect.target import SslMode, Target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import UsageError

DSN_VARIABLE: Final = "POOLAUDIT_DSN"
DEFAULT_SOCKETS: Final = ("/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock",
                          "/tmp/mysql.sock")  # noqa: S108 - where servers put it # fmt: skip
LOCAL_HOST: Final = "localhost"
LOOPBACK: Final = "127.0.0.1"

_VARIABLES = {"MYSQL_HOST": "host", "MYSQL_PWD": "password", "MYSQL_TCP_PORT": "port", "MYSQL_UNIX_PORT": "socket"}
_SINGLE = ("host", "port", "user", "password", "socket", "ssl-mode", "ssl-ca", "ssl-capath", "ssl-cert", "ssl-key",
           "connect-timeout", "read-timeout", "admin-port")  # fmt: skip
_SEEN = (
    "a password on the command line can be seen by everybody on this host who can list processes;"
    f" give it in ${DSN_VARIABLE} or an option file, or let -p ask for it"
)

Settings = dict[str, Said]
Ask = Callable[[str], str]


def find_target(
    options: WhereOptions, environ: Mapping[str, str], ask: Ask, said_in: str = ""
) -> tuple[Target, tuple[str, ...]]:
    """Find the server; give it with warnings for a person.

    `ask` is given the prompt and gives the password; it is called for `-p`, and for a bare `password` in an option
    file. UsageError where what was said is wrong or contradicts itself. `said_in` is what messages put before an
    option's name where a file says it; "" where the command line does.
    """
    before = said_in or "--"
    single = _single(options, before)
    if options.dsn is not None and options.names_files:
        raise UsageError("--dsn is given beside an option file or login path", "give one of them")
    warnings: list[str] = []
    dsn, where = _dsn(options, environ, before)
    if dsn is not None:
        base = settings_from_dsn(dsn, where)
    else:
        base, warnings = _from_files(options, environ)
    settings = _at_one_place(single, base, whole=dsn is not None) | {"user": _user(single, base, environ)}
    target = made_target(settings)
    warnings += _weaknesses(target, argv_password=not said_in and _password_in_argv(options, base))
    if options.ask_password or _asks(settings):
        target = target._replace(password=ask(f"Password for {target.user} at {target.address}: "))
    return target, tuple(warnings)


def _single(options: WhereOptions, before: str) -> Settings:
    values = {name: getattr(options, name.replace("-", "_")) for name in _SINGLE}
    return {name: Said(str(value), f"{before}{name}") for name, value in values.items() if value is not None}


def _dsn(options: WhereOptions, environ: Mapping[str, str], before: str) -> tuple[str | None, str]:
    if options.dsn is not None:
        return options.dsn, f"{before}dsn"
    if options.names_files:
        return None, ""
    return environ.get(DSN_VARIABLE) or None, f"${DSN_VARIABLE}"


def _from_files(options: WhereOptions, environ: Mapping[str, str]) -> tuple[Settings, list[str]]:
    suffix = options.defaults_group_suffix or environ.get("MYSQL_GROUP_SUFFIX")
    reading = Reading(groups_with(suffix), NAMES)
    for variable, name in _VARIABLES.items():
        if environ.get(variable):
            reading.settings[name] = Said(environ[variable], f"${variable}")
    read_option_files(reading, environ, options.defaults_file, options.defaults_extra_file)
    if options.login_path is not None:
        from poolaudit.collect.login_path import read_login_path  # noqa: PLC0415 - few have one

        read_login_path(reading, options.login_path, suffix, environ)
    return reading.settings, reading.warnings


def _at_one_place(single: Settings, base: Settings, *, whole: bool) -> Settings:
    """Put the layers together so that either a socket or a host is left; `whole` says that the base is a URL."""
    settings = base | single
    host = text(settings, "host")
    path = _socket_path(single, base, host, whole=whole)
    if path is not None:
        return {**settings, "socket": path}
    settings.pop("socket", None)
    if host is None:
        settings["host"] = Said(LOCAL_HOST if whole else LOOPBACK, "the default")
    return settings


def _socket_path(single: Settings, base: Settings, host: str | None, *, whole: bool) -> Said | None:
    """Say by which socket, None for TCP. What an option names decides before what lies below it."""
    if text(single, "socket"):
        if text(single, "host") not in {None, LOCAL_HOST}:
            raise UsageError("-S names a socket of this host, and -h another host", "give one of them")
        return single["socket"]
    if text(single, "port"):
        return None
    if whole and not text(single, "host"):
        return base.get("socket")
    protocol = _protocol(base)
    if protocol == "TCP" or host not in {None, LOCAL_HOST}:
        return None
    return base["socket"] if text(base, "socket") else _default_socket(insist=protocol == "SOCKET")


def _protocol(base: Settings) -> str | None:
    said = text(base, "protocol")
    if said is None:
        return None
    name = said.strip().upper()
    if name not in {"TCP", "SOCKET", "DEFAULT"}:
        raise UsageError(f"{base['protocol'].where}: poolaudit connects by TCP or SOCKET only")
    return name


def _default_socket(*, insist: bool) -> Said | None:
    for path in DEFAULT_SOCKETS:
        try:
            if stat.S_ISSOCK(os.stat(path).st_mode):  # noqa: PTH116 - pathlib costs 5 ms of a scan's start
                return Said(path, "the default")
        except OSError:
            continue
    return Said(DEFAULT_SOCKETS[0], "the default") if insist else None


def _user(single: Settings, base: Settings, environ: Mapping[str, str]) -> Said:
    for layer in (single, base):
        if text(layer, "user"):
            return layer["user"]
    return Said(_login_name(environ), "the default")


def _login_name(environ: Mapping[str, str]) -> str:
    """Give the name that mysql would: root for root, else the account this process runs as."""
    if os.geteuid() == 0:
        return "root"
    import pwd  # noqa: PLC0415 - not there on Windows, where geteuid is not either

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = environ.get("USER") or environ.get("LOGNAME")
    if not name:
        raise UsageError("no user is named, and this process has no login name", "say -u USER")
    return name


def _asks(settings: Settings) -> bool:
    return "password" in settings and settings["password"].value is None


def _password_in_argv(options: WhereOptions, base: Settings) -> bool:
    return bool(options.password) or (options.dsn is not None and text(base, "password") is not None)


def _weaknesses(target: Target, *, argv_password: bool) -> list[str]:
    warnings = [_SEEN] if argv_password else []
    if (target.tls.ca or target.tls.capath) and target.tls.mode in {SslMode.PREFERRED, SslMode.REQUIRED}:
        warnings.append(
            f"the server's certificate is not verified, though a CA is named: ssl-mode is {target.tls.mode};"
            " use VERIFY_CA or VERIFY_IDENTITY"
        )
    return warnings
