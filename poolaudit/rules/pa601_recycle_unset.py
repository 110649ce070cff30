"""PA601: a pool that never replaces a connection."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA601", "recycle-unset", about=Pool, severity=Severity.WARNING, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool keeps its connections to MySQL for ever.

    ## Why it matters

    MySQL ends a session that was idle for `wait_timeout` (28800 s unless it was changed). A pool with a recycle of -1
    does not know, and lends the dead connection: `MySQL server has gone away`, on the first requests of the morning.
    With pre-ping the pool finds out at checkout, at the price of a round trip; then this is information.

    A recycle is the age at which a connection is replaced, tested only at checkout. It closes nothing by itself, and
    it cannot help a connection that is checked out.

    ## What to do

    Set `pool_recycle` to at most nine tenths of the server's `wait_timeout`, and `pool_pre_ping: true`.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 5
    ```

    ```toml
    [[pools]]
    pool_recycle = -1
    pool_pre_ping = true
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_recycle = 3600
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    ```

    ```toml
    [[pools]]
    url = "postgresql://app@db/shop"
    pool_size = 5
    ```
    """
    _ = options
    if not pool.is_mysql or not pool.keeps_connections or pool.recycle_seconds.value >= 0:
        return
    pre_ping = pool.pre_ping.value
    ping = "" if pre_ping else f", and {pool.pre_ping.changed_to(value=True)}"
    yield Found(
        message=f"{pool.label} never replaces a connection: {pool.recycle_seconds.words}",
        why="the server ends a session that is idle for wait_timeout"
        + (", which pre-ping finds out at checkout" if pre_ping else ", and the pool lends it all the same"),
        fix=f"{pool.recycle_seconds.changed_to(25000)} (nine tenths of wait_timeout, 28800 unless changed){ping}",
        about=pool.label,
        severity=Severity.INFO if pre_ping else Severity.WARNING,
        at=pool.place_of(pool.recycle_seconds),
        changes=pool.recycle_seconds.change_to(25000) + (() if pre_ping else pool.pre_ping.change_to(value=True)),
        evidence={"recycle_seconds": pool.recycle_seconds.value, "pre_ping": "on" if pre_ping else "off"},
    )
