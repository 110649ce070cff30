"""Ceilings, classes and recycles."""

from math import inf
from typing import Any

import pytest

from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.pool import Pool, PoolUrl, sound_recycle_seconds
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.application import deployment_from_words


def pool(**words: Any) -> Pool:  # noqa: ANN401 - any plain data, as a file may hold it
    return deployment_from_words(words, "app").pool


@pytest.mark.parametrize(
    ("words", "ceiling", "said"),
    [
        ({}, 15, "(5 + 10)"),
        ({"pool_size": 5, "max_overflow": 0}, 5, "(5 + 0)"),
        ({"max_overflow": -1}, inf, "no limit"),
        ({"max_overflow": -1, "pool_size": "${X}"}, inf, "no limit"),
        ({"pool_size": 0, "max_overflow": 7}, inf, "no limit"),
        ({"pool_size": 0, "max_overflow": 7, "deployment": {"sqlalchemy": "2.0"}}, inf, "no limit"),
        ({"pool_size": 0, "max_overflow": 7, "deployment": {"sqlalchemy": "1.4"}}, 7, "(0 + 7)"),
        ({"pool_size": 0, "max_overflow": 0, "deployment": {"sqlalchemy": "1.4"}}, 0, "(0 + 0)"),
        ({"pool_size": -1, "max_overflow": 0}, 0, "(-1 + 0)"),
        ({"poolclass": "StaticPool"}, 1, "1 connection"),
        ({"poolclass": "NullPool", "deployment": {"threads": 500}}, 500, "500 threads"),
        ({"poolclass": "SingletonThreadPool", "deployment": {"threads": 1}}, 1, "1 thread"),
        ({"url": "mysql+asyncmy://app@db/shop"}, 15, "(5 + 10)"),
    ],
)
def test_ceiling(words: dict[str, Any], ceiling: float, said: str) -> None:
    assert (pool(**words).ceiling_connections, pool(**words).ceiling_words) == (ceiling, said)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ({"pool_size": "${X}"}, "pool_size"),
        ({"max_overflow": "${X}"}, "max_overflow"),
        ({"poolclass": "NullPool"}, "threads"),
        ({"poolclass": "MyPool"}, "poolclass"),
    ],
)
def test_no_ceiling_without_what_decides_it(words: dict[str, Any], part: str) -> None:
    with pytest.raises(FactMissingError) as caught:
        _ = pool(**words).ceiling_connections
    assert caught.value.missing.part == part


@pytest.mark.parametrize(
    ("kind", "keeps", "queue"),
    [
        ("QueuePool", True, True),
        ("AsyncAdaptedQueuePool", True, True),
        ("NullPool", False, False),
        ("StaticPool", True, False),
        ("SingletonThreadPool", True, False),
    ],
)
def test_classes(kind: str, keeps: bool, queue: bool) -> None:
    assert (pool(poolclass=kind).keeps_connections, pool(poolclass=kind).is_queue) == (keeps, queue)


@pytest.mark.parametrize(
    ("url", "mysql"),
    [("mysql://db/x", True), ("mariadb+pymysql://db/x", True), ("postgresql://db/x", False), ("sqlite://", False)],
)
def test_where_it_leads(url: str, mysql: bool) -> None:
    found = pool(url=url)
    assert (found.is_mysql, found.leads_elsewhere) == (mysql, not mysql)


def test_a_url_that_is_not_known_leads_nowhere_known() -> None:
    unknown: Setting[PoolUrl] = Setting(unknown="no url is said", word="url")
    found = pool()._replace(url=unknown)
    assert not found.leads_elsewhere
    with pytest.raises(FactMissingError):
        _ = found.is_mysql


@pytest.mark.parametrize(
    ("limit", "recycle"),
    [(28800, 25000), (600, 540), (60, 54), (100, 90), (10, 9), (2, 1), (1, 0), (0, 0), (31536000, 28000000)],
)
def test_sound_recycle(limit: int, recycle: int) -> None:
    assert sound_recycle_seconds(limit) == recycle
    assert recycle <= 0.9 * limit


def test_a_setting_nobody_said_is_placed_at_its_pool() -> None:
    found = pool()._replace(place=Place("app.yaml", 2))
    assert found.place_of(found.size) == Place("app.yaml", 2)
    assert found.place_of(Setting(5, Place("app.yaml", 4))) == Place("app.yaml", 4)
