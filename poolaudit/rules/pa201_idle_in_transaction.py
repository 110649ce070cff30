"""PA201: sleeping sessions with a transaction open."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.client import Client
from poolaudit.facts.server import Server
from poolaudit.facts.session import Session
from poolaudit.facts.words import count, duration, ids
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """Ages of the open transaction. Rows locked or changed make it an error much sooner: others wait for them."""

    warning_seconds: int = 60
    error_seconds: int = 600
    with_rows_error_seconds: int = 30


@rule("PA201", "idle-in-transaction", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """A session sleeps with a transaction open.

    ## Why it matters

    The application checked a connection out, began a transaction and went away: to wait for another service, or for
    good. The connection is lost to the pool until it comes back, its row locks and its snapshot stay, and purge stops
    behind it. It is what most `QueuePool limit … reached` errors turn out to be. A larger pool only delays them.

    Judged by the transaction's age (`trx_started` of `information_schema.innodb_trx`, or performance_schema's timer),
    not by the processlist's TIME, which a ping sets back to 0 while the transaction stays open.

    ## What to do

    Close the session in the code that opened it (`with Session() as session:`, `db.session.remove()`), before it waits
    for anything slow. Pre-ping and recycle cannot help: both act only at checkout. To free the connection now,
    `KILL` the thread; its transaction is rolled back.

    ## Fires

    ```toml
    processlist = [{ id = 7, command = "Sleep", time_seconds = 3 }]
    transactions = [{ id = 7, age_seconds = 60 }]
    ```

    ```toml
    processlist = [{ id = 7, command = "Sleep", time_seconds = 30 }]
    transactions = [{ id = 7, age_seconds = 30, rows_modified = 1 }]
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7, command = "Sleep", time_seconds = 5 }, { id = 8, command = "Query", time_seconds = 4000 }]
    transactions = [{ id = 7, age_seconds = 59 }, { id = 8, age_seconds = 4000 }]
    ```
    """
    _ = server.transactions
    for client in server.clients:
        idle = [session for session in client.sleeping if _severity(session, options) is not None]
        if idle:
            yield _found(client, idle, options)


def _severity(session: Session, options: Options) -> Severity | None:
    age = session.transaction_seconds
    if age is None:
        return None
    rows = session.transaction is not None and session.transaction.rows_locked + session.transaction.rows_modified > 0
    if age >= options.error_seconds or (rows and age >= options.with_rows_error_seconds):
        return Severity.ERROR
    return Severity.WARNING if age >= options.warning_seconds else None


def _found(client: Client, idle: list[Session], options: Options) -> Found:
    idle.sort(key=lambda session: (-(session.transaction_seconds or 0), session.id))
    oldest = idle[0].transaction_seconds or 0
    return Found(
        message=(
            f"{client.key} has {count(len(idle), 'sleeping session')} with a transaction open,"
            f" the oldest for {duration(oldest)}"
        ),
        why="each is lost to its pool and out of reach of pre-ping and recycle, which act at checkout; its locks stay",
        fix=f"close the session before waiting for anything else; to free it now: {ids(idle, 'KILL {id};')}",
        about=str(client.key),
        lasting=client.key.lasting,
        severity=max(severity for session in idle if (severity := _severity(session, options)) is not None),
        evidence={
            "idle_in_transaction_sessions": len(idle),
            "oldest_transaction_seconds": oldest,
            "threads": ids(idle),
        },
    )
