"""PA604: a pool_size of 0, which means no limit, not no pool."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA604", "unbounded-pool", about=Pool, severity=Severity.ERROR, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool_size of 0 does not switch the pool off.

    ## Why it matters

    From SQLAlchemy 2.0 a QueuePool of size 0 has no limit, whatever `max_overflow` says, and keeps every connection it
    ever opened. In SQLAlchemy 1.x `max_overflow` alone is the limit and all of them are kept (a warning); with
    `max_overflow: 0` nothing can ever be checked out. Where the version is not known, the newer meaning is judged:
    say it as `deployment: {sqlalchemy: "1.4"}`.

    A `maxsize` of 0 is no limit for aiomysql (asyncmy refuses it), and so is a `max_connections` of 0 or None for
    peewee's pool.

    ## What to do

    Set the size that is meant, or `poolclass: NullPool` if no pool is.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 0
    ```

    ```toml
    [[pools]]
    pool_size = 0
    max_overflow = 5
    deployment = { sqlalchemy = "1.4" }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_size = 1
    max_overflow = 0
    ```
    """
    _ = options
    if pool.leads_elsewhere or not pool.has_size or pool.size.value != 0:
        return
    meaning, severity = _meaning(pool)
    yield Found(
        message=f"{pool.label} has {pool.size.words}, which means {meaning}",
        why="0 does not switch the pool off, and a limit that is not the one intended shows first at the peak",
        fix=pool.size.changed_to(5) + (", or poolclass: NullPool if no pool is meant" if pool.is_queue else ""),
        about=pool.label,
        severity=severity,
        at=pool.place_of(pool.size),
        changes=pool.size.change_to(5),
        evidence={"size_connections": 0, **({"sqlalchemy": _version(pool)} if pool.is_queue else {})},
    )


def _meaning(pool: Pool) -> tuple[str, Severity]:
    if not pool.is_queue:
        return _meaning_of_sized(pool), Severity.ERROR
    if pool.zero_size_is_unlimited:
        return f"no limit at all (SQLAlchemy {_version(pool)})", Severity.ERROR
    if pool.max_overflow.value == 0:
        return "with max_overflow: 0 that nothing can ever be checked out (SQLAlchemy 1.x)", Severity.ERROR
    return f"that max_overflow: {pool.max_overflow.value} alone is the limit (SQLAlchemy 1.x)", Severity.WARNING


def _meaning_of_sized(pool: Pool) -> str:
    if pool.library == "asyncmy":
        return "that nothing can be lent: create_pool refuses it beside a minsize of 1 (ValueError)"
    return f"no limit at all ({pool.library})"


def _version(pool: Pool) -> str:
    if pool.sqlalchemy is None:
        return "from 2.0 on; its version is not said"
    return ".".join(map(str, pool.sqlalchemy))
