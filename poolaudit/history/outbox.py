"""The outbox: letters are put in with their run, taken by one process at a time, and leave when they are delivered."""

import os
import socket
from collections.abc import Container, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, or_, select

from poolaudit.history.letters import Due, Letter
from poolaudit.history.schema import key_of, outbox

LEASE = timedelta(minutes=10)
"""For how long a letter is left to the process that took it, unless that is seen to have ended."""
_LONGEST_ERROR = 1000


def key_of_letter(letter: Letter) -> str:
    """Give what one letter to one target is known by."""
    return key_of(letter.target, letter.message_id)


def put(connection: Connection, letters: Iterable[Letter], created_at: datetime, run: int | None) -> None:
    """Put letters in; one that is there already, or was delivered, is not put in twice."""
    for letter in letters:
        once = key_of_letter(letter)
        if connection.scalar(select(outbox.c.id).where(outbox.c.once == once)) is None:
            connection.execute(
                outbox.insert(),
                {
                    "once": once,
                    "run": run,
                    "target": letter.target,
                    "message_id": letter.message_id,
                    "subject": letter.subject,
                    "message": letter.message,
                    "created_at": created_at,
                    "tries": 0,
                    "last_error": "",
                    "late": False,
                },
            )


def take(connection: Connection, now: datetime, own: Container[str]) -> tuple[Due, ...]:
    """Take every letter that is to go and that no other process has in hand, the oldest first.

    `own` are the keys of those that this process put in; what another put in and did not deliver is late.
    """
    waiting = select(outbox).where(outbox.c.delivered_at.is_(None)).order_by(outbox.c.id)
    return tuple(
        _due(row, is_late=row.late or row.once not in own)
        for row in connection.execute(waiting).all()
        if _is_free(row, now) and _claim(connection, row, now)
    )


def _is_free(row: Row[tuple[object, ...]], now: datetime) -> bool:
    return row.taken_by is None or row.taken_until <= now or _has_ended(row.taken_by)


def _claim(connection: Connection, row: Row[tuple[object, ...]], now: datetime) -> bool:
    """Claim a letter unless another process was faster."""
    unchanged = or_(outbox.c.taken_by.is_(None), outbox.c.taken_by == row.taken_by)
    claimed = connection.execute(
        outbox.update()
        .where(outbox.c.id == row.id, outbox.c.delivered_at.is_(None), outbox.c.tries == row.tries, unchanged)
        .values(taken_by=_self(), taken_until=now + LEASE)
    )
    return claimed.rowcount == 1


def mark_delivered(connection: Connection, letter: int, at: datetime) -> None:
    """Note that a letter was delivered; what is left of it tells that it is not to be put in again."""
    connection.execute(
        outbox.update()
        .where(outbox.c.id == letter)
        .values(delivered_at=at, message=b"", tries=outbox.c.tries + 1, taken_by=None, taken_until=None)
    )


def mark_failed(connection: Connection, letter: int, error: str) -> None:
    """Note why a letter could not be delivered, and give it back for the next run, when it will be late."""
    connection.execute(
        outbox.update()
        .where(outbox.c.id == letter, outbox.c.delivered_at.is_(None))
        .values(tries=outbox.c.tries + 1, last_error=error[:_LONGEST_ERROR], late=True, taken_by=None, taken_until=None)
    )


def give_up(connection: Connection, letter: int, error: str, at: datetime) -> None:
    """Note that a letter is not to be tried again, and why; it has left the outbox, as a delivered one has."""
    connection.execute(
        outbox.update()
        .where(outbox.c.id == letter, outbox.c.delivered_at.is_(None))
        .values(delivered_at=at, message=b"", last_error=error[:_LONGEST_ERROR], taken_by=None, taken_until=None)
    )


def _due(row: Row[tuple[object, ...]], *, is_late: bool) -> Due:
    return Due(
        id=row.id,
        letter=Letter(row.target, row.message_id, row.subject, bytes(row.message)),
        created_at=row.created_at,
        tries=row.tries,
        last_error=row.last_error,
        late=is_late,
    )


def _self() -> str:
    return f"{os.getpid()}@{socket.gethostname()}"[:200]


def _has_ended(owner: str) -> bool:
    """Whether the process that took a letter ran on this machine and is no more, so that its letters need not wait."""
    number, _, host = owner.partition("@")
    if host != socket.gethostname() or not number.isdigit():
        return False
    with suppress(PermissionError):
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
    return False
