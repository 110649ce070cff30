"""Tortoise ORM: where its connections are said, whose defaults they have, and which words it does not take."""

import pytest

from poolaudit.facts.misfit import UNKNOWN_OPTION
from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import tortoise
from poolaudit.readers.project import Project
from tests.readers.libraries.engines import misfits, pools, versions

ASYNCMY = versions(asyncmy=(0, 2, 9))
HEAD = "import os\nfrom tortoise import Tortoise\nfrom tortoise.contrib.fastapi import register_tortoise\n"


def read(text: str, kind: Kind = Kind.PYTHON, project: Project = ASYNCMY) -> dict[str, Pool]:
    return pools(tortoise, kind, HEAD + text if kind is Kind.PYTHON else text, project=project)


def only(text: str, kind: Kind = Kind.PYTHON, project: Project = ASYNCMY) -> Pool:
    (pool,) = read(text, kind, project).values()
    return pool


def credentials(said: str, engine: str = "mysql") -> str:
    inner = f"{{'engine': 'tortoise.backends.{engine}', 'credentials': {{{said}}}}}"
    return f"CONFIG = {{'connections': {{'default': {inner}}}}}"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("CONFIG = {'connections': {'main': 'mysql://db1/shop'}}", Kind.PYTHON, "main"),
        ("Tortoise.init(db_url='mysql://db1/shop')", Kind.PYTHON, "default"),
        ("Tortoise.init(config={'connections': {'main': 'mysql://db1/shop'}})", Kind.PYTHON, "main"),
        ("Tortoise.init({'connections': {'main': 'mysql://db1/shop'}})", Kind.PYTHON, "main"),
        ("C = {'connections': {'main': 'mysql://db1/shop'}}\nTortoise.init(config=C)", Kind.PYTHON, "main"),
        ("register_tortoise(app, db_url='mysql://db1/shop')", Kind.PYTHON, "default"),
        ("# tortoise\nconnections: {main: 'mysql://db1/shop'}\n", Kind.YAML, "main"),
        (credentials("'host': 'db1'"), Kind.PYTHON, "default"),
    ],
)
def test_where_it_is_said(text: str, kind: Kind, name: str) -> None:
    pool = only(text, kind)
    assert (pool.name, pool.url.value.host, pool.size.value) == (f"app:{name}", "db1", 5)


@pytest.mark.parametrize(
    "text",
    [
        "CONFIG = {'connections': {'main': {'engine': 'other.backend'}, 'x': 5}}",
        "Tortoise.init(db_url=None, config=None)",
        "x = 5",
    ],
)
def test_what_is_none(text: str) -> None:
    assert read(text) == {}


def test_what_does_not_speak_of_it_is_none() -> None:
    assert pools(tortoise, Kind.PYTHON, "CONFIG = {'connections': {'main': 'mysql://db1/shop'}}") == {}
    assert pools(tortoise, Kind.INI, "[tortoise]\nconnections = 5\n") == {}


@pytest.mark.parametrize(
    ("known", "recycles"),
    [
        (versions(asyncmy=(0, 2, 9)), {"app:default": 3600}),
        (versions(aiomysql=(0, 2, 0)), {"app:default": -1}),
        (versions(asyncmy=(0, 2, 9), aiomysql=(0, 2, 0)), {"app:default": 3600}),
        (Project(), {"app:default asyncmy": 3600, "app:default aiomysql": -1}),
    ],
)
def test_the_driver_decides_the_recycle(known: Project, recycles: dict[str, int]) -> None:
    found = read(credentials("'host': 'db1'"), project=known)
    assert {name: pool.recycle_seconds.value for name, pool in found.items()} == recycles


@pytest.mark.parametrize(
    "text",
    [
        credentials("'host': 'db1', 'minsize': 1, 'maxsize': 20, 'pool_recycle': 300"),
        credentials("'host': 'db1', 'maxsize': '20', 'pool_recycle': 300"),
        "Tortoise.init(db_url='mysql://db1/shop?maxsize=20&pool_recycle=300&charset=utf8')",
    ],
)
def test_what_is_said(text: str) -> None:
    pool = only(text, project=Project())
    assert (pool.size.value, pool.recycle_seconds.value, pool.url.value.host) == (20, 300, "db1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (credentials("'host': 'db1', 'max_connections': 20"), ["max_connections"]),
        (credentials("'host': 'db1', 'max_overflow': 2, 'recycle': 3"), ["max_overflow", "recycle"]),
        ("Tortoise.init(db_url='mysql://db1/shop?pool_size=20')", ["pool_size"]),
    ],
)
def test_words_of_other_pools(text: str, words: list[str]) -> None:
    assert misfits(only(text)) == [(UNKNOWN_OPTION, word) for word in words]


def test_a_url_that_is_not_known() -> None:
    pool = only("Tortoise.init(db_url=os.environ['URL'])")
    assert (pool.url.unknown, pool.size.value) == ("environment variable URL, no default", 5)


@pytest.mark.parametrize(("engine", "dialect"), [("asyncpg", "postgresql"), ("sqlite", "sqlite")])
def test_another_database_is_told_by_its_engine(engine: str, dialect: str) -> None:
    assert only(credentials("", engine)).url.value.dialect == dialect


def test_a_password_in_clear() -> None:
    pool = only(credentials("'host': 'db1', 'password': 'hunter2'"))
    assert [(one.kind, one.word) for one in pool.misfits] == [("secret", "password")]
    assert "hunter2" not in repr(pool)
