"""Writing to standard output and standard error survives whatever stands behind them."""

import io
import os
import sys
from pathlib import Path

import pytest

from poolaudit.cli.say import flush_stdout, remark, without_passwords, write_stdout
from poolaudit.errors import CannotAuditError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no such command 'mysql://root:canary@db1/'", "no such command 'mysql://root:***@db1/'"),
        ("mysql+pymysql://u:can@ary:x@h:3306", "mysql+pymysql://u:***@h:3306"),
        ("mysql://:canary@h", "mysql://:***@h"),
        ("mysql://u@h:3306/db", "mysql://u@h:3306/db"),
        ("nothing here: a@b", "nothing here: a@b"),
    ],
)
def test_passwords_are_taken_out_of_urls(text: str, expected: str) -> None:
    assert without_passwords(text) == expected


def test_remarks_show_escape_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    remark("the server says \x1b[31mred\x1b[0m\nand more")
    assert capsys.readouterr().err == "the server says \\x1b[31mred\\x1b[0m\\nand more\n"


def test_remarks_need_no_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    remark("nobody hears this")


def test_remarks_survive_a_full_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        remark("nobody hears this")
        monkeypatch.undo()
        with pytest.raises(OSError, match="No space"):
            full.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


def test_what_the_encoding_lacks_is_written_as_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    write_stdout("a × \udc80\n")
    assert stream.buffer.getvalue() == b"a \\xd7 \\udc80\n"


def test_a_closed_standard_output_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(CannotAuditError, match="standard output is closed"):
        write_stdout("report")
    flush_stdout()


def test_a_reader_that_left_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        write_stdout("x" * 1_000_000)
        write_stdout("and more")


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(CannotAuditError, match=r"to standard output: No space left on device$"):
            write_stdout("report")
