"""The outbox: letters are put in with their run, taken by one process at a time, and leave when they are delivered."""

import os
import socket
from collections.abc import Container, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from poolaudit.history.database import Connection, first
from poolaudit.history.letters import Due, Letter
from poolaudit.history.statements import insert, select
from poolaudit.history.values import Row, key_of

LEASE = timedelta(minutes=10)
"""For how long a letter is left to the process that took it, unless that is seen to have ended."""
_LONGEST_ERROR = 1000
_ONLY = uuid4().hex[:12]
"""What this process has alone: in a container that is started again, the next one has its number too."""
_KNOWN = "SELECT id FROM poolaudit_outbox WHERE once = :once"
_COLUMNS = (
    "id", "once", "target", "message_id", "subject", "message", "created_at", "tries", "last_error", "late", "taken_by",
    "taken_until",
)  # fmt: skip
_WAITING = select(_COLUMNS, "poolaudit_outbox WHERE delivered_at IS NULL ORDER BY id")
_CLAIM = """
UPDATE poolaudit_outbox SET taken_by = :by, taken_until = :until
WHERE id = :id AND delivered_at IS NULL AND tries = :tries AND (taken_by IS NULL OR taken_by = :before)"""
_DELIVERED = """
UPDATE poolaudit_outbox
SET delivered_at = :at, message = :nothing, tries = tries + 1, taken_by = NULL, taken_until = NULL
WHERE id = :id"""
_FAILED = """
UPDATE poolaudit_outbox SET tries = tries + 1, last_error = :error, late = :late, taken_by = NULL, taken_until = NULL
WHERE id = :id AND delivered_at IS NULL"""
_GIVEN_UP = """
UPDATE poolaudit_outbox
SET delivered_at = :at, message = :nothing, last_error = :error, taken_by = NULL, taken_until = NULL
WHERE id = :id AND delivered_at IS NULL"""


def key_of_letter(letter: Letter) -> str:
    """Give what one letter to one target is known by."""
    return key_of(letter.target, letter.message_id)


def put(connection: Connection, letters: Iterable[Letter], created_at: datetime, run: int | None) -> None:
    """Put letters in; one that is there already, or was delivered, is not put in twice."""
    for letter in letters:
        once = key_of_letter(letter)
        if first(connection, _KNOWN, {"once": once}) is None:
            row = letter_row(letter, created_at) | {"once": once, "run": run}
            connection.execute(insert("poolaudit_outbox", row), row)


def letter_row(letter: Letter, created_at: datetime) -> Row:
    """Give a letter as it is kept."""
    return letter._asdict() | {"created_at": created_at, "tries": 0, "last_error": "", "late": False}


def take(connection: Connection, now: datetime, own: Container[str]) -> tuple[Due, ...]:
    """Take every letter that is to go and that no other process has in hand, the oldest first.

    `own` are the keys of those that this process put in; what another put in and did not deliver is late.
    """
    return tuple(
        _due(row, is_late=row["late"] or row["once"] not in own)
        for row in connection.rows(_WAITING)
        if _is_free(row, now) and _claim(connection, row, now)
    )


def _is_free(row: Row, now: datetime) -> bool:
    return row["taken_by"] is None or row["taken_until"] <= now or _has_ended(row["taken_by"])


def _claim(connection: Connection, row: Row, now: datetime) -> bool:
    """Claim a letter unless another process was faster."""
    as_read = {"id": row["id"], "tries": row["tries"], "before": row["taken_by"]}
    return connection.execute(_CLAIM, {**as_read, "by": _self(), "until": now + LEASE}) == 1


def mark_delivered(connection: Connection, letter: int, at: datetime) -> None:
    """Note that a letter was delivered; what is left of it tells that it is not to be put in again."""
    connection.execute(_DELIVERED, {"id": letter, "at": at, "nothing": b""})


def mark_failed(connection: Connection, letter: int, error: str) -> None:
    """Note why a letter could not be delivered, and give it back for the next run, when it will be late."""
    connection.execute(_FAILED, {"id": letter, "error": error[:_LONGEST_ERROR], "late": True})


def give_up(connection: Connection, letter: int, error: str, at: datetime) -> None:
    """Note that a letter is not to be tried again, and why; it has left the outbox, as a delivered one has."""
    connection.execute(_GIVEN_UP, {"id": letter, "error": error[:_LONGEST_ERROR], "at": at, "nothing": b""})


def _due(row: Row, *, is_late: bool) -> Due:
    return Due(
        id=row["id"],
        letter=Letter(row["target"], row["message_id"], row["subject"], bytes(row["message"])),
        created_at=row["created_at"],
        tries=row["tries"],
        last_error=row["last_error"],
        late=is_late,
    )


def _self() -> str:
    return f"{os.getpid()}.{_ONLY}@{socket.gethostname()}"[:200]


def _has_ended(owner: str) -> bool:
    """Whether the process that took a letter ran on this machine and is no more, so that its letters need not wait."""
    who, _, host = owner.partition("@")
    number, _, only = who.partition(".")
    if host != socket.gethostname() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return only != _ONLY
    with suppress(PermissionError):
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
    return False
