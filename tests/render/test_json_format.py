"""JSON, version 1: as its schema says, the same text for the same report, and every string as it came."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, ValidationError

from poolaudit import __version__
from poolaudit.facts.missing import Missing
from poolaudit.facts.pool import PoolUrl
from poolaudit.facts.setting import Place, Setting
from poolaudit.render import render
from poolaudit.report import Ignore, Ignored, Report, Severity, Unanswered
from tests.render.names import a_few, reports
from tests.render.past import ALL
from tests.render.samples import (
    SAMPLES,
    default,
    deployment,
    facts_of,
    finding,
    incident_0a,
    pool,
    report,
    said,
    server,
)

SCHEMA = json.loads(files("poolaudit.render").joinpath("report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def written(one: Report) -> str:
    return render(one, "json", width=None, color=True)


def read(one: Report) -> Any:  # noqa: ANN401 - a JSON document
    document = json.loads(written(one))
    VALIDATOR.validate(document)
    return document


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_describes_every_field_and_admits_no_other() -> None:
    def check(node: Any) -> None:  # noqa: ANN401 - a JSON schema
        if isinstance(node, list):
            for member in node:
                check(member)
        elif isinstance(node, dict):
            if node.get("type") == "object":
                assert "additionalProperties" in node
                for name, field in node.get("properties", {}).items():
                    assert "description" in field or "$ref" in field, name
            for member in node.values():
                check(member)

    check(SCHEMA)
    assert all("description" in definition for name, definition in SCHEMA["$defs"].items())


@pytest.mark.parametrize("name", ALL)
def test_samples_are_valid(name: str) -> None:
    assert read(ALL[name]())["schema"] == 1


@pytest.mark.parametrize("where", [[], ["servers", 0], ["servers", 0, "clients", 0], ["pools", 0], ["findings", 0]])
def test_the_schema_refuses_what_it_does_not_know(where: list[str | int]) -> None:
    document = node = read(incident_0a())
    for step in where:
        node = node[step]
    node["surprise"] = 1
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)


@pytest.mark.parametrize("name", ALL)
def test_the_same_report_is_the_same_text(name: str) -> None:
    assert written(ALL[name]()) == written(ALL[name]())
    assert written(ALL[name]()).isascii()


@a_few
@given(reports())
def test_strings_come_back_as_they_went(one: Report) -> None:
    document = read(one)
    (host,) = one.facts.servers
    assert document["servers"][0]["address"] == host.address
    assert [client["account"] for client in document["servers"][0]["clients"]] == [
        client.key.user for client in host.clients
    ]
    assert [client["program"] for client in document["servers"][0]["clients"]] == [
        client.key.program for client in host.clients
    ]
    assert [found["message"] for found in document["findings"]] == [found.message for found in one.findings]
    assert document["ignored"][0]["reason"] == one.ignored[0].ignore.reason
    assert document["unanswered"][0]["remedy"] == one.unanswered[0].missing.remedy
    assert document["pools"][0]["name"] == one.facts.pools[0].name


def test_the_whole() -> None:
    document = read(incident_0a())
    assert list(document) == [
        "schema", "poolaudit", "taken_at", "servers", "unreached", "pools", "left_alone", "together", "changes",
        "findings",
        "unanswered", "ignored", "summary",
    ]  # fmt: skip
    assert document["poolaudit"] == __version__
    assert document["summary"] == {"error": 3, "warning": 0, "info": 1, "unanswered": 1, "ignored": 0}


def test_the_moment_is_in_utc() -> None:
    moment = datetime(2026, 11, 21, 7, 0, 0, 999, tzinfo=timezone(timedelta(hours=1)))
    facts = facts_of(server())._replace(taken_at=moment)
    assert read(report(facts))["taken_at"] == "2026-11-21T06:00:00Z"
    assert moment.astimezone(UTC).hour == 6


def test_a_server() -> None:
    (one,) = read(incident_0a())["servers"]
    clients = one.pop("clients")
    assert one == {
        "name": None, "address": "db1:3306", "version": "5.6.24", "flavor": "mysql", "uptime_seconds": 1036800,
        "connections": {"connected": 7, "running": 2, "peak": 9, "max": 151},
    }  # fmt: skip
    assert clients[0] == {
        "account": "app", "host": "10.0.3.7", "program": "flask-todo", "pid": 4211, "connections": 5, "running": 0,
        "pooled": 0, "held": 5, "unknown": 0, "oldest_held_seconds": 38068,
    }  # fmt: skip
    assert clients[1]["oldest_held_seconds"] is None


def test_what_could_not_be_read_is_null() -> None:
    (one,) = read(SAMPLES["server-full"]())["servers"]
    assert one == {
        "name": None, "address": "db1:3306", "version": None, "flavor": None, "uptime_seconds": None,
        "connections": {"connected": None, "running": None, "peak": None, "max": None}, "clients": None,
    }  # fmt: skip


def read_pool(**settings_: Any) -> Any:  # noqa: ANN401 - any setting of a pool; a JSON object
    return read(report(facts_of(server(), deployment(pool(**settings_), processes=4, hosts=2))))["pools"][0]


def test_a_pool() -> None:
    one = read_pool()
    settings_ = one.pop("settings")
    assert one == {
        "name": "app.yaml:database", "library": "sqlalchemy", "reading": None, "dialect": "mysql", "size": 5,
        "max_overflow": 0, "recycle_seconds": -1, "pre_ping": False, "checkout_timeout_seconds": 30,
        "class": "QueuePool",
        "deployment": {"processes": 4, "hosts": 2, "threads": None},
        "deployments": [
            {"process": None, "processes": 4, "hosts": 2, "threads": None, "demand_connections": 40},
        ],
    }  # fmt: skip
    assert settings_["size"] == {"value": 5, "file": "app.yaml", "line": 3}
    assert settings_["pre_ping"] == {"value": False, "default_of": "SQLAlchemy"}
    assert settings_["processes"] == {"value": 4, "file": "app.yaml", "line": 9}


def test_a_setting_that_is_not_known_says_why() -> None:
    unknown: Setting[int] = Setting(unknown="environment variable DB_RECYCLE, no default", place=Place("app.yaml", 6))
    one = read_pool(
        recycle_seconds=unknown, pre_ping=Setting(said=True, place=Place("--pool-pre-ping"), note="a ping listener")
    )
    assert one["recycle_seconds"] is None
    assert one["settings"]["recycle_seconds"] == {
        "value": None, "unknown": "environment variable DB_RECYCLE, no default", "file": "app.yaml", "line": 6,
    }  # fmt: skip
    assert one["settings"]["pre_ping"] == {
        "value": True,
        "note": "a ping listener",
        "file": "--pool-pre-ping",
        "line": None,
    }


@pytest.mark.parametrize(
    ("size", "overflow", "version", "expected"),
    [(5, 0, None, 0), (5, -1, None, -1), (0, 10, None, -1), (0, 10, (2, 0), -1), (0, 10, (1, 4), 10)],
)
def test_overflow_without_limit(size: int, overflow: int, version: tuple[int, ...] | None, expected: int) -> None:
    one = read_pool(size=said(size, 3), max_overflow=said(overflow, 4), sqlalchemy=version)
    assert one["max_overflow"] == expected
    assert one["settings"]["max_overflow"]["value"] == overflow


def test_a_null_pool_has_no_sizes() -> None:
    none: Setting[int] = Setting(unknown="NullPool has none")
    one = read_pool(pool_class=said("NullPool", 3), size=none, max_overflow=none)
    assert (one["class"], one["size"], one["max_overflow"]) == ("NullPool", None, None)


def test_a_pool_of_no_known_class_url_or_server() -> None:
    lost = pool(pool_class=Setting(unknown="a variable"), url=Setting(unknown="a variable"))
    one = read(report(facts_of(server())._replace(pools=(lost,))))["pools"][0]
    assert (one["class"], one["dialect"], one["deployment"]) == (None, None, None)
    assert one["max_overflow"] == 0


def test_infinite_is_null() -> None:
    assert read_pool(checkout_timeout_seconds=said(inf, 6))["checkout_timeout_seconds"] is None
    found = finding(
        "PA702", "oversubscribed-server", Severity.ERROR, "m", evidence={"a": inf, "b": nan, "c": 0.5, "d": None}
    )
    document = read(report(facts_of(server()), (found,)))
    assert document["findings"][0]["evidence"] == {"a": None, "b": None, "c": 0.5, "d": None}


def test_pools_that_lead_elsewhere_are_left_alone() -> None:
    other = pool(name="stats", url=said(PoolUrl("postgresql"), 1), recycle_seconds=default(-1))
    document = read(report(facts_of(server())._replace(pools=(other,))))
    assert (document["pools"], document["left_alone"]) == ([], [{"name": "stats", "dialect": "postgresql"}])


def test_a_finding() -> None:
    found = read(incident_0a())["findings"][1]
    assert found == {
        "code": "PA701", "rule": "recycle-exceeds-timeout", "severity": "error", "subject": "db1:3306",
        "message": "app.yaml:database never recycles, and the server ends a session after 8 h without a word",
        "fix": "pool_recycle: -1 → 25000, and pool_pre_ping: true",
        "evidence": {"recycle_seconds": -1, "wait_timeout_seconds": 28800},
        "at": {"file": "app.yaml", "line": 5}, "fingerprint": "0123456789abcdef", "standing": None,
        "server": "db1:3306",
    }  # fmt: skip
    assert read(incident_0a())["findings"][0]["at"] is None


def test_unanswered_says_what_was_missing() -> None:
    gap = Unanswered(
        "PA203", "checked-out-idle", "db1:3306", Missing("statements", "SELECT was denied", "GRANT SELECT")
    )
    assert read(report(facts_of(server()), (), (gap,)))["unanswered"] == [
        {
            "code": "PA203",
            "rule": "checked-out-idle",
            "subject": "db1:3306",
            "because": "statements could not be read: SELECT was denied",
            "remedy": "GRANT SELECT",
        }
    ]


def test_what_is_ignored_keeps_its_finding() -> None:
    found = finding("PA203", "checked-out-idle", Severity.WARNING, "held")
    entries = (
        Ignored(found, Ignore("PA203", "export", until=date(2026, 12, 31))),
        Ignored(found, Ignore("PA203", "x")),
    )
    first, second = read(report(facts_of(server()), (), (), entries))["ignored"]
    assert (first["code"], first["message"], first["reason"], first["until"]) == (
        "PA203",
        "held",
        "export",
        "2026-12-31",
    )
    assert second["until"] is None
