"""PA610: an option that looks like the pool's, and that nothing reads."""

from collections.abc import Iterator

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA610", "ignored-pool-option", about=Pool, severity=Severity.ERROR, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool's setting is written where, or as, nothing reads it.

    ## Why it matters

    The setting is silently not in force: the pool runs with its default, and whoever looks at the file sees the other
    value. Judged are words that are nearly one of SQLAlchemy's which is not said itself (`pool_recylce`), those
    without their prefix (`recycle`, Flask's `POOL_SIZE`), and keys that Flask-SQLAlchemy does not read: from 3.0 on
    `SQLALCHEMY_POOL_SIZE`, `_POOL_TIMEOUT`, `_POOL_RECYCLE` and `_MAX_OVERFLOW`, and `SQLALCHEMY_POOL_PRE_PING` in any
    version. So are dj_db_conn_pool's `POOL_OPTIONS` in small letters, or beside another ENGINE than its own, and
    APScheduler's `engine_options` beside `engine=`.

    It is a warning where it depends on a version that is not said (`deployment: {flask_sqlalchemy: "3.1"}`), and for a
    word without its prefix: an application may read that itself. What SQLAlchemy refuses aloud is PA608.

    ## What to do

    Write it as the finding says, then look at what the running process has: `engine.pool.status()`.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 5
    pool_recylce = 3600
    ```

    ```toml
    [[pools]]
    SQLALCHEMY_POOL_SIZE = 20
    deployment = { flask_sqlalchemy = "3.1" }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    SQLALCHEMY_POOL_SIZE = 20
    deployment = { flask_sqlalchemy = "2.5" }
    ```

    ```toml
    [[pools]]
    SQLALCHEMY_POOL_SIZE = 20
    SQLALCHEMY_ENGINE_OPTIONS = { pool_size = 20 }
    deployment = { flask_sqlalchemy = "3.1" }
    ```

    ```toml
    [[pools]]
    pool_size = 5
    max_pool_size = 5
    ```
    """
    _ = options
    if pool.leads_elsewhere:
        return
    for misfit in pool.misfits:
        if misfit.kind == UNREAD:
            yield _found(pool, misfit)


def _found(pool: Pool, misfit: Misfit) -> Found:
    instead = misfit.in_force or misfit.option
    reader = pool.reading or pool.library_name
    return Found(
        message=f"{pool.label} says {misfit.word}, which {reader} does not read",
        why=f"nothing says so, and {misfit.option} is what it is by default",
        fix=f"{misfit.word} → {instead}",
        about=pool.label,
        lasting=f"{pool.label}: {misfit.word}",
        severity=Severity.ERROR if misfit.is_sure else Severity.WARNING,
        at=misfit.place or pool.place,
        evidence={"said": misfit.word, "meant": misfit.option},
    )
