"""A file's text, whatever the file is: at once, in little memory, or refused in one sentence."""

import io
import os
import socket
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.readers.source import (
    LARGEST_FILE_BYTES,
    decoded,
    looks_binary,
    read_standard_input,
    read_text,
    shown,
)


def message_of(path: str) -> str:
    """Give the sentence with which a path is refused, which must come at once and take little memory."""
    begun = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(CannotAuditError) as caught:
            read_text(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < 1
    assert caught.value.__cause__ is None
    return caught.value.message.replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfa: 1", "a: 1"),
        ("a: é".encode("utf-16"), "a: é"),
        ("a: é".encode("utf-16-be").join([b"\xfe\xff", b""]), "a: é"),
        ("a: é\r\n".encode(), "a: é\r\n"),
    ],
)
def test_texts(data: bytes, text: str, tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_bytes(data)
    assert read_text(str(file)) == text


def test_what_is_no_text() -> None:
    for data, message in (
        (b"\xff\xfea", "app is not text in UTF-8 or UTF-16"),
        (b"\xe9", "app is not text in UTF-8 or UTF-16"),
        (b"a\0b", "app holds NUL characters, so it is no text file"),
    ):
        with pytest.raises(CannotAuditError) as caught:
            decoded(data, "app")
        assert caught.value.message == message


def test_a_sparse_file_of_a_gigabyte(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    with file.open("wb") as sparse:
        sparse.truncate(2**30)
    assert message_of(str(file)) == "FILE is larger than 1 MB, so it is no settings file"


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        assert message_of(str(tmp_path / "socket")) == "FILE cannot be read: it is a socket"
    (tmp_path / "loop").symlink_to("loop")
    assert message_of(str(tmp_path / "pipe")) == (
        "FILE cannot be read: it is a pipe; give its text to standard input, as -"
    )
    assert message_of("/dev/zero") == "FILE cannot be read: it is a device"
    assert message_of(str(tmp_path)) == "FILE cannot be read: Is a directory"
    assert message_of(str(tmp_path / "loop")) == "FILE cannot be read: Too many levels of symbolic links"
    assert message_of(str(tmp_path / "none")) == "FILE cannot be read: No such file or directory"
    assert message_of("a\0b") == "an application's file cannot be read: its path holds a NUL character"
    assert message_of("a" * 5000) == "FILE cannot be read: File name too long"


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "app.yaml"
    file.write_bytes(b"#" * (LARGEST_FILE_BYTES + 1))
    small = tmp_path.stat()
    monkeypatch.setattr(os, "fstat", lambda _: small)
    assert message_of(str(file)) == "FILE is larger than 1 MB, so it is no settings file"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "app.yaml"
    file.write_text("a: 1")
    monkeypatch.setattr(os, "open", refuse)
    assert message_of(str(file)) == "FILE cannot be read: Permission denied"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfa: 1")))
    assert read_standard_input() == "a: 1"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * (LARGEST_FILE_BYTES + 1))))
    with pytest.raises(CannotAuditError, match="standard input is larger than 1 MB"):
        read_standard_input()


def test_first_bytes() -> None:
    assert looks_binary(b"\x7fELF\0\0")
    assert not looks_binary("a: 1".encode("utf-16"))
    assert not looks_binary(b"a: 1")


def test_a_name_that_is_no_utf_8_is_shown() -> None:
    assert shown(os.fsdecode(b"caf\xe9.yaml")) == "caf\ufffd.yaml"
    assert shown("café.yaml") == "café.yaml"
