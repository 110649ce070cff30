"""PA616: a password in clear in an application's file."""

from collections.abc import Iterator

from poolaudit.facts.misfit import SECRET, Misfit
from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA616", "secret-in-file", about=Pool, severity=Severity.INFO, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A file with a pool's settings holds a password in clear.

    ## Why it matters

    Whoever may read the file, or the repository and its history, may connect to the server as the application. The
    password is never printed here, nor kept. One that something else fills in (`${DB_PASSWORD}`, `!secret`, `{{ … }}`)
    is no finding, nor are asterisks.

    ## What to do

    Take the password from the environment or a secret store, and change it: it was readable.

    ## Fires

    ```toml
    [[pools]]
    url = "mysql+pymysql://app:tr0ub4dor@db/shop"
    ```

    ```toml
    [[pools]]
    pool_size = 5
    password = "tr0ub4dor"
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    url = "mysql+pymysql://app:${DB_PASSWORD}@db/shop"
    ```

    ```toml
    [[pools]]
    url = "mysql+pymysql://app:***@db/shop"
    ```

    ```toml
    [[pools]]
    url = "mysql+pymysql://app@db/shop"
    ```
    """
    _ = options
    if pool.leads_elsewhere:
        return
    for misfit in pool.misfits:
        if misfit.kind == SECRET:
            yield _found(pool, misfit)


def _found(pool: Pool, misfit: Misfit) -> Found:
    return Found(
        message=f"{misfit.word} of {pool.label} holds a password in clear",
        why="whoever may read the file, or its history, may connect as the application",
        fix="take it from the environment or a secret store (${DB_PASSWORD}), and change the password",
        about=pool.label,
        lasting=f"{pool.label}: {misfit.word}",
        at=misfit.place or pool.place,
        evidence={"in": misfit.word},
    )
