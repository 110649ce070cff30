"""Writes files whole or not at all."""

import os
import stat
from contextlib import suppress

from poolaudit.errors import CannotAuditError, UsageError

OWNER_ONLY = 0o600


def check_writable(path: str) -> None:
    """Raise UsageError where the path cannot be written, as far as can be told beforehand."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise UsageError(f"{path} cannot be written: it is a folder", "name a file in it")
    if not os.path.isdir(folder):
        raise UsageError(f"{path} cannot be written: there is no folder {folder}")
    if not _is_special(path) and not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{path} cannot be written: no permission to create a file in {folder}")


def write_file(path: str, text: str, *, private: bool = False) -> None:
    """Write text to a file, CannotAuditError where that fails: what was there before is then still there.

    A new file beside it takes its place at once, with the old one's mode and, where permitted, its owner. A private
    file is its owner's alone, whatever it was. Devices and pipes are written to as they are; a link's target is
    replaced, not the link.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"), private=private)


def write_bytes(path: str, content: bytes, *, private: bool = False) -> None:
    """Write content to a file as `write_file` does text."""
    try:
        if _is_special(path):
            with open(path, "wb") as device:
                device.write(content)
        else:
            _replace(os.path.realpath(path), content, private=private)
    except OSError as error:
        raise CannotAuditError(f"{path} could not be written: {error.strerror or error}") from None


def replace_file(path: str, content: bytes, *, unless_changed: os.stat_result) -> None:
    """Put other content in the place of a file that was read; CannotAuditError where it was changed since."""
    try:
        now = os.stat(path)
        if (now.st_mtime_ns, now.st_size, now.st_ino) != (
            unless_changed.st_mtime_ns,
            unless_changed.st_size,
            unless_changed.st_ino,
        ):
            raise CannotAuditError("it was changed while it was read")
        _replace(os.path.realpath(path), content, private=False)
    except OSError as error:
        raise CannotAuditError(f"it could not be written: {error.strerror or error}") from None


def _replace(path: str, content: bytes, *, private: bool) -> None:
    beside = os.path.join(os.path.dirname(path), f".poolaudit-{os.getpid()}.tmp")
    try:
        with open(beside, "xb", opener=_private_opener if private else None) as file:
            _keep_mode(path, file.fileno(), private=private)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)


def _keep_mode(path: str, descriptor: int, *, private: bool) -> None:
    try:
        old = os.stat(path)
    except FileNotFoundError:
        return
    with suppress(PermissionError):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    if not private:
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _is_special(path: str) -> bool:
    """Whether it is there and is no regular file: replacing /dev/null would be a calamity."""
    return os.path.exists(path) and not os.path.isfile(path)
