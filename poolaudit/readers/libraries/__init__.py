"""The libraries whose settings are read, one module each, in the order of their names.

A module `knows` a document that holds its library's settings, and can `read` the engines out of it. One that is
`IS_GENERIC` reads what no other module knows.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Protocol

from poolaudit.errors import CannotAuditError
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.project import Project
from poolaudit.readers.worth import DATA, PYTHON, VARIABLES, Worth

MOST_ENGINES = 2_000
"""In one file."""
WORTH: Mapping[str, Worth] = {
    "airflow": Worth(DATA | VARIABLES | {Kind.INI}, ("sql_alchemy_",)),
    "apscheduler": Worth(PYTHON, ("jobstore", "sqlalchemydatastore")),
    "asyncio_pools": Worth(PYTHON, ("aiomysql", "asyncmy", "databases")),
    "asyncio_words": Worth(DATA | {Kind.INI}, ("maxsize", "minsize")),
    "celery": Worth(words=("celery", "result_backend", "engine_options")),
    "dify": Worth(VARIABLES, ("sqlalchemy_", "db_type")),
    "dj_db_conn_pool": Worth(DATA | PYTHON, ("databases",)),
    "django": Worth(DATA | PYTHON, ("databases",)),
    "engine_from_config": Worth(frozenset({Kind.INI})),
    "environment_words": Worth(VARIABLES),
    "flask": Worth(VARIABLES, ("sqlalchemy_",)),
    "flask_python": Worth(PYTHON, ("sqlalchemy",)),
    "home_assistant": Worth(frozenset({Kind.YAML}), ("db_url",)),
    "mlflow": Worth(VARIABLES, ("mlflow_",)),
    "oslo": Worth(DATA | {Kind.INI}, ("connection", "_pool_size", "idle_timeout", "overflow")),
    "peewee": Worth(DATA | PYTHON, ("playhouse", "pooledmysql", "stale_timeout")),
    "python_engines": Worth(PYTHON, ("engine",)),
    "sqlalchemy_words": Worth(DATA | {Kind.INI}),
    "superset": Worth(PYTHON),
    "tortoise": Worth(DATA | PYTHON, ("tortoise",)),
}
"""Every module, and what it is worth importing for."""


class Library(Protocol):
    """What a module of this folder is."""

    def knows(self, document: Document) -> bool:
        """Whether the document holds settings of this library."""
        ...

    def read(self, document: Document, project: Project) -> Iterator[Engine]:
        """Give the engines that it makes, in the document's order; CannotAuditError where it cannot be read."""
        ...


def libraries(document: Document) -> tuple[Library, ...]:
    """Give the modules that may know a document, the generic ones last; the others are not imported."""
    return tuple(sorted((_library(name) for name, worth in WORTH.items() if worth.allows(document)), key=_is_generic))


@cache
def _library(name: str) -> Library:
    library: Library = import_module(f"{__name__}.{name}")
    return library


def engines_in(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engines of a document, as the libraries that know it read it; CannotAuditError beyond MOST_ENGINES."""
    for number, engine in enumerate(_all_in(document, project)):
        if number == MOST_ENGINES:
            raise CannotAuditError(f"{document.path} holds more than {MOST_ENGINES} pools, which is no application")
        yield _with_version(engine, document, project)


def _with_version(engine: Engine, document: Document, project: Project) -> Engine:
    """Say SQLAlchemy's version where it decides, which is what a size of 0 means."""
    size = engine.words.get("pool_size")
    if engine.sqlalchemy is not None or size is None or size.value != 0:
        return engine
    return engine._replace(sqlalchemy=project.version("sqlalchemy", document.path))


def _all_in(document: Document, project: Project) -> Iterator[Engine]:
    is_known = False
    for library in libraries(document):
        if not (_is_generic(library) and is_known) and library.knows(document):
            is_known = True
            yield from library.read(document, project)


def _is_generic(library: object) -> bool:
    return getattr(library, "IS_GENERIC", False)
