"""Where a history is kept: the user's own file, or a database that a URL names; passwords are in no word of it."""

import os
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from poolaudit.errors import UsageError

FILE = "history.sqlite3"
OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700
OPTION = "--history"
_EXAMPLE = "as in sqlite:////var/lib/poolaudit/history.sqlite3 or postgresql://user@db/poolaudit"
_DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
"""Of the databases whose name alone would mean a driver that poolaudit does not bring, the one that it does."""


class Place(NamedTuple):
    """A database, the name of it that may be printed, and its file where it is one of SQLite's."""

    url: URL
    name: str
    file: str | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether SQLite keeps it, be it in memory."""
        return self.url.get_backend_name() == "sqlite"


def place_of(text: str | None) -> Place:
    """Read a URL, None for the user's own file; UsageError, which repeats nothing of it, where it is none."""
    if text is None:
        file = own_file()
        return Place(URL.create("sqlite", database=file), file, file)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError(f"{OPTION} is to be a URL, {_EXAMPLE}") from None
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() != "sqlite":
        return Place(url, _printable(url))
    if url.database in {None, "", ":memory:"} or (url.database or "").startswith("file:"):
        raise UsageError(f"{OPTION} names no file for SQLite", f"name one, {_EXAMPLE}")
    file = str(Path(url.database or "").expanduser().absolute())
    return Place(url.set(database=file), file, file)


def own_file() -> str:
    """Name the file in the user's state folder, which need not be there yet."""
    from platformdirs import user_state_dir  # noqa: PLC0415 - not where a URL is given

    return str(Path(user_state_dir("poolaudit", appauthor=False)) / FILE)


def make_file(place: Place, *, is_own: bool) -> None:
    """Make an empty file that its owner alone may read, where there is none; OSError where that fails.

    The user's own folder is made too, its owner's alone; one that a URL names has to be there.
    """
    if place.file is None:
        return
    if is_own:
        Path(place.file).parent.mkdir(OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    if not Path(place.file).exists():
        os.close(os.open(place.file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, OWNER_ONLY))


def _printable(url: URL) -> str:
    """Name a database without its password and without the URL's query, which may hold another."""
    return URL.create(
        url.drivername, username=url.username, host=url.host, port=url.port, database=url.database
    ).render_as_string(hide_password=True)
