"""PA704: a rolling deploy that needs more connections than the server lets in."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from poolaudit.facts.fit import Fit
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """How many times as many processes run while a rolling deploy replaces the old by the new."""

    surge_factor: float = 1.25


@rule("PA704", "surge-exceeds-server", about=Fit, severity=Severity.WARNING, since="0.1", unless=("PA702",))
def check(fit: Fit, options: Options) -> Iterator[Found]:
    """During a rolling deploy the pools may open more connections than the server has.

    ## Why it matters

    A rolling deploy starts new processes before it stops the old: a quarter more of them (Kubernetes' default
    maxSurge) is a quarter more connections; where a manifest says maxSurge, it is that. A sum that fits on other days
    is too large on the day of a deploy. Judged only where PA702 is quiet.

    ## What to do

    Leave room for the surge in pool_size and max_overflow, or deploy without one (`maxSurge: 0`).

    ## Fires

    ```toml
    [[pools]]
    pool_size = 113
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
    server = fit.server
    surge = sum(deployment.surge_connections(options.surge_factor) for deployment in fit.leading)
    surge = round(surge, 6) if surge < inf else inf
    if surge + server.reserve_connections > server.max_connections:
        yield _found(fit, surge, options)


def _found(fit: Fit, surge: float, options: Options) -> Found:
    server, demand = fit.server, fit.demand_connections
    largest = max(fit.leading, key=lambda deployment: deployment.demand_connections).pool
    names = " and ".join(dict.fromkeys(deployment.pool.label for deployment in fit.leading))
    factor = surge / demand if 0 < demand < inf else options.surge_factor
    sound = int(round(fit.budget_connections / factor, 6))
    sums = "any number of" if surge == inf else _sum(fit, surge, options)
    return Found(
        message=(
            f"during a rolling deploy {names} may open {sums} connections, but max_connections"
            f" {server.max_connections} less a reserve of {server.reserve_connections} leaves {fit.budget_connections}"
        ),
        why="old and new processes run side by side for a while, each with its pool",
        fix=f"bring the demand to {sound} or less, or deploy without a surge",
        about=names,
        at=largest.place_of(largest.size),
        evidence={
            "demand_connections": "no limit" if demand == inf else int(demand),
            "surge_factor": round(factor, 3),
            "reserve_connections": server.reserve_connections,
            "max_connections": server.max_connections,
            "multiplication": "; ".join(deployment.multiplication for deployment in fit.leading),
        },
    )


def _sum(fit: Fit, surge: float, options: Options) -> str:
    """Say how the surge comes about: a share more of everything, or the hosts that are said to be more."""
    if all(deployment.surge_hosts is None for deployment in fit.leading):
        return f"{fit.demand_connections:.0f} × {options.surge_factor:g} = {surge:g}"
    more = "; ".join(
        f"{one.label} on {one.hosts.value + one.surge_hosts.value} hosts, not {one.hosts.value}"
        for one in fit.leading
        if one.surge_hosts is not None and one.surge_hosts.value
    )
    return f"{surge:g} in place of {fit.demand_connections:.0f} ({more})" if more else f"{surge:g}"
