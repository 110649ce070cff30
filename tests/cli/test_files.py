"""Files are written whole or not at all, and special files are written to, not replaced."""

import os
import stat
import threading
from pathlib import Path

import pytest

from poolaudit.cli.files import check_writable, write_file
from poolaudit.errors import CannotAuditError, UsageError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_has_the_umasks_mode(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_file(str(tmp_path / "report.txt"), "Ünïcode\n")
    finally:
        os.umask(old)
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == "Ünïcode\n"
    assert mode(tmp_path / "report.txt") == 0o640


def test_an_old_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    path.chmod(0o604)
    write_file(str(path), "new")
    assert path.read_text() == "new"
    assert mode(path) == 0o604


def test_a_private_file_is_its_owners_alone_whatever_it_was(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_text("old")
    old.chmod(0o644)
    for path in (new, old):
        write_file(str(path), "secret", private=True)
        assert mode(path) == 0o600


def test_a_links_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "reports" / "today")
    write_file(str(tmp_path / "link"), "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "reports" / "today").read_text() == "text"


def test_lone_surrogates_are_written_as_escapes(tmp_path: Path) -> None:
    write_file(str(tmp_path / "report"), "a\udc80b")
    assert (tmp_path / "report").read_bytes() == b"a\\udc80b"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_file(str(pipe), "report")
    reader.join(5)
    assert read == ["report"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_full_disk_is_one_sentence() -> None:
    with pytest.raises(CannotAuditError, match=r"^/dev/full could not be written: No space left on device$"):
        write_file("/dev/full", "report")


def test_what_was_there_stays_and_nothing_is_left_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotAuditError, match="No space left"):
        write_file(str(path), "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_leaves_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(str(tmp_path / "report"), "new")
    assert not list(tmp_path.iterdir())


def test_wrong_places_are_refused_beforehand(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder"):
        check_writable(str(tmp_path))
    with pytest.raises(UsageError, match=r"there is no folder .*/nowhere$"):
        check_writable(str(tmp_path / "nowhere" / "report"))


def test_a_folder_without_permission_is_refused_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)  # tests may run as root, whom nothing is denied
    with pytest.raises(UsageError, match="no permission to create a file"):
        check_writable(str(tmp_path / "report"))


@pytest.mark.parametrize("path", ["/dev/null", "/dev/full"])
def test_devices_are_allowed_beforehand(path: str) -> None:
    check_writable(path)
