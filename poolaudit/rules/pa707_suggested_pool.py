"""PA707: the largest pool that fits, as advice beside PA702 to PA704."""

from collections.abc import Iterator
from math import inf

from poolaudit.facts.fit import Deployment, Fit, one_of_each_pool
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.pool import DJANGO
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule

SURGE_FACTOR = 1.25


@rule(
    "PA707",
    "suggested-pool",
    about=Fit,
    severity=Severity.INFO,
    since="0.1",
    beside=("PA702", "PA703", "PA704"),
)
def check(fit: Fit, options: NoOptions) -> Iterator[Found]:
    """What each process may open so that all of them fit.

    ## Why it matters

    Advice, given where PA702, PA703 or PA704 fires: the largest ceiling (pool_size + max_overflow) for each process is
    ⌊(max_connections less the reserve) / processes⌋, with the processes of all applications on all hosts counted.
    Where the account's own cap is less, that is shared out instead. A good pool is often smaller: what counts is how
    many statements run at once, not how many requests are served.

    ## What to do

    Set pool_size and max_overflow to the ceiling or below. Where less than one connection is left for each process,
    run fewer of them, or raise `max_connections`.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 10
    max_overflow = 10
    deployment = { processes = 4, hosts = 3 }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    url = "postgresql://app@db/shop"
    pool_size = 500
    deployment = { processes = 4 }
    ```
    """
    _ = options
    copies = sum(deployment.copies for deployment in fit.leading)
    for deployment in one_of_each_pool(fit.leading):
        allowed = int(min(fit.budget_connections // copies, _share_of_cap(fit, deployment)))
        yield _found(fit, deployment, copies, allowed)


def _share_of_cap(fit: Fit, deployment: Deployment) -> float:
    """Give what the account's cap leaves for each process that connects as it; infinite where no cap is known."""
    try:
        cap = fit.cap_connections_of(deployment)
    except FactMissingError:
        return inf
    return cap if cap == inf else cap // sum(one.copies for one in fit.tenant_of(deployment).deployments)


def _found(fit: Fit, deployment: Deployment, copies: int, allowed: int) -> Found:
    pool, budget = deployment.pool, fit.budget_connections
    processes = "1 process" if copies == 1 else f"{copies} processes"
    return Found(
        message=f"each process of {pool.label} may open {allowed} connections: {budget} shared by {processes}",
        why=f"the server has {budget} for applications (max_connections {fit.server.max_connections} less a reserve)",
        fix=_fix(deployment, allowed),
        about=pool.label,
        at=pool.place_of(pool.size),
        evidence={
            "suggested_ceiling_connections": allowed,
            "budget_connections": budget,
            "running_processes": copies,
        },
    )


def _fix(deployment: Deployment, allowed: int) -> str:
    pool = deployment.pool
    if allowed < 1:
        return "run fewer processes or raise max_connections: there is not one connection for each"
    if pool.ceiling_connections <= allowed:
        room = int(allowed / SURGE_FACTOR)
        return f"keep {pool.ceiling_words} within {allowed}; {room} or less leaves room for a rolling deploy"
    if pool.has_size and not pool.is_queue:
        return pool.size.changed_to(allowed)
    if not pool.is_queue:
        instead = "" if pool.pool_class.value == DJANGO else ", or use a QueuePool of that size"
        return f"run {allowed} threads or less in each process{instead}"
    size = min(pool.size.value, allowed) if pool.size.value > 0 else allowed
    changes = ((pool.size, size), (pool.max_overflow, allowed - size))
    return ", ".join(setting.changed_to(value) for setting, value in changes if setting.value != value)
