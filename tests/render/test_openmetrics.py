"""Metrics, read by Prometheus' own parsers for both formats; names cannot leave their label, nor be too many."""

from collections import Counter

import pytest
from hypothesis import given
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as by_openmetrics
from prometheus_client.parser import text_string_to_metric_families as by_text_format

from poolaudit.facts.unreached import Unreached
from poolaudit.render import render
from poolaudit.render.openmetrics import MOST_CLIENTS, families_of
from poolaudit.render.text import safe
from poolaudit.render.verdict import shortened
from poolaudit.report import Report
from tests.facts_toml import TAKEN_AT
from tests.render.names import a_few, is_clean, reports_with_past
from tests.render.past import ALL, several, week
from tests.render.samples import LONG_NAME, facts_of, five_thousand, healthy, incident_0a, report, server

Key = tuple[str, frozenset[tuple[str, str]]]


def written(one: Report, *, ascii_only: bool = False) -> str:
    return render(one, "openmetrics", width=None, color=False, ascii_only=ascii_only)


def read(one: Report, *, ascii_only: bool = False) -> dict[Key, float]:
    """Read it by both parsers, which must agree, and give each sample once."""
    text = written(one, ascii_only=ascii_only)
    found = samples(list(by_openmetrics(text)))  # type: ignore[no-untyped-call]  # theirs
    assert found == samples(list(by_text_format(text)))
    return found


def samples(families: list[Metric]) -> dict[Key, float]:
    assert {family.type for family in families} <= {"gauge"}
    listed = [(each.name, frozenset(each.labels.items()), each.value) for family in families for each in family.samples]
    assert max(Counter((name, labels) for name, labels, _ in listed).values()) == 1
    assert all(each.timestamp is None for family in families for each in family.samples)
    return {(name, labels): value for name, labels, value in listed}


def value(found: dict[Key, float], name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


@pytest.mark.parametrize("name", ALL)
def test_samples_are_read_by_both_parsers(name: str) -> None:
    assert read(ALL[name]())


@pytest.mark.parametrize("ascii_only", [False, True])
@a_few
@given(reports_with_past())
def test_names_stay_in_their_labels(ascii_only: bool, one: Report) -> None:
    text = written(one, ascii_only=ascii_only)
    assert is_clean(text)
    assert text.isascii() or not ascii_only
    found = read(one, ascii_only=ascii_only)
    names = {family.name for family in families_of(one)}
    assert {name for name, _ in found} <= names
    if not ascii_only:
        (host,) = one.facts.servers
        label = shortened(safe(host.label))
        assert value(found, "poolaudit_up", server=label) == 1
        accounts = {dict(labels)["account"] for name, labels in found if name == "poolaudit_client_connections"}
        assert accounts == {shortened(safe(client.key.user)) for client in host.clients}


def test_names_follow_the_conventions() -> None:
    for family in families_of(week()):
        assert family.name.startswith("poolaudit_")
        assert not family.name.endswith(("_total", "_count", "_sum", "_bucket", "_info", "_created"))
        assert family.name.endswith(f"_{family.unit}") or not family.unit
        assert family.help.endswith(".")


def test_a_server_and_its_clients() -> None:
    found = read(incident_0a())
    server_ = {"server": "db1:3306"}
    client = {**server_, "account": "app", "host": "10.0.3.7", "program": "flask-todo"}
    assert value(found, "poolaudit_connections", **server_) == 7
    assert value(found, "poolaudit_connections_max", **server_) == 151
    assert value(found, "poolaudit_last_audit_timestamp_seconds", **server_) == TAKEN_AT.timestamp()
    assert value(found, "poolaudit_findings", **server_, severity="error") == 3
    assert value(found, "poolaudit_findings", **server_, severity="warning") == 0
    assert value(found, "poolaudit_findings", server="", severity="info") == 1
    assert value(found, "poolaudit_client_connections", **client, use="held") == 5
    assert value(found, "poolaudit_client_oldest_held_seconds", **client) == 38068
    assert value(found, "poolaudit_unanswered_rules", **server_) == 1


def test_what_is_not_known_has_no_sample() -> None:
    found = read(ALL["server-full"]())
    assert value(found, "poolaudit_up", server="db1:3306") == 0
    assert not {"poolaudit_connections", "poolaudit_client_connections"} & {name for name, _ in found}
    assert "poolaudit_new_findings" not in {name for name, _ in read(incident_0a())}
    assert value(read(week()), "poolaudit_new_findings") == 1


def test_a_server_out_of_reach_is_down_and_has_a_moment() -> None:
    one = healthy()
    found = read(one._replace(facts=one.facts._replace(unreached=(Unreached("db9", "", "it is down"),))))
    assert value(found, "poolaudit_up", server="db9") == 0
    assert value(found, "poolaudit_last_audit_timestamp_seconds", server="db9") == TAKEN_AT.timestamp()
    assert len({dict(labels)["server"] for name, labels in read(several()) if name == "poolaudit_up"}) == 3


def test_clients_beyond_the_largest_are_one() -> None:
    found = read(five_thousand())
    clients = {name_and: one for name_and, one in found.items() if name_and[0] == "poolaudit_client_connections"}
    assert len({dict(labels)["host"] for _, labels in clients}) == MOST_CLIENTS + 1
    assert sum(clients.values()) == 5000
    other = {"server": "db1:3306", "account": "other", "host": "other", "program": "other"}
    assert value(found, "poolaudit_client_oldest_held_seconds", **other) > 0


def test_long_names_that_look_alike_when_cut_are_added_up() -> None:
    rows = [{"id": n, "user": f"{LONG_NAME[:100]}{n}{LONG_NAME * 50}"} for n in range(3)]
    found = read(report(facts_of(server(processlist=rows))))
    assert sum(one for (name, _), one in found.items() if name == "poolaudit_client_connections") == 3
    assert len(written(report(facts_of(server(processlist=rows))))) < 10_000


def test_process_ids_leave_no_series_behind() -> None:
    rows = [{"id": n} for n in range(4)]
    programs = [{"id": n, "name": "web", "pid": 100 + n} for n in range(4)]
    found = read(report(facts_of(server(processlist=rows, programs=programs))))
    client = {"server": "db1:3306", "account": "app", "host": "10.0.3.7", "program": "web"}
    assert value(found, "poolaudit_client_connections", **client, use="unknown") == 4


def test_the_file_ends_as_openmetrics_must() -> None:
    assert written(healthy()).endswith("\n# EOF\n")
