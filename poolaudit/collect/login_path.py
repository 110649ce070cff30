"""mysql_config_editor's login paths: groups of options in a file that is encrypted against a glance, not a thief.

The file is ~/.mylogin.cnf, or $MYSQL_TEST_LOGIN_FILE. `myloginpath` (with `cryptography`) opens it; both are an extra
of poolaudit's, since few need them and cryptography is large.
"""

import os
import stat
from collections.abc import Mapping
from importlib import import_module

from poolaudit.collect.option_files import Reading, groups_with, read_text
from poolaudit.errors import UsageError

HINT = "mysql_config_editor print --all shows what it holds"
LOGIN_PATHS = ("client", "poolaudit")


def read_login_path(reading: Reading, name: str, suffix: str | None, environ: Mapping[str, str]) -> None:
    """Read the login path `name` (and, before it, [client] and [poolaudit] of the same file, as mysql does).

    What it says replaces what option files said. UsageError where there is no such file or login path, the file is
    damaged, or the library is not installed.
    """
    path = environ.get("MYSQL_TEST_LOGIN_FILE") or f"{environ.get('HOME', '')}/.mylogin.cnf"
    content = _decrypted(path)
    login = Reading(groups_with(suffix, (*LOGIN_PATHS, name)), reading.known)
    login.own = frozenset()
    read_text(login, content, path)
    if name not in login.seen:
        there = ", ".join(sorted(login.seen)) or "none"
        raise UsageError(f"{path} has no login path {name!r}; there are: {there}", HINT)
    reading.settings |= login.settings


def _decrypted(path: str) -> str:
    _check_file(path)
    try:
        library = import_module("myloginpath")  # here, since few need it: cryptography takes 50 ms
    except ImportError:
        raise UsageError(
            "--login-path needs a library that is not installed: myloginpath",
            "install it with: pip install 'poolaudit[login-path]'",
        ) from None
    try:
        return str(library.read(path))
    except Exception as error:  # noqa: BLE001 - of a damaged file the library raises whatever it stumbles over
        problem = error.strerror if isinstance(error, OSError) else None
    raise UsageError(f"{path} cannot be read: {problem or 'it is damaged, or no login file'}", HINT)


def _check_file(path: str) -> None:
    """Refuse what mysql refuses: a file that others may read or write."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - pathlib costs 5 ms of a scan's start
    except OSError as error:
        raise UsageError(f"the login file {path} cannot be read: {error.strerror}", HINT) from None
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{path} is not used: others than its owner may read or write it", f"chmod 600 {path}")
