"""Flask-SQLAlchemy 3: what is read of the example projects that pin it, against the engines that it makes of them.

Those that pin 2.5.1 are held against it in an environment of their own, by tests/truth.
"""

import importlib.util
import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from poolaudit.facts.misfit import CLASS_AS_TEXT, REFUSED_VALUE
from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.formats import parse
from poolaudit.readers.reading import read_paths
from tests.readers.libraries.real import as_read, really

PROJECTS = Path(__file__).parents[2] / "projects" / "flask"
FOLDERS = sorted(
    path.parent for path in PROJECTS.glob("*/*/requirements.txt") if "flask-sqlalchemy==3" in path.read_text("utf-8")
)
BINDS = "SQLALCHEMY_BINDS."
LOADS: dict[str, Callable[[str], Any]] = {".json": json.loads, ".toml": tomllib.loads, ".yaml": yaml.safe_load}


def module(path: Path, folder: Path) -> Any:  # noqa: ANN401 - a module of an example
    name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def configured(app: Flask, pool: Pool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a pool of SQLAlchemy's
    """Configure an application by the file that a pool was read from; give the extension where the file has it."""
    file, _, inner = pool.name.partition(":")
    path = folder / file
    if path.suffix == ".py":
        found = module(path, folder)
        owner = getattr(found, inner.partition(".")[0], None) if inner else None
        app.config.from_object(owner if isinstance(owner, type) else found)
        return found
    if path.name == ".env":
        (root,) = parse(file, Kind.ENV, path.read_text("utf-8")).roots
        for name, value in root.table.items():
            monkeypatch.setenv(name, str(value.value))
        app.config.from_prefixed_env()
    else:
        app.config.from_mapping(LOADS[path.suffix](path.read_text("utf-8")))
    return None


def real(pool: Pool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    app = Flask("example")
    found = configured(app, pool, folder, monkeypatch)
    if hasattr(found, "create_app"):
        app, database = found.create_app(), found.db
    elif hasattr(found, "db"):
        app, database = found.app, found.db
    else:
        database = _beside(pool, folder)
        database.init_app(app)
    bind = pool.name.partition(BINDS)[2] or None
    with app.app_context():
        engine: Engine = database.engines[bind]
        return engine


def _beside(pool: Pool, folder: Path) -> SQLAlchemy:
    """Give the extension that a file beside the configuration makes, else a plain one."""
    files = sorted((folder / pool.name.partition(":")[0]).parent.glob("*.py"))
    makes_one = [path for path in files if "db = SQLAlchemy(" in path.read_text("utf-8")]
    return module(makes_one[0], folder).db if makes_one else SQLAlchemy()


@pytest.fixture(autouse=True)
def _modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = set(sys.modules)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield
    for name in set(sys.modules) - before:
        if not name.startswith("poolaudit."):  # imported twice, its enums would not be the same any more
            del sys.modules[name]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_examples(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    pools = [one.pool for one in read_paths(["."]).deployments]
    assert pools
    for pool in pools:
        if pool.leads_elsewhere:
            continue
        if not pool.url.is_known:
            monkeypatch.setenv("DATABASE_URL", "mysql+pymysql://shop@db/shop")
        if {CLASS_AS_TEXT, REFUSED_VALUE} & {misfit.kind for misfit in pool.misfits}:
            with pytest.raises((AttributeError, ValueError)):
                real(pool, folder, monkeypatch)
        elif pool.name != "shop/config.py:Config":
            assert as_read(pool) == really(real(pool, folder, monkeypatch)), pool.name
        else:
            assert as_read(pool) == really(_of_package(folder)), pool.name


def _of_package(folder: Path) -> Engine:
    """Give the engine of the example whose package maps the old keys itself."""
    package = module(folder / "shop" / "__init__.py", folder)
    app = package.create_app()
    with app.app_context():
        engine: Engine = package.db.engine
        return engine
