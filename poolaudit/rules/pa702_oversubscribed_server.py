"""PA702: pools that may open more connections than the server lets in."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from poolaudit.facts.fit import Fit, one_of_each_pool
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """The share of max_connections that the demand may take, and the one that it may take with the reserve."""

    warning_share: float = 0.8
    error_share: float = 1.0


@rule("PA702", "oversubscribed-server", about=Fit, severity=Severity.ERROR, since="0.1")
def check(fit: Fit, options: Options) -> Iterator[Found]:
    """The pools may open more connections than the server has.

    ## Why it matters

    Each process has a pool of its own: what an application may open is (pool_size + max_overflow) × processes × hosts.
    Connections are opened on demand, so that a sum that is too large shows at the first peak, as `Too many
    connections` for whoever comes last. A reserve (the larger of 10 and 5 % of max_connections) is kept for people,
    backups and monitoring. It is an error where the demand does not fit with the reserve, a warning where the demand
    alone takes more than four fifths; PA704 asks below that whether a deploy fits. An application whose demand is not
    known is left out where the others alone are too many.

    ## What to do

    Lower `pool_size` or `max_overflow`, or run fewer processes; PA707 says what fits. Raise `max_connections` only if
    the server can work on so many at once.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 10
    max_overflow = 10
    deployment = { processes = 4, hosts = 3 }
    ```

    ```toml
    [[pools]]
    pool_size = 121
    max_overflow = 0
    deployment = { processes = 1 }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_size = 112
    max_overflow = 0
    deployment = { processes = 1 }
    ```
    """
    if not fit.leading:
        return
    limit, reserve = fit.server.max_connections, fit.server.reserve_connections
    if fit.counted.demand_connections + reserve > round(options.error_share * limit, 6):
        yield _found(fit.counted, Severity.ERROR)
        return
    if fit.counted.demand_connections > round(options.warning_share * limit, 6):
        yield _found(fit.counted, Severity.WARNING)
    fit.require_demand()


def _found(fit: Fit, severity: Severity) -> Found:
    demand, limit, reserve = fit.demand_connections, fit.server.max_connections, fit.server.reserve_connections
    largest = max(fit.leading, key=lambda deployment: deployment.demand_connections).pool
    names = " and ".join(dict.fromkeys(deployment.pool.label for deployment in fit.leading))
    return Found(
        message=f"{names} may open {_sum(fit)} of max_connections {limit}, of which {reserve} are to stay free",
        why="a sum that does not fit shows at the peak: the server refuses whoever comes last with 1040",
        fix=_fix(fit),
        about=names,
        severity=severity,
        at=largest.place_of(largest.size),
        evidence={
            "demand_connections": "no limit" if demand == inf else int(demand),
            "reserve_connections": reserve,
            "max_connections": limit,
            "multiplication": "; ".join(deployment.multiplication for deployment in fit.leading),
        },
    )


def _fix(fit: Fit) -> str:
    limit, reserve, budget = fit.server.max_connections, fit.server.reserve_connections, fit.budget_connections
    if budget < 1:
        return f"raise max_connections: {limit} less {reserve} leaves nothing for a pool"
    return (
        f"lower {_limits(fit)}, or run fewer processes, until the product is"
        f" {budget} or less (max_connections {limit} less {reserve})"
    )


def _limits(fit: Fit) -> str:
    """Name what sets how many connections each process may open, in the words of the pools' libraries."""
    return " or ".join(dict.fromkeys(one.pool.limit_words for one in fit.leading))


def _sum(fit: Fit) -> str:
    """Print the multiplication, and the sum where there are several."""
    demand = fit.demand_connections
    total = "any number of connections" if demand == inf else f"{demand:.0f} connections"
    is_one = len(one_of_each_pool(fit.leading)) == 1
    products = "; ".join(
        f"{one.process}: {one.product}" if is_one and one.process else one.multiplication for one in fit.leading
    )
    together = (
        f"; together {demand:.0f} of {fit.server.max_connections}" if len(fit.leading) > 1 and demand < inf else ""
    )
    return f"{total} ({products}{together})"
