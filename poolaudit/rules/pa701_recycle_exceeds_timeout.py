"""PA701: a pool that lends connections which the server has ended."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.pool import sound_recycle_seconds
from poolaudit.facts.setting import Change
from poolaudit.facts.words import duration
from poolaudit.report import Found, Severity
from poolaudit.rule import judge_each, rule


class Options(NamedTuple):
    """The largest share of wait_timeout that a recycle may be."""

    recycle_share: float = 0.9


@rule("PA701", "recycle-exceeds-timeout", about=Fit, severity=Severity.ERROR, since="0.1")
def check(fit: Fit, options: Options) -> Iterator[Found]:
    """A pool keeps connections for longer than the server does.

    ## Why it matters

    The server ends a session that is idle for `wait_timeout`; the pool replaces a connection older than `pool_recycle`,
    or never at -1. Where the recycle is not the smaller, the pool lends connections that are gone: `MySQL server has
    gone away` (2006), `Lost connection` (2013) or 4031, after each quiet night. An error without pre-ping; a warning
    with it, for the pool then finds out at checkout. More than nine tenths of the timeout is a warning too: a recycle
    is tested only at checkout, and a connection that is lent shortly before its time ages while it is used.

    Django's `CONN_MAX_AGE` is a recycle, `None` is never, and `CONN_HEALTH_CHECKS` is its pre-ping; 0 keeps nothing.
    aiomysql's and asyncmy's `pool_recycle` counts from the last use, so that only one that is not below the timeout is
    found, and is a warning: their pools look at checkout whether the server has closed a connection.

    Judged by the application's own sessions' `wait_timeout` where the server shows it, else by the global one. A
    framework's default counts as if it had been written.

    Recycle and pre-ping act only at checkout: neither helps a connection that was never given back (PA201, PA203).

    ## What to do

    Set `pool_recycle` to at most nine tenths of `wait_timeout`, and `pool_pre_ping: true`.

    ## Fires

    ```toml
    [[pools]]
    pool_recycle = -1
    ```

    ```toml
    variables = { wait_timeout = "600" }
    [[pools]]
    pool_recycle = 541
    pool_pre_ping = true
    ```

    ## Stays quiet

    ```toml
    variables = { wait_timeout = "600" }
    [[pools]]
    pool_recycle = 540
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    ```
    """
    return judge_each(fit.leading, lambda deployment: _judge(fit, deployment, options))


def _judge(fit: Fit, deployment: Deployment, options: Options) -> Iterator[Found]:
    pool = deployment.pool
    if not pool.keeps_connections:
        return
    limit, recycle = fit.wait_timeout_seconds_of(deployment), pool.recycle_seconds.value
    if recycle < 0 or recycle >= limit:
        severity = Severity.WARNING if pool.notices_closed else Severity.ERROR
        yield _found(fit, deployment, options, severity)
    elif not pool.recycles_when_idle and recycle > round(options.recycle_share * limit, 6):
        yield _found(fit, deployment, options, Severity.WARNING)


def _found(fit: Fit, deployment: Deployment, options: Options, severity: Severity) -> Found:
    pool, limit = deployment.pool, fit.wait_timeout_seconds_of(deployment)
    whose = "wait_timeout" if limit == fit.server.wait_timeout_seconds else "its sessions' own wait_timeout"
    return Found(
        message=(
            f"{pool.label} {_habit(deployment)} ({pool.recycle_words}),"
            f" and the server ends one that is idle for {duration(limit)} ({whose} {limit})"
        ),
        why=_why(deployment, limit),
        fix=_fix(deployment, options, limit),
        changes=_changes(deployment, options, limit),
        about=pool.label,
        lasting=pool.label,
        severity=severity,
        at=pool.place_of(pool.recycle_seconds),
        evidence={
            "recycle_seconds": pool.recycle_seconds.value,
            "wait_timeout_seconds": limit,
            "pre_ping": _on(deployment),
            "recycle_from": pool.recycle_seconds.origin,
        },
    )


def _habit(deployment: Deployment) -> str:
    pool, recycle = deployment.pool, deployment.pool.recycle_seconds.value
    if recycle < 0:
        return "never replaces a connection"
    when = "that was idle for" if pool.recycles_when_idle else "at an age of"
    return f"replaces a connection {when} {duration(recycle)}"


def _why(deployment: Deployment, limit: int) -> str:
    recycle = deployment.pool.recycle_seconds.value
    if 0 <= recycle < limit:
        return "a connection that is lent shortly before its time is used beyond it"
    if _on(deployment) == "on":
        return "pre-ping finds the dead ones at checkout; neither it nor a recycle helps one that is checked out"
    if not deployment.pool.has_pre_ping:
        return "the pool sees which ones the server has closed, but not those that were lost on the way"
    return (
        "the pool lends connections that are gone (2006, 2013, 4031); a recycle does not help one that is checked out"
    )


def _fix(deployment: Deployment, options: Options, limit: int) -> str:
    pool = deployment.pool
    sound = sound_recycle_seconds(limit, options.recycle_share)
    if sound < 1:
        return f"raise the server's wait_timeout: no recycle is below nine tenths of {limit}"
    ping = f", and {pool.pre_ping.changed_to(value=True)}" if _on(deployment) == "off" else ""
    return f"{pool.recycle_changed_to(sound)}{ping}"


def _changes(deployment: Deployment, options: Options, limit: int) -> tuple[Change, ...]:
    pool, sound = deployment.pool, sound_recycle_seconds(limit, options.recycle_share)
    if sound < 1:
        return ()
    ping = pool.pre_ping.change_to(value=True) if _on(deployment) == "off" else ()
    return pool.recycle_seconds.change_to(sound) + ping


def _on(deployment: Deployment) -> str:
    return deployment.pool.ping_state
