"""What a server's refusal to let the audit in means, and what to try. The numbers are the server's error codes."""

from typing import Final

from poolaudit.collect.target import SslMode, Target
from poolaudit.errors import CannotAuditError

SERVER_FULL: Final = 1040
WRONG_LOGIN: Final = 1045
SHUTTING_DOWN: Final = frozenset({1053, 1927, 3169})
_LOGIN = "check user and password (-u, -p), and that the account may come from this host"
_WITHOUT_TLS = "; an account that is made to REQUIRE SSL needs --ssl-mode REQUIRED"
_EXPIRED = "log in with mysql and set a new password (ALTER USER USER() IDENTIFIED BY …), or use another account"
_TOO_MANY = "wait, end sessions of this account, or audit as another account"
_LOCKED = "ALTER USER … ACCOUNT UNLOCK, or use another account"

_MEANINGS: Final[dict[int, tuple[str, str]]] = {
    1042: (
        "cannot look up this host's name",
        "put this host into the server's DNS, or start it with skip_name_resolve",
    ),
    1044: ("does not let this account use the database", _LOGIN),
    WRONG_LOGIN: ("refused the login", _LOGIN),
    1053: ("is shutting down", "try again when it is up"),
    1129: (
        "blocks this host after too many failed connections",
        "on the server: TRUNCATE TABLE performance_schema.host_cache, or FLUSH HOSTS (mysqladmin flush-hosts)",
    ),
    1130: ("has no account that may come from this host", "CREATE USER … @'this host', or audit from another host"),
    1135: ("cannot start another thread: it is out of memory or threads", "see the limits of the server's process"),
    1203: ("refuses more connections of this account (max_user_connections)", _TOO_MANY),
    1226: ("refuses the account, which has used up one of its limits", _TOO_MANY),
    1251: ("wants a way to log in that poolaudit does not have", "use an account with caching_sha2_password"),
    1698: ("lets this account in from its own socket only, as the system's user of that name", "use -S and that user"),
    1820: ("wants the account's expired password changed first", _EXPIRED),
    1862: ("wants the account's expired password changed first", _EXPIRED),
    3032: ("is in offline mode", "SET GLOBAL offline_mode = OFF, or use an account with CONNECTION_ADMIN"),
    3118: ("has locked the account", _LOCKED),
    3159: ("lets nobody in without TLS (require_secure_transport)", "use --ssl-mode PREFERRED or REQUIRED"),
    3955: ("has locked the account for a while after too many wrong passwords", _LOCKED),
    4151: ("has locked the account", _LOCKED),
}


def refusal_of(target: Target, code: int, words: str) -> CannotAuditError:
    """Say a refusal in one sentence, the server's own words with it."""
    meaning, hint = _MEANINGS.get(code, ("refused the connection", _LOGIN))
    if code == WRONG_LOGIN and target.tls.mode is SslMode.DISABLED:
        hint += _WITHOUT_TLS
    return CannotAuditError(f"{target.address} {meaning} (error {code}: {words.rstrip('.')})", hint)


def plugin_refusal(target: Target, plugin: str, *, clear: bool) -> CannotAuditError:
    """Say that the account logs in by a plugin that poolaudit does not have, or will not use on this connection."""
    if clear:
        return CannotAuditError(
            f"{target.address} asks for the password in clear ({plugin}); poolaudit sends it to a verified server only",
            "use --ssl-mode VERIFY_IDENTITY with --ssl-ca, or a socket",
        )
    return CannotAuditError(
        f"{target.address} logs {target.user} in by {plugin}, which poolaudit does not have",
        "use an account with caching_sha2_password or mysql_native_password",
    )


def library_refusal(target: Target, library: str) -> CannotAuditError:
    """Say that a way to log in needs a library that is not installed."""
    if library == "cryptography":
        return CannotAuditError(
            f"{target.address} does not take {target.user}'s password over a connection without TLS"
            " (caching_sha2_password or sha256_password)",
            "use TLS (--ssl-mode REQUIRED) or the socket, or: pip install 'poolaudit[login-path]'",
        )
    return CannotAuditError(
        f"{target.address} logs {target.user} in by a plugin that needs the library {library}",
        f"pip install {library}, or use an account with caching_sha2_password",
    )
