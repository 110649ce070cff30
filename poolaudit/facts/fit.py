"""Pools times the processes and hosts that carry them, held against the server they lead to."""

from dataclasses import dataclass
from functools import cached_property

from poolaudit.facts.client import Client
from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.pool import Pool, Setting
from poolaudit.facts.server import Server


@dataclass(frozen=True)
class Deployment:
    """A pool and how many copies of it run: `processes` on each of `hosts`."""

    pool: Pool
    processes: Setting[int]
    hosts: Setting[int]
    path_idle_timeout_seconds: Setting[float]

    @property
    def demand_connections(self) -> float:
        """Give ceiling × processes × hosts; infinite where the ceiling is."""
        return self.pool.ceiling_connections * self.processes.value * self.hosts.value

    @property
    def multiplication(self) -> str:
        """Demand as the multiplication it is: `web: (10 + 10) × 4 processes × 3 hosts = 240`."""
        pool = self.pool
        ceiling = (
            f"({pool.size.value} + {pool.max_overflow.value})" if pool.is_queue else f"{pool.ceiling_connections:g}"
        )
        processes, hosts = self.processes.value, self.hosts.value
        demand = self.demand_connections
        total = "no limit" if demand == float("inf") else f"{demand:g}"
        return (
            f"{pool.name}: {ceiling} × {processes} {_plural('process', processes)}"
            f" × {hosts} {_plural('host', hosts)} = {total}"
        )


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return word + ("es" if word.endswith("s") else "s")


@dataclass(frozen=True)
class Fit:
    """A server and the deployments that lead to it; there is at least one."""

    server: Server
    deployments: tuple[Deployment, ...]

    @cached_property
    def demand_connections(self) -> float:
        """What all deployments may open together."""
        return sum(deployment.demand_connections for deployment in self.deployments)

    def clients_of(self, deployment: Deployment) -> tuple[Client, ...]:
        """Give the clients that are this deployment's.

        By the account that the pool's URL names; where it names none, every client is the deployment's if there is no
        other, and which is whose cannot be told if there are several (FactMissingError).
        """
        user = deployment.pool.url.value.user if deployment.pool.url.is_known else None
        if user is not None:
            return tuple(client for client in self.server.clients if client.key.user == user)
        if len(self.deployments) == 1:
            return self.server.clients
        raise FactMissingError(
            Missing(
                "clients",
                f"{deployment.pool.name} does not say as which account it connects, and it is not alone",
                "give the pool's url with its user",
            )
        )

    def deployment_of(self, client: Client) -> Deployment | None:
        """Give the deployment that a client belongs to, None where it is nobody's or cannot be told."""
        for deployment in self.deployments:
            user = deployment.pool.url.value.user if deployment.pool.url.is_known else None
            if user == client.key.user or (user is None and len(self.deployments) == 1):
                return deployment
        return None
