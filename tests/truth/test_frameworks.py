"""What is read of frameworks' configurations, against what the frameworks themselves make of them.

Each case is a file as an application has it, beside a requirements.txt with the versions of $TRUTH_PYTHON's libraries.
frameworks.py makes the real thing there. What is refused there must be found refused, and nothing else.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.truth.test_truth import Real, real, said  # noqa: F401 - a fixture

URL = "mysql+pymysql://app@db1/shop"
MYSQL = '"ENGINE": "django.db.backends.mysql", "NAME": "shop", "USER": "app", "HOST": "db1"'
POOLED = MYSQL.replace("django.db.backends", "dj_db_conn_pool.backends")
BACKEND = f'result_backend = "db+{URL}"\n'
STORE = "from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore\n"
SCHEDULER = "from apscheduler.schedulers.background import BackgroundScheduler\n"
NOVA = f"[database]\nconnection = {URL}\n"
AIOMYSQL = 'import aiomysql\n\nasync def start():\n    return await aiomysql.create_pool(host="db1", user="app"{})\n'
TORTOISE = "from tortoise import Tortoise\n\n"
TORTOISE += 'TORTOISE_ORM = {{"connections": {{"default": {}}}, "apps": {{"shop": {{"models": ["pools"]}}}}}}\n'
CREDENTIALS = '"host": "db1", "port": 3306, "user": "app", "password": "", "database": "shop"'
ASYNC_MYSQL = f'{{"engine": "tortoise.backends.mysql", "credentials": {{{CREDENTIALS}%s}}}}'
PEEWEE = 'from playhouse.pool import PooledMySQLDatabase\n\ndatabase = PooledMySQLDatabase("shop", host="db1"{})\n'
BY_URL = 'from playhouse.db_url import connect\n\ndatabase = connect("{}")\n'


class Framework(NamedTuple):
    """How frameworks.py makes it, the file that it reads, what must be installed, and the texts of that file."""

    how: str
    file: str
    needs: tuple[str, ...]
    texts: dict[str, str]


def django(*entries: str) -> dict[str, str]:
    return {entry or "nothing": f'DATABASES = {{"default": {{{MYSQL}{entry}}}}}\n' for entry in entries}


def pooled(*options: str) -> dict[str, str]:
    return {
        one or "nothing": f'DATABASES = {{"default": {{{POOLED}, "POOL_OPTIONS": {{{one}}}}}}}\n' for one in options
    }


def texts(form: str, *endings: str) -> dict[str, str]:
    return {one or "nothing": form.format(one) if "{}" in form else form + one for one in endings}


FRAMEWORKS = [
    Framework(
        "django", "settings.py", ("django", "pymysql"), django(
            "", ', "CONN_MAX_AGE": 600', ', "CONN_MAX_AGE": None', ', "CONN_MAX_AGE": 0', ', "CONN_MAX_AGE": 60 * 5',
            ', "CONN_HEALTH_CHECKS": True', ', "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True',
            ', "OPTIONS": {"pool": True}', ', "OPTIONS": {"charset": "utf8mb4"}',
            ', "OPTIONS": {"isolation_level": "serializable"}', ', "OPTIONS": {"isolation_level": None}',
        ),
    ),
    Framework(
        "django", "settings.py", ("django", "pymysql", "django-db-connection-pool"), pooled(
            "", '"POOL_SIZE": 3', '"MAX_OVERFLOW": 0', '"RECYCLE": 60, "TIMEOUT": 5', '"PRE_PING": False',
            '"pool_size": 3', '"POOL_RECYCLE": 3', '"POOL_SIZE": 0', '"MAX_OVERFLOW": -1',
        ),
    ),
    Framework(
        "celery", "celeryconfig.py", ("celery", "sqlalchemy", "pymysql"), texts(
            BACKEND, "", "database_engine_options = {}", 'database_engine_options = {"pool_size": 3}',
            'database_engine_options = {"pool_recycle": 60, "pool_pre_ping": True, "max_overflow": -1}',
            'worker_pool = "threads"', 'worker_pool = "solo"\ndatabase_engine_options = {"pool_size": 3}',
            "database_engine_options = None", 'database_engine_options = {"echo": True}',
            "database_short_lived_sessions = True", 'database_engine_options = {"pool_sise": 3}',
        ),
    ),
    Framework(
        "apscheduler", "jobs.py", ("apscheduler", "sqlalchemy", "pymysql"), texts(
            STORE + f'store = SQLAlchemyJobStore(url="{URL}"{{}})\n', "", ', engine_options={"pool_size": 3}',
            ', engine_options={"pool_recycle": 60, "pool_pre_ping": True}', ", engine_options=None",
            ', engine_options={"max_overflow": 0}, tablename="jobs"', ', engine_options={"recycle": 60}',
        ) | {
            "in a dict": SCHEDULER + 'scheduler = BackgroundScheduler({"apscheduler.jobstores.default":'
            f' {{"type": "sqlalchemy", "url": "{URL}"}}}})\n',
            "added": SCHEDULER + "scheduler = BackgroundScheduler()\n"
            f'scheduler.add_jobstore("sqlalchemy", url="{URL}", engine_options={{"pool_size": 2}})\n',
        },
    ),
    Framework(
        "oslo", "nova.conf", ("oslo.db", "sqlalchemy", "pymysql"), texts(
            NOVA, "", "max_pool_size = 3\nmax_overflow = 7", "idle_timeout = 60", "connection_recycle_time = 60",
            "max_overflow = -1", "pool_timeout = 5", "sql_max_pool_size = 3", "sql_max_overflow = 3",
            "min_pool_size = 3",
            "max_pool_size = 0", "sqlalchemy_pool_timeout = 7", "sql_idle_timeout = 50", "max_pool_size = many",
        ),
    ),
    Framework(
        "asyncio_pool", "pools.py", ("aiomysql",), texts(
            AIOMYSQL, "", ", minsize=2, maxsize=3", ", maxsize=0", ", pool_recycle=60", ", minsize=1, pool_recycle=-1",
        ),
    ),
    Framework(
        "asyncio_pool", "pools.py", ("asyncmy",), texts(
            AIOMYSQL.replace("aiomysql", "asyncmy"), "", ", minsize=2, maxsize=3", ", pool_recycle=60",
            ", pool_recycle=-1",
        ),
    ),
    Framework(
        "tortoise", "pools.py", ("tortoise-orm", "asyncmy"), texts(
            TORTOISE, *(ASYNC_MYSQL % one for one in ("", ', "maxsize": 9', ', "minsize": 2, "pool_recycle": 60')),
            '"mysql://app@db1:3306/shop"', '"mysql://app@db1:3306/shop?maxsize=8&pool_recycle=600"',
        ),
    ),
    Framework(
        "peewee", "app.py", ("peewee", "pymysql"), texts(
            PEEWEE, "", ", max_connections=3", ", stale_timeout=60", ", timeout=5", ", timeout=0",
            ", max_connections=None",
            ", max_connections=8, stale_timeout=300, timeout=10", ", stale_timeout=None",
        ) | texts(BY_URL, "mysql+pool://app@db1/shop?max_connections=7&stale_timeout=30", "mysql+pool://app@db1/shop"),
    ),
]  # fmt: skip
CASES = [
    pytest.param(one, text, id=f"{one.how} {' '.join(name.split())}")
    for one in FRAMEWORKS
    for name, text in one.texts.items()
]


@pytest.mark.parametrize(("framework", "text"), CASES)
def test_a_configuration(
    framework: Framework,
    text: str,
    tmp_path: Path,
    real: Real,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = real("versions", tmp_path)
    requirements = "\n".join(f"{name}=={version}" for name, version in installed.items())
    (tmp_path / "requirements.txt").write_text(requirements, encoding="utf-8")
    (tmp_path / framework.file).write_text(text, encoding="utf-8")
    pools, refused = said(tmp_path, monkeypatch)
    if not set(framework.needs) <= set(installed):
        assert pools, "another environment has this framework"
        return
    made = real(framework.how, tmp_path)
    read = {pool["name"].partition(":")[2]: pool for pool in pools}
    assert set(read) == set(made)
    for name, pool in read.items():
        assert (pool["name"] in refused) == ("error" in made[name]), made[name]
        assert "error" in made[name] or differences(pool, made[name]) == {}


def differences(pool: dict[str, Any], made: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Give what was read and what is so, by setting, where it is not the same."""
    so = {name: (in_force(pool, name), value) for name, value in made.items()}
    return {name: both for name, both in so.items() if both[0] != both[1]}


def in_force(pool: dict[str, Any], name: str) -> object:
    """Give what is in force of a setting; the levels' names are the same in any case."""
    value = pool[name] if name in pool else pool["settings"][name]["value"]
    return (value or "none").upper() if name == "isolation_level" else value
