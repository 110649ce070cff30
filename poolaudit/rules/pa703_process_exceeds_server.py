"""PA703: one process that may open more connections than it can ever get."""

from collections.abc import Iterator
from math import inf

from poolaudit.facts.fit import Deployment, Fit
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, judge_each, rule


@rule("PA703", "process-exceeds-server", about=Fit, severity=Severity.ERROR, since="0.1")
def check(fit: Fit, options: NoOptions) -> Iterator[Found]:
    """One process may open more connections than the server or its account allows.

    ## Why it matters

    The pool's limit is then no limit: before it is reached, the server refuses with 1040 (`Too many connections`), or
    with 1203 or 1226 where the account's own cap (`max_user_connections`) is the smaller. What would have been a short
    wait in the pool becomes an error.

    ## What to do

    Set pool_size + max_overflow to what one process may have: less than the server's `max_connections` less the
    reserve, and not more than the account's cap.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 132
    max_overflow = 10
    ```

    ```toml
    accounts = [{ user = "app", host = "%", cap_connections = 10 }]
    [[pools]]
    url = "mysql://app@db1/shop"
    pool_size = 5
    max_overflow = 10
    ```

    ## Stays quiet

    ```toml
    accounts = [{ user = "app", host = "%", cap_connections = 15 }]
    [[pools]]
    url = "mysql://app@db1/shop"
    pool_size = 5
    max_overflow = 10
    ```
    """
    _ = options
    said: list[Found] = []
    for found in judge_each(fit.leading, lambda deployment: _judge(fit, deployment)):
        if found not in said:  # a pool that several kinds of process carry
            said.append(found)
            yield found


def _judge(fit: Fit, deployment: Deployment) -> Iterator[Found]:
    ceiling = deployment.carried.ceiling_connections
    if ceiling > fit.budget_connections:
        server = fit.server
        rest = f"max_connections {server.max_connections} less a reserve of {server.reserve_connections}"
        yield _found(deployment, fit.budget_connections, f"{rest} leaves {fit.budget_connections}", "1040")
    elif ceiling > (cap := fit.cap_connections_of(deployment)):
        yield _found(deployment, int(cap), f"its account may have {cap:.0f} (max_user_connections)", "1203 or 1226")


def _found(deployment: Deployment, allowed: int, what: str, error: str) -> Found:
    pool = deployment.carried
    ceiling = pool.ceiling_connections
    most = "any number of connections" if ceiling == inf else f"{ceiling:.0f} connections, {pool.ceiling_words}"
    return Found(
        message=f"one process of {pool.label} may open {most}, but {what}",
        why=f"the server refuses with {error} before the pool's own limit makes anybody wait",
        fix=(
            f"set {pool.limit_words.replace(' or ', ' + ')} to {allowed} or less"
            if allowed > 0
            else "raise max_connections: nothing is left for a pool"
        ),
        about=pool.label,
        at=pool.place_of(pool.size),
        evidence={
            "ceiling_connections": "no limit" if ceiling == inf else int(ceiling),
            "allowed_connections": allowed,
        },
    )
