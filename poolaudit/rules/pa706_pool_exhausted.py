"""PA706: a pool that has nothing left to lend."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from poolaudit.facts.client import Client
from poolaudit.facts.fit import Deployment, Fit, Tenant
from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.pool import Pool
from poolaudit.facts.server import Server
from poolaudit.facts.words import count, duration, percent
from poolaudit.report import Found, Severity
from poolaudit.rule import judge_each, rule


class Options(NamedTuple):
    """From which share of max_connections in use the server is said to be short as well."""

    server_full_share: float = 0.8


@rule("PA706", "pool-exhausted", about=Fit, severity=Severity.ERROR, since="0.1")
def check(fit: Fit, options: Options) -> Iterator[Found]:
    """Every connection that a process may open is open, and none of them is idle in the pool.

    ## Why it matters

    The next request waits `pool_timeout` and then fails with `QueuePool limit of size 5 overflow 10 reached, connection
    timed out`. The finding says which side is short. A server with room says that the pool is too small for what is
    asked of it, or that its connections are held: asleep, but never given back. A larger pool only delays a leak, and
    it puts more at once on a server that is already slow.

    Judged by process where clients tell their process id. Where they do not, by the processes declared: when so many
    connections of a host are busy that at least one of its processes must have all of its own in use. A sleeper of
    which it is not known whether it is held counts neither way, and leaves the rule unanswered;
    so do clients that come through a proxy (PA801).

    ## What to do

    Where connections are held, close the sessions in the code that opened them (PA201 and PA203 name the threads).
    Where they all run, look for what makes the statements slow. Only where neither is so, give the pool more.

    ## Fires

    ```toml
    processlist = [{ id = 1 }, { id = 2, command = "Query" }]
    programs = [{ id = 1, name = "web", pid = 7 }, { id = 2, name = "web", pid = 7 }]
    transactions = [{ id = 1, age_seconds = 5 }]
    [[pools]]
    pool_size = 1
    max_overflow = 1
    ```

    ```toml
    processlist = [{ id = 1, command = "Query" }, { id = 2, command = "Query" }, { id = 3, command = "Query" }]
    [[pools]]
    pool_size = 2
    max_overflow = 0
    deployment = { processes = 2 }
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 1 }, { id = 2, command = "Query" }]
    programs = [{ id = 1, name = "web", pid = 7 }, { id = 2, name = "web", pid = 7 }]
    statements = [{ id = 1, kind = "rollback" }]
    [[pools]]
    pool_size = 1
    max_overflow = 1
    ```

    ```toml
    processlist = [{ id = 1, command = "Query" }]
    [[pools]]
    pool_size = 1
    max_overflow = 1
    deployment = { processes = 2 }
    ```
    """
    return judge_each(fit.tenants, lambda tenant: _judge_tenant(fit, tenant, options))


def _judge_tenant(fit: Fit, tenant: Tenant, options: Options) -> Iterator[Found]:
    if tenant.least_ceiling_connections == inf:
        return iter(())
    tenant.refuse_proxies()
    return judge_each(tenant.clients, lambda client: _judge(fit.server, tenant, client, options))


def _judge(server: Server, tenant: Tenant, client: Client, options: Options) -> Iterator[Found]:
    """Judge one client; of `processes` pools at least one is exhausted where more are busy than all less one each."""
    busy, sessions = len(client.running) + len(client.held), len(client.sessions)
    least, ceiling = tenant.least_ceiling_connections, tenant.ceiling_connections
    if least < 1 or busy + len(client.unknown) < least or (client.key.pid is not None and client.pooled):
        return
    processes = _processes(tenant, client)
    is_sure = sessions == busy or sessions <= processes * ceiling
    if not is_sure or busy < processes * (ceiling - 1) + 1:
        raise _gap(server, tenant, client)
    if not tenant.is_certain and (client.key.pid is None or sessions != ceiling):
        raise tenant.uncertainty()
    yield _found(server, tenant, client, processes, options)


def _processes(tenant: Tenant, client: Client) -> int:
    """How many processes the client's sessions may come from: one where it tells its id, else those of its host.

    Where there are fewer addresses than hosts, one address stands for several.
    """
    if client.key.pid is not None:
        return 1
    addresses = len({other.key.host for other in tenant.clients})
    return max(_processes_on_one(deployment, addresses) for deployment in tenant.deployments)


def _processes_on_one(deployment: Deployment, addresses: int) -> int:
    processes = deployment.processes.value
    return processes if addresses >= deployment.hosts.value else deployment.copies


def _gap(server: Server, tenant: Tenant, client: Client) -> FactMissingError:
    """Say which fact would tell whether the pool has anything left."""
    if client.unknown:
        for section in (server.sections.transactions, server.sections.statements):
            if isinstance(section, Missing):
                return FactMissingError(section)
        because = f"{count(len(client.unknown), 'sleeping session')} of {client.key} may be held or wait in the pool"
        return FactMissingError(Missing("statements", because))
    if len(tenant.deployments) > 1:
        because = f"{tenant.label} connect as one account, and which of them {client.key} is cannot be told"
        return FactMissingError(Missing("account", because, "give each application an account of its own"))
    because = f"the server does not tell the process ids of {client.key}, so its processes cannot be told apart"
    programs = server.sections.programs
    return FactMissingError(Missing("programs", because, programs.remedy if isinstance(programs, Missing) else ""))


def _found(server: Server, tenant: Tenant, client: Client, processes: int, options: Options) -> Found:
    running, held, ceiling = len(client.running), len(client.held), int(tenant.ceiling_connections)
    pool = tenant.deployments[0].pool
    use = f"{held} held, {running} running"
    return Found(
        message=f"{_who(tenant, client, processes)}: {use}; {_side(server, client, options)}",
        why=_why(pool),
        fix=_fix(client),
        about=str(client.key),
        lasting=client.key.lasting,
        at=pool.place_of(pool.size),
        evidence={
            "open_connections": len(client.sessions),
            "running_sessions": running,
            "held_sessions": held,
            "ceiling_connections": ceiling,
            **_of_server(server),
        },
    )


def _who(tenant: Tenant, client: Client, processes: int) -> str:
    ceiling = int(tenant.ceiling_connections)
    taken = "" if tenant.is_certain else f" (taken to be {tenant.label}, which names no account)"
    if processes == 1:
        return f"{client.key}{taken} has all {ceiling} connections of its pool open and none of them idle in it"
    busy = len(client.running) + len(client.held)
    return (
        f"at least one of the {processes} processes of {client.key} has all {ceiling} connections of its pool in use"
        f" ({busy} busy in all)"
    )


def _side(server: Server, client: Client, options: Options) -> str:
    """Say which side is short: the pool, whose connections are held or too few, or the server as well."""
    numbers = _of_server(server)
    if not numbers:
        return "how full the server is could not be read"
    used, limit = numbers["connected_connections"], numbers["max_connections"]
    share = used / max(limit, 1)
    use = f"{used} of {limit} in use, {percent(share)}"
    if share >= options.server_full_share:
        return f"the server is nearly full too ({use}), so a larger pool would only be refused by it"
    reason = "its connections are held" if client.held else "the pool is too small for statements this slow or many"
    return f"the server has room ({use}): {reason}"


def _of_server(server: Server) -> dict[str, int]:
    """Give what the server has in use and its limit; nothing where they could not be read."""
    try:
        return {
            "connected_connections": server.connected_connections,
            "max_connections": server.max_connections,
        }
    except FactMissingError:
        return {}


def _why(pool: Pool) -> str:
    timeout = pool.checkout_timeout_seconds
    if not timeout.is_known:
        return "the next request waits for a connection, and fails if none comes back in time"
    if timeout.value is None:
        never = (
            "acquire() has no timeout" if not pool.waits else timeout.word + ": " + ("null" if pool.is_queue else "0")
        )
        return f"the next request waits for a connection without end ({never})"
    if not pool.is_queue:
        return f"the next request waits {timeout.value:g} s and fails with MaxConnectionsExceeded"
    return (
        f"the next request waits {timeout.value:g} s and fails with"
        f" QueuePool limit of size {pool.size.value} overflow {pool.max_overflow.value} reached"
    )


def _fix(client: Client) -> str:
    if not client.held:
        return "look for what makes its statements slow (SHOW FULL PROCESSLIST) before giving it a larger pool"
    oldest = max(session.idle_seconds for session in client.held)
    return (
        f"close the sessions in the code that holds them, the oldest for {duration(oldest)} (PA201, PA203);"
        " a larger pool only delays this"
    )
