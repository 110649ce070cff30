"""The pools of a report, what runs each, and its settings by their names in reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from poolaudit.facts.setting import Setting
from poolaudit.report import Report

if TYPE_CHECKING:
    # Types alone: a scan of a server without applications has no pools, and imports nothing of them.
    from poolaudit.facts.fit import Deployment, Fit
    from poolaudit.facts.pool import Pool, PoolUrl


def deployment_of(report: Report, pool: Pool) -> tuple[Fit, Deployment] | None:
    """Give the fit and the deployment that a pool is part of, None where no server is known for it."""
    for fit in report.facts.fits:
        for deployment in fit.deployments:
            if deployment.pool == pool:
                return fit, deployment
    return None


def pools_of(report: Report) -> tuple[Pool, ...]:
    """Give the pools, one that several kinds of process carry once: it differs in what its process says alone."""
    found: dict[str, list[Pool]] = {}
    for pool in report.facts.pools:
        same = found.setdefault(pool.label, [])
        if all(pool.as_said != other.as_said for other in same):
            same.append(pool)
    return tuple(pool for same in found.values() for pool in same)


def deployments_of(report: Report, pool: Pool) -> tuple[Deployment, ...]:
    """Give all that runs a pool, in the order in which it was read; nothing where that is not known."""
    fits = [fit for fit in report.facts.fits if any(_is_of(one, pool) for one in fit.deployments)]
    deployments = report.facts.deployments or tuple(one for fit in fits[:1] for one in fit.deployments)
    return tuple(one for one in deployments if _is_of(one, pool))


def _is_of(deployment: Deployment, pool: Pool) -> bool:
    return deployment.pool.label == pool.label and deployment.pool.as_said == pool.as_said


def settings_of(pool: Pool, deployment: Deployment | None) -> Mapping[str, Setting[Any]]:
    """Give every setting of a pool by its name in reports, and what is said of how it runs."""
    settings: dict[str, Setting[Any]] = {
        "url": _url(pool.url),
        "class": pool.pool_class,
        "size": pool.size,
        "max_overflow": pool.max_overflow,
        "recycle_seconds": pool.recycle_seconds,
        "pre_ping": pool.pre_ping,
        "checkout_timeout_seconds": pool.checkout_timeout_seconds,
        "reset_on_return": pool.reset_on_return,
        "isolation_level": pool.isolation_level,
        "threads": pool.threads,
        "request_timeout_seconds": pool.request_timeout_seconds,
        "path_idle_timeout_seconds": pool.path_idle_timeout_seconds,
    }
    if deployment is not None:
        settings |= {"processes": deployment.processes, "hosts": deployment.hosts}
    return settings


def _url(url: Setting[PoolUrl]) -> Setting[Any]:
    written: Setting[Any] = url
    return written._replace(said=url_words(url.value)) if url.is_known else url


def url_words(url: PoolUrl) -> str:
    """Write a URL without its password, which is not kept, and without its query, which may hold others."""
    dialect = url.dialect or "?"
    scheme = f"{dialect}+{url.driver}" if url.driver else dialect
    user = f"{url.user}@" if url.user else ""
    port = f":{url.port}" if url.port is not None else ""
    return f"{scheme}://{user}{url.host or ''}{port}/{url.database or ''}"
