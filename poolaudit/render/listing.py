"""Pools and where each of their settings is said, judging nothing."""

from collections.abc import Iterator
from typing import Any

from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Setting, as_yaml
from poolaudit.render.pool_rows import demand_words
from poolaudit.render.pools import deployments_of, pools_of, settings_of
from poolaudit.render.text import ascii_only as to_ascii
from poolaudit.render.text import safe
from poolaudit.report import Report

_INDENT = "  "


def text_of(report: Report, *, ascii_only: bool) -> str:
    """Give the list as text, a block for each pool, and what could not be read."""
    blocks = [list(_pool(report, pool)) for pool in pools_of(report)] or [["no pool settings were found"]]
    facts = report.facts
    blocks += [
        [f"together: {safe(one)}" for one in facts.together],
        [f"demand: {one}" for one in demand_words(report)],
        [safe(f"unread: {one.place}: {one.missing.because}") for one in facts.unread],
    ]
    text = "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
    return to_ascii(text) if ascii_only else text


def _pool(report: Report, pool: Pool) -> Iterator[str]:
    place = f", {pool.place}" if pool.place is not None and str(pool.place) not in pool.name else ""
    elsewhere = ", left alone" if pool.leads_elsewhere else ""
    yield safe(f"{pool.label} ({pool.library}{place}{elsewhere})")
    deployments = deployments_of(report, pool)
    settings = settings_of(pool, None)
    rows = [(name, _value(one), _origin(one)) for name, one in settings.items()]
    for deployment in deployments:
        kind = f" ({deployment.process})" if deployment.process else ""
        running = (("processes", deployment.processes), ("hosts", deployment.hosts))
        rows += [(f"{name}{kind}", _value(one), _origin(one)) for name, one in running]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        yield f"{_INDENT}{name.ljust(widths[0])}  {value.ljust(widths[1])}  {origin}".rstrip()


def _value(setting: Setting[Any]) -> str:
    return safe(as_yaml(setting.value)) if setting.is_known else "?"


def _origin(setting: Setting[Any]) -> str:
    """Say where it comes from, as what it is written there, and how it came about."""
    if not setting.is_known:
        at = f" ({setting.place})" if setting.place is not None else ""
        return safe(f"unknown{at}: {setting.unknown}")
    written = f" as {setting.word}" if setting.place is not None and not setting.place.file.startswith("--") else ""
    note = f"; {setting.note}" if setting.note else ""
    return safe(f"{setting.origin}{written}{note}")
