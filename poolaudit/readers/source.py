"""A file's text, within bounds: whatever the file is, reading it takes little time and memory."""

import os
import stat
import sys

from poolaudit.errors import CannotAuditError

LARGEST_FILE_BYTES = 1_000_000
STANDARD_INPUT = "-"
"""How standard input is called where a file has its path."""
_STANDARD_INPUT = "standard input"

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TOO_LARGE = ("is larger than 1 MB, so it is no settings file", "give the file that holds the pool's settings")
_NO_FILES = (
    (stat.S_ISFIFO, "it is a pipe; give its text to standard input, as -"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)


def read_text(path: str) -> str:
    """Read a text file; CannotAuditError where it is none, is too large, or may not be read."""
    return decoded(read_bytes(path), path)


def read_bytes(path: str) -> bytes:
    """Read a file whole; CannotAuditError where it is no regular file, is too large, or may not be read.

    Nothing is waited for: a pipe is looked at before it is opened, for opening one waits for its other end.
    """
    try:
        return _read(path)
    except OSError as error:
        raise CannotAuditError(f"{shown(path)} cannot be read: {error.strerror or 'it is no file'}") from None
    except ValueError:
        raise CannotAuditError("an application's file cannot be read: its path holds a NUL character") from None


def _read(path: str) -> bytes:
    for is_such, what in _NO_FILES:
        if is_such(os.stat(path).st_mode):
            raise CannotAuditError(f"{shown(path)} cannot be read: {what}")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb", closefd=True) as file:
        if os.fstat(descriptor).st_size > LARGEST_FILE_BYTES:
            raise CannotAuditError(f"{shown(path)} {_TOO_LARGE[0]}", _TOO_LARGE[1])
        data = file.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        raise CannotAuditError(f"{shown(path)} {_TOO_LARGE[0]}", _TOO_LARGE[1])
    return data


def read_standard_input() -> str:
    """Read the text that is given to the command; CannotAuditError where it is too large or no text."""
    data = sys.stdin.buffer.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        raise CannotAuditError(f"{_STANDARD_INPUT} {_TOO_LARGE[0]}", _TOO_LARGE[1])
    return decoded(data, _STANDARD_INPUT)


def shown(path: str) -> str:
    """Give a path as it can be written: a name that is no UTF-8 has signs that no program writes."""
    return os.fsencode(path).decode("utf-8", "replace") if not path.isascii() else path


def decoded(data: bytes, path: str) -> str:
    """Decode what a file or standard input held: UTF-8 with or without a mark, or UTF-16 with one."""
    try:
        text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise CannotAuditError(f"{shown(path)} is not text in UTF-8 or UTF-16", "save it as UTF-8") from None
    if "\0" in text:
        raise CannotAuditError(f"{shown(path)} holds NUL characters, so it is no text file")
    return text


def looks_binary(data: bytes) -> bool:
    """Whether a file's first bytes are none of a text's."""
    return b"\0" in data[:1024] and not data.startswith(_UTF_16)
