"""PA615: a class of pool that is made for SQLite in memory, on a MySQL server."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule

_WHY = {
    "StaticPool": "all threads use one connection at once, so that their answers and transactions mix",
    "SingletonThreadPool": "a thread beyond pool_size makes the pool close a connection that another thread is using",
}


@rule("PA615", "shared-connection", about=Pool, severity=Severity.ERROR, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool that is made for SQLite in memory leads to MySQL.

    ## Why it matters

    A StaticPool has one connection and lends it to everybody who asks, at the same time. Two threads on one MySQL
    connection read each other's answers (`Packet sequence number wrong`, `Commands out of sync`) and commit each
    other's work. A SingletonThreadPool keeps a connection for each thread, up to `pool_size` (5); one thread more,
    and it closes a connection of another thread, be it in use or not.

    Both are usually left over from tests with SQLite in memory, which they are made for.

    ## What to do

    Leave `poolclass` out: a MySQL URL then gets a QueuePool.

    ## Fires

    ```toml
    [[pools]]
    poolclass = "StaticPool"
    ```

    ```toml
    [[pools]]
    poolclass = "SingletonThreadPool"
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    poolclass = "QueuePool"
    ```

    ```toml
    [[pools]]
    url = "sqlite://"
    poolclass = "StaticPool"
    ```
    """
    _ = options
    if pool.leads_elsewhere or pool.pool_class.value not in _WHY or not pool.is_mysql:
        return
    kind = pool.pool_class
    yield Found(
        message=f"{pool.label} leads to MySQL with {kind.words}, which is made for SQLite in memory",
        why=_WHY[kind.value],
        fix=f"{kind.changed_to('QueuePool')}, or leave it out",
        about=pool.label,
        at=pool.place_of(kind),
        evidence={"class": kind.value},
    )
