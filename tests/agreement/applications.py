"""The example applications, started as their libraries start them: what lends their connections, to be lent from.

Each function takes the folder of an example and gives a Source for each pool that the application has.
"""

import configparser
import runpy
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pymysql
import yaml
from celery import Celery  # type: ignore[import-untyped]  # it ships no types
from celery.backends.database import SessionManager  # type: ignore[import-untyped]  # it ships no types
from django import setup  # type: ignore[import-untyped]  # it ships no types
from django.conf import settings as django_settings  # type: ignore[import-untyped]  # it ships no types
from django.db.backends.base.base import RAN_DB_VERSION_CHECK  # type: ignore[import-untyped]  # it ships no types
from django.db.utils import ConnectionHandler  # type: ignore[import-untyped]  # it ships no types
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from oslo_config import cfg
from oslo_db import options  # type: ignore[import-untyped]  # it ships no types
from oslo_db.sqlalchemy import engines  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import Engine, NullPool, create_engine, engine_from_config, text

from tests.incidents.application import options_of

USED = "SELECT title FROM tasks"


OSLO_OPTIONS = ("max_pool_size", "max_overflow", "pool_timeout", "connection_recycle_time")


class Source(NamedTuple):
    """One pool: `lend` gives a connection that was used, or raises TimeoutError where there is none left.

    `is_per_thread` is whether nothing but the threads that ask limits it; `leave` is done at the end, in each of them.
    """

    lend: Callable[[], AbstractContextManager[object]]
    is_per_thread: bool = False
    leave: Callable[[], object] = lambda: None


def source_of(engine: Engine) -> Source:
    """Lend from an engine, whose pool no longer waits for a connection: it says at once that there is none."""
    vars(engine.pool)["_timeout"] = 0

    @contextmanager
    def lend() -> Iterator[object]:
        with engine.connect() as connection:
            connection.execute(text(USED))
            yield connection

    return Source(lend, is_per_thread=isinstance(engine.pool, NullPool), leave=engine.dispose)


def _started(file: Path) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a library's own business
        return runpy.run_path(str(file))


def python(folder: Path) -> list[Source]:
    """Run shop.py, which makes its engine."""
    return [source_of(_started(folder / "shop.py")["engine"])]


def words(folder: Path) -> list[Source]:
    """Hand the words of app.yaml to create_engine, from their heading where there is one."""
    said = yaml.safe_load((folder / "app.yaml").read_text())
    if "database" in said:
        return [source_of(create_engine(**said["database"]))]
    return [source_of(create_engine(said["url"], **options_of(folder / "app.yaml")))]


def ini(folder: Path) -> list[Source]:
    """Hand a section of production.ini to engine_from_config."""
    parser = configparser.ConfigParser()
    parser.read(folder / "production.ini")
    return [source_of(engine_from_config(dict(parser["app:main"])))]


def flask(folder: Path) -> list[Source]:
    """Give config.py to Flask, its class where it has one."""
    said = _started(folder / "config.py")
    app = Flask("shop")
    app.config.from_object(said.get("Config") or _module(said))
    database = SQLAlchemy(app)
    with app.app_context():
        return [source_of(database.engine)]


def _module(said: dict[str, Any]) -> ModuleType:
    module = ModuleType("config")
    vars(module).update(said)
    return module


def env(folder: Path) -> list[Source]:
    """Make the engine that .env's variables are about."""
    said = dict(line.split("=", 1) for line in (folder / ".env").read_text().splitlines())
    engine = create_engine(
        said["DATABASE_URL"],
        pool_size=int(said["DB_POOL_SIZE"]),
        max_overflow=int(said["DB_MAX_OVERFLOW"]),
        pool_recycle=int(said["DB_POOL_RECYCLE"]),
        pool_pre_ping=said["DB_POOL_PRE_PING"] == "true",
    )
    return [source_of(engine)]


def celery(folder: Path) -> list[Source]:
    """Make the result backend's engine as a worker's forked child does."""
    app = Celery("jobs")
    app.config_from_object(_module(_started(folder / "celeryconfig.py")))
    sessions = SessionManager()
    sessions.forked = True
    return [source_of(sessions.get_engine(app.backend.url, **app.backend.engine_options))]


def scheduler(folder: Path) -> list[Source]:
    """Run jobs.py, whose job store makes an engine beside the application's."""
    said = _started(folder / "jobs.py")
    return [source_of(said["engine"]), source_of(said["store"].engine)]


def oslo(folder: Path) -> list[Source]:
    """Let oslo.config read nova.conf, and oslo.db make its engine."""
    conf = cfg.ConfigOpts()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oslo.db's own use of what SQLAlchemy has given up
        conf.register_opts(options.database_opts, group="database")
        conf(["--config-file", str(folder / "nova.conf")])
        said = conf.database
        engine = engines.create_engine(said.connection, **{name: said[name] for name in OSLO_OPTIONS})
    return [source_of(engine)]


def django(folder: Path) -> list[Source]:
    """Let Django connect by DATABASES of settings.py, in each thread that asks."""
    pymysql.install_as_MySQLdb()  # Django's own choice, mysqlclient, wants a C library
    vars(pymysql)["version_info"] = (2, 2, 1, "final", 0)
    if not django_settings.configured:
        django_settings.configure()
        setup()
    RAN_DB_VERSION_CHECK.add("default")  # connections are what is asked for, and old servers give them too
    handler = ConnectionHandler(_started(folder / "settings.py")["DATABASES"])

    @contextmanager
    def request() -> Iterator[object]:
        connection = handler["default"]
        with connection.cursor() as cursor:
            cursor.execute(USED)
        yield connection
        connection.close_if_unusable_or_obsolete()

    return [Source(request, is_per_thread=True, leave=handler.close_all)]
