"""From mysql's option names and what was said for each to a Target, wherever they were said."""

from collections.abc import Mapping
from typing import Final

from poolaudit.collect.option_files import Said
from poolaudit.collect.target import SslMode, Target, Tls
from poolaudit.errors import UsageError

NAMES: Final = frozenset(
    {"host", "port", "user", "password", "socket", "protocol", "ssl-mode", "ssl", "ssl-verify-server-cert",
     "ssl-ca", "ssl-capath", "ssl-cert", "ssl-key", "connect-timeout", "read-timeout", "admin-port"}
)  # fmt: skip
"""The options that poolaudit takes from an option file."""

LARGEST_PORT: Final = 65535
LONGEST_TIMEOUT_SECONDS: Final = 31536000


def made_target(settings: Mapping[str, Said]) -> Target:
    """Make the target, with Target's default where nothing is said; UsageError where a value is not what it takes."""
    default = Target()
    return Target(
        host=text(settings, "host") or default.host,
        port=port(settings, "port") or default.port,
        socket=text(settings, "socket"),
        user=text(settings, "user"),
        password=text(settings, "password") or "",
        tls=_tls(settings),
        admin_port=port(settings, "admin-port"),
        connect_timeout_seconds=_seconds(settings, "connect-timeout") or default.connect_timeout_seconds,
        read_timeout_seconds=_seconds(settings, "read-timeout") or default.read_timeout_seconds,
    )


def text(settings: Mapping[str, Said], name: str) -> str | None:
    """Give what was said, None where nothing was, or only the option's name."""
    said = settings.get(name)
    return said.value or None if said else None


def port(settings: Mapping[str, Said], name: str) -> int | None:
    """Give a port; mysql takes 0 for its default. The wrong value is not repeated: it may be a misplaced password."""
    value = text(settings, name)
    if value is None:
        return None
    if not (
        value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_PORT)) and int(value) <= LARGEST_PORT
    ):
        raise UsageError(f"{settings[name].where}: the {name} is no number from 1 to {LARGEST_PORT}")
    return int(value) or None


def _seconds(settings: Mapping[str, Said], name: str) -> int | None:
    value = text(settings, name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(LONGEST_TIMEOUT_SECONDS)) and int(value) > 0):
        raise UsageError(f"{settings[name].where}: the {name} is no number of seconds, 1 or more")
    return min(int(value), LONGEST_TIMEOUT_SECONDS)


def truth(value: str | None) -> bool | None:
    """Read a switch as mysql and the drivers spell it; an option without a value is on; None where it is neither."""
    word = "1" if value is None else value.strip().lower()
    if word in {"1", "true", "on", "yes"}:
        return True
    return False if word in {"0", "false", "off", "no"} else None


def _tls(settings: Mapping[str, Said]) -> Tls:
    return Tls(
        mode=_mode(settings),
        ca=text(settings, "ssl-ca"),
        capath=text(settings, "ssl-capath"),
        cert=text(settings, "ssl-cert"),
        key=text(settings, "ssl-key"),
    )


def _mode(settings: Mapping[str, Said]) -> SslMode:
    """Give the TLS mode: as said; else by MariaDB's and older MySQL's switches; else VERIFY_CA where a CA is named.

    The last is mysql's own rule (client/include/sslopt-case.h): who names a CA wants it used.
    """
    said = text(settings, "ssl-mode")
    if said is not None:
        return _named_mode(said, settings["ssl-mode"].where)
    if _switched(settings, "ssl") is False:
        return SslMode.DISABLED
    if _switched(settings, "ssl-verify-server-cert"):
        return SslMode.VERIFY_IDENTITY
    if text(settings, "ssl-ca") or text(settings, "ssl-capath"):
        return SslMode.VERIFY_CA
    return SslMode.REQUIRED if _switched(settings, "ssl") else SslMode.PREFERRED


def _named_mode(value: str, where: str) -> SslMode:
    name = value.strip().upper().replace("-", "_")
    if name not in set(SslMode):
        raise UsageError(f"{where}: the ssl-mode is none of {', '.join(SslMode)}")
    return SslMode(name)


def _switched(settings: Mapping[str, Said], name: str) -> bool | None:
    if name not in settings:
        return None
    said = truth(settings[name].value)
    if said is None:
        raise UsageError(f"{settings[name].where}: {name} is neither on nor off")
    return said
