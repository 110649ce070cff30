"""Files and disks that fail: a clear sentence, the documented code, and nothing that was there is lost."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.command import PROGRAM, Outcome, each, environment, poolaudit
from tests.servers import Server

OLD = "the report of yesterday\n"
COMMANDS = ("scan", "capture")


def write(server: Server, file: Path | str) -> list[Outcome]:
    return each(lambda command: poolaudit(command, "-o", str(file), dsn=server.dsn()), COMMANDS)


def test_a_place_that_is_none_is_refused_before_the_server_is_asked(tmp_path: Path) -> None:
    """No server answers at port 1, and nobody is told so."""
    (tmp_path / "file").write_text(OLD)
    places = {".": "it is a folder", "nowhere/report": "there is no folder", "file/report": "there is no folder"}
    for place, words in places.items():
        for command in COMMANDS:
            outcome = poolaudit(command, "-o", str(tmp_path / place), "-h", "127.0.0.1", "-P", "1")
            assert (outcome.code, outcome.out) == (2, "")
            assert words in outcome.remarks[0]
    assert (tmp_path / "file").read_text() == OLD
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_device_that_is_full(mysql97: Server) -> None:
    scanned, captured = write(mysql97, "/dev/full")
    for outcome in (scanned, captured):
        assert outcome.code == 3
        assert "poolaudit: error: /dev/full could not be written: No space left on device" in outcome.remarks
    assert f"server: {mysql97.host}:{mysql97.port}" in scanned.out
    assert "the report is printed here instead" in scanned.err
    assert captured.out == ""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that holds one report, and see to it that nothing else is left in it."""
    folder = tmp_path / "small"
    folder.mkdir()
    yield folder
    assert [file.name for file in folder.iterdir()] == ["report"]


# A limit to the size of files, in KiB, is met as a full disk is: when it is written, not before.
LIMITED = "ulimit -f $0; trap '' XFSZ; exec \"$@\""


def test_a_disk_that_fills_while_it_is_written_keeps_the_old_file(mysql97: Server, small_disk: Path) -> None:
    old = small_disk / "report"
    old.write_text(OLD)
    env = environment(POOLAUDIT_DSN=mysql97.dsn(), PYTHONDONTWRITEBYTECODE="1")
    for command, kibibytes in (("scan", "0"), ("capture", "1")):
        line = ["bash", "-c", LIMITED, kibibytes, PROGRAM, command, "-o", str(old)]
        done = subprocess.run(line, env=env, capture_output=True, text=True, check=False, timeout=60)
        outcome = Outcome(done.returncode, done.stdout, done.stderr)
        assert outcome.code == 3
        assert f"poolaudit: error: {old} could not be written: File too large" in outcome.remarks
        assert ("server: " in outcome.out) is (command == "scan")
        assert old.read_text() == OLD


# Root may write everywhere, unless it does without that privilege.
HUMBLY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    old = tmp_path / "report"
    old.write_text(OLD)
    tmp_path.chmod(0o555)
    line = [*HUMBLY, PROGRAM, "scan", "-o", str(old), "-h", "127.0.0.1", "-P", "1"]
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, check=False, timeout=60)
    tmp_path.chmod(0o755)
    outcome = Outcome(done.returncode, done.stdout, done.stderr)
    assert (outcome.code, outcome.out) == (2, "")
    assert "no permission to create a file in" in outcome.remarks[0]
    assert old.read_text() == OLD


def test_a_good_file_is_replaced_whole(mysql97: Server, tmp_path: Path) -> None:
    target, link = tmp_path / "report", tmp_path / "link"
    target.write_text(OLD)
    target.chmod(0o640)
    link.symlink_to(target)
    assert poolaudit("scan", "--format", "json", "-o", str(link), dsn=mysql97.dsn()).code == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["schema"] == 1
    assert target.stat().st_mode & 0o777 == 0o640
    captured = tmp_path / "capture"
    assert poolaudit("capture", "-o", str(captured), dsn=mysql97.dsn()).code == 0
    assert captured.stat().st_mode & 0o777 == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {"capture", "link", "report"}


@pytest.mark.parametrize(
    ("option", "file"), [("--defaults-file", "x"), ("--defaults-extra-file", "x"), ("--config", "x"), ("--app", "x")]
)
def test_a_file_to_read_that_cannot_be_read(option: str, file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(b"\x00\xff\xfe\x1b[31m\n" * 3)
    (tmp_path / "folder").mkdir()
    places = (file, "folder", "nowhere\x1b[31m")
    line = ("-h", "127.0.0.1", "-P", "1")
    for outcome in each(lambda place: poolaudit("scan", option, str(tmp_path / place), *line), places):
        assert outcome.code in {2, 3}
        assert outcome.out == ""
        assert outcome.remarks[0].startswith("poolaudit: error: ")
        assert "\x1b" not in outcome.err
