"""Where a history is kept that is a file: the user's own, or the one that a URL names."""

import os
import re
from pathlib import Path

from poolaudit.errors import UsageError

FILE = "history.sqlite3"
OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700
OPTION = "--history"
EXAMPLE = "as in sqlite:////var/lib/poolaudit/history.sqlite3 or postgresql://user@db/poolaudit"
_SQLITE = re.compile(r"sqlite(?:\+(?P<driver>[\w+]*))?://(?P<path>[^?]*)(?P<options>.*)", re.DOTALL)
_DRIVERS = {None, "pysqlite"}
"""Python's own module, by its name in SQLAlchemy's URLs or without one."""


def file_of(url: str) -> str | None:
    """Read the file out of one of SQLite's URLs, as SQLAlchemy 2.1 does; None where the URL is another database's.

    UsageError, which repeats nothing of it, where it names no file.
    """
    found = _SQLITE.match(url)
    if found is None:
        return None
    if found["driver"] not in _DRIVERS:
        raise UsageError(f"{OPTION} names another driver than Python's own for SQLite", f"leave it out, {EXAMPLE}")
    if found["options"]:
        raise UsageError(
            f"{OPTION} gives SQLite options, and there are none", f"leave out what begins with ?, {EXAMPLE}"
        )
    host, slash, quoted = found["path"].partition("/")
    path = _unquoted(quoted)
    if host or not slash or path in {"", ":memory:"} or path.startswith("file:"):
        raise UsageError(f"{OPTION} names no file for SQLite", f"name one, {EXAMPLE}")
    return str(Path(path).expanduser().absolute())


def _unquoted(path: str) -> str:
    if "%" not in path:
        return path
    from urllib.parse import unquote  # noqa: PLC0415 - few paths have such a sign

    return unquote(path)


def own_file() -> str:
    """Name the file in the user's state folder, which need not be there yet."""
    from platformdirs import user_state_dir  # noqa: PLC0415 - not where a URL is given

    return str(Path(user_state_dir("poolaudit", appauthor=False)) / FILE)


def make_file(file: str, *, is_own: bool) -> None:
    """Make an empty file that its owner alone may read, where there is none; OSError where that fails.

    The user's own folder is made too, its owner's alone; one that a URL names has to be there.
    """
    path = Path(file)
    if is_own:
        path.parent.mkdir(OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, OWNER_ONLY))
