"""Makes what frameworks make of a configuration, and gives its settings; real.py calls these in a fork for each.

Run, as real.py is, by the Python of an environment with the libraries in it. Nothing connects.
"""

import asyncio
import importlib
import inspect
import os
import runpy
import sys

from real import as_error, settings


def _here(folder):
    os.chdir(folder)
    sys.path.insert(0, folder)


def django(folder):
    """Give what Django has of each alias of settings.py; from dj_db_conn_pool, its pool."""
    handler = _django(folder)
    return {alias: _alias(handler[alias]) for alias in handler.settings}


def _django(folder):
    import pymysql

    _here(folder)
    pymysql.install_as_MySQLdb()
    pymysql.version_info = (2, 2, 1, "final", 0)
    from django.conf import settings as configured

    said = importlib.import_module("settings")
    configured.configure(DATABASES=said.DATABASES)
    from django.db.utils import ConnectionHandler

    return ConnectionHandler(said.DATABASES)


def _alias(connection):
    import pymysql

    said = connection.settings_dict
    try:
        parameters = connection.get_connection_params()
        inspect.signature(pymysql.connect).bind(**parameters)
    except Exception as error:
        return as_error(error)
    if "dj_db_conn_pool" in said["ENGINE"]:
        return _pooled(connection, parameters)
    age = said["CONN_MAX_AGE"]
    return {
        "class": "persistent",
        "size": None,
        "max_overflow": None,
        "recycle_seconds": -1 if age is None else age,
        "pre_ping": said.get("CONN_HEALTH_CHECKS", False),
        "isolation_level": (connection.isolation_level or "none").upper(),
    }


def _pooled(connection, parameters):
    from dj_db_conn_pool.core import pool_container

    connection._get_new_connection = lambda parameters: (_ for _ in ()).throw(ConnectionError())
    try:
        connection.get_new_connection(parameters)
    except ConnectionError:
        pass
    except Exception as error:
        return as_error(error)
    return settings(type("Engine", (), {"pool": pool_container.get(connection.alias)}))


def celery(folder):
    """Give the result backend's engine of celeryconfig.py, as a worker makes it by its worker_pool."""
    from celery import Celery
    from celery.backends.database import SessionManager

    _here(folder)
    app = Celery("jobs")
    app.config_from_object("celeryconfig")
    app.conf.database_create_tables_at_setup = False
    sessions = SessionManager()
    sessions.forked = app.conf.worker_pool == "prefork"
    try:
        return {"": settings(sessions.get_engine(app.backend.url, **app.backend.engine_options))}
    except Exception as error:
        return {"": as_error(error)}


def apscheduler(folder):
    """Run jobs.py and give the engines of the job stores of its `scheduler`, or of its `store`."""
    _here(folder)
    try:
        said = runpy.run_path("jobs.py")
    except Exception as error:
        return {"store": as_error(error)}
    stores = said["scheduler"]._jobstores if "scheduler" in said else {"store": said["store"]}
    return {name: settings(store.engine) for name, store in stores.items() if hasattr(store, "engine")}


def oslo(folder):
    """Let oslo.config read nova.conf by oslo.db's options, and give the engine of [database]."""
    from oslo_config import cfg
    from oslo_db import options
    from oslo_db.sqlalchemy import engines

    conf = cfg.ConfigOpts()
    conf.register_opts(options.database_opts, group="database")
    try:
        conf(["--config-file", os.path.join(folder, "nova.conf")])
        names = ("max_pool_size", "max_overflow", "pool_timeout", "connection_recycle_time")
        said = {name: conf.database[name] for name in names}
        engine = engines.create_engine(conf.database.connection, max_retries=0, **said)
        return {"database": settings(engine) | ({"pre_ping": True} if _pings(engines, engine) else {})}
    except Exception as error:
        return {"database": as_error(error)}


def _pings(engines, engine):
    """Say whether it pings by a listener of its own, as before 12."""
    from sqlalchemy import event

    listener = getattr(engines, "_connect_ping_listener", None)
    return listener is not None and event.contains(engine, "engine_connect", listener)


def asyncio_pool(folder):
    """Run pools.py's start() with drivers that open nothing, and give the pools that it leaves in its module."""
    _here(folder)
    for library in ("aiomysql", "asyncmy"):
        pool = importlib.import_module(library + ".pool").Pool
        for name in ("_fill_free_pool", "fill_free_pool"):
            if hasattr(pool, name):
                setattr(pool, name, _nothing)
    module = importlib.import_module("pools")
    try:
        found = asyncio.run(module.start())
    except Exception as error:
        return {"start": as_error(error)}
    return {"start": {"class": type(found).__name__, "size": found.maxsize or 0, "recycle_seconds": found._recycle}}


async def _nothing(*_arguments):
    return None


def tortoise(folder):
    """Give the pool of Tortoise's connection of pools.py's TORTOISE_ORM."""
    import tortoise as library
    from tortoise.backends.mysql import client

    _here(folder)
    said = importlib.import_module("pools").TORTOISE_ORM

    async def start():
        library_pool = client.mysql.Pool
        for name in ("_fill_free_pool", "fill_free_pool"):
            if hasattr(library_pool, name):
                setattr(library_pool, name, _nothing)
        await library.Tortoise.init(config=said)
        one = library.connections.get("default")
        one.acquire_connection = lambda: (_ for _ in ()).throw(ConnectionError())
        try:
            await one.create_connection(with_db=True)
        except ConnectionError:
            pass
        return one._pool

    try:
        pool = asyncio.run(start())
    except Exception as error:
        return {"default": as_error(error)}
    return {"default": {"class": type(pool).__name__, "size": pool.maxsize, "recycle_seconds": pool._recycle}}


def peewee(folder):
    """Run app.py and give its `database`'s settings."""
    _here(folder)
    try:
        database = runpy.run_path("app.py")["database"]
    except Exception as error:
        return {"database": as_error(error)}
    if not hasattr(database, "_max_connections"):
        return {}
    return {
        "database": {
            "class": type(database).__name__,
            "size": database._max_connections or 0,
            "recycle_seconds": database._stale_timeout or -1,
            "checkout_timeout_seconds": _wait(database._wait_timeout),
        }
    }


def _wait(seconds):
    """Give how long it waits: not at all where nothing is said, and None for ever where it is 0."""
    if seconds is None:
        return 0
    return None if seconds in (0, float("inf")) else seconds


def versions(_folder):
    """Give what is installed, by name."""
    from importlib import metadata

    return {one.metadata["Name"].lower(): one.version for one in metadata.distributions()}
