"""PA611: several pools to one server in one process."""

from collections.abc import Iterator

from poolaudit.facts.fit import Application
from poolaudit.facts.pool import QUEUES, SIZED, Pool, PoolUrl
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule

_ANY_MYSQL = PoolUrl("mysql")
_MAKE_THEIR_OWN_SECOND = frozenset(
    {"airflow"}
)  # one engine for asyncio and one for the rest, of one connection setting


@rule("PA611", "several-engines", about=Application, severity=Severity.WARNING, since="0.1")
def check(application: Application, options: NoOptions) -> Iterator[Found]:
    """One process has several pools to one server.

    ## Why it matters

    Each engine has a pool of its own, with a size and an overflow of its own: what one process may open is the sum of
    them. Whoever plans with one of them plans too little. The usual second one is nobody's plan: APScheduler's
    `SQLAlchemyJobStore(url=…)` makes an engine with SQLAlchemy's own defaults (5 + 10, no recycle, no pre-ping) beside
    the application's.

    Pools lead to one server where their URLs name the same host and port, or where neither is known but the same
    variable holds both. A pool for reading that leads to another host is no second one. Pools that keep to no number
    (NullPool, Django's connections) are not counted, and Airflow's own second engine, for asyncio, is nobody's to take
    away; PA702 and PA703 count its connections all the same.

    ## What to do

    Make one engine and give it to everything that needs one: `SQLAlchemyJobStore(engine=engine)`. Where a second is
    meant (another isolation level, a smaller pool for reports), plan with both, or ignore this with that reason.

    ## Fires

    ```toml
    [[applications]]
    [[applications.pools]]
    name = "app.py:engine"
    url = "mysql://app@db1/shop"
    [[applications.pools]]
    name = "app.py:jobs"
    url = "mysql://app@db1:3306/jobs"
    ```

    ## Stays quiet

    ```toml
    [[applications]]
    [[applications.pools]]
    name = "app.py:writer"
    url = "mysql://app@db1/shop"
    [[applications.pools]]
    name = "app.py:reader"
    url = "mysql://app@db2/shop"
    ```
    """
    _ = options
    servers: dict[object, list[Pool]] = {}
    for pool in application.pools:
        server = _server(pool)
        if server is not None and not any(_is_another_of(pool, other) for other in servers.get(server, ())):
            servers.setdefault(server, []).append(pool)
    yield from (_found(application, pools) for pools in servers.values() if len(pools) > 1)


def _is_another_of(pool: Pool, other: Pool) -> bool:
    """Whether the second pool is the first again, or one that the library makes beside it from the same settings."""
    return pool.name == other.name or (pool.library == other.library and pool.library in _MAKE_THEIR_OWN_SECOND)


def _server(pool: Pool) -> object:
    """Give what tells one server from another; None where the pool does not count, or nothing tells.

    Two URLs that the same variable holds lead to one server, whichever it is.
    """
    if not pool.pool_class.is_known or pool.pool_class.value not in QUEUES | SIZED:
        return None
    if not pool.url.is_known:
        return pool.url.unknown if "variable" in (pool.url.unknown or "") else None
    url = pool.url.value
    if not pool.is_mysql:
        return None
    if url == _ANY_MYSQL and pool.url.note:  # taken to lead to the server that is given, and why
        return pool.url.note if "variable" in pool.url.note else None
    return (url.host or url.query.get("unix_socket") or "localhost", url.port or 3306)


def _found(application: Application, pools: list[Pool]) -> Found:
    first, second = pools[0], pools[-1]
    names = " and ".join(pool.name for pool in pools)
    sums = " + ".join(_ceiling(pool) for pool in pools)
    is_scheduler = any(pool.library == "apscheduler" for pool in pools)
    return Found(
        message=f"one process of {application.name} has {len(pools)} pools to one server: {names}; it may open {sums}",
        why="each has a limit of its own, so that what is planned for one of them is not what a process may open",
        fix="give the job store the application's engine: engine=… in place of url=…"
        if is_scheduler
        else f"use one engine: that of {first.name} in place of {second.name}",
        about=names,
        at=second.place,
        evidence={"pools": len(pools)},
    )


def _ceiling(pool: Pool) -> str:
    settings = (pool.size, pool.max_overflow) if pool.is_queue else (pool.size,)
    return pool.ceiling_words if all(setting.is_known for setting in settings) else "a number that is not known"
