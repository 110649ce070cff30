"""Alembic's ini file with its env.py, and what is left out."""

import pytest

from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import engine_from_config
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Module
from tests.readers.libraries.engines import pools

INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = mysql://shop@db/shop\n"


def read(env: str, ini: str = INI) -> Pool:
    module = Module("migrations/env.py", f"from sqlalchemy import engine_from_config, pool\n{env}\n")
    project = Project(modules=lambda name, _path: module if name == "migrations.env" else None)
    (found,) = pools(engine_from_config, Kind.INI, ini, path="alembic.ini", project=project).values()
    return found


def test_what_env_py_says_counts() -> None:
    assert read("engine_from_config(x, poolclass=pool.NullPool)").pool_class.value == "NullPool"
    assert read("engine_from_config(x, pool_size=3)").size.value == 3
    assert read("engine_from_config(x)").pool_class.value == "QueuePool"


def test_options_that_env_py_hands_on_are_not_known() -> None:
    pool = read("engine_from_config(x, poolclass=pool.NullPool, **given)")
    assert pool.pool_class.value == "NullPool"
    assert str(pool.recycle_seconds.unknown).endswith("handed on as **options")
    assert pool.misfits == ()


def test_an_env_py_without_an_engine_leaves_the_class_unknown() -> None:
    assert str(read("x = 1").pool_class.unknown).startswith("alembic's env.py decides")


@pytest.mark.parametrize(
    "ini",
    [
        "[logger_sqlalchemy]\nsqlalchemy.url = mysql://db/x\n",
        "[a/b@c]\nsqlalchemy.url = mysql://db/x\n",
        "[app]\nbeaker.url = mysql://db/x\n",
        "[app]\nsqlalchemy.echo = true\n",
        "[app]\npool_size = 5\n",
        "sqlalchemy.url = mysql://db/x\n[app]\nx = 1\n",
    ],
)
def test_what_is_no_engine(ini: str) -> None:
    assert pools(engine_from_config, Kind.INI, ini, path="app.ini") == {}


def test_the_words_count_without_a_url_under_their_own_prefix() -> None:
    (pool,) = pools(engine_from_config, Kind.INI, "[app]\nsqlalchemy.pool_size = 5\n", path="app.ini").values()
    assert (pool.size.value, pool.url.unknown) == (5, "no url is said")
