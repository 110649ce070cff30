"""PA803: something on the way forgets a connection before the pool replaces it."""

from collections.abc import Iterator

from poolaudit.facts.pool import Pool, sound_recycle_seconds
from poolaudit.facts.words import duration
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA803", "balancer-idle-timeout", about=Pool, severity=Severity.WARNING, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool keeps connections for longer than a balancer or firewall on the way does.

    ## Why it matters

    A load balancer, NAT gateway or firewall forgets a connection that was idle for its own limit, which is mostly far
    below the server's `wait_timeout`: 350 s at an AWS Network Load Balancer, 4 minutes at Azure's. Neither end is told.
    The first statement on such a connection does not fail at once but hangs, until the driver's read timeout or the
    system's retransmissions end it. Where the pool replaces connections before, or tests them at checkout (pre-ping),
    it does not lend one; set a read timeout as well, so that a ping cannot hang.

    Judged where `deployment: {path_idle_timeout_seconds: …}` says that there is such a limit.

    ## What to do

    Set `pool_recycle` below that limit, and `pool_pre_ping: true`, and a read timeout of the driver. What is checked
    out and idle for so long is lost all the same (TCP keepalive helps there).

    ## Fires

    ```toml
    [[pools]]
    pool_recycle = 350
    deployment = { path_idle_timeout_seconds = 350 }
    ```

    ```toml
    [[pools]]
    pool_recycle = -1
    deployment = { path_idle_timeout_seconds = 240 }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_recycle = 349
    deployment = { path_idle_timeout_seconds = 350 }
    ```

    ```toml
    [[pools]]
    pool_recycle = 3600
    pool_pre_ping = true
    deployment = { path_idle_timeout_seconds = 350 }
    ```

    ```toml
    [[pools]]
    pool_recycle = 3600
    ```
    """
    _ = options
    path = pool.path_idle_timeout_seconds
    nobody_said = not path.is_known and path.place is None
    if nobody_said or pool.leads_elsewhere or not pool.keeps_connections or (pool.has_pre_ping and pool.pre_ping.value):
        return
    if pool.recycle_seconds.value < 0 or pool.recycle_seconds.value >= path.value:
        yield _found(pool, path.value)


def _found(pool: Pool, limit: float) -> Found:
    recycle = pool.recycle_seconds
    since = "that was idle for" if pool.recycles_when_idle else "at an age of"
    age = "at no age" if recycle.value < 0 else f"{since} {duration(recycle.value)}"
    sound = sound_recycle_seconds(limit)
    ping = pool.pre_ping.changed_to(value=True) if pool.has_pre_ping else ""
    change = ", and ".join(part for part in (pool.recycle_changed_to(sound) if sound >= 1 else "", ping) if part)
    return Found(
        message=(
            f"{pool.label} replaces a connection {age} ({pool.recycle_words}),"
            f" and something on the way forgets one that is idle for {duration(limit)}"
        ),
        why="neither end is told, so the first statement on it hangs instead of failing",
        fix=f"{change}, with a read timeout of the driver",
        about=pool.label,
        at=pool.place_of(recycle),
        changes=(recycle.change_to(sound) if sound >= 1 else ())
        + (pool.pre_ping.change_to(value=True) if ping else ()),
        evidence={"recycle_seconds": recycle.value, "path_idle_timeout_seconds": limit, "pre_ping": pool.ping_state},
    )
