"""SQLAlchemy's engines in Python: what a call says, where its URL leads, and what stands beside it."""

from textwrap import dedent

import pytest

from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import python_engines
from poolaudit.readers.url import parse_url
from tests.readers.libraries.engines import misfits, pools

HEAD = """
from functools import partial
from sqlalchemy import URL, create_engine, engine_from_config, event, make_url
from sqlalchemy.engine.url import URL as OldURL
from sqlalchemy.pool import NullPool, QueuePool
"""
SHOP = "mysql://shop@db1/shop"


def read(text: str) -> dict[str, Pool]:
    return pools(python_engines, Kind.PYTHON, HEAD + dedent(text), path="db.py")


def only(text: str) -> Pool:
    (pool,) = read(text).values()
    return pool


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("engine = create_engine('mysql://')", "db.py:engine"),
        ("create_engine('mysql://')", "db.py:line 6"),
        ("def make():\n    return create_engine('mysql://')", "db.py:make"),
        ("class A:\n    def b(self):\n        self.engine = create_engine('mysql://')", "db.py:A.engine"),
        ("class A:\n    def b(self):\n        return create_engine('mysql://')", "db.py:A.b"),
        ("ENGINES = {'main': create_engine('mysql://')}", "db.py:main"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert list(read(text)) == [name]


@pytest.mark.parametrize(
    ("argument", "url"),
    [
        (f"'{SHOP}'", SHOP),
        (f"url='{SHOP}'", SHOP),
        (f"make_url('{SHOP}')", SHOP),
        ("URL.create('mysql', host='db1', database='shop', username='shop')", SHOP),
        ("URL.create('mysql+pymysql', 'shop', name(), 'db1', 3307, 'shop')", "mysql+pymysql://shop@db1:3307/shop"),
        ("URL.create('mysql', host='db1', query={'charset': 'utf8mb4'})", "mysql://db1/?charset=utf8mb4"),
        ("OldURL('mysql', host='db1')", "mysql://db1"),
        ("'mysql://', creator=connect", "mysql://"),
    ],
)
def test_urls(argument: str, url: str) -> None:
    assert only(f"engine = create_engine({argument})").url.value == parse_url(url)


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        ("URL.create(driver())", "the drivername of URL.create is not known"),
        ("URL.create()", "the drivername of URL.create is not known"),
        ("creator=connect", "connections are made by creator="),
        ("unheard()", "what unheard() gives when the program runs"),
        ("", "no url is said"),
    ],
)
def test_urls_that_are_not_known(argument: str, why: str) -> None:
    assert only(f"engine = create_engine({argument})").url.unknown == why


def test_a_url_that_has_a_name_of_its_own() -> None:
    assert only(f"url = make_url('{SHOP}')\nengine = create_engine(url)").url.value == parse_url(SHOP)


def test_options_that_are_not_known_leave_every_word_open() -> None:
    pool = only("engine = create_engine('mysql://', pool_size=3, **more)")
    assert pool.size.value == 3
    assert pool.max_overflow.unknown == "more is not said in this file, handed on as **options"


def test_options_that_are_not_known_are_none_that_the_class_has_not() -> None:
    pool = only("engine = create_engine('mysql://', poolclass=NullPool, **more)")
    assert not misfits(pool)
    assert pool.recycle_seconds.unknown == "more is not said in this file, handed on as **options"


def test_a_pool_of_its_own() -> None:
    text = "own = QueuePool(connect, pool_size=3, recycle=60)\n"
    pool = only(f"{text}engine = create_engine('mysql://', pool=own, pool_size=9)")
    assert (pool.size.value, pool.recycle_seconds.value, pool.pool_class.value) == (3, 60, "QueuePool")
    assert only("engine = create_engine('mysql://', pool=unheard, pool_size=9)").size.value == 9


def test_a_listener_is_pre_ping() -> None:
    pool = only(
        "engine = create_engine('mysql://')\n@event.listens_for(engine, 'checkout')\ndef f(one, *_):\n    one.ping()\n"
    )
    assert pool.pre_ping.value is True


def test_what_partial_hands_on() -> None:
    found = read(f"make = partial(create_engine, '{SHOP}', pool_size=3)\nother = partial(print, 5)\nnone = partial()")
    assert {name: pool.size.value for name, pool in found.items()} == {"db.py:make": 3}


@pytest.mark.parametrize(
    ("call", "size"),
    [
        ("{'sqlalchemy.url': 'mysql://', 'sqlalchemy.pool_size': '7'}", 7),
        ("{'db.url': 'mysql://', 'db.pool_size': '7'}, 'db.'", 7),
        ("{'db.url': 'mysql://', 'db.pool_size': '7'}, prefix='db.', pool_size=8", 8),
        ("configuration={'sqlalchemy.url': 'mysql://'}", 5),
    ],
)
def test_from_a_configuration(call: str, size: int) -> None:
    assert only(f"engine = engine_from_config({call})").size.value == size


@pytest.mark.parametrize("call", ["unheard", "5", "{'x.url': 'mysql://'}, prefix=name()", ""])
def test_from_a_configuration_that_is_not_known(call: str) -> None:
    pool = only(f"engine = engine_from_config({call})")
    assert pool.size.unknown is not None
    assert pool.size.unknown.startswith("the configuration is ")


def test_what_makes_no_engine() -> None:
    assert read("engine = 5") == {}
    assert pools(python_engines, Kind.PYTHON, "size = 5", path="db.py") == {}
    assert pools(python_engines, Kind.YAML, "engine: {}", path="db.yaml") == {}
