"""Applications' pools: from their files, from a plain mapping, and from the command line's options."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from poolaudit.errors import CannotAuditError
from poolaudit.facts.fit import Deployment, one_of_each_pool
from poolaudit.facts.misfit import REFUSED
from poolaudit.facts.pool import Pool, PoolUrl
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.deployment import deployed_from, hosts_beside
from poolaudit.readers.engine import Engine, pool_from
from poolaudit.readers.libraries.sqlalchemy_words import engines_of
from poolaudit.readers.located import located

if TYPE_CHECKING:
    from poolaudit.readers.reading import Reading  # only where a file is read


def read_application(path: str) -> tuple[Deployment, ...]:
    """Read the pools of an application's file or folder, in the file's order.

    Where a version decides and is not known, a pool is there once for each `reading`. Raises CannotAuditError where the
    file cannot be read or says nothing of a pool.
    """
    return read_applications((path,)).deployments


def read_applications(paths: Sequence[str]) -> "Reading":
    """Read applications' files and folders together; CannotAuditError where they say nothing of a pool."""
    from poolaudit.readers.reading import read_paths  # noqa: PLC0415 - only where a file is read

    found = read_paths(paths)
    if not found.deployments:
        raise CannotAuditError(
            f"{', '.join(paths)} says nothing of a pool; looked for were SQLAlchemy's words (pool_size, max_overflow,"
            " pool_recycle, pool_timeout, pool_pre_ping, poolclass, url) and those of the frameworks that use it"
        )
    return found


def deployment_from_words(words: Mapping[str, Any], name: str) -> Deployment:
    """Read one pool from a plain mapping of the same words, as given to a scan; `name` is what it is called.

    ValueError where Flask-SQLAlchemy's version decides and is not said: then there are two readings.
    """
    (deployment,) = deployments_from_words(words, name)
    return deployment


def deployments_from_words(words: Mapping[str, Any], name: str) -> tuple[Deployment, ...]:
    """Read one pool in each of its readings from a plain mapping, as given to a scan."""
    from poolaudit.readers.filling import filled_value  # noqa: PLC0415 - only where a capture or a caller gives words

    return tuple(
        leading_here(deployment_of(engine)) for engine in engines_of(filled_value(located(words), {}).table, name)
    )


def deployment_of(engine: Engine) -> Deployment:
    """Give an engine's pool with what its own `deployment:` says."""
    deployed = deployed_from(engine.deployment)
    return Deployment(pool_from(engine, deployed, name=engine.name), deployed.processes, deployed.hosts)


class Options(TypedDict, total=False):
    """The command line's words for a pool; None where an option is not given. Times are in seconds."""

    pool_size: int | None
    max_overflow: int | None
    pool_recycle: int | None
    pool_timeout: float | None
    pool_pre_ping: bool | None
    processes: int | None
    hosts: int | None
    threads: int | None
    request_timeout: float | None
    path_idle_timeout: float | None


def overridden(deployments: Iterable[Deployment], **options: Unpack[Options]) -> tuple[Deployment, ...]:
    """Say of the deployments given to a scan what its command line says: options replace settings, or make a pool.

    Giving an application to a scan says that it leads to the scanned server, so one whose URL is not known does.
    """
    chosen = tuple(deployments)
    if not chosen and any(value is not None for value in options.values()):
        chosen = tuple(deployment_of(engine) for engine in engines_of({}, "command line"))
    return tuple(leading_here(one) for one in with_options(chosen, **options))


def with_options(deployments: Iterable[Deployment], **options: Unpack[Options]) -> tuple[Deployment, ...]:
    """Lay what the command line says over what files say."""
    given = {option: value for option, value in options.items() if value is not None}
    chosen = tuple(deployments)
    if "processes" in given:
        chosen = _as_one_kind(chosen)
    return tuple(_with_options(one, given) if given else one for one in chosen)


def _as_one_kind(deployments: tuple[Deployment, ...]) -> tuple[Deployment, ...]:
    """Take the kinds of process that carry a pool together: how many there are in all is then said by an option."""
    return tuple(one._replace(process="") for one in one_of_each_pool(deployments))


def leading_here(deployment: Deployment, server: str = "the scanned server") -> Deployment:
    """Take a pool whose URL is not known to lead to a server, a MySQL: giving both says so. `server` is its name."""
    pool = deployment.pool
    if pool.url.is_known:
        return deployment
    note = f"taken to lead to {server}, for the url is not known: {pool.url.unknown}"
    url = Setting(PoolUrl("mysql"), pool.url.place, note=note, word=pool.url.word)
    return deployment._replace(pool=pool._replace(url=url))


def _with_options(deployment: Deployment, given: Mapping[str, Any]) -> Deployment:
    said = {option: _option(option, value) for option, value in given.items()}
    pool = _pool_with_options(deployment.pool, said)
    processes, hosts = said.get("processes", deployment.processes), said.get("hosts", deployment.hosts)
    if deployment.is_unused:  # what does not run, runs no more often for an option
        processes, hosts = deployment.processes, deployment.hosts
    threads = said.get("threads", deployment.threads)
    return deployment._replace(pool=pool, processes=processes, hosts=hosts_beside(processes, hosts), threads=threads)


def _option(option: str, value: object) -> Setting[Any]:
    flag = "--" + ("no-" if value is False else "") + option.replace("_", "-")
    return Setting(value, Place(flag), word=option)


def _pool_with_options(pool: Pool, said: Mapping[str, Setting[Any]]) -> Pool:
    """Replace a pool's settings; NullPool and its like have no size, whoever says one."""
    sized = not pool.pool_class.is_known or pool.is_queue
    return pool._replace(
        size=said.get("pool_size", pool.size) if sized or pool.has_size else pool.size,
        max_overflow=said.get("max_overflow", pool.max_overflow) if sized else pool.max_overflow,
        checkout_timeout_seconds=said.get("pool_timeout", pool.checkout_timeout_seconds)
        if sized
        else pool.checkout_timeout_seconds,
        recycle_seconds=said.get("pool_recycle", pool.recycle_seconds),
        pre_ping=said.get("pool_pre_ping", pool.pre_ping),
        threads=said.get("threads", pool.threads),
        request_timeout_seconds=said.get("request_timeout", pool.request_timeout_seconds),
        path_idle_timeout_seconds=said.get("path_idle_timeout", pool.path_idle_timeout_seconds),
        misfits=tuple(one for one in pool.misfits if one.kind == REFUSED or one.option not in said),
    )
