"""One pool that several kinds of process carry: counted as often as it runs, and found fault with once."""

from dataclasses import replace

import pytest

from poolaudit.audit import audit
from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.pool import Pool
from poolaudit.facts.server import Server
from poolaudit.facts.setting import Setting
from poolaudit.policy import AnyRule, Policy
from poolaudit.readers.application import deployment_from_words
from poolaudit.report import Facts, Report
from tests.facts_toml import TAKEN_AT, facts_from
from tests.rules.run import RULES

URL = "mysql://app@db/shop"
(SERVER,) = facts_from("").servers


def pool(**words: object) -> Pool:
    return deployment_from_words({"url": URL, **words}, "config.py").pool


def kind(carried: Pool, process: str, processes: int, hosts: int = 1, **more: Setting[int] | None) -> Deployment:
    return Deployment(carried, Setting(processes), Setting(hosts), process, **more)


def report(*codes: str, deployments: tuple[Deployment, ...], server: Server = SERVER) -> Report:
    rules: list[AnyRule] = [replace(RULES[code], beside=frozenset()) for code in codes]
    facts = Facts(TAKEN_AT, (server,), (deployments[0].pool,), (Fit(server, deployments),))
    return audit(facts, rules, Policy())


LARGE = pool(pool_size=10, max_overflow=10)
LARGE_KINDS = (kind(LARGE, "web", 4, 3), kind(LARGE, "worker", 3))


def test_the_sum_is_printed_as_the_multiplication_it_is() -> None:
    (finding,) = report("PA702", deployments=LARGE_KINDS).findings
    assert finding.message.startswith(
        "config.py may open 300 connections (web: (10 + 10) × 4 processes × 3 hosts = 240;"
        " worker: (10 + 10) × 3 processes × 1 host = 60; together 300 of 151) of max_connections 151"
    )


def test_each_fault_is_found_once() -> None:
    for code in ("PA601", "PA701", "PA707"):
        assert [finding.code for finding in report(code, deployments=LARGE_KINDS).findings] == [code]
    huge = pool(pool_size=200)
    kinds = (kind(huge, "web", 1), kind(huge, "worker", 1))
    assert [finding.code for finding in report("PA703", deployments=kinds).findings] == ["PA703"]


def test_threads_are_each_kinds_own() -> None:
    none = pool(poolclass="NullPool")
    kinds = (kind(none, "web", 2, threads=Setting(8)), kind(none, "worker", 1, threads=Setting(140)))
    assert [one.demand_connections for one in kinds] == [16, 140]
    (error,) = report("PA702", deployments=kinds).findings
    assert "web: 8 threads × 2 processes × 1 host = 16" in error.message
    large = (kinds[0], kind(none, "worker", 1, threads=Setting(200)))
    assert [finding.about for finding in report("PA703", deployments=large).findings] == ["config.py"]
    (warned,) = report("PA614", deployments=large).findings
    assert warned.evidence["concurrency_connections"] == 216


@pytest.mark.parametrize(
    ("surge", "expected"),
    [(None, True), (Setting(1), False), (Setting(2), True), (Setting(0), False)],
)
def test_the_surge_is_exact_where_it_is_said(surge: Setting[int] | None, *, expected: bool) -> None:
    sized = pool(pool_size=6, max_overflow=4)
    kinds = (kind(sized, "web", 2, 6, surge_hosts=surge),)
    assert bool(report("PA704", deployments=kinds).findings) is expected


def test_the_surge_is_said_as_what_it_is() -> None:
    sized = pool(pool_size=6, max_overflow=4)
    kinds = (kind(sized, "web", 2, 6, surge_hosts=Setting(2)), kind(sized, "jobs", 1, surge_hosts=Setting(0)))
    (finding,) = report("PA704", deployments=kinds).findings
    assert finding.message.startswith(
        "during a rolling deploy config.py may open 170 in place of 130 (web (config.py) on 8 hosts, not 6) connections"
    )
    unlimited = (kind(pool(max_overflow=-1), "web", 1, surge_hosts=Setting(1)),)
    assert (
        report("PA704", deployments=unlimited)
        .findings[0]
        .message.startswith("during a rolling deploy config.py may open any number of connections")
    )


def test_a_surge_that_is_not_known_leaves_it_unanswered() -> None:
    kinds = (kind(LARGE, "web", 1, surge_hosts=Setting(unknown="filled in by a template", word="maxSurge")),)
    assert [gap.missing.part for gap in report("PA704", deployments=kinds).unanswered] == ["maxSurge"]


def test_what_nothing_runs_with_counts_nowhere() -> None:
    kinds = (kind(LARGE, "web", 2), kind(pool(pool_size=500), "", 0))
    assert Fit(SERVER, kinds).demand_connections == 40
    assert report("PA702", "PA703", "PA704", deployments=kinds).findings == ()
    (advice,) = report("PA707", deployments=kinds).findings
    assert advice.evidence["running_processes"] == 2
    assert Fit(SERVER, kinds).clients_of(kinds[1]) == ()
    none = (kind(LARGE, "web", 2, 0),)
    assert report("PA702", "PA704", deployments=none).findings == ()


def test_a_process_may_open_what_its_kind_carries() -> None:
    other = deployment_from_words({"url": URL, "pool_size": 1, "max_overflow": 1}, "jobs.py").pool
    kinds = (kind(LARGE, "web", 1), kind(LARGE, "worker", 1), kind(other, "worker", 1))
    (tenant,) = Fit(SERVER, kinds).tenants
    assert (tenant.ceiling_connections, tenant.least_ceiling_connections) == (22, 2)
    assert tenant.label == "config.py and jobs.py"
    loose = (*kinds[:2], kind(other, "", 1))
    assert Fit(SERVER, loose).tenants[0].ceiling_connections == 22


def test_a_client_belongs_to_the_pool_whatever_kind_it_is() -> None:
    server = facts_from("processlist = [{ id = 1 }]").servers[0]
    fit = Fit(server, LARGE_KINDS)
    assert fit.deployment_of(server.clients[0]) == LARGE_KINDS[0]
