"""PA205: sessions asleep for longer than a pool should keep them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.facts.client import Client
from poolaudit.facts.server import Server
from poolaudit.facts.session import Session, Use
from poolaudit.facts.words import count, duration, ids
from poolaudit.report import Found, Severity
from poolaudit.rule import rule

if TYPE_CHECKING:
    # A scan of a server without applications imports nothing of pools.
    from poolaudit.facts.fit import Fit


class Options(NamedTuple):
    """How long is long where no pool_recycle is given, and how many sessions of a client make it a warning."""

    asleep_seconds: int = 3600
    warning_sessions: int = 10


@rule("PA205", "long-sleepers", about=Server, severity=Severity.INFO, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """Sessions have been asleep for longer than the pool's recycle time, or an hour.

    ## Why it matters

    A connection that nobody used for so long is one more than the application needs, or one that it forgot. It takes
    memory on the server and a place below `max_connections`, and it is the first to meet `wait_timeout`. Recycle is
    tested only at checkout: it does not close idle connections by itself.

    ## What to do

    Lower `pool_size` to what the application uses at rest and let `max_overflow` take the peaks: overflow connections
    are closed when they are given back. If the sessions are held, see idle-in-transaction and checked-out-idle.

    ## Fires

    ```toml
    processlist = [{ id = 7, time_seconds = 3601 }]
    ```

    ```toml
    processlist = [{ id = 7, time_seconds = 301 }]
    pools = [{ url = "mysql+pymysql://app@db1/shop", pool_recycle = 300 }]
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7, time_seconds = 3600 }]
    ```
    """
    yield from _findings(server, options, lambda _client: options.asleep_seconds)


@check.with_pools
def check_fit(fit: "Fit", options: Options) -> Iterator[Found]:
    """Judge the same by the recycle time of the client's own pool, where it has one."""

    def limit(client: Client) -> int:
        deployment = fit.deployment_of(client)
        recycle = deployment.pool.recycle_seconds if deployment is not None else None
        return (
            recycle.value if recycle is not None and recycle.is_known and recycle.value > 0 else options.asleep_seconds
        )

    yield from _findings(fit.server, options, limit)


def _findings(server: Server, options: Options, limit_of: Callable[[Client], int]) -> Iterator[Found]:
    for client in server.clients:
        limit = limit_of(client)
        long = [session for session in client.sleeping if session.row.time_seconds > limit]
        if long:
            yield _found(
                client, long, limit, Severity.WARNING if len(long) >= options.warning_sessions else Severity.INFO
            )


def _found(client: Client, long: list[Session], limit: int, severity: Severity) -> Found:
    long.sort(key=lambda session: (-session.row.time_seconds, session.id))
    return Found(
        message=(
            f"{count(len(long), 'session')} of {client.key} slept for more than {duration(limit)},"
            f" the longest for {duration(long[0].row.time_seconds)}"
        ),
        why="each takes a place below max_connections without using it, and is the first to meet wait_timeout",
        fix=_fix(long),
        about=str(client.key),
        lasting=client.key.lasting,
        severity=severity,
        evidence={
            "sessions": len(long),
            "asleep_seconds": limit,
            "longest_asleep_seconds": long[0].row.time_seconds,
            "held_sessions": sum(session.use is Use.HELD for session in long),
            "threads": ids(long),
        },
    )


def _fix(long: list[Session]) -> str:
    """Say what to do; a smaller pool is no answer to sessions that the application does not give back."""
    held = sum(session.use is Use.HELD for session in long)
    close, lower = "close what is held in the code (PA201, PA203)", "lower pool_size to what is used at rest"
    if held == len(long):
        return f"{close}; the pool's size is not the cause"
    return f"{close}, and {lower}" if held else f"{lower} and let max_overflow take the peaks"
