"""PA607: fewer connections than threads that may ask for one."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool
from poolaudit.facts.words import count
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA607", "pool-smaller-than-threads", about=Pool, severity=Severity.WARNING, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A process has more threads than its pool has connections.

    ## Why it matters

    When all threads are at work, those beyond `pool_size` + `max_overflow` wait for another to give its connection
    back, and fail after `pool_timeout` if none does: `QueuePool limit of size 5 overflow 0 reached`. A thread that has
    a connection and asks for a second one (a nested session, a logger that writes to the database) then waits for
    itself. It can be meant, where only some of the threads use the database: then ignore it, with that reason.

    How many threads a process has is what `deployment: {threads: …}` says; without it this is unanswered.

    ## What to do

    Raise `max_overflow` so that every thread can have one connection, or run fewer threads. PA702 says whether the
    server has room for that in all processes. Where connections are held, close them first (PA201, PA203): a larger
    pool only delays a leak.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 5
    max_overflow = 2
    deployment = { threads = 8 }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_size = 5
    max_overflow = 3
    deployment = { threads = 8 }
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    deployment = { threads = 8 }
    ```

    ```toml
    [[pools]]
    max_overflow = -1
    ```
    """
    _ = options
    if pool.leads_elsewhere or not pool.waits:
        return
    ceiling = pool.ceiling_connections
    if ceiling != float("inf") and ceiling < pool.threads.value:
        yield _found(pool, int(ceiling))


def _found(pool: Pool, ceiling: int) -> Found:
    threads = pool.threads.value
    larger = pool.max_overflow if pool.is_queue else pool.size
    enough = threads - pool.size.value if pool.is_queue else threads
    timeout = pool.checkout_timeout_seconds.word
    return Found(
        message=(
            f"a process of {pool.label} has {count(threads, 'thread')}"
            f" and a pool of {count(ceiling, 'connection')}, {pool.ceiling_words}"
        ),
        why=f"when all of them are at work, some wait for a connection and fail after {timeout}",
        fix=(
            f"{larger.changed_to(enough)}, one connection for each thread,"
            f" or {pool.threads.word}: {threads} → {max(ceiling, 1)}"
        ),
        about=pool.label,
        at=pool.place_of(pool.size),
        changes=larger.change_to(enough),
        evidence={"ceiling_connections": ceiling, "threads": threads},
    )
