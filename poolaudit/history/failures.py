"""What a history's database says when it does not work, as one sentence with what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from poolaudit.errors import HistoryError
from poolaudit.history.place import OPTION, Place

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
def said(place: Place) -> Iterator[None]:
    """Turn whatever the database or the file system raises within into a HistoryError."""
    try:
        yield
    except DBAPIError as error:
        raise _of_database(place, error.orig or error) from None
    except sqlite3.Error as error:
        raise _of_database(place, error) from None
    except NoSuchModuleError:
        raise HistoryError(
            f"the history cannot be kept in {place.name}: SQLAlchemy knows no such database or driver",
            "there are sqlite:///, mysql://, mariadb:// and postgresql://",
        ) from None
    except ModuleNotFoundError as error:
        raise HistoryError(
            f"the history cannot be kept in {place.name}: its driver {error.name} is not installed",
            _install(error.name),
        ) from None
    except SQLAlchemyError as error:
        raise HistoryError(f"the history in {place.name} does not work: {_words(place, error)}") from None
    except OSError as error:
        raise HistoryError(
            f"the history {place.name} cannot be used: {error.strerror or type(error).__name__}",
            f"let this user write it and its folder, or {_ELSEWHERE}",
        ) from None


def _install(module: str | None) -> str:
    package = "poolaudit[postgresql]" if module == "psycopg" else str(module)
    return f"install it: pip install '{package}'"


def sqlite_name(error: BaseException | None) -> str:
    """Give SQLite's own name of an error, its general one: SQLITE_IOERR for SQLITE_IOERR_WRITE; "" for another's."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    return next((known for known in _SQLITE if name == known or name.startswith(f"{known}_")), name)


def _of_database(place: Place, error: BaseException) -> HistoryError:
    name = sqlite_name(error)
    if name not in _SQLITE:
        return HistoryError(
            f"the history in {place.name} does not work: {_words(place, error)}",
            f"see whether the database is up and lets this account in, or {_ELSEWHERE}",
        )
    because, hint = _SQLITE[name]
    return HistoryError(f"the history {place.name} cannot be used: {because}", hint or _begin_anew(place))


def _begin_anew(place: Place) -> str:
    return f"bring back a copy of it, or begin a new one: mv {place.name} {place.name}.damaged"


def _words(place: Place, error: BaseException) -> str:
    """Give a driver's words in one line, less the password should they repeat it."""
    text = str(error.args[1] if len(error.args) == 2 and isinstance(error.args[1], str) else error)  # noqa: PLR2004 - an error's number and its words
    if place.url.password:
        text = text.replace(str(place.url.password), "***")
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
