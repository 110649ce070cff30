"""Superset's superset_config.py: Flask-SQLAlchemy's keys as its 2.5.1 reads them, which Superset pins.

Source: Superset's requirements of 1.0 to 6.0 (flask-sqlalchemy>=2.4.1,<3) and flask_sqlalchemy 2.5.1. Its metadata
database is SQLite where superset_config.py says no other.
"""

from collections.abc import Iterator

from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries.flask import FLASK_WORDS, binds_of, flask_engines
from poolaudit.readers.project import Project

SUPERSET = "Superset"
FILE = "superset_config.py"
PINNED = (2, 5, 1)
_OWN_KEYS = frozenset(
    {"SUPERSET_WEBSERVER_PORT", "SUPERSET_WEBSERVER_TIMEOUT", "SUPERSET_WORKERS", "FAB_ADD_SECURITY_API"}
    | {"SQLLAB_TIMEOUT", "SQLLAB_ASYNC_TIME_LIMIT_SEC", "SQL_MAX_ROW", "SUPERSET_LOAD_EXAMPLES", "RESULTS_BACKEND"}
    | {"GLOBAL_ASYNC_QUERIES_JWT_SECRET", "THUMBNAIL_SELENIUM_USER", "SUPERSET_DASHBOARD_POSITION_DATA_LIMIT"}
    | {"PREVENT_UNSAFE_DB_CONNECTIONS", "ENABLE_PROXY_FIX"}
)


def is_superset(document: Document) -> bool:
    """Whether a Python file configures Superset, by its name or by keys that only Superset has."""
    if document.module is None:
        return False
    if document.name == FILE:
        return True
    return document.name.startswith("superset_config") or any(
        key in document.text and key in document.module.table for key in _OWN_KEYS
    )


def knows(document: Document) -> bool:
    """Whether it configures Superset's database."""
    if not is_superset(document) or document.module is None:
        return False
    return any(key in document.module.table for key in (*FLASK_WORDS, "SQLALCHEMY_BINDS"))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of its metadata database, and of each bind."""
    assert document.module is not None  # noqa: S101 - as knows() says
    version = project.version("flask-sqlalchemy", document.path) or PINNED
    table = document.module.table
    lines = [table[key].place for key in FLASK_WORDS if key in table]
    place = min((one for one in lines if one is not None), key=lambda one: one.line or 0, default=None)
    where = place and place.without_columns
    for engine in (*flask_engines(table, version), *binds_of(table, version)):
        defaults = {word: _its_own(setting) for word, setting in engine.defaults.items()}
        inner = document.named(engine.name)
        yield engine._replace(name=inner, place=engine.place or where, library="superset", defaults=defaults)


def _its_own(setting: Setting[object]) -> Setting[object]:
    return setting._replace(note=setting.note or f"{SUPERSET} pins 2.5.1") if setting.is_default else setting
