"""Airflow's settings: sections, variables, the chart, and what is overwritten or not read."""

import pytest

from poolaudit.facts.misfit import REFUSED, REFUSED_VALUE, UNREAD
from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import airflow
from poolaudit.readers.located import Located
from poolaudit.readers.project import Project
from tests.readers.libraries.engines import misfits, pools, versions

CONN = "[database]\nsql_alchemy_conn = mysql+mysqldb://airflow@db/airflow\n"


def cfg(text: str, version: tuple[int, ...] | None = (2, 10, 5), **environment: str) -> dict[str, Pool]:
    return pools(
        airflow,
        Kind.INI,
        text,
        path="airflow.cfg",
        project=Project(
            versions=lambda _package, _path: version,
            environments=lambda _path: {name: Located(value) for name, value in environment.items()},
        ),
    )


def test_a_database_section_is_not_read_before_2_3() -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_pool_size = 9\n", (2, 2, 5)).values()
    assert pool.size.value == 5
    assert misfits(pool) == [(UNREAD, "[database] sql_alchemy_pool_size")]


def test_both_sections_count_where_no_version_is_known() -> None:
    (pool,) = cfg(f"{CONN}[core]\nsql_alchemy_pool_size = 9\nsql_alchemy_pool_recycle = 60\n", None).values()
    assert (pool.name, pool.size.value, pool.recycle_seconds.value) == ("airflow.cfg:database", 9, 60)


def test_a_variable_beats_the_file() -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_pool_size = 9\n", AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE="3").values()
    assert pool.size.value == 3


def test_others_variables_do_not() -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_pool_size = 9\n", DB_POOL_SIZE="3").values()
    assert pool.size.value == 9


@pytest.mark.parametrize(("text", "kind"), [("f", "NullPool"), ("True # yes", "QueuePool"), ("T", "QueuePool")])
def test_whether_there_is_a_pool(text: str, kind: str) -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_pool_enabled = {text}\n").values()
    assert pool.pool_class.value == kind


def test_it_is_not_known_whether_there_is_a_pool() -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_pool_enabled = maybe\n").values()
    assert pool.pool_class.unknown == "its text is neither true nor false"


def test_what_the_json_says_without_a_pool_goes_to_sqlalchemy() -> None:
    text = (
        f'{CONN}sql_alchemy_pool_enabled = False\nsql_alchemy_engine_args = {{"max_overflow": 1, "pool_recycle": 5}}\n'
    )
    (pool,) = cfg(text).values()
    assert pool.recycle_seconds.value == 5
    assert misfits(pool) == [(REFUSED, 'sql_alchemy_engine_args["max_overflow"]')]


@pytest.mark.parametrize(("text", "why"), [("{", "its text is no JSON"), ("${ARGS}", "environment variable ARGS")])
def test_json_that_cannot_be_read_leaves_what_it_decides_unknown(text: str, why: str) -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_engine_args = {text}\n").values()
    assert str(pool.checkout_timeout_seconds.unknown).startswith(f"sql_alchemy_engine_args is {why}")
    assert pool.size.value == 5


def test_empty_json_says_nothing() -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_engine_args =\n").values()
    assert pool.checkout_timeout_seconds.value == 30


def test_an_empty_number_is_refused() -> None:
    (pool,) = cfg(f"{CONN}sql_alchemy_pool_size =\n").values()
    assert misfits(pool) == [(REFUSED_VALUE, "sql_alchemy_pool_size")]


def test_a_secret_is_said_elsewhere() -> None:
    (pool,) = cfg("[database]\nsql_alchemy_conn_secret = airflow/conn\n").values()
    assert str(pool.url.unknown).startswith("a secrets backend says it")


@pytest.mark.parametrize(
    ("conn", "driver"),
    [("mysql+mysqldb://a@db/x", "aiomysql"), ("mysql://a@db/x", "aiomysql"), ("mariadb+pymysql://a@db/x", "pymysql")],
)
def test_the_second_engines_url_is_derived(conn: str, driver: str) -> None:
    found = cfg(f"[database]\nsql_alchemy_conn = {conn}\n", (3, 0, 0))
    assert found["airflow.cfg:database.async"].url.value.driver == driver


def test_the_second_engines_url_is_not_known() -> None:
    found = cfg("[database]\nsql_alchemy_pool_size = 3\n", (3, 0, 0))
    assert found["airflow.cfg:database.async"].url.unknown == "sql_alchemy_conn is not said"


def test_the_second_engine_is_read_both_ways_where_no_version_is_known() -> None:
    found = cfg(f"{CONN}sql_alchemy_conn_async = mysql+aiomysql://a@db/x\nsql_alchemy_pool_size = 3\n", None)
    sizes = {name: pool.size.value for name, pool in found.items()}
    assert sizes == {
        "airflow.cfg:database": 3,
        "airflow.cfg:database.async Airflow 3.0 to 3.2": 5,
        "airflow.cfg:database.async Airflow 3.3": 3,
    }


def test_the_second_engine_has_no_pool_either_from_3_3_on() -> None:
    found = cfg(f"{CONN}sql_alchemy_pool_enabled = False\nsql_alchemy_pool_size = 3\n", (3, 3, 2))
    assert [pool.pool_class.value for pool in found.values()] == ["NullPool", "NullPool"]
    assert [misfits(pool) for pool in found.values()] == [[], []]


def test_variables_are_read_in_any_case_and_named_as_they_are() -> None:
    text = "AIRFLOW__CORE__SQL_ALCHEMY_POOL_SIZE=4\nAIRFLOW__CORE__EXECUTOR=Local\n"
    (old,) = pools(airflow, Kind.ENV, text, path=".env", project=versions(apache_airflow=(2, 2))).values()
    new = pools(airflow, Kind.ENV, text, path=".env", project=versions(apache_airflow=(3, 0)))[".env"]
    assert (old.size.value, new.size.value) == (4, 5)
    assert misfits(new) == [(UNREAD, "AIRFLOW__CORE__SQL_ALCHEMY_POOL_SIZE")]


def test_a_charts_values_without_a_database_are_none() -> None:
    assert pools(airflow, Kind.YAML, "config: {logging: {x: 1}}\nnote: sql_alchemy_conn\n", path="values.yaml") == {}


def test_a_charts_variable_from_a_secret_is_not_known() -> None:
    text = (
        "config: {database: {sql_alchemy_pool_size: 4}}\n"
        "env:\n- {name: AIRFLOW__DATABASE__SQL_ALCHEMY_CONN, valueFrom: {secretKeyRef: {name: a, key: b}}}\n- 5\n"
    )
    (pool,) = pools(airflow, Kind.YAML, text, path="values.yaml").values()
    assert (pool.name, pool.size.value, pool.url.unknown) == ("values.yaml:config.database", 4, "said by valueFrom")
