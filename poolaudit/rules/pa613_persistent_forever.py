"""PA613: Django keeps a connection for ever, and does not test it."""

from collections.abc import Iterator

from poolaudit.facts.pool import DJANGO, Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA613", "persistent-forever", about=Pool, severity=Severity.WARNING, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """Django keeps its connections for ever, and does not test them.

    ## Why it matters

    Django keeps a connection for each thread and each entry of DATABASES, and closes it at the end of a request when it
    is older than `CONN_MAX_AGE`; with `None` it never does. MySQL ends a session that was idle for `wait_timeout`, and
    a restart or a failover ends all of them. The thread does not know, and its next request fails with `MySQL server
    has gone away`. Each thread has such a connection, so that the first requests of the morning fail one by one.

    With `CONN_HEALTH_CHECKS` Django tests the connection once in each request, before its first query, and connects
    anew where it is gone. The default `CONN_MAX_AGE`, 0, closes the connection after each request, so that nothing can
    grow old.

    ## What to do

    Set `CONN_HEALTH_CHECKS = True` (Django 4.1 and newer), or a `CONN_MAX_AGE` of at most nine tenths of the server's
    `wait_timeout`; best both.

    ## Fires

    ```toml
    [[pools]]
    ENGINE = "django.db.backends.mysql"
    CONN_MAX_AGE = "None"
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    ENGINE = "django.db.backends.mysql"
    CONN_MAX_AGE = "None"
    CONN_HEALTH_CHECKS = true
    ```

    ```toml
    [[pools]]
    ENGINE = "django.db.backends.mysql"
    CONN_MAX_AGE = 600
    ```

    ```toml
    [[pools]]
    ENGINE = "django.db.backends.postgresql"
    CONN_MAX_AGE = "None"
    ```

    ```toml
    [[pools]]
    pool_recycle = -1
    ```
    """
    _ = options
    if pool.leads_elsewhere or pool.pool_class.value != DJANGO:
        return
    if pool.recycle_seconds.value >= 0 or pool.pre_ping.value or not pool.is_mysql:
        return
    health = pool.pre_ping.changed_to(value=True)
    yield Found(
        message=(
            f"{pool.label} keeps a connection for ever and does not test it:"
            f" {pool.recycle_words}, {pool.pre_ping.words}"
        ),
        why="the server ends a session that is idle for wait_timeout, and the thread's next request fails on it",
        fix=f"{health}, or {pool.recycle_changed_to(3600)}",
        about=pool.label,
        at=pool.place_of(pool.recycle_seconds),
        changes=pool.pre_ping.change_to(value=True) or pool.recycle_seconds.change_to(3600),
        evidence={"recycle_seconds": pool.recycle_seconds.value, "pre_ping": "off"},
    )
