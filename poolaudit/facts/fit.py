"""Pools times the processes and hosts that carry them, held against the server they lead to."""

from collections.abc import Iterable
from functools import cached_property
from math import inf
from typing import NamedTuple

from poolaudit.facts.accounts import Origin, candidates_of
from poolaudit.facts.client import Client, ClientKey, host_of
from poolaudit.facts.missing import FactMissingError, Missing, known
from poolaudit.facts.pool import PER_THREAD, Pool
from poolaudit.facts.proxy import hidden_by
from poolaudit.facts.server import Account, Server
from poolaudit.facts.session import Session
from poolaudit.facts.setting import Setting

CONSOLES = frozenset(
    {"mysql", "mariadb", "mysqldump", "mariadb-dump", "mysqladmin", "mariadb-admin", "mysqlsh", "MySQLWorkbench"}
    | {"poolaudit"}
)
"""Programs that carry no pool, by the program_name that they give; they are nobody's deployment."""


class Deployment(NamedTuple):
    """A pool and how many copies of it run: `processes` on each of `hosts`.

    `process` names the kind of process that carries it (`web`) where a pool's application runs as several kinds; then
    `threads` are that kind's own, while the pool has those of the kind that has most of them. `surge_hosts` is how many
    hosts more there are during a deploy, None where nothing is said of it.
    """

    pool: Pool
    processes: Setting[int]
    hosts: Setting[int]
    process: str = ""
    threads: Setting[int] | None = None
    surge_hosts: Setting[int] | None = None

    @property
    def label(self) -> str:
        """The pool's name, with the kind of process in front where there is one."""
        return f"{self.process} ({self.pool.label})" if self.process else self.pool.label

    @property
    def carried(self) -> Pool:
        """The pool as this kind of process has it, with its own threads."""
        return self.pool if self.threads is None else self.pool._replace(threads=self.threads)

    @property
    def copies(self) -> int:
        """How many processes run in all, each with a pool of its own."""
        return self.processes.value * self.hosts.value

    @property
    def is_unused(self) -> bool:
        """Whether it is known that nothing runs with it: a configuration for another environment, a test's."""
        return any(one.is_known and one.value == 0 for one in (self.processes, self.hosts))

    @property
    def demand_connections(self) -> float:
        """Give ceiling × processes × hosts; infinite where the ceiling is."""
        ceiling = self.carried.ceiling_connections
        return ceiling if ceiling == inf else ceiling * self.copies

    def surge_connections(self, factor: float) -> float:
        """Give the demand during a deploy: with the hosts that are then more, or `factor` times it.

        Raises FactMissingError where a number that decides is unknown.
        """
        demand = self.demand_connections
        if self.surge_hosts is None or demand == inf:
            return demand * factor
        return self.carried.ceiling_connections * self.processes.value * (self.hosts.value + self.surge_hosts.value)

    @property
    def multiplication(self) -> str:
        """Demand as the multiplication it is: `web (app.yaml): (10 + 10) × 4 processes × 3 hosts = 240`."""
        return f"{self.label}: {self.product}"

    @property
    def product(self) -> str:
        """The multiplication alone: `(10 + 10) × 4 processes × 3 hosts = 240`."""
        demand = self.demand_connections
        if demand == inf:
            return "no limit"
        processes, hosts = self.processes.value, self.hosts.value
        return (
            f"{self.carried.ceiling_words} × {processes} {_plural('process', processes)}"
            f" × {hosts} {_plural('host', hosts)} = {demand:.0f}"
        )


def one_of_each_pool(deployments: Iterable[Deployment]) -> tuple[Deployment, ...]:
    """Give the first deployment of each pool, leaving out those that are the same one in another kind of process."""
    first: list[Deployment] = []
    for one in deployments:
        if not any(one.pool == other.pool and one.process != other.process for other in first):
            first.append(one)
    return tuple(first)


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return word + ("es" if word.endswith("s") else "s")


class Application(NamedTuple):
    """The pools that one process carries, in the order in which they are said."""

    name: str
    pools: tuple[Pool, ...]


class _TenantFields(NamedTuple):
    """The fields of a Tenant; what it works out once has its place beside them."""

    deployments: tuple[Deployment, ...]
    clients: tuple[Client, ...]
    is_certain: bool = True


class Tenant(_TenantFields):
    """Deployments that connect as one account, and the clients that are theirs.

    Which of several deployments a client belongs to cannot be told; they may even share a process. So a process of
    theirs may open between `least_ceiling_connections` and `ceiling_connections`. `is_certain` is whether the clients
    are surely theirs: no URL names the account, and the server has clients of several.
    """

    @cached_property
    def ceiling_connections(self) -> float:
        """What a process may open that carries all pools of its kind; infinite where one is no QueuePool.

        A pool that several kinds of process carry counts once for each of them. Those of which it is not known what
        carries them may be any kind's.
        """
        return max(
            sum(map(limit_of, self._pools_of(kind))) for kind in dict.fromkeys(one.process for one in self.deployments)
        )

    def _pools_of(self, kind: str) -> list[Pool]:
        """Give the pools that one kind of process carries, each once; all of them where the kind is not known."""
        if kind:
            return [one.pool for one in self.deployments if one.process in {kind, ""}]
        return [one.pool for one in one_of_each_pool(self.deployments)]

    @cached_property
    def least_ceiling_connections(self) -> float:
        """What a process may open that carries the smallest of the pools alone."""
        return min(limit_of(deployment.pool) for deployment in self.deployments)

    @cached_property
    def demand_connections(self) -> float:
        """What all of them may open together; infinite where one is no QueuePool."""
        if self.ceiling_connections == inf:
            return inf
        return sum(deployment.demand_connections for deployment in self.deployments)

    def refuse_proxies(self) -> None:
        """Raise FactMissingError where a client comes through a proxy: its sessions are then not a pool's."""
        proxies = [client.proxy for client in self.clients if client.proxy is not None]
        if proxies:
            raise hidden_by(proxies)

    @cached_property
    def keys(self) -> frozenset[ClientKey]:
        """Its clients' keys."""
        return frozenset(client.key for client in self.clients)

    @property
    def label(self) -> str:
        """The names of its pools."""
        return " and ".join(dict.fromkeys(deployment.pool.label for deployment in self.deployments))

    def uncertainty(self) -> FactMissingError:
        """Give the error that says that the clients cannot be told from others'."""
        users = ", ".join(sorted({client.key.user for client in self.clients}))
        return FactMissingError(
            Missing(
                "account",
                f"{self.label} does not say as which account it connects, and there are clients of several ({users})",
                "give the pool's url with its user, as in url: mysql://USER@HOST/DATABASE",
            )
        )


class _FitFields(NamedTuple):
    """The fields of a Fit; what it works out once has its place beside them."""

    server: Server
    deployments: tuple[Deployment, ...]


class Fit(_FitFields):
    """A server and the deployments that are said to lead to it; there is at least one."""

    @cached_property
    def leading(self) -> tuple[Deployment, ...]:
        """The deployments that run, less those whose URL leads to another database than MySQL."""
        return tuple(one for one in self.deployments if not one.pool.leads_elsewhere and not one.is_unused)

    @cached_property
    def readings(self) -> tuple["Fit", ...]:
        """One Fit for each way to read the deployments, where the version of a library decides and is not known.

        A rule judges one reading at a time: two readings of one pool are never added up.
        """
        labels = dict.fromkeys(one.pool.reading for one in self.deployments if one.pool.reading is not None)
        if not labels:
            return (self,)
        return tuple(
            self._replace(deployments=tuple(one for one in self.deployments if one.pool.reading in {None, label}))
            for label in labels
        )

    @cached_property
    def demand_connections(self) -> float:
        """What all deployments may open together."""
        return sum(deployment.demand_connections for deployment in self.leading)

    def require_demand(self) -> None:
        """Raise FactMissingError where the demand of a deployment is not known: a sum is then less than the whole."""
        _ = self.demand_connections

    @cached_property
    def counted(self) -> "Fit":
        """The same with those deployments alone whose demand is known: a sum of them is what may be opened at least."""
        known_ones = tuple(one for one in self.leading if _has_demand(one))
        return self if known_ones == self.deployments else self._replace(deployments=known_ones)

    @property
    def budget_connections(self) -> int:
        """What a plan may use: max_connections less the reserve, never below 0."""
        return max(self.server.max_connections - self.server.reserve_connections, 0)

    @cached_property
    def tenants(self) -> tuple[Tenant, ...]:
        """The deployments grouped by the account that their URL names, each group with its clients.

        A URL that names none leads in as an account that is not known: every client may be its own, and surely is where
        there is only one account.
        """
        users = dict.fromkeys(user_of(deployment) for deployment in self.leading)
        return tuple(self._tenant(user) for user in users)

    def _tenant(self, user: str | None) -> Tenant:
        deployments = tuple(one for one in self.leading if user_of(one) == user)
        others = {user_of(one) for one in self.leading} - {None}
        clients = tuple(
            client
            for client in self.server.clients
            if client.key.program not in CONSOLES
            and (client.key.user == user if user is not None else client.key.user not in others)
        )
        certain = user is not None or len({client.key.user for client in clients}) <= 1
        return Tenant(deployments, clients, certain)

    def tenant_of(self, deployment: Deployment) -> Tenant:
        """Give the tenant that a deployment is part of; one of its own, without clients, where it does not run here."""
        found = (tenant for tenant in self.tenants if deployment in tenant.deployments)
        return next(found, Tenant((deployment,), ()))

    def clients_of(self, deployment: Deployment) -> tuple[Client, ...]:
        """Give the clients that are this deployment's, or of others as the same account.

        Raises FactMissingError where the pool's URL names no account and the server has clients of several.
        """
        tenant = self.tenant_of(deployment)
        if not tenant.is_certain:
            raise tenant.uncertainty()
        return tenant.clients

    def deployment_of(self, client: Client) -> Deployment | None:
        """Give the deployment that a client belongs to, None where it is nobody's or cannot be told."""
        owners = [tenant for tenant in self.tenants if tenant.is_certain and client.key in tenant.keys]
        if len(owners) == 1 and len(one_of_each_pool(owners[0].deployments)) == 1:
            return owners[0].deployments[0]
        return None

    def wait_timeout_seconds_of(self, deployment: Deployment) -> int:
        """After how many idle seconds the server ends this deployment's sessions.

        The smallest that one of them has of its own (a driver's init_command may set it), else the server's.
        """
        own = [self.server.session_wait_timeout_seconds(session) for session in self._sessions_of(deployment)]
        return min(own) if own else self.server.wait_timeout_seconds

    def cap_connections_of(self, deployment: Deployment) -> float:
        """Give the cap of the deployment's account, infinite where it has none.

        max_user_connections of the account, or the global one where it has none of its own. Raises FactMissingError
        where it cannot be told (mysql.user not readable, or several accounts with different caps).
        """
        shared = max(self.server.number("max_user_connections"), 0) or inf
        if isinstance(self.server.sections.accounts, Missing) and shared < inf:
            return shared
        caps = {account.cap_connections or shared for account in self._accounts_of(deployment)} or {shared}
        if len(caps) == 1:
            return caps.pop()
        raise FactMissingError(
            Missing(
                "account",
                f"which account {deployment.pool.label} uses cannot be told, and their caps differ",
                "give the pool's url with its user, as in url: mysql://USER@HOST/DATABASE",
            )
        )

    def _accounts_of(self, deployment: Deployment) -> set[Account]:
        """Give the accounts that it may connect as: by its sessions where there are any, else by its user's name."""
        accounts = known(self.server.sections.accounts)
        origins = {(session.row.user, session.row.host) for session in self._sessions_of(deployment)}
        if origins:
            return {one for user, host in origins for one in candidates_of(_origin(user, host), accounts)}
        user = user_of(deployment)
        return {one for one in accounts if user is None or one.user == user}

    def _sessions_of(self, deployment: Deployment) -> list[Session]:
        """Give its sessions as far as they can be told from others'; none where they cannot."""
        try:
            return [session for client in self.clients_of(deployment) for session in client.sessions]
        except FactMissingError:
            return []


def _has_demand(deployment: Deployment) -> bool:
    try:
        return deployment.demand_connections >= 0
    except FactMissingError:
        return False


def limit_of(pool: Pool) -> float:
    """Give the limit that a pool itself keeps: its ceiling, infinite for NullPool and its like, which keep none."""
    return inf if pool.pool_class.value in PER_THREAD else pool.ceiling_connections


def user_of(deployment: Deployment) -> str | None:
    """Give the user that a deployment's URL names, None where it names none."""
    url = deployment.pool.url
    return url.value.user if url.is_known else None


def _origin(user: str, host: str) -> Origin:
    return user, host_of(host), host_of(host) != host
