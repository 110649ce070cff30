"""PA202: sleeping sessions that others wait for."""

from collections.abc import Iterator

from poolaudit.facts.client import Client
from poolaudit.facts.server import Server
from poolaudit.facts.session import LockWait, Session
from poolaudit.facts.words import count, duration, ids
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA202", "idle-blocker", about=Server, severity=Severity.ERROR, since="0.1")
def check(server: Server, options: NoOptions) -> Iterator[Found]:  # noqa: ARG001 - every check takes its options
    """A sleeping session holds a row lock that others wait for.

    ## Why it matters

    The one who sleeps does nothing, and those who wait can do nothing: each of them occupies a connection of its own
    pool until `innodb_lock_wait_timeout` (50 s by default) ends its statement with error 1205. One forgotten
    transaction empties the pools of every process that wants the same row.

    ## What to do

    End the blocker: commit or roll back in the application, or `KILL` its thread, which rolls its transaction back.
    Then find out what it waited for between its last statement and its commit, and move that out of the transaction.

    ## Fires

    ```toml
    processlist = [{ id = 7, command = "Sleep", time_seconds = 3 }, { id = 8, command = "Query", time_seconds = 2 }]
    lock_waits = [{ blocking_id = 7, waiting_id = 8, waited_seconds = 2 }]
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7, command = "Query", time_seconds = 3 }, { id = 8, command = "Query", time_seconds = 2 }]
    lock_waits = [{ blocking_id = 7, waiting_id = 8, waited_seconds = 2 }]
    ```
    """
    waits_for = {
        blocker: [wait for wait in server.lock_waits if wait.blocking_id == blocker]
        for blocker in {wait.blocking_id for wait in server.lock_waits}
    }
    for client in server.clients:
        blockers = [session for session in client.sleeping if session.id in waits_for]
        if blockers:
            yield _found(client, blockers, [wait for session in blockers for wait in waits_for[session.id]])


def _found(client: Client, blockers: list[Session], waits: list[LockWait]) -> Found:
    waiting = len({wait.waiting_id for wait in waits})
    longest = max(wait.waited_seconds for wait in waits)
    return Found(
        message=(
            f"{count(waiting, 'session')} wait{'s' if waiting == 1 else ''} up to {duration(longest)} for row locks of"
            f" {count(len(blockers), 'sleeping session')} of {client.key}"
        ),
        why="who waits keeps a connection of its own pool busy until innodb_lock_wait_timeout ends it",
        fix=f"commit or roll back in the application; to end it now: {ids(blockers, 'KILL {id};')}",
        about=str(client.key),
        lasting=client.key.lasting,
        evidence={
            "blocking_sessions": len(blockers),
            "waiting_sessions": waiting,
            "longest_wait_seconds": longest,
            "threads": ids(blockers),
        },
    )
