"""From files to what an audit of pools judges."""

from collections.abc import Iterable
from datetime import datetime

from poolaudit.facts.fit import Application, Deployment, Fit
from poolaudit.facts.pool import Pool
from poolaudit.facts.server import Server
from poolaudit.readers.application import Options, leading_here, with_options
from poolaudit.readers.reading import Reading
from poolaudit.report import Facts


def facts_of(
    reading: Reading, taken_at: datetime, server: Server | None = None, options: Options | None = None
) -> Facts:
    """Put together what was read of applications, and the server that their pools are held against.

    Without one it is the server that a file itself starts, as far as the file sets its variables. A pool whose URL is
    not known is taken to lead there, as `scan --app` takes it: its setting says so. `options` stand over files.
    """
    server = server or _started_by_files(reading, taken_at)
    deployments = with_options(reading.deployments, **(options or {}))
    if server is not None:
        name = f"the given server ({server.address})"
        deployments = tuple(leading_here(one, name) for one in deployments)
    return Facts(
        taken_at=taken_at,
        pools=_distinct(deployment.pool for deployment in deployments),
        fits=(Fit(server, deployments),) if server is not None and deployments else (),
        deployments=deployments,
        applications=applications_of(reading, deployments),
        unread=reading.unread,
        together=reading.together,
    )


def _started_by_files(reading: Reading, taken_at: datetime) -> Server | None:
    known = {name: setting for name, setting in reading.variables.items() if setting.is_known}
    if not known:
        return None
    from poolaudit.cli.given_server import server_of  # noqa: PLC0415 - most files start no server

    file = next((setting.place.file for setting in known.values() if setting.place is not None), "its files")
    variables = {name: str(setting.value) for name, setting in known.items()}
    return server_of(file, variables, f"only what {file} says of the server is known", taken_at)


def applications_of(reading: Reading, deployments: Iterable[Deployment]) -> tuple[Application, ...]:
    """Give the applications with their pools as they are now judged."""
    now = {one.pool.label: one.pool for one in deployments}
    return tuple(
        one._replace(pools=tuple(now.get(pool.label, pool) for pool in one.pools)) for one in reading.applications
    )


def _distinct(pools: Iterable[Pool]) -> tuple[Pool, ...]:
    found: list[Pool] = []
    for pool in pools:
        if pool not in found:
            found.append(pool)
    return tuple(found)
