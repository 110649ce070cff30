"""A file's text, within bounds: whatever the file is, reading it takes little time and memory."""

from pathlib import Path

from poolaudit.errors import CannotAuditError

LARGEST_FILE_BYTES = 1_000_000


def read_text(path: str) -> str:
    """Read a text file; CannotAuditError where it is none, is too large, or may not be read."""
    return decoded(_read(path), path)


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise CannotAuditError(f"{path} cannot be read: {error.strerror or 'it is no file'}") from None
    except ValueError:
        raise CannotAuditError("an application's file cannot be read: its path holds a NUL character") from None
    if len(data) > LARGEST_FILE_BYTES:
        raise CannotAuditError(
            f"{path} is larger than 1 MB, so it is no settings file", "give the file that holds the pool's settings"
        )
    return data


def decoded(data: bytes, path: str) -> str:
    """Decode what a file or standard input held: UTF-8 with or without a mark, or UTF-16 with one."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise CannotAuditError(f"{path} is not text in UTF-8 or UTF-16", "save it as UTF-8") from None
