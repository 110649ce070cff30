"""PA602: a pool that does not test what it lends."""

import re
from collections.abc import Iterator

from poolaudit.facts.pool import DJANGO, Pool
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule

_RDS_PROXY = re.compile(r"\.proxy-[^.]+\..*\.rds\.amazonaws\.com", re.IGNORECASE)
_PROXY_PORTS = {6033: "ProxySQL", 6446: "MySQL Router", 6447: "MySQL Router", 6450: "MySQL Router"}


@rule("PA602", "pre-ping-off", about=Pool, severity=Severity.INFO, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A pool lends connections without testing them.

    ## Why it matters

    A connection may have died while it waited: the server was restarted, failed over, or ended an idle session. Without
    pre-ping the first statement on it fails; with it the pool replaces the connection before it lends it. It costs one
    round trip (COM_PING) at each checkout, so leaving it off can be a choice: this is information.

    It is a warning where something on the way ends idle connections before the server does: a balancer or firewall
    (`deployment: {path_idle_timeout_seconds: 350}`), or a proxy (an RDS Proxy endpoint, or the usual port of ProxySQL
    or MySQL Router in the URL). Pre-ping cannot help a connection that dies while it is checked out.

    ## What to do

    Set `pool_pre_ping: true` (SQLAlchemy 1.2 and newer); Django's is called `CONN_HEALTH_CHECKS` (4.1 and newer).
    Django's connections that are kept for ever are PA613's matter. aiomysql's and asyncmy's pools have no such switch,
    and are not judged: see PA803.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 5
    ```

    ```toml
    [[pools]]
    pool_size = 5
    deployment = { path_idle_timeout_seconds = 350 }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_pre_ping = true
    deployment = { path_idle_timeout_seconds = 350 }
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    ```
    """
    _ = options
    if pool.leads_elsewhere or not pool.keeps_connections or not pool.has_pre_ping or pool.pre_ping.value:
        return
    if pool.pool_class.value == DJANGO and pool.recycle_seconds.value < 0:
        return
    between = _between(pool)
    who = f"{pool.label}, behind {between}," if between else pool.label
    yield Found(
        message=f"{who} does not test a connection before it lends it: {pool.pre_ping.words}",
        why="a connection that died while it waited in the pool fails the first statement that is run on it",
        fix=pool.pre_ping.changed_to(value=True),
        about=pool.label,
        severity=Severity.WARNING if between else Severity.INFO,
        at=pool.place_of(pool.pre_ping),
        changes=pool.pre_ping.change_to(value=True),
        evidence={"pre_ping": "off"} | ({"behind": between} if between else {}),
    )


def _between(pool: Pool) -> str | None:
    """Name what stands between the pool and its server, as far as the settings tell."""
    if pool.path_idle_timeout_seconds.is_known:
        return f"something that ends idle connections after {pool.path_idle_timeout_seconds.value:g} s"
    url = pool.url.value if pool.url.is_known else None
    if url is not None and _RDS_PROXY.search(url.host or ""):
        return "RDS Proxy"
    return _PROXY_PORTS.get(url.port) if url is not None and url.port is not None else None
