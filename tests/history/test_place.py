"""Which file a URL of SQLite's means, without SQLAlchemy but as it means it."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from poolaudit.errors import UsageError
from poolaudit.history import open_history
from poolaudit.history.place import file_of


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////var/lib/poolaudit/history.sqlite3",
        "sqlite+pysqlite:////var/lib/poolaudit/history.sqlite3",
        "sqlite:///history.sqlite3",
        "sqlite:///a folder/../history of b@c:d.sqlite3",
        "sqlite://///twice.sqlite3",
        "sqlite:///two\nlines",
    ],
)
def test_a_file_is_the_one_that_sqlalchemy_would_use(url: str) -> None:
    meant = make_url(url)
    assert meant.get_backend_name() == "sqlite"
    assert meant.database is not None
    assert file_of(url) == str(Path(meant.database).absolute())


def test_a_sign_may_be_written_by_its_number() -> None:
    """As SQLAlchemy has it from 2.1 on."""
    assert file_of("sqlite:////srv/50%25/h%C3%A9%3F.sqlite3") == "/srv/50%/h\xe9?.sqlite3"


def test_a_home_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/dba")
    assert file_of("sqlite:///~/history.sqlite3") == "/home/dba/history.sqlite3"


@pytest.mark.parametrize("url", ["mysql://db9/poolaudit", "postgresql://db9/x?sqlite:///y", "history.sqlite3", ""])
def test_what_is_not_of_sqlite_is_none_of_its_files(url: str) -> None:
    assert file_of(url) is None


@pytest.mark.parametrize(
    ("url", "because"),
    [
        ("history.sqlite3", "is to be a URL"),
        ("/var/lib/history", "is to be a URL"),
        ("", "is to be a URL"),
        ("mysql://db9:port/secret", "is to be a URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:secret", "names no file"),
        ("sqlite:///%3Amemory%3A", "names no file"),
        ("sqlite://secret/history.sqlite3", "names no file"),
        ("sqlite+aiosqlite:///secret", "another driver than Python's own"),
        ("sqlite:///secret?timeout=60", "options, and there are none"),
    ],
)
def test_what_names_no_place_is_refused_and_not_repeated(url: str, because: str) -> None:
    with pytest.raises(UsageError, match="--history") as caught:
        open_history(url)
    assert because in caught.value.message
    assert "secret" not in caught.value.message + caught.value.hint
