"""PA614: NullPool, so that concurrency is connections."""

from collections.abc import Iterator

from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.pool import Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA614", "no-pool", about=Pool, severity=Severity.INFO, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """An application connects anew for every session.

    ## Why it matters

    With NullPool nothing limits how many connections are open at once but what asks for them: 500 requests at a time
    are 500 connections, and a server with `max_connections` of 151 refuses the rest with `Too many connections`. It is
    a good choice behind a proxy that pools, and in programs that run one thing at a time: this is information.

    It is a warning where the declared concurrency (threads × processes × hosts) is more than the server's
    `max_connections`.

    ## What to do

    Use a QueuePool with a limit, or run no more at once than the server has connections for.

    ## Fires

    ```toml
    [[pools]]
    poolclass = "NullPool"
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    deployment = { processes = 1, threads = 500 }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    poolclass = "QueuePool"
    deployment = { processes = 1, threads = 500 }
    ```
    """
    _ = options
    if not pool.leads_elsewhere and pool.pool_class.value == "NullPool":
        yield _found(pool)


@check.with_server
def check_with_server(fit: Fit, options: NoOptions) -> Iterator[Found]:
    """Judge the concurrency that is declared against the server's limit, where both are known."""
    _ = options
    pool = fit.deployments[0].pool
    if pool.leads_elsewhere or pool.pool_class.value != "NullPool":
        return
    concurrency = _concurrency(fit.leading)
    if concurrency is None:
        yield _found(pool)
    else:
        yield from _against_limit(fit, pool, concurrency)


def _concurrency(deployments: tuple[Deployment, ...]) -> int | None:
    """Give threads × processes × hosts of all kinds of process, None where they are not declared."""
    try:
        return sum(one.carried.threads.value * one.copies for one in deployments)
    except FactMissingError:
        return None


def _against_limit(fit: Fit, pool: Pool, concurrency: int) -> Iterator[Found]:
    try:
        limit = fit.server.max_connections
    except FactMissingError:
        yield _found(pool)
        raise
    yield _found(pool) if concurrency <= limit else _found_too_many(pool, concurrency, limit)


def _found(pool: Pool) -> Found:
    return Found(
        message=f"{pool.label} keeps no connection: {pool.pool_class.words}",
        why="each session connects anew, and nothing but the application's concurrency limits how many at once",
        fix=f"{pool.pool_class.changed_to('QueuePool')} with a pool_size, unless a proxy pools for it",
        about=pool.label,
        at=pool.place_of(pool.pool_class),
        evidence={"class": pool.pool_class.value},
    )


def _found_too_many(pool: Pool, concurrency: int, limit: int) -> Found:
    return Found(
        message=(
            f"{pool.label} keeps no connection ({pool.pool_class.words}),"
            f" and {concurrency} threads may connect at once to a server with max_connections {limit}"
        ),
        why="nothing but the application's concurrency limits its connections, and the server refuses what is too many",
        fix=f"{pool.pool_class.changed_to('QueuePool')} with a pool_size, so that threads wait for their turn",
        about=pool.label,
        severity=Severity.WARNING,
        at=pool.place_of(pool.pool_class),
        evidence={
            "class": pool.pool_class.value,
            "concurrency_connections": concurrency,
            "max_connections": limit,
        },
    )
