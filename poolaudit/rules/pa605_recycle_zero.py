"""PA605: a pool that replaces a connection each time it is lent."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA605", "recycle-zero", about=Pool, severity=Severity.WARNING, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool opens a new connection at every checkout.

    ## Why it matters

    `pool_recycle: 0` is no way to switch the recycle off, which is -1: a connection older than 0 seconds is replaced,
    so each checkout closes one connection and opens another. The pool then costs more than no pool.

    ## What to do

    Set a recycle below the server's `wait_timeout`, such as `pool_recycle: 3600`.

    ## Fires

    ```toml
    [[pools]]
    pool_recycle = 0
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_recycle = 1
    ```

    ```toml
    [[pools]]
    pool_recycle = -1
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    pool_recycle = 0
    ```
    """
    _ = options
    if pool.leads_elsewhere or not pool.keeps_connections or pool.recycle_seconds.value != 0:
        return
    yield Found(
        message=f"{pool.label} opens a new connection at every checkout: {pool.recycle_seconds.words}",
        why="every connection is older than 0 seconds, so none is ever used twice",
        fix=f"{pool.recycle_seconds.changed_to(3600)}, or another value below nine tenths of the server's wait_timeout",
        about=pool.label,
        at=pool.place_of(pool.recycle_seconds),
        changes=pool.recycle_seconds.change_to(3600),
        evidence={"recycle_seconds": 0},
    )
