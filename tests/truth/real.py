"""Makes the real engines of an example application and prints their pools' settings as JSON.

Run by the Python of an environment with some version of the libraries in it, never by poolaudit's own. Nothing
connects: engines are lazy. Reads lines of JSON, [HOW, FOLDER], where HOW is one of the functions below, or of those in
frameworks.py, and answers each with one. The libraries are imported once; each example runs in a fork, so that none sees another's modules.
"""

import contextlib
import importlib
import json
import os
import runpy
import sys
import traceback

FRAMEWORKS = ("celery.backends.database", "django.db", "apscheduler.jobstores.sqlalchemy")
"""What takes long to import, and is not changed by it."""


def settings(engine):
    """Give the settings in force of an engine's pool, as the report names them."""
    pool = getattr(engine, "sync_engine", engine).pool
    size = getattr(getattr(pool, "_pool", None), "maxsize", None)
    timeout = getattr(pool, "_timeout", None)
    return {
        "class": type(pool).__name__,
        "size": size,
        "max_overflow": getattr(pool, "_max_overflow", None),
        "checkout_timeout_seconds": timeout,
        "recycle_seconds": pool._recycle,
        "pre_ping": bool(getattr(pool, "_pre_ping", False)),
    }


def as_error(error):
    """Give what an engine that is refused says, less any value."""
    return {"error": type(error).__name__}


def python(folder):
    """Run a program of the example with create_engine looked over its shoulder; `main.py`, or the only file there is."""
    import sqlalchemy
    from sqlalchemy import create_engine

    made = []

    def recorded(*arguments, **options):
        try:
            engine = create_engine(*arguments, **options)
        except Exception as error:
            made.append(as_error(error))
            raise
        made.append(settings(engine))
        return engine

    sqlalchemy.create_engine = recorded
    sqlalchemy.engine.create_engine = recorded
    os.chdir(folder)
    sys.path.insert(0, folder)
    files = sorted(name for name in os.listdir(folder) if name.endswith(".py"))
    program = "main.py" if "main.py" in files else files[0]
    try:
        runpy.run_path(program, run_name="example")
    except Exception as error:
        if not made:
            made.append(as_error(error))
    return made


def pydantic(folder):
    """Run a program of the example in the environment that its expected.report says its process is given."""
    with open(os.path.join(folder, "expected.report"), encoding="utf-8") as file:
        os.environ.update(json.load(file).get("process", {}))
    return python(folder)


def flask(folder):
    """Make Flask-SQLAlchemy's engine of config.py: of each class in it, else of the module."""
    import flask as real
    from flask_sqlalchemy import SQLAlchemy

    os.chdir(folder)
    sys.path.insert(0, folder)
    config = importlib.import_module("config")
    classes = [value for value in vars(config).values() if isinstance(value, type)]
    made = {}
    for chosen in classes or [config]:
        app = real.Flask("example")
        app.config.from_object(chosen)
        name = chosen.__name__ if classes else ""
        try:
            database = SQLAlchemy(app)
            with app.app_context():
                made[name] = settings(getattr(database, "engine"))
        except Exception as error:
            made[name] = as_error(error)
    return made


def ini(folder):
    """Make the engine of the `sqlalchemy.` keys in the only ini file there is, section by section."""
    from configparser import ConfigParser

    from sqlalchemy import engine_from_config

    name = next(name for name in sorted(os.listdir(folder)) if name.endswith((".ini", ".cfg", ".conf")))
    parser = ConfigParser({"here": folder})
    parser.read(os.path.join(folder, name), encoding="utf-8")
    made = {}
    for section in parser.sections():
        if parser.has_option(section, "sqlalchemy.url"):
            try:
                over = alembics(folder) if parser.has_option(section, "script_location") else {}
                made[section] = settings(engine_from_config(dict(parser.items(section)), **over))
            except Exception as error:
                made[section] = as_error(error)
    return made


def alembics(folder):
    """Give what alembic's env.py says beside the file, where the example has one: its template says NullPool."""
    from sqlalchemy import pool

    script = os.path.join(folder, "migrations", "env.py")
    has_script = os.path.exists(script) and "poolclass=pool.NullPool" in open(script, encoding="utf-8").read()
    return {"poolclass": pool.NullPool} if has_script else {}


def version(package):
    """Give the installed version of a package as text, "" where it is not installed."""
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def forked(how, folder):
    """Call one of the functions above in a process of its own; what goes wrong there is the answer."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                make = globals().get(how) or getattr(importlib.import_module("frameworks"), how)
                answer = {"made": make(folder)}
        except BaseException:
            answer = {"failed": traceback.format_exc()}
        with os.fdopen(writing, "w") as end:
            json.dump(answer, end)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as end:
        text = end.read()
    os.waitpid(child, 0)
    return text or json.dumps({"failed": "the process of this example ended without an answer"})


if __name__ == "__main__":
    libraries = ("sqlalchemy", "flask_sqlalchemy", "sqlalchemy.ext.asyncio", "pydantic_settings", "pydantic")
    for library in (*libraries, "frameworks", *FRAMEWORKS):
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    for line in sys.stdin:
        print(forked(*json.loads(line)), flush=True)
