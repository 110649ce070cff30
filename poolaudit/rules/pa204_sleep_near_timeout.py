"""PA204: sleepers that the server is about to end."""

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
    from poolaudit.facts.pool import Pool


class Options(NamedTuple):
    """Which share of its wait_timeout a session has slept."""

    timeout_share: float = 0.9


@rule("PA204", "sleep-near-timeout", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """A session has slept nearly as long as the server lets it.

    ## Why it matters

    When `wait_timeout` runs out the server closes the connection and says so to nobody. The pool still counts it, and
    its next user gets error 2006, 2013 or 4031. The timeout is the session's own where the server shows it, else the
    global one.

    Where the application's settings are given, and its pool pings before lending or recycles in time, a connection that
    waits in the pool will be replaced unnoticed: then this is information. One that is checked out is never pinged and
    never recycled, so that nothing saves its user.

    ## What to do

    Set `pool_pre_ping = True`, and `pool_recycle` below `wait_timeout`. For a session that is checked out, close it in
    the code that opened it.

    ## Fires

    ```toml
    processlist = [{ id = 7, time_seconds = 25920 }]
    ```

    ```toml
    processlist = [{ id = 7, time_seconds = 54 }]
    wait_timeouts = { 7 = 60 }
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7, time_seconds = 25919 }, { id = 8, command = "Query", time_seconds = 28000 }]
    ```
    """
    yield from _findings(server, options, lambda _client, _session: False)


@check.with_pools
def check_fit(fit: "Fit", options: Options) -> Iterator[Found]:
    """Judge the same with the applications' settings known."""

    def replaced_in_time(client: Client, session: Session) -> bool:
        deployment = fit.deployment_of(client)
        if deployment is None or session.use is Use.HELD:
            return False
        return _is_safe(deployment.pool, fit.server.session_wait_timeout_seconds(session))

    yield from _findings(fit.server, options, replaced_in_time)


def _is_safe(pool: "Pool", timeout_seconds: int) -> bool:
    if pool.pre_ping.is_known and pool.pre_ping.value:
        return True
    return pool.recycle_seconds.is_known and 0 < pool.recycle_seconds.value < timeout_seconds


def _findings(server: Server, options: Options, replaced_in_time: Callable[[Client, Session], bool]) -> Iterator[Found]:
    least = _near(server.shortest_wait_timeout_seconds, options)
    for client in server.clients:
        asleep = (session for session in client.sleeping if session.row.time_seconds >= least)
        near = [session for session in asleep if _is_near(server, session, options)]
        if near:
            safe = all(replaced_in_time(client, session) for session in near)
            yield _found(server, client, near, Severity.INFO if safe else Severity.WARNING)


def _is_near(server: Server, session: Session, options: Options) -> bool:
    return session.row.time_seconds >= _near(server.session_wait_timeout_seconds(session), options)


def _near(timeout_seconds: int, options: Options) -> float:
    """Give from when on a session is near its timeout; rounded, for 0.9 × 60 is to be 54 exactly."""
    return round(options.timeout_share * timeout_seconds, 6)


def _found(server: Server, client: Client, near: list[Session], severity: Severity) -> Found:
    left = {session.id: server.session_wait_timeout_seconds(session) - session.row.time_seconds for session in near}
    near.sort(key=lambda session: (left[session.id], session.id))
    soonest = max(0, left[near[0].id])
    return Found(
        message=(
            f"{count(len(near), 'session')} of {client.key} {'is' if len(near) == 1 else 'are'} about to be ended by"
            f" wait_timeout, the first in {duration(soonest)}"
        ),
        why=_why(near, severity),
        fix=_fix(near, severity),
        about=str(client.key),
        lasting=client.key.lasting,
        severity=severity,
        evidence={
            "sessions": len(near),
            "held_sessions": sum(session.use is Use.HELD for session in near),
            "wait_timeout_seconds": server.session_wait_timeout_seconds(near[0]),
            "seconds_left": ", ".join(f"{session.id}: {max(0, left[session.id])}" for session in near[:20]),
            "threads": ids(near),
        },
    )


def _why(near: list[Session], severity: Severity) -> str:
    if severity is not Severity.INFO:
        return "the pool is not told, and the connection's next use fails with error 2006, 2013 or 4031"
    noticed = "the pool pings or recycles in time, so that its users will not notice"
    if all(session.use is Use.POOLED for session in near):
        return noticed
    return f"{noticed}, but for what is checked out, which the server does not tell apart here"


def _fix(near: list[Session], severity: Severity) -> str:
    """Say what to do; settings of a pool do not reach what is checked out of it."""
    held = sum(session.use is Use.HELD for session in near)
    if severity is Severity.INFO:
        return "nothing has to be done: the next checkout replaces what the server has ended"
    if held == len(near):
        return "close what is checked out in the code; pre-ping and recycle act at checkout and do not reach it"
    settings = "set pool_pre_ping = True and pool_recycle below wait_timeout"
    return f"{settings}; close what is checked out in the code" if held else settings
