"""PA611: which pools of one process count as several to one server."""

import pytest

from poolaudit.audit import audit
from poolaudit.facts.fit import Application, Deployment
from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Setting
from poolaudit.policy import Policy
from poolaudit.readers.application import leading_here
from poolaudit.report import Report
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities

MYSQL = "mysql+pymysql://app@db1/shop"


def pools(*urls: str, more: str = "", names: tuple[str, ...] = ()) -> str:
    called = names or tuple(f"app.py:{number}" for number in range(len(urls)))
    tables = (
        f'[[applications.pools]]\nname = "{name}"\nurl = "{url}"\n{more}\n'
        for name, url in zip(called, urls, strict=True)
    )
    return "[[applications]]\n" + "".join(tables)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (pools(MYSQL), []),
        (pools(MYSQL, MYSQL), ["warning"]),
        (pools(MYSQL, "mariadb://jobs@db1:3306/jobs"), ["warning"]),
        (pools(MYSQL, "mysql://app@db2/shop"), []),
        (pools(MYSQL, "mysql://app@db1:3307/shop"), []),
        (pools(MYSQL, MYSQL, "mysql://app@db2/shop", "mysql://app@db2/logs"), ["warning", "warning"]),
        (pools(MYSQL, "postgresql://app@db1/shop"), []),
        (pools(MYSQL, MYSQL, more='poolclass = "NullPool"'), []),
        (pools(MYSQL, MYSQL, more='poolclass = "${POOL}"'), []),
        (pools(MYSQL, MYSQL, names=("config.py", "config.py")), []),
    ],
)
def test_which_count(toml: str, expected: list[str]) -> None:
    assert severities(run("PA611", toml)) == expected


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (("environment variable DATABASE_URL, no default",) * 2, ["warning"]),
        (("environment variable DATABASE_URL, no default", "environment variable JOBS_URL, no default"), []),
        (("no url is said",) * 2, []),
    ],
)
def test_urls_that_are_not_known_lead_to_one_server_where_one_variable_holds_them(
    reasons: tuple[str, ...], expected: list[str]
) -> None:
    facts = facts_from(pools(*(MYSQL for _ in reasons)))
    found = tuple(
        pool._replace(url=Setting(unknown=reason))
        for pool, reason in zip(facts.applications[0].pools, reasons, strict=True)
    )
    assert severities(judged(found)) == expected
    led_here = (leading_here(Deployment(pool, Setting(1), Setting(1))).pool for pool in found)
    assert severities(judged(tuple(led_here))) == expected


def judged(found: tuple[Pool, ...]) -> Report:
    facts = facts_from("")._replace(applications=(Application("web", found),))
    return audit(facts, (RULES["PA611"],), Policy())


def test_says_the_sum_and_the_way_out() -> None:
    (finding,) = run("PA611", pools(MYSQL, MYSQL)).findings
    assert finding.subject == "web"
    assert finding.message == (
        "one process of web has 2 pools to one server: app.py:0 and app.py:1; it may open (5 + 10) + (5 + 10)"
    )
    assert finding.fix == "use one engine: that of app.py:0 in place of app.py:1"


def test_a_size_that_is_not_known_hides_nothing() -> None:
    (finding,) = run("PA611", pools(MYSQL, MYSQL, more='pool_size = "${SIZE}"')).findings
    assert finding.message.endswith("it may open a number that is not known + a number that is not known")


@pytest.mark.parametrize(
    ("libraries", "expected"),
    [
        (("airflow", "airflow"), []),
        (("airflow", "sqlalchemy"), ["warning"]),
        (("sqlalchemy", "sqlalchemy"), ["warning"]),
    ],
)
def test_a_second_engine_that_the_library_makes_itself_is_nobodys_to_take_away(
    libraries: tuple[str, ...], expected: list[str]
) -> None:
    facts = facts_from(pools(*(MYSQL for _ in libraries)))
    found = zip(facts.applications[0].pools, libraries, strict=True)
    assert severities(judged(tuple(pool._replace(library=library) for pool, library in found))) == expected
