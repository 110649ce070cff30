"""What a history's database says when it does not work, as one sentence with what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from poolaudit.errors import HistoryError
from poolaudit.history.place import OPTION

_LONGEST = 300
_ELSEWHERE = f"name another place with {OPTION}"
_SQLITE = {
    "SQLITE_FULL": ("the disk is full", "free some space; what was in it before is still there"),
    "SQLITE_BUSY": ("another program keeps it locked", "try again when that has ended; fuser shows who it is"),
    "SQLITE_LOCKED": ("another program keeps it locked", "try again when that has ended; fuser shows who it is"),
    "SQLITE_READONLY": ("it may only be read", f"let this user write it and its folder, or {_ELSEWHERE}"),
    "SQLITE_CANTOPEN": ("it cannot be opened", f"let this user write it and its folder, or {_ELSEWHERE}"),
    "SQLITE_PERM": ("it may not be opened", f"let this user write it and its folder, or {_ELSEWHERE}"),
    "SQLITE_NOTADB": ("it is damaged, or no SQLite file at all", ""),
    "SQLITE_CORRUPT": ("it is damaged", ""),
    "SQLITE_IOERR": ("the disk does not work, or is full", "see what the system's log says of the disk"),
}


@contextmanager
def said(name: str) -> Iterator[None]:
    """Turn whatever SQLite or the file system raises within into a HistoryError; `name` is the history's."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(name, error) from None
    except OSError as error:
        raise HistoryError(
            f"the history {name} cannot be used: {error.strerror or type(error).__name__}",
            f"let this user write it and its folder, or {_ELSEWHERE}",
        ) from None


def not_working(name: str, error: BaseException, secret: str | None = None) -> HistoryError:
    """Say what a database said, in one line, less the password should it repeat it."""
    text = str(error.args[1] if len(error.args) == 2 and isinstance(error.args[1], str) else error)  # noqa: PLR2004 - an error's number and its words
    if secret:
        text = text.replace(secret, "***")
    text = " ".join(text.split())
    return HistoryError(
        f"the history in {name} does not work: {text if len(text) <= _LONGEST else f'{text[:_LONGEST]}…'}",
        f"see whether the database is up and lets this account in, or {_ELSEWHERE}",
    )


def sqlite_name(error: BaseException | None) -> str:
    """Give SQLite's own name of an error, its general one: SQLITE_IOERR for SQLITE_IOERR_WRITE; "" for another's."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    return next((known for known in _SQLITE if name == known or name.startswith(f"{known}_")), name)


def _of_sqlite(name: str, error: sqlite3.Error) -> HistoryError:
    kind = sqlite_name(error)
    if kind not in _SQLITE:
        return not_working(name, error)
    because, hint = _SQLITE[kind]
    return HistoryError(f"the history {name} cannot be used: {because}", hint or _begin_anew(name))


def _begin_anew(name: str) -> str:
    return f"bring back a copy of it, or begin a new one: mv {name} {name}.damaged"
