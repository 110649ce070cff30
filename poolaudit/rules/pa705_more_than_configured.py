"""PA705: more connections than the given settings allow."""

from collections.abc import Iterator
from math import inf

from poolaudit.facts.client import Client
from poolaudit.facts.fit import Fit, Tenant
from poolaudit.facts.setting import Place
from poolaudit.facts.words import count
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, judge_each, rule


@rule("PA705", "more-than-configured", about=Fit, severity=Severity.WARNING, since="0.1")
def check(fit: Fit, options: NoOptions) -> Iterator[Found]:
    """An application has more connections than its pool allows.

    ## Why it matters

    The settings that were given are then not what is in force, or not all: a second engine with a pool of its own (a
    job store's, given a URL instead of the engine), a development server's reloader that runs the application twice,
    an engine made for each request, a framework that does not read the setting. Whatever was planned with these
    settings is wrong.

    Judged by process where clients tell their process id (MySQL; on MariaDB with performance_schema on), and by all
    connections of the account against the whole deployment where clients do not, or where each process keeps to its
    own limit: there may be more processes than were declared. Containers behind one address may show the same process
    id; what they have is then added up. Clients that come through a proxy (PA801) leave the rule unanswered.

    ## What to do

    Look for other engines in the application (`create_engine`, job stores, tests' or tools' own), pass the one engine
    around, and compare the settings with what the running process has (`engine.pool.status()`).

    ## Fires

    ```toml
    processlist = [{ id = 1 }, { id = 2 }]
    programs = [{ id = 1, name = "web", pid = 7 }, { id = 2, name = "web", pid = 7 }]
    [[pools]]
    pool_size = 1
    max_overflow = 0
    ```

    ```toml
    processlist = [{ id = 1 }, { id = 2 }, { id = 3 }]
    [[pools]]
    pool_size = 1
    max_overflow = 0
    deployment = { processes = 2 }
    ```

    ```toml
    processlist = [{ id = 1 }, { id = 2 }]
    programs = [{ id = 1, name = "web", pid = 7 }, { id = 2, name = "web", pid = 8 }]
    [[pools]]
    pool_size = 1
    max_overflow = 0
    deployment = { processes = 1 }
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 1 }, { id = 2 }]
    programs = [{ id = 1, name = "web", pid = 7 }, { id = 2, name = "web", pid = 8 }]
    [[pools]]
    pool_size = 1
    max_overflow = 0
    ```
    """
    _ = options
    return judge_each(fit.tenants, _judge)


def _judge(tenant: Tenant) -> Iterator[Found]:
    if tenant.ceiling_connections == inf:
        return
    tenant.refuse_proxies()
    processes = [client for client in tenant.clients if client.key.pid is not None]
    beyond = tuple(judge_each(processes, lambda client: _judge_process(tenant, client)))
    yield from beyond
    if len(processes) < len(tenant.clients) or (not beyond and _is_declared(tenant)):
        yield from _judge_whole(tenant)


def _is_declared(tenant: Tenant) -> bool:
    """Whether it is said how many processes there should be, so that one too many can be told."""
    return all(one.processes.is_known and one.hosts.is_known for one in tenant.deployments)


def _judge_process(tenant: Tenant, client: Client) -> Iterator[Found]:
    """Judge one process; one that carries only some of the pools may be over its limit unseen."""
    sessions = len(client.sessions)
    if sessions <= tenant.least_ceiling_connections:
        return
    if not tenant.is_certain:
        raise tenant.uncertainty()
    if sessions > tenant.ceiling_connections:
        yield _found(tenant, sessions, int(tenant.ceiling_connections), str(client.key), client.key.lasting)


def _judge_whole(tenant: Tenant) -> Iterator[Found]:
    """Judge all of the account's sessions together; they fit if even one process of each pool may open so many."""
    sessions = sum(len(client.sessions) for client in tenant.clients)
    if sessions <= tenant.ceiling_connections:
        return
    if not tenant.is_certain:
        raise tenant.uncertainty()
    if sessions > tenant.demand_connections:
        user = tenant.clients[0].key.user
        yield _found(tenant, sessions, int(tenant.demand_connections), user, user)


def _found(tenant: Tenant, sessions: int, allowed: int, about: str, lasting: str) -> Found:
    return Found(
        message=f"{about} has {count(sessions, 'connection')}, but {tenant.label} allows {allowed}",
        why="there is another engine, or the settings given are not those in force: nothing planned with them holds",
        fix=(
            "look for engines beside the one configured (a job store given url= instead of engine=, a reloader's"
            " second process, an engine made for each request), and compare with engine.pool.status()"
        ),
        about=about,
        lasting=lasting,
        at=_place(tenant),
        evidence={"open_connections": sessions, "allowed_connections": allowed},
    )


def _place(tenant: Tenant) -> Place | None:
    pool = tenant.deployments[0].pool
    return pool.place_of(pool.size)
