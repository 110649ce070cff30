"""Demand, and which clients and accounts are whose."""

from math import inf
from textwrap import dedent

import pytest

from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.missing import FactMissingError
from poolaudit.readers.application import deployment_from_words, deployments_from_words
from tests.facts_toml import facts_from

TWO_ACCOUNTS = """
    processlist = [
        { id = 1, user = "app" }, { id = 2, user = "app", host = "10.0.3.8:1" }, { id = 3, user = "jobs" },
    ]
"""
APP = '[[pools]]\nurl = "mysql://app@db/shop"\n'
JOBS = '[[pools]]\nurl = "mysql://jobs@db/shop"\n'
NOBODY = "[[pools]]\n"
CAP_OF_ALL = 'variables = { max_user_connections = "20" }\n'


def fit(text: str) -> Fit:
    return facts_from(dedent(text)).fits[0]


def ids(fit: Fit, deployment: Deployment) -> list[int]:
    return [session.id for client in fit.clients_of(deployment) for session in client.sessions]


@pytest.mark.parametrize(
    ("words", "demand", "text"),
    [
        (
            {"deployment": {"processes": 4, "hosts": 3}},
            180,
            "web: (5 + 10) × 4 processes × 3 hosts = 180",
        ),
        ({"deployment": {"processes": 1}}, 15, "web: (5 + 10) × 1 process × 1 host = 15"),
        ({"max_overflow": -1}, inf, "web: no limit"),
        (
            {"poolclass": "NullPool", "deployment": {"processes": 2, "threads": 8}},
            16,
            "web: 8 threads × 2 processes × 1 host = 16",
        ),
    ],
)
def test_demand(words: dict[str, object], demand: float, text: str) -> None:
    found = deployment_from_words(words, "web")
    assert (found.demand_connections, found.multiplication) == (demand, text)


def test_no_demand_without_processes() -> None:
    with pytest.raises(FactMissingError, match="processes"):
        _ = deployment_from_words({}, "web").demand_connections


def test_clients_by_account() -> None:
    found = fit(TWO_ACCOUNTS + APP + JOBS)
    assert [ids(found, one) for one in found.deployments] == [[1, 2], [3]]
    app, jobs = found.deployments
    assert [found.deployment_of(client) for client in found.server.clients] == [app, app, jobs]


def test_without_an_account_the_others_are_left() -> None:
    found = fit(TWO_ACCOUNTS + APP + NOBODY)
    assert ids(found, found.deployments[1]) == [3]


def test_without_an_account_and_with_several_it_cannot_be_told() -> None:
    found = fit(TWO_ACCOUNTS + NOBODY)
    with pytest.raises(FactMissingError, match=r"does not say as which account.*\(app, jobs\)"):
        found.clients_of(found.deployments[0])
    assert {found.deployment_of(client) for client in found.server.clients} == {None}


def test_consoles_are_nobodys() -> None:
    found = fit('processlist = [{ id = 1 }]\nprograms = [{ id = 1, name = "mysql", pid = 7 }]\n' + APP)
    assert ids(found, found.deployments[0]) == []


def test_two_pools_of_one_account_are_one_tenant() -> None:
    found = fit(TWO_ACCOUNTS + APP + "pool_size = 1\nmax_overflow = 0\n" + APP)
    (tenant,) = found.tenants
    assert (tenant.least_ceiling_connections, tenant.ceiling_connections) == (1, 16)
    assert found.deployment_of(found.server.clients[0]) is None


def test_a_pool_that_leads_elsewhere_is_left_alone() -> None:
    found = fit(TWO_ACCOUNTS + APP + '[[pools]]\nurl = "postgresql://app@db/shop"\n')
    assert found.leading == found.deployments[:1]


def test_a_null_pool_has_no_limit_of_its_own() -> None:
    found = fit(TWO_ACCOUNTS + APP + 'poolclass = "NullPool"\ndeployment = { processes = 1, threads = 8 }\n')
    (tenant,) = found.tenants
    assert (tenant.ceiling_connections, tenant.demand_connections, found.demand_connections) == (inf, inf, 8)


def test_readings_are_never_added_up() -> None:
    plain = deployment_from_words({"deployment": {"processes": 1}}, "jobs")
    second, third = deployments_from_words({"SQLALCHEMY_POOL_SIZE": 1, "deployment": {"processes": 1}}, "web")
    found = fit(NOBODY)._replace(deployments=(plain, second, third))
    assert [one.deployments for one in found.readings] == [(plain, second), (plain, third)]
    assert [one.demand_connections for one in found.readings] == [15 + 11, 15 + 15]
    one = found._replace(deployments=(plain,))
    assert one.readings == (one,)


def test_what_is_counted_is_known() -> None:
    found = fit(NOBODY + "deployment = { processes = 2 }\n" + NOBODY)
    assert found.counted.demand_connections == 30
    with pytest.raises(FactMissingError):
        _ = found.demand_connections


@pytest.mark.parametrize(("limit", "budget"), [(151, 141), (1000, 950), (10, 0), (1, 0)])
def test_budget(limit: int, budget: int) -> None:
    assert fit(f'variables = {{ max_connections = "{limit}" }}\n' + NOBODY).budget_connections == budget


@pytest.mark.parametrize(
    ("own", "pools", "seconds"),
    [
        ("", APP, 28800),
        ("wait_timeouts = { 1 = 600, 2 = 700, 3 = 60 }\n", APP, 600),
        ("wait_timeouts = { 1 = 90000, 2 = 90000 }\n", APP, 90000),
        ("wait_timeouts = { 2 = 600 }\n", APP, 600),
        ("wait_timeouts = { 3 = 600 }\n", NOBODY, 28800),
        ('missing = ["processlist"]\n', APP, 28800),
    ],
)
def test_wait_timeout_is_the_sessions_own(own: str, pools: str, seconds: int) -> None:
    processlist = "" if "missing" in own else TWO_ACCOUNTS
    found = fit(own + processlist + pools)
    assert found.wait_timeout_seconds_of(found.deployments[0]) == seconds


@pytest.mark.parametrize(
    ("facts", "pools", "cap"),
    [
        ("", APP, inf),
        (CAP_OF_ALL, APP, 20),
        ('missing = ["accounts"]\n' + CAP_OF_ALL, APP, 20),
        ('accounts = [{ user = "app", host = "%", cap_connections = 7 }]\n', APP, 7),
        ('accounts = [{ user = "app", host = "%", cap_connections = 0 }]\n' + CAP_OF_ALL, APP, 20),
        ('accounts = [{ user = "jobs", host = "%", cap_connections = 7 }]\n', APP, inf),
        ('accounts = [{ user = "app", host = "%", cap_connections = 7 }]\n', NOBODY, 7),
    ],
)
def test_cap(facts: str, pools: str, cap: float) -> None:
    found = fit(facts + pools)
    assert found.cap_connections_of(found.deployments[0]) == cap


def test_cap_by_the_account_that_the_sessions_logged_in_as() -> None:
    accounts = """
        accounts = [
            { user = "app", host = "10.0.3.7", cap_connections = 7 }, { user = "app", host = "%", cap_connections = 9 },
        ]
    """
    alone = fit(accounts + "processlist = [{ id = 1 }]\n" + APP)
    assert alone.cap_connections_of(alone.deployments[0]) == 7
    both = fit(accounts + TWO_ACCOUNTS + APP)
    with pytest.raises(FactMissingError, match="their caps differ"):
        both.cap_connections_of(both.deployments[0])


def test_no_cap_without_accounts() -> None:
    found = fit('missing = ["accounts"]\n' + APP)
    with pytest.raises(FactMissingError, match="accounts"):
        found.cap_connections_of(found.deployments[0])
