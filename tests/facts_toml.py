"""Facts from short TOML: what a rule's page shows under "Fires" and "Stays quiet", and what tests are written in.

The tables are those of a capture's `server` object, laid over a healthy server (HEALTHY), so that a test says only
what it is about. `missing = ["transactions"]` makes sections Missing. `[[pools]]` holds SQLAlchemy's words as an
application file does, with `deployment` and `forks` beside them; where there are pools, each server gets a Fit with
them. `[[applications]]` with `pools` of their own are the processes that carry several. `[[unreached]]` are servers
that could not be audited. `[[ignores]]` are given to the policy by the caller.
`earlier = { ago_seconds = 86400, counters = { … } }` are the counters of the last audit, and
`usage = { every_seconds = 3600, connected = [ … ] }` its looks, the newest so long before now.
"""

import tomllib
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from poolaudit.collect.capture import server_from
from poolaudit.facts.earlier import Earlier
from poolaudit.facts.fit import Application, Deployment, Fit
from poolaudit.facts.fork import Fork
from poolaudit.facts.server import Server
from poolaudit.facts.setting import Place, Setting
from poolaudit.facts.unreached import Unreached
from poolaudit.facts.usage import Usage
from poolaudit.readers.application import deployment_from_words, deployment_of
from poolaudit.readers.libraries.django import engine_of
from poolaudit.readers.located import located
from poolaudit.report import Facts

TAKEN_AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
A_MONTH_SECONDS = 30 * 86400

HEALTHY: dict[str, Any] = {
    "address": "db1:3306",
    "version": "8.4.3",
    "flavor": "mysql",
    "variables": {
        "max_connections": "151",
        "max_user_connections": "0",
        "max_connect_errors": "100",
        "host_cache_size": "279",
        "skip_name_resolve": "OFF",
        "wait_timeout": "28800",
        "interactive_timeout": "28800",
        "connect_timeout": "10",
    },
    "counters": {
        "Uptime": A_MONTH_SECONDS,
        "Uptime_since_flush_status": A_MONTH_SECONDS,
        "Threads_connected": 12,
        "Threads_running": 2,
        "Max_used_connections": 40,
        "Connections": 200_000,
        "Questions": 40_000_000,
        "Aborted_clients": 0,
        "Aborted_connects": 0,
        "Connection_errors_max_connections": 0,
    },
    "processlist": [],
    "transactions": [],
    "programs": [],
    "statements": [],
    "lock_waits": [],
    "wait_timeouts": {},
    "accounts": [],
    "errors": [],
    "later": {"missing": {"part": "later", "because": "there was one reading", "remedy": "--interval 10"}},
}
ROW_DEFAULTS: dict[str, Any] = {
    "id": 1, "user": "app", "host": "10.0.3.7:50000", "db": "shop", "command": "Sleep", "time_seconds": 0, "state": "",
}  # fmt: skip


def facts_from(text: str) -> Facts:
    """Read facts from TOML: one server, its pools if there are any, and what fits them together."""
    document = tomllib.loads(text)
    deployments = tuple(deployment_from(table) for table in document.pop("pools", []))
    applications = tuple(application_from(table) for table in document.pop("applications", []))
    document.pop("ignores", None)
    unreached = tuple(Unreached(**table) for table in document.pop("unreached", []))
    usage = document.pop("usage", None)
    server = server_over_healthy(document)
    return Facts(
        taken_at=TAKEN_AT,
        servers=(server,),
        pools=tuple(deployment.pool for deployment in deployments),
        fits=(Fit(server, deployments),) if deployments else (),
        applications=applications,
        unreached=unreached,
        usage={} if usage is None else {server.label: usage_from(server, **usage)},
    )


def usage_from(
    server: Server, every_seconds: int, connected: list[int], limit: int = 151, uptime_seconds: int | None = None
) -> tuple[Usage, ...]:
    """Give a server's past looks, of one life and one limit where nothing else is said."""
    lived = server.uptime_seconds if uptime_seconds is None else uptime_seconds
    began = server.taken_at - timedelta(seconds=every_seconds * len(connected))
    return tuple(
        Usage(
            taken_at=began + timedelta(seconds=every_seconds * number),
            connected_connections=connections,
            max_connections=limit,
            started_at=server.taken_at - timedelta(seconds=lived),
        )
        for number, connections in enumerate(connected)
    )


def server_over_healthy(document: dict[str, Any]) -> Server:
    """Lay a document's tables over the healthy server."""
    table = deepcopy(HEALTHY)
    earlier = document.pop("earlier", None)
    for part in document.pop("missing", []):
        table[part] = {"missing": {"part": part, "because": f"no {part} here", "remedy": f"GRANT {part}"}}
    for key, value in document.items():
        if key == "processlist":
            table[key] = [ROW_DEFAULTS | row for row in value]
        elif isinstance(value, dict) and isinstance(table.get(key), dict) and key != "later":
            table[key] |= value
        else:
            table[key] = value
    server = server_from(table, TAKEN_AT)
    return server if earlier is None else server._replace(earlier=earlier_from(server, **earlier))


def earlier_from(server: Server, ago_seconds: int, counters: dict[str, int]) -> Earlier:
    """Give the counters of the last audit; the server had been up for so much less if they say nothing of it."""
    return Earlier(
        TAKEN_AT - timedelta(seconds=ago_seconds), {"Uptime": server.uptime_seconds - ago_seconds} | counters
    )


def application_from(table: dict[str, Any]) -> Application:
    """Read the pools that one process carries."""
    return Application(table.get("name", "web"), tuple(deployment_from(pool).pool for pool in table["pools"]))


def deployment_from(table: dict[str, Any]) -> Deployment:
    """Read one pool in SQLAlchemy's words, as an application file would say it, or in Django's.

    TOML has no null: Django's None is written as a text.
    """
    forks = tuple(fork_from(one) for one in table.pop("forks", ()))
    deployment = _deployment_from(table)
    return deployment._replace(pool=deployment.pool._replace(forks=forks))


def fork_from(table: dict[str, Any]) -> Fork:
    """Read a fork: places are `file:line`, and `unknown` says why it is not known whether a connection is open."""
    opened: Setting[Place | None] = Setting(
        place_from(table.get("opened")), unknown=table.get("unknown"), word="opened before the fork"
    )
    said = {name: table[name] for name in ("is_sure", "closes", "process") if name in table}
    given_up, refused = place_from(table.get("given_up")), place_from(table.get("refused"))
    return Fork(table["by"], _place(table["place"]), opened, given_up, refused, **said)


def place_from(said: str | None) -> Place | None:
    """Read `file:line`."""
    return _place(said) if said is not None else None


def _place(said: str) -> Place:
    file, _, line = said.partition(":")
    return Place(file, int(line))


def _deployment_from(table: dict[str, Any]) -> Deployment:
    if "ENGINE" in table:
        entry = located({key: None if value == "None" else value for key, value in table.items()})
        engine = engine_of(entry.table, table.get("name", "settings.py:default"), entry)
        return deployment_of(engine._replace(deployment=entry.table.get("deployment")))
    return deployment_from_words(table, name=table.get("name", "app.yaml"))
