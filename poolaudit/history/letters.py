"""Letters in the outbox: reports that are to be delivered, kept until they are."""

from datetime import datetime
from typing import NamedTuple


class Letter(NamedTuple):
    """A report ready to be delivered: where to, the id by which the receiver knows it again, and its bytes."""

    target: str
    message_id: str
    subject: str
    message: bytes


class Due(NamedTuple):
    """A letter that was taken from the outbox to be delivered, and is this process's alone until it is marked.

    `late` is whether an earlier try failed, or an earlier run put it there and did not come to deliver it.
    """

    id: int
    letter: Letter
    created_at: datetime
    tries: int
    last_error: str
    late: bool
