"""The settings' table `[mail]`: who writes, and by which way.

    [mail]
    from = "poolaudit@example.com"
    smtp = "mail.example.com:587"
    security = "starttls"           # or tls, or none
    user = "poolaudit"
    password-file = "/etc/poolaudit.smtp"

Without `smtp` letters go to the machine's sendmail.
"""

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from poolaudit.errors import UsageError
from poolaudit.mail.addresses import LOOPBACK, mail_address
from poolaudit.mail.sendmail import Sendmail, find_sendmail
from poolaudit.mail.smtp import PORTS, Security, Smtp
from poolaudit.policy import nearest

T = TypeVar("T")
MOST_PORT = 65535
LONGEST_PASSWORD = 4096
_KEYS: Mapping[str, type] = {
    "from": str, "smtp": str, "security": str, "user": str, "password-file": str, "password-env": str, "ca-file": str,
    "timeout-seconds": int, "sendmail": str, "attach-json": bool,
}  # fmt: skip
_OF_SMTP = ("security", "user", "password-file", "password-env", "ca-file")


class MailSettings(NamedTuple):
    """Who writes, by which way, and whether the report is attached as JSON."""

    sender: str
    way: Smtp | Sendmail
    attaches_json: bool = False


def mail_settings(table: Mapping[str, Any], folder: str, environ: Mapping[str, str]) -> MailSettings:
    """Read the table; UsageError where it is wrong, or where nothing on this machine can send a letter.

    Files are named from `folder`, the settings file's own. `environ` answers `password-env`.
    """
    for key, value in table.items():
        _check(key, value)
    smtp = table.get("smtp")
    if smtp is not None and "sendmail" in table:
        raise UsageError("[mail] names both smtp and sendmail; letters go one way")
    stray = next((key for key in _OF_SMTP if key in table and smtp is None), None)
    if stray is not None:
        raise UsageError(f"[mail] has {stray}, which is for smtp, and names no smtp", 'smtp = "mail.example.com:587"')
    way = _smtp(smtp, table, folder, environ) if smtp is not None else _sendmail(table)
    sender = table.get("from") or f"poolaudit@{_host()}"
    return MailSettings(_in_table("from", lambda: mail_address(sender)), way, bool(table.get("attach-json")))


def _check(key: str, value: object) -> None:
    if key not in _KEYS:
        raise UsageError(f"[mail] has no key {key!r}{nearest(key, _KEYS)}")
    wanted = _KEYS[key]
    if type(value) is not wanted:
        words = {str: "a text", int: "a whole number", bool: "true or false"}
        raise UsageError(f"[mail] {key} is to be {words[wanted]}")


def _in_table(key: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except UsageError as error:
        raise UsageError(f"[mail] {key}: {error.message}", error.hint) from None


def _smtp(place: str, table: Mapping[str, Any], folder: str, environ: Mapping[str, str]) -> Smtp:
    security = _security(table.get("security", Security.STARTTLS))
    host, port = _host_and_port(place, PORTS[security])
    user, password = table.get("user", ""), _password(table, folder, environ)
    if bool(user) is not bool(password):
        raise UsageError("[mail] has a user without a password, or one without the other", "user, and password-file")
    if user and security is Security.NONE and host not in LOOPBACK:
        raise UsageError(f"[mail] would send the password to {host} for all to read", 'security = "starttls"')
    ca_file = table.get("ca-file")
    seconds = table.get("timeout-seconds", Smtp.timeout_seconds)
    if seconds < 1:
        raise UsageError("[mail] timeout-seconds is to be at least 1")
    return Smtp(host, port, security, user, password, ca_file and str(Path(folder, ca_file)), seconds)


def _security(text: str) -> Security:
    try:
        return Security(text)
    except ValueError:
        raise UsageError(f"[mail] security is one of {', '.join(Security)}, not {text!r:.40}") from None


def _host_and_port(place: str, default: int) -> tuple[str, int]:
    host, colon, port = place.rpartition(":") if not place.endswith("]") else (place, "", "")
    if not colon:
        host, port = place, str(default)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or not 0 < int(port) <= MOST_PORT or not host.isprintable() or " " in host:
        raise UsageError(f"[mail] smtp is to be a host and a port, not {place!r:.80}", 'smtp = "mail.example.com:587"')
    return host, int(port)


def _password(table: Mapping[str, Any], folder: str, environ: Mapping[str, str]) -> str:
    file, variable = table.get("password-file"), table.get("password-env")
    if file is not None and variable is not None:
        raise UsageError("[mail] names both password-file and password-env; one is enough")
    if variable is not None:
        if not environ.get(variable):
            raise UsageError(f"[mail] password-env: the environment has no {variable}")
        return environ[variable]
    return _first_line(Path(folder, file)) if file is not None else ""


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            line = file.readline(LONGEST_PASSWORD).rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(f"[mail] password-file: {path} is no text") from None
    except OSError as error:
        raise UsageError(f"[mail] password-file: {path} cannot be read: {error.strerror or error}") from None
    if not line:
        raise UsageError(f"[mail] password-file: the first line of {path} is empty")
    return line


def _sendmail(table: Mapping[str, Any]) -> Sendmail:
    path = table.get("sendmail") or find_sendmail()
    if path is None:
        raise UsageError(
            "there is no sendmail on this machine, and no [mail] in the settings", 'smtp = "mail.example.com:587"'
        )
    return Sendmail(path)


def _host() -> str:
    name = socket.gethostname()
    return name if name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"
