"""How full a server was at one moment of its past: what a trend is made of."""

from datetime import datetime
from typing import NamedTuple


class Usage(NamedTuple):
    """One earlier look at a server; a number is None where it could not be read then.

    `refused_connections` is by how much the server's count of refusals (error 1040) grew since the look before, and
    `started_at` when the server had started, which tells two looks with a restart between them. `was_read` is False
    where the server did not let the audit in, or was out of reach.
    """

    taken_at: datetime
    connected_connections: int | None = None
    running_connections: int | None = None
    peak_connections: int | None = None
    max_connections: int | None = None
    refused_connections: int | None = None
    started_at: datetime | None = None
    was_read: bool = True
