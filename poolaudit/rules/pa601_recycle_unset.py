"""PA601: a pool that never replaces a connection."""

from collections.abc import Iterator

from poolaudit.facts.pool import DJANGO, Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA601", "recycle-unset", about=Pool, severity=Severity.WARNING, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool keeps its connections to MySQL for ever.

    ## Why it matters

    MySQL ends a session that was idle for `wait_timeout` (28800 s unless it was changed). A pool with a recycle of -1
    does not know, and lends the dead connection: `MySQL server has gone away`, on the first requests of the morning.
    With pre-ping the pool finds out at checkout, at the price of a round trip; then this is information. So it is for
    aiomysql's and asyncmy's pools, which look at checkout whether the server has closed the connection. Django's
    connections, which CONN_MAX_AGE keeps, are PA613's matter.

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
    if pool.pool_class.is_known and pool.pool_class.value == DJANGO:
        return
    if not pool.is_mysql or not pool.keeps_connections or pool.recycle_seconds.value >= 0:
        return
    notices, is_off = pool.notices_closed, pool.ping_state == "off"
    ping = f", and {pool.pre_ping.changed_to(value=True)}" if is_off else ""
    yield Found(
        message=f"{pool.label} never replaces a connection: {pool.recycle_words}",
        why="the server ends a session that is idle for wait_timeout"
        + (f", which {_who_notices(pool)} at checkout" if notices else ", and the pool lends it all the same"),
        fix=f"{pool.recycle_changed_to(25000)} (nine tenths of wait_timeout, 28800 unless changed){ping}",
        about=pool.label,
        severity=Severity.INFO if notices else Severity.WARNING,
        at=pool.place_of(pool.recycle_seconds),
        changes=pool.recycle_seconds.change_to(25000) + (pool.pre_ping.change_to(value=True) if is_off else ()),
        evidence={"recycle_seconds": pool.recycle_seconds.value, "pre_ping": pool.ping_state},
    )


def _who_notices(pool: Pool) -> str:
    return "pre-ping finds out" if pool.has_pre_ping else "the pool sees"
