"""PA603: a pool that may overflow without limit."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA603", "unbounded-overflow", about=Pool, severity=Severity.ERROR, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool opens as many connections as it is asked for.

    ## Why it matters

    `max_overflow: -1` means no limit (what is below -1 is PA608). A pool's limit is what keeps one process from taking
    every connection that the server has: without it a slow statement or a leak becomes `Too many connections` for
    everybody, and it shows on the server instead of in the application that is at fault.

    ## What to do

    Set a limit for the peak: `max_overflow: 10`, or `0` with a `pool_size` that is enough. PA707 computes one.

    ## Fires

    ```toml
    [[pools]]
    max_overflow = -1
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    max_overflow = 0
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    ```
    """
    _ = options
    if pool.leads_elsewhere or not pool.is_queue or pool.max_overflow.value != -1:
        return
    yield Found(
        message=f"{pool.label} has no limit on the connections that it opens: {pool.max_overflow.words}",
        why="one process with a leak or a slow statement can take every connection that the server has",
        fix=f"{pool.max_overflow.changed_to(10)}, SQLAlchemy's default, or what the peak needs",
        about=pool.label,
        at=pool.place_of(pool.max_overflow),
        changes=pool.max_overflow.change_to(10),
        evidence={"max_overflow_connections": pool.max_overflow.value},
    )
