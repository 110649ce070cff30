"""One run at a time: the second waits, or says so and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from poolaudit.errors import PoolauditError

LONGEST_WAIT_SECONDS = 900
_FOLDER_MODE = 0o700


class AlreadyRunningError(PoolauditError):
    """Another run has the lock (exit code 4: this one did nothing)."""


class NoLockError(PoolauditError):
    """There is no lock to be had: its folder may only be read, or the disk is full."""


@contextmanager
def one_at_a_time(history: str | None, *, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of a history on this machine while the block runs.

    AlreadyRunningError where another run has it for longer than `wait_seconds`, NoLockError where nobody can have it.
    Whoever holds it and is killed lets go of it. Runs on different machines that share a history are kept
    apart by the history itself.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only a report is kept to one at a time
    from platformdirs import user_state_dir  # noqa: PLC0415 - the same

    folder = Path(user_state_dir("poolaudit", appauthor=False))
    path = folder / f"report-{sha256((history or '').encode()).hexdigest()[:12]}.lock"
    try:
        folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        lock = FileLock(path, timeout=wait_seconds)
        lock.acquire()
    except Timeout:
        waited = f" after {wait_seconds:g} s" if wait_seconds else ""
        raise AlreadyRunningError(
            f"another poolaudit report is still running{waited}; this one did nothing",
            "see what it waits for, or --lock wait",
        ) from None
    except OSError as error:
        raise NoLockError(f"the lock {path} cannot be taken: {error.strerror or error}") from None
    try:
        yield
    finally:
        lock.release()
