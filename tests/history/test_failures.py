"""What cannot be used is said in a sentence with what to do, and what was in it before is still there."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from poolaudit.errors import HistoryError
from poolaudit.history import migrate, open_history
from poolaudit.history.database import Connection
from poolaudit.history.store import History
from tests.history.at_once import letter
from tests.history.reports import FULL, LABEL, NEAR, moment, report

pytestmark = pytest.mark.slow  # as the faults of servers: waits, full disks, other users

NOBODY = 65534
WITHOUT_ROOT = """
import os, sys
from poolaudit.errors import HistoryError
from poolaudit.history import open_history
open_history(sys.argv[2]).close()  # so that all is imported that only root may read
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({nobody})
    os.setuid({nobody})
try:
    open_history(sys.argv[1]).close()
except HistoryError as error:
    print(error.message)
    print(error.hint)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Make a history in a folder of the test's own."""
    path = tmp_path / "history.sqlite3"
    make_history(path)
    return path


def make_history(path: Path) -> None:
    """Make a history with one run and one letter in it."""
    with open_history(f"sqlite:///{path}") as history:
        history.keep(LABEL, report(NEAR), [letter(1)])


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def check_is_as_before(path: Path) -> None:
    """Check that the one run and its letter are there, and nothing else."""
    with open_history(url_of(path)) as history:
        assert [one.connected_connections for one in history.before(LABEL, until=moment(99)).usage] == [125]
        assert [one.letter for one in history.take_due(moment(99))] == [letter(1)]


def failure(path: Path, because: str) -> HistoryError:
    """Open a history that cannot be opened, and give what is said of it."""
    with pytest.raises(HistoryError, match=because) as caught:
        open_history(url_of(path), wait_seconds=0.2)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


def as_nobody(path: Path) -> str:
    """Open a history as a user that is not root; give what is said."""
    code = WITHOUT_ROOT.format(nobody=NOBODY)
    with TemporaryDirectory() as folder:
        arguments = (url_of(path), url_of(Path(folder) / "history.sqlite3"))
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a history in a folder that everybody may enter, which pytest's own are not."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        make_history(folder / "history.sqlite3")
        yield folder


def test_a_folder_that_may_only_be_read(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    said = as_nobody(open_folder / "another.sqlite3")
    open_folder.chmod(0o755)
    assert said.startswith(f"the history {open_folder}/another.sqlite3 cannot be used: Permission denied\n")
    assert "name another place with --history" in said


def test_a_file_that_may_only_be_read(open_folder: Path) -> None:
    file = open_folder / "history.sqlite3"
    file.chmod(0o444)
    open_folder.chmod(0o555)
    said = as_nobody(file)
    open_folder.chmod(0o755)
    assert "cannot be used: it" in said
    assert "let this user write it and its folder" in said
    check_is_as_before(file)


def test_a_file_of_somebody_else(open_folder: Path) -> None:
    file = open_folder / "history.sqlite3"
    if os.geteuid() != 0:
        file.chmod(0)
    said = as_nobody(file)
    file.chmod(0o600)
    assert "cannot be used: it cannot be opened" in said
    check_is_as_before(file)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    failure(tmp_path / "none" / "history.sqlite3", "No such file or directory")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    failure(tmp_path, "cannot be opened")


def test_what_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    content = b"# these are notes of mine, and no database\n" * 100
    file.write_bytes(content)
    assert f"mv {file} {file}.damaged" in failure(file, "damaged, or no SQLite file at all").hint
    assert file.read_bytes() == content


def test_a_damaged_history(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 200] = b"\xff" * 200
    file.write_bytes(content)
    with pytest.raises(HistoryError, match="it is damaged") as caught, open_history(url_of(file)) as history:
        history.keep(LABEL, report(FULL, 1))
    assert f"mv {file} {file}.damaged" in caught.value.hint


def test_a_history_that_another_program_keeps_locked(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_history(url_of(file), wait_seconds=0.2) as history:
            assert history.before(LABEL, until=moment(1)).taken_at == moment(0), "a reader waits for nobody"
            with pytest.raises(HistoryError, match="another program keeps it locked"):
                history.keep(LABEL, report(FULL, 1))
        other.execute("ROLLBACK")
    check_is_as_before(file)


def test_a_new_file_that_another_program_keeps_locked(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        failure(file, "another program keeps it locked")


def _bounded(history: History, pages: int) -> None:
    """Let the database grow by no more than so many pages, as a full disk would."""
    with history._database.reading() as connection:  # noqa: SLF001 - a disk cannot be filled for one test
        (now,) = connection.rows("PRAGMA page_count")
        connection.rows(f"PRAGMA max_page_count = {now['page_count'] + pages}")


def test_a_full_disk_loses_nothing_of_the_old_history(file: Path) -> None:
    with open_history(url_of(file)) as history:
        _bounded(history, 2)
        with pytest.raises(HistoryError, match="the disk is full") as caught:
            history.keep(LABEL, report(FULL, 1), [letter(2)._replace(message=b"x" * 1_000_000)])
    assert "free some space" in caught.value.hint
    check_is_as_before(file)


FULL_DISK = """
import resource, signal, sys
from poolaudit.errors import HistoryError
from poolaudit.history import open_history
from tests.history.at_once import letter
from tests.history.reports import FULL, LABEL, report
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
kept = 0
try:
    with open_history(sys.argv[1]) as history:
        while kept < 1000:
            history.keep(LABEL, report(FULL, kept + 1), [letter(kept + 2)._replace(message=b"x" * 50_000)])
            kept += 1
except HistoryError as error:
    print(kept, error.message, sep="\\n")
"""


def test_a_disk_of_one_megabyte_keeps_all_that_was_said_to_be_kept(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, url_of(file)], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    assert done.stderr == ""
    kept, message = done.stdout.splitlines()
    assert "the disk" in message
    assert "full" in message
    assert 1 <= int(kept) < 100
    with open_history(url_of(file)) as history:
        assert len(history.before(LABEL, until=moment(500), days=99).usage) == int(kept) + 1
        assert len(history.take_due(moment(500))) == int(kept) + 1


def test_a_newer_history_is_refused_and_untouched(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE poolaudit_meta SET value = 99")
        connection.commit()
    content = file.read_bytes()
    assert "nothing was changed" in failure(file, "a newer poolaudit's: its tables are of version 99").hint
    assert file.read_bytes() == content


def test_a_poolaudit_that_is_overtaken_while_it_runs_writes_nothing(file: Path) -> None:
    with open_history(url_of(file)) as history:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE poolaudit_meta SET value = 2")
            connection.commit()
        with pytest.raises(HistoryError, match="a newer poolaudit's"):
            history.keep(LABEL, report(FULL, 1))
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE poolaudit_meta SET value = 1")
            connection.commit()
    check_is_as_before(file)


def _half_of_a_step(connection: Connection) -> None:
    connection.execute("ALTER TABLE poolaudit_runs ADD COLUMN more INTEGER")
    connection.execute("DELETE FROM poolaudit_outbox")
    connection.execute("nonsense")


def test_a_step_forward_that_fails_changes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "SCHEMA_VERSION", 2)
        patch.setattr(migrate, "STEPS", (_half_of_a_step,))
        with pytest.raises(HistoryError, match="does not work"):
            open_history(url_of(file))
    check_is_as_before(file)


@pytest.mark.parametrize(
    ("url", "because"),
    [
        ("nonesuch://user:secret@host/db", "no such database or driver"),
        ("mysql+mysqldb://user:secret@host/db", "its driver MySQLdb is not installed"),
        ("mysql+nonesuch://user:secret@host/db", "no such database or driver"),
        ("mysql://user:secret@127.0.0.1:1/db?ssl_ca=/nonesuch.pem", "does not work: No such file"),
        ("oracle://user:secret@host/db", "no database that poolaudit can use"),
    ],
)
def test_a_database_that_is_not_to_be_had(url: str, because: str) -> None:
    with pytest.raises(HistoryError, match=because) as caught:
        open_history(url)
    assert "secret" not in caught.value.message + caught.value.hint
    assert caught.value.hint
