"""PA203: connections that the pool lent and never got back, though no transaction is open."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.client import Client
from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.proxy import hidden_by
from poolaudit.facts.server import Server
from poolaudit.facts.session import Session
from poolaudit.facts.words import count, duration, ids
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """How long a session has been asleep since its last statement."""

    warning_seconds: int = 60
    error_seconds: int = 600


@rule("PA203", "checked-out-idle", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """A session sleeps outside its pool, without a transaction.

    ## Why it matters

    A pool resets what it gets back: the last statement of a connection at rest is `ROLLBACK`, or a reset. Where a
    client's other sessions show that, or this one did before, a session whose last statement is something else was lent
    and never given back. It is lost to the pool as one in a transaction is, and only harder to see.

    Judged by performance_schema's last statement, pings passed over. Where the client shows no reset at all (an
    autocommit connection that was never in a pool, say) nothing is concluded: the session counts as unknown.
    Sessions that come through a proxy (PA801) are its own, and are not judged.

    ## What to do

    Close the connection or session in the code that opened it (`with engine.connect() as connection:`). The digest of
    its last statement says which code that is. Pre-ping and recycle cannot help: both act only at checkout.

    ## Fires

    ```toml
    processlist = [{ id = 7, time_seconds = 60 }, { id = 8, time_seconds = 5 }]
    statements = [{ id = 7, kind = "select" }, { id = 8, kind = "rollback" }]
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7, time_seconds = 59 }, { id = 8, time_seconds = 9000 }]
    statements = [{ id = 7, kind = "select" }, { id = 8, kind = "rollback" }]
    ```

    ```toml
    processlist = [{ id = 7, time_seconds = 9000 }]
    statements = [{ id = 7, kind = "select" }]
    ```
    """
    _ = server.statements
    for client in server.clients:
        if client.proxy is not None:
            continue
        idle = [session for session in client.held if _severity(session, options) is not None]
        if idle:
            yield _found(client, idle, options)
    _admit_what_was_not_seen(server, options)
    proxies = [client.proxy for client in server.clients if client.proxy is not None]
    if proxies:
        raise hidden_by(proxies)


def _severity(session: Session, options: Options) -> Severity | None:
    if session.transaction_seconds is not None or session.row.time_seconds < options.warning_seconds:
        return None
    return Severity.ERROR if session.row.time_seconds >= options.error_seconds else Severity.WARNING


def _admit_what_was_not_seen(server: Server, options: Options) -> None:
    """Leave the rule unanswered where performance_schema lost track of sleepers, as a small one does."""
    unseen = [
        session
        for session in server.sessions
        if session.sleeping and session.last is None and session.row.time_seconds >= options.warning_seconds
    ]
    if unseen:
        raise FactMissingError(
            Missing(
                "statements",
                f"performance_schema kept no statement of {count(len(unseen), 'sleeping session')}",
                "start the server with a larger performance_schema_max_thread_instances",
            )
        )


def _found(client: Client, idle: list[Session], options: Options) -> Found:
    idle.sort(key=lambda session: (-session.row.time_seconds, session.id))
    oldest = idle[0].row.time_seconds
    last = idle[0].last
    return Found(
        message=(
            f"{client.key} has {count(len(idle), 'sleeping session')} that never went back to the pool,"
            f" the oldest asleep for {duration(oldest)}"
        ),
        why="a pool resets what it gets back, and these were not reset: each is lost to the pool until it is closed",
        fix=f"close the connection in the code that opened it; to end it now: {ids(idle, 'KILL {id};')}",
        about=str(client.key),
        lasting=client.key.lasting,
        severity=max(severity for session in idle if (severity := _severity(session, options)) is not None),
        evidence={
            "checked_out_sessions": len(idle),
            "longest_asleep_seconds": oldest,
            "last_statement": (last.digest or last.kind) if last is not None else None,
            "threads": ids(idle),
        },
    )
