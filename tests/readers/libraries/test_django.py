"""Django's DATABASES: which entries there are, how long they are kept, and where they lead."""

import pytest

from poolaudit.facts.misfit import REFUSED, UNREAD
from poolaudit.facts.pool import DJANGO, Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import django
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Module
from tests.readers.libraries.engines import misfits, pools

ENGINE = "'ENGINE': 'django.db.backends.mysql'"
HEAD = "import os, dj_database_url, environ\nenv = environ.Env()\n"


def read(
    text: str, kind: Kind = Kind.PYTHON, path: str = "settings", project: Project | None = None
) -> dict[str, Pool]:
    return pools(django, kind, text, path=path, project=project)


def entry(text: str) -> Pool:
    (pool,) = read(f"{HEAD}DATABASES = {{'default': {text}}}").values()
    return pool


@pytest.mark.parametrize(
    ("said", "recycle", "ping"),
    [
        ("", 0, False),
        (", 'CONN_MAX_AGE': 60", 60, False),
        (", 'CONN_MAX_AGE': None, 'CONN_HEALTH_CHECKS': True", -1, True),
    ],
)
def test_how_long_a_connection_is_kept(said: str, recycle: int, ping: bool) -> None:
    pool = entry(f"{{{ENGINE}, 'HOST': 'db1'{said}}}")
    assert (pool.pool_class.value, pool.recycle_seconds.value, pool.pre_ping.value) == (DJANGO, recycle, ping)
    assert pool.size.unknown == "Django keeps no pool"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        (f"DATABASES = {{'default': {{{ENGINE}}}}}", Kind.PYTHON, "default"),
        (f"class Base:\n    DATABASES = {{'default': {{{ENGINE}}}}}", Kind.PYTHON, "Base.default"),
        ("DATABASES: {default: {ENGINE: django.db.backends.mysql}}\n", Kind.YAML, "default"),
        ("[django.DATABASES.default]\nENGINE = 'django.db.backends.mysql'\n", Kind.TOML, "django.default"),
    ],
)
def test_where_it_is_said(text: str, kind: Kind, name: str) -> None:
    assert list(read(text, kind)) == [f"settings:{name}"]


def test_what_is_none() -> None:
    assert read("DATABASES = {'default': {'HOST': 'db1'}}") == {}
    assert read("DATABASES = {'a': {'ENGINE': 'dj_db_conn_pool.backends.mysql'}}") == {}
    assert read("x = 5") == {}
    assert read("DATABASES=x\n", Kind.ENV) == {}


@pytest.mark.parametrize(
    ("said", "host", "database", "query"),
    [
        ("'HOST': 'db1', 'PORT': '3307', 'USER': 'shop', 'NAME': 'shop'", "db1", "shop", {}),
        ("'HOST': '/run/my.sock', 'NAME': 'shop'", None, "shop", {"unix_socket": "/run/my.sock"}),
        ("'OPTIONS': {'unix_socket': '/run/my.sock'}", None, None, {"unix_socket": "/run/my.sock"}),
        ("'HOST': None, 'NAME': 'a/b'", None, "a/b", {}),
    ],
)
def test_where_it_leads(said: str, host: str | None, database: str | None, query: dict[str, str]) -> None:
    url = entry(f"{{{ENGINE}, {said}}}").url.value
    assert (url.host, url.database, dict(url.query)) == (host, database, query)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{'ENGINE': engine()}", "what engine() gives when the program runs"),
        ("{'ENGINE': 5}", "its ENGINE is no name that can be read"),
        ("dj_database_url.config()", "environment variable DATABASE_URL, no default"),
        ("dj_database_url.parse('shop')", "its text is no database URL"),
        ("dj_database_url.config(engine='django.db.backends.mysql')", "environment variable DATABASE_URL, no default"),
    ],
)
def test_where_it_leads_is_not_known(text: str, why: str) -> None:
    assert entry(text).url.unknown == why


@pytest.mark.parametrize("said", ["'HOST': os.environ['HOST']", "'OPTIONS': {'read_default_file': 'my.cnf'}"])
def test_a_host_that_is_not_known(said: str) -> None:
    pool = entry(f"{{{ENGINE}, {said}}}")
    assert not pool.url.is_known or pool.url.value.host is None


@pytest.mark.parametrize(
    ("engine", "dialect"),
    [
        ("django.db.backends.mysql", "mysql"),
        ("mysql.connector.django", "mysql"),
        ("django.db.backends.postgresql_psycopg2", "postgresql"),
        ("django.db.backends.sqlite3", "sqlite"),
        ("shop.backends.custom", "custom"),
    ],
)
def test_dialects(engine: str, dialect: str) -> None:
    assert entry(f"{{'ENGINE': '{engine}', 'HOST': 'db1'}}").url.value.dialect == dialect


@pytest.mark.parametrize(
    ("text", "dialect", "driver"),
    [
        ("dj_database_url.parse('mysql://db1/shop')", "mysql", "mysqldb"),
        ("dj_database_url.parse('mysql-connector://db1/shop')", "mysql", "mysqlconnector"),
        ("dj_database_url.parse('postgres://db1/shop')", "postgresql", None),
        ("dj_database_url.parse('mysql://db1/shop', engine='django.db.backends.mysql')", "mysql", "mysqldb"),
        ("env.db('URL', default='mysql2://db1/shop')", "mysql", "mysqldb"),
    ],
)
def test_a_url(text: str, dialect: str, driver: str | None) -> None:
    url = entry(text).url.value
    assert (url.dialect, url.driver, url.host) == (dialect, driver, "db1")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("'OPTIONS': {'pool': True}", [(REFUSED, 'OPTIONS["pool"]')]),
        ("'POOL_OPTIONS': {'POOL_SIZE': 5}", [(UNREAD, "POOL_OPTIONS")]),
        ("'OPTIONS': {'pool': False}", [(REFUSED, 'OPTIONS["pool"]')]),
        ("'OPTIONS': {}", []),
    ],
)
def test_pools_that_django_does_not_have(said: str, expected: list[tuple[str, str]]) -> None:
    assert misfits(entry(f"{{{ENGINE}, {said}}}")) == expected


@pytest.mark.parametrize("engine", ["'django.db.backends.postgresql'", "os.environ['ENGINE']"])
def test_a_pool_of_djangos_is_no_fault_where_it_may_be_another_databases(engine: str) -> None:
    assert misfits(entry(f"{{'ENGINE': {engine}, 'OPTIONS': {{'pool': True}}}}")) == []


def test_a_password_in_clear() -> None:
    pool = entry(f"{{{ENGINE}, 'PASSWORD': 'hunter2'}}")
    assert [(one.kind, one.word) for one in pool.misfits] == [("secret", "PASSWORD")]
    assert "hunter2" not in repr(pool)


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ({".production": "from .base import *\nDATABASES = {}"}, False),
        ({".production": "from .base import *\nDATABASES = {}", ".local": "from .base import *"}, True),
        ({".production": "from shop.settings.base import DATABASES\nDATABASES = {}"}, False),
        ({".production": "from .other import *\nDATABASES = {}"}, True),
        ({}, True),
    ],
)
def test_settings_that_all_others_change_are_no_entry(others: dict[str, str], found: bool) -> None:
    modules = {name: Module(f"settings/{name[1:]}.py", text) for name, text in others.items()}
    project = Project(modules=lambda name, _path: modules.get(name))
    text = f"DATABASES = {{'default': {{{ENGINE}}}}}"
    assert bool(read(text, path="settings/base.py", project=project)) is found
