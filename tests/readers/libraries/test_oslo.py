"""oslo.db's sections: which are its own, old names, and values that are no numbers."""

import pytest

from poolaudit.facts.misfit import NO_NUMBER, UNREAD
from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import oslo
from tests.readers.libraries.engines import misfits, pools, versions

CONNECTION = "connection = mysql+pymysql://nova@db/nova\n"


def conf(text: str, version: tuple[int, ...] | None = None) -> dict[str, Pool]:
    project = versions(**({"oslo.db": version} if version else {}))
    return pools(oslo, Kind.INI, text, path="nova.conf", project=project)


@pytest.mark.parametrize(
    ("version", "size", "overflow", "recycle"),
    [((4, 5), 5, 10, 3600), ((4, 6), 5, 50, 3600), ((18, 1), 5, 50, 3600)],
)
def test_defaults_by_version(version: tuple[int, ...], size: int, overflow: int, recycle: int) -> None:
    (pool,) = conf(f"[database]\n{CONNECTION}", version).values()
    assert (pool.size.value, pool.max_overflow.value, pool.recycle_seconds.value) == (size, overflow, recycle)


@pytest.mark.parametrize(
    ("key", "until"),
    [
        ("idle_timeout", 10),
        ("sql_idle_timeout", 10),
        ("sql_max_pool_size", 9),
        ("sqlalchemy_max_overflow", 15),
        ("sqlalchemy_pool_timeout", 15),
    ],
)
def test_old_names(key: str, until: int) -> None:
    text = f"[database]\n{CONNECTION}{key} = 77\n"
    (before,), (after,) = (conf(text, (version, 0)).values() for version in (until - 1, until))
    values = (before.size, before.max_overflow, before.recycle_seconds, before.checkout_timeout_seconds)
    assert 77 in [setting.value for setting in values]
    assert (misfits(before), misfits(after)) == ([], [(UNREAD, key)])
    assert list(conf(text)) == [f"nova.conf:database oslo.db before {until}", f"nova.conf:database oslo.db {until}"]


def test_an_old_name_beside_the_new_one_does_no_harm() -> None:
    (pool,) = conf(f"[database]\n{CONNECTION}idle_timeout = 77\nconnection_recycle_time = 60\n").values()
    assert (pool.recycle_seconds.value, misfits(pool)) == (60, [])


def test_what_stood_in_default_long_ago() -> None:
    text = "[DEFAULT]\nsql_connection = mysql://nova@db/nova\nsql_idle_timeout = 60\n[database]\nmax_retries = 3\n"
    (pool,) = conf(text, (9, 0)).values()
    assert (pool.url.value.host, pool.recycle_seconds.value) == ("db", 60)


def test_an_empty_recycle_is_no_number() -> None:
    (pool,) = conf(f"[database]\n{CONNECTION}connection_recycle_time =\n").values()
    assert misfits(pool) == [(NO_NUMBER, "connection_recycle_time")]


def test_another_options_value_is_not_known() -> None:
    (pool,) = conf(f"[database]\n{CONNECTION}max_pool_size = $workers\n").values()
    assert pool.size.unknown == "filled in from another option"


@pytest.mark.parametrize(
    "text",
    [
        "[database]\nurl = mysql://db/x\nmax_pool_size = 5\n",
        "[database]\npool_size = 5\n",
        "[keystone_authtoken]\nmax_retries = 5\n",
        "[messaging]\nconnection = amqp://mq\nmax_pool_size = 3\n",
        "max_overflow = 3\n",
    ],
)
def test_what_is_not_oslos(text: str) -> None:
    assert conf(text) == {}


def test_a_connection_tells_a_section_of_any_name() -> None:
    assert list(conf("[taskflow_jobs]\nconnection = mysql://octavia@db/x\n")) == ["nova.conf:taskflow_jobs"]


def test_a_second_connection_is_a_second_pool() -> None:
    text = f"[database]\n{CONNECTION}slave_connection = mysql://nova@replica/nova\nasyncio_connection =\n"
    assert list(conf(text)) == ["nova.conf:database", "nova.conf:database.slave_connection"]


@pytest.mark.parametrize("text", ["nova_db_connection: x\n", "database: {user: x, max_overflow: 3}\n", "- 1\n"])
def test_variables_and_headings_that_are_not_oslos(text: str) -> None:
    assert pools(oslo, Kind.YAML, text, path="vars.yml") == {}
