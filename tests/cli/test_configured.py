"""From what was read to what is judged."""

from datetime import UTC, datetime

import pytest

from poolaudit.audit import audit
from poolaudit.cli.configured import facts_of
from poolaudit.facts.fit import Application, Deployment
from poolaudit.facts.setting import Place, Setting
from poolaudit.policy import Policy
from poolaudit.readers.reading import Reading
from poolaudit.render import render
from poolaudit.render.json_format import document_of
from poolaudit.render.pool_rows import demand_words
from poolaudit.report import Report
from poolaudit.rules import load_rules
from tests.render.samples import UNSAID, deployment, pool, said

NOW = datetime(2026, 11, 25, tzinfo=UTC)
WEB = deployment(pool(threads=said(8, 3, "gunicorn.conf.py")), 4, 3)._replace(process="web")
WORKER = deployment(pool(threads=said(2, 4, "Procfile")), 2)._replace(process="worker")


def reading(*deployments: Deployment, **more: Setting[str]) -> Reading:
    pools = tuple(one.pool for one in deployments)
    together = ("web runs app.yaml, for Procfile says so",)
    return Reading(deployments, (Application("shop", pools),), (), together, more)


def report(one: Reading) -> Report:
    return audit(facts_of(one, NOW), load_rules(), Policy())


def test_two_processes_that_carry_one_engine_are_one_pool_with_two_deployments() -> None:
    found = report(reading(WEB, WORKER))
    document = document_of(found)
    (shown,) = document["pools"]
    assert shown["deployment"] == {"processes": 4, "hosts": 3, "threads": 8}
    assert shown["deployments"] == [
        {"process": "web", "processes": 4, "hosts": 3, "threads": 8, "demand_connections": 60},
        {"process": "worker", "processes": 2, "hosts": 1, "threads": 2, "demand_connections": 10},
    ]
    assert document["together"] == ["web runs app.yaml, for Procfile says so"]
    codes = [finding.code for finding in found.findings]
    assert codes.count("PA601") == codes.count("PA602") == 1
    assert codes.count("PA607") == 1


def test_the_demand_is_a_sum_of_multiplications() -> None:
    (words,) = demand_words(report(reading(WEB, WORKER)))
    assert words == (
        "web (app.yaml:database): (5 + 0) × 4 processes × 3 hosts = 60,"
        " worker (app.yaml:database): (5 + 0) × 2 processes × 1 host = 10; together 70"
    )
    of_server = reading(WEB, WORKER, max_connections=Setting("50", Place("compose.yaml", 7)))
    assert demand_words(report(of_server))[0].endswith("; together 70 of 50")


def test_a_demand_that_is_not_known_is_said_and_the_rest_is_at_least() -> None:
    unknown = WORKER._replace(processes=Setting(unknown="how many processes run is not said", word="processes"))
    (words,) = demand_words(report(reading(WEB, unknown)))
    assert words.endswith(
        "worker (app.yaml:database): unknown, for how many processes run is not said; together at least 60"
    )
    assert "together" not in demand_words(report(reading(unknown)))[0]
    assert "together" not in demand_words(report(reading(unknown, unknown)))[0]


def test_no_limit() -> None:
    endless = deployment(pool(max_overflow=said(-1, 4)))
    other = reading(endless, WORKER, max_connections=Setting("50", Place("compose.yaml", 7)))
    assert demand_words(report(other))[0].endswith("; together no limit; max_connections is 50")


def test_two_readings_are_never_added_up() -> None:
    two, three = (deployment(pool(reading=f"Flask-SQLAlchemy {version}"), 2) for version in (2, 3))
    first, second = demand_words(report(reading(two, three)))
    assert first.startswith("read as Flask-SQLAlchemy 2: app.yaml:database read as Flask-SQLAlchemy 2: (5 + 0)")
    assert second.startswith("read as Flask-SQLAlchemy 3: ")
    assert "together" not in first + second


def test_a_server_that_a_compose_file_starts() -> None:
    variables = {"wait_timeout": Setting("600", Place("compose.yaml", 8)), "x": Setting[str](unknown="a template")}
    found = report(reading(WEB, **variables))
    assert [finding.subject for finding in found.findings if finding.code == "PA701"] == ["compose.yaml"]
    gap = next(one for one in found.unanswered if one.code == "PA702")
    assert gap.missing.because == "compose.yaml does not say it"
    assert not report(reading(WEB, x=Setting(unknown="a template"))).facts.fits


def test_applications_carry_the_pools_that_are_judged() -> None:
    unknown = deployment(pool(url=Setting(unknown="no url is said", word="url")))
    one = reading(unknown, wait_timeout=Setting("600", Place("compose.yaml", 8)))
    facts = facts_of(one, NOW, None, {"threads": 3})
    (application,) = facts.applications
    assert application.pools == facts.pools
    assert application.pools[0].is_mysql
    assert application.pools[0].threads.value == 3
    stranger = one._replace(applications=(Application("x", (pool(name="other"),)),))
    assert facts_of(stranger, NOW).applications[0].pools[0].name == "other"


@pytest.mark.parametrize("form", ["plain", "terminal", "markdown"])
def test_what_was_put_together_comes_before_the_pools(form: str) -> None:
    text = render(report(reading(WEB, WORKER)), form, width=200, color=False)
    assert text.index("web runs app.yaml, for Procfile says so") < text.index("overflow 0")
    assert "1 pool in 1 application; " in text
    assert UNSAID.unknown is not None
