"""What each pool is, in short: what its application says, what it leaves to defaults, what cannot be known."""

from collections.abc import Callable, Iterator
from math import inf
from typing import Any, TypeVar

from poolaudit.facts.fit import Deployment
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Place, Setting
from poolaudit.facts.words import duration
from poolaudit.render.pools import deployment_of
from poolaudit.render.servers import number_or_none
from poolaudit.render.shape import PoolRow
from poolaudit.render.text import safe
from poolaudit.report import Report

T = TypeVar("T")


def pool_row(report: Report, pool: Pool) -> PoolRow:
    """Say a pool in words: where the pools alone are judged each setting with where it is said."""
    if report.facts.servers:
        return PoolRow(safe(pool.label), safe(_settings(pool)), safe(_demand(report, pool)))
    ceiling = _ceiling(pool) or "ceiling unknown"
    return PoolRow(safe(f"{pool.label} ({pool.library})"), safe(_placed(pool)), safe(ceiling))


def _placed(pool: Pool) -> str:
    file = pool.place.file if pool.place is not None else ""
    return ", ".join(_with_origin(setting, words, file) for setting, words in _worded(pool))


def _with_origin(setting: Setting[Any], words: str, file: str) -> str:
    if not setting.is_known:
        return f"{words}{_where(setting.place, file, ' at ')}"
    if setting.default_of is not None:
        return f"{words} ({setting.default_of}'s default)"
    return words + (_where(setting.place, file, " (") + ")" if setting.place is not None else "")


def _where(place: Place | None, file: str, before: str) -> str:
    if place is None:
        return ""
    return f"{before}line {place.line}" if place.file == file and place.line is not None else f"{before}{place}"


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
    is_open, timeout = not pool.pool_class.is_known, pool.checkout_timeout_seconds
    if is_open or pool.has_size:
        yield pool.size, _one("size", pool.size, lambda size: f"size {size}")
    if is_open or pool.is_queue:
        yield pool.max_overflow, _one("overflow", pool.max_overflow, _overflow)
    if is_open or pool.waits:
        yield timeout, _one("checkout timeout", timeout, _timeout)
    yield pool.recycle_seconds, _one("recycle", pool.recycle_seconds, _recycle)
    if is_open or pool.has_pre_ping:
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
    if len([one for one in report.facts.fits if deployment in one.deployments]) > 1:
        return f"demand {words} on each of the servers that it leads to"
    limit = number_or_none(lambda: fit.server.max_connections)
    return f"demand {words}" + (f"; max_connections is {limit:,}" if limit is not None else "")


def _ceiling(pool: Pool) -> str:
    try:
        ceiling = pool.ceiling_connections
    except FactMissingError:
        return ""
    return "no limit to its connections" if ceiling == inf else f"at most {ceiling:,.0f} connections a process"


def demand_words(report: Report) -> tuple[str, ...]:
    """Say what all pools may open as the multiplications it is, once for each way to read them.

    `web: (10 + 10) × 4 processes × 3 hosts = 240, worker: … ; together 312 of 151`.
    """
    leading = [one for one in report.facts.deployments if not one.pool.leads_elsewhere]
    readings = list(dict.fromkeys(one.pool.reading for one in leading if one.pool.reading is not None))
    servers = report.facts.known_servers
    limit = number_or_none(lambda: servers[0].max_connections) if servers else None
    if not leading:
        return ()
    if not readings:
        return (safe(_sum(leading, limit)),)
    return tuple(
        safe(f"read as {reading}: {_sum([one for one in leading if one.pool.reading in {None, reading}], limit)}")
        for reading in readings
    )


def _sum(deployments: list[Deployment], limit: int | None) -> str:
    total, unknown, products = 0.0, False, []
    for one in deployments:
        try:
            products.append(one.multiplication)
            total += one.demand_connections
        except FactMissingError as gap:
            unknown = True
            products.append(f"{one.label}: unknown, for {gap.missing.because}")
    of = f" of {limit}" if limit is not None else ""
    if total == inf:
        of = f"; max_connections is {limit}" if limit is not None else ""
    if len(products) == 1:
        return products[0] + ("" if unknown else of)
    if total == 0 and unknown:
        return ", ".join(products)
    number = "no limit" if total == inf else f"{'at least ' if unknown else ''}{total:.0f}"
    return f"{', '.join(products)}; together {number}{of}"
