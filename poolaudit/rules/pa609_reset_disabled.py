"""PA609: connections go back into the pool as they are."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule

_OFF = frozenset({"", "0", "false"})


@rule("PA609", "reset-disabled", about=Pool, severity=Severity.ERROR, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool does not end the transaction of a connection that it takes back.

    ## Why it matters

    A connection that is given back without a commit has a transaction open, with its locks and its view of the data.
    SQLAlchemy rolls it back on the way into the pool; with `pool_reset_on_return: null` it does not. The rows stay
    locked while nobody has the connection, and the next one to check it out reads old data and may commit what another
    left undone.

    With `isolation_level: AUTOCOMMIT` (or `autocommit` in the URL's query) no transaction is left open, and nothing is
    to be reset.

    ## What to do

    Leave `pool_reset_on_return` at `rollback`, its default. If the round trip is what it was set for, use AUTOCOMMIT
    where no transaction is needed.

    ## Fires

    ```toml
    [[pools]]
    pool_reset_on_return = "none"
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_reset_on_return = "none"
    isolation_level = "AUTOCOMMIT"
    ```

    ```toml
    [[pools]]
    pool_reset_on_return = "rollback"
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    pool_reset_on_return = "none"
    ```
    """
    _ = options
    if pool.leads_elsewhere or pool.reset_on_return.value is not None or not pool.keeps_connections:
        return
    if pool.isolation_level.value == "AUTOCOMMIT" or _autocommits(pool):
        return
    yield Found(
        message=f"{pool.label} takes connections back as they are: {pool.reset_on_return.words}",
        why="a transaction that was left open stays open in the pool, with its locks, and goes to whoever comes next",
        fix=f"{pool.reset_on_return.changed_to('rollback')}, or isolation_level: AUTOCOMMIT if no transaction is meant",
        about=pool.label,
        at=pool.place_of(pool.reset_on_return),
        changes=pool.reset_on_return.change_to("rollback"),
        evidence={"reset_on_return": "none", "isolation_level": pool.isolation_level.value or "the server's"},
    )


def _autocommits(pool: Pool) -> bool:
    """Whether the URL's query says autocommit, which goes to the driver."""
    return pool.url.value.query.get("autocommit", "").lower() not in _OFF
