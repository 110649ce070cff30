"""What each pool is, in short: what its application says, what it leaves to defaults, what cannot be known."""

from collections.abc import Callable, Iterator
from math import inf
from typing import Any, TypeVar

from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.pool import Pool, Setting
from poolaudit.facts.words import duration
from poolaudit.render.servers import number_or_none
from poolaudit.render.shape import PoolRow
from poolaudit.render.text import safe
from poolaudit.report import Report

T = TypeVar("T")


def deployment_of(report: Report, pool: Pool) -> tuple[Fit, Deployment] | None:
    """Give the fit and the deployment that a pool is part of, None where no server is known for it."""
    for fit in report.facts.fits:
        for deployment in fit.deployments:
            if deployment.pool == pool:
                return fit, deployment
    return None


def pool_row(report: Report, pool: Pool) -> PoolRow:
    """Say a pool in words."""
    return PoolRow(safe(pool.label), safe(_settings(pool)), safe(_demand(report, pool)))


def _settings(pool: Pool) -> str:
    said, default, unknown = [], [], []
    for setting, words in _worded(pool):
        if not setting.is_known:
            unknown.append(words)
        elif setting.is_default:
            default.append(words)
        else:
            said.append(words)
    parts = [", ".join(said), f"by default {', '.join(default)}" if default else "", ", ".join(unknown)]
    return "; ".join(part for part in parts if part)


def _worded(pool: Pool) -> Iterator[tuple[Setting[Any], str]]:
    yield pool.pool_class, _one("pool class", pool.pool_class, lambda name: name)
    if not pool.pool_class.is_known or pool.is_queue:
        yield pool.size, _one("size", pool.size, lambda size: f"size {size}")
        yield pool.max_overflow, _one("overflow", pool.max_overflow, _overflow)
        timeout = pool.checkout_timeout_seconds
        yield timeout, _one("checkout timeout", timeout, _timeout)
    yield pool.recycle_seconds, _one("recycle", pool.recycle_seconds, _recycle)
    yield pool.pre_ping, _one("pre-ping", pool.pre_ping, lambda on: f"pre-ping {'on' if on else 'off'}")


def _one(name: str, setting: Setting[T], words: Callable[[T], str]) -> str:
    return words(setting.value) if setting.is_known else f"{name} unknown ({setting.unknown})"


def _overflow(overflow: int) -> str:
    return "overflow without limit" if overflow == -1 else f"overflow {overflow}"


def _timeout(seconds: float | None) -> str:
    return "no checkout timeout" if seconds is None else f"checkout timeout {duration(seconds)}"


def _recycle(seconds: int) -> str:
    return "recycle never" if seconds == -1 else f"recycle {duration(seconds)}"


def _demand(report: Report, pool: Pool) -> str:
    found = deployment_of(report, pool)
    if found is None:
        return _ceiling(pool) or "ceiling unknown"
    fit, deployment = found
    try:
        words = deployment.multiplication.removeprefix(f"{pool.label}: ")
    except FactMissingError as gap:
        return "; ".join(part for part in (_ceiling(pool), f"demand unknown: {gap.missing.because}") if part)
    limit = number_or_none(lambda: fit.server.max_connections)
    return f"demand {words}" + (f"; max_connections is {limit:,}" if limit is not None else "")


def _ceiling(pool: Pool) -> str:
    try:
        ceiling = pool.ceiling_connections
    except FactMissingError:
        return ""
    return "no limit to its connections" if ceiling == inf else f"at most {ceiling:,.0f} connections a process"
