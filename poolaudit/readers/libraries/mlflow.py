"""MLflow's tracking store: its variables, which decide over the pool of the server's engine.

Source: mlflow.store.db.utils.create_sqlalchemy_engine and mlflow.environment_variables of 3.17.2. Each number is
int()'s of its variable, and one that is 0 is dropped, so that SQLAlchemy's default counts; a class is named without its
module; pre-ping is always on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from poolaudit.facts.misfit import REFUSED_VALUE, UNREAD, Misfit
from poolaudit.facts.pool import CLASSES
from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.located import Located, Symbol, Table
from poolaudit.readers.project import Project
from poolaudit.readers.texts import as_numbers

MLFLOW = "MLflow"
KEYS = {
    "pool_size": "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE",
    "max_overflow": "MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW",
    "pool_recycle": "MLFLOW_SQLALCHEMYSTORE_POOL_RECYCLE",
}
POOLCLASS = "MLFLOW_SQLALCHEMYSTORE_POOLCLASS"
URLS = ("MLFLOW_BACKEND_STORE_URI", "BACKEND_STORE_URI", "MLFLOW_TRACKING_URI")
_NOT_OURS = ("http:", "https:", "file:", "databricks")
_DEFAULTS: Mapping[str, Setting[Any]] = {
    "pool_pre_ping": Setting(said=True, default_of=MLFLOW, note="MLflow always pings")
}
_NEVER_READ = {
    "MLFLOW_SQLALCHEMYSTORE_POOL_TIMEOUT": "pool_timeout",
    "MLFLOW_SQLALCHEMYSTORE_POOL_PRE_PING": "pool_pre_ping",
    "MLFLOW_SQLALCHEMYSTORE_POOL_MAX_OVERFLOW": "max_overflow",
}


def knows(document: Document) -> bool:
    """Whether it is a file of variables with one of MLflow's for its store."""
    return document.kind is Kind.ENV and any(_has_keys(root.table) for root in document.roots)


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of the store."""
    _ = project
    for root in document.roots:
        if _has_keys(root.table):
            yield _engine(root.table)._replace(name=document.path, place=_first_place(root.table))


def _has_keys(table: Table) -> bool:
    return any(key in table for key in (*KEYS.values(), POOLCLASS, *_NEVER_READ)) or URLS[0] in table


def _first_place(table: Table) -> Any:  # noqa: ANN401 - a Place or None
    places = [table[key].place for key in (*KEYS.values(), POOLCLASS, *URLS) if key in table]
    return min((place for place in places if place is not None), key=lambda place: place.line or 0, default=None)


def _engine(table: Table) -> Engine:
    words, refused = as_numbers(
        {word: table[key] for word, key in KEYS.items() if key in table and table[key].value != ""},
        lambda word: KEYS[word],
        MLFLOW,
    )
    dropped = [word for word, found in words.items() if found.value == 0 and found.unknown is None]
    unread = [
        Misfit(UNREAD, word, f"{KEYS[word]}=0", table[KEYS[word]].place, in_force=f"{KEYS[word]}=1") for word in dropped
    ]
    unread += [Misfit(UNREAD, word, key, table[key].place) for key, word in _NEVER_READ.items() if key in table]
    kept = {word: found for word, found in words.items() if word not in dropped}
    url = next((table[key] for key in URLS if key in table and not _is_elsewhere(table[key])), None)
    kind, wrong = _pool_class(table.get(POOLCLASS))
    return Engine(
        words=kept | ({"url": url} if url is not None else {}) | kind,
        shown=KEYS | {"poolclass": POOLCLASS, "url": next((key for key in URLS if table.get(key) is url), URLS[0])},
        library="mlflow",
        defaults=_DEFAULTS,
        to_sqlalchemy=True,
        unread=(*unread, *refused, *wrong),
    )


def _is_elsewhere(found: Located) -> bool:
    return isinstance(found.value, str) and found.value.startswith(_NOT_OURS)


def _pool_class(found: Located | None) -> tuple[dict[str, Located], tuple[Misfit, ...]]:
    if found is None or found.value == "":
        return {}, ()
    if found.why_unknown is not None:
        return {"poolclass": found}, ()
    if found.value in CLASSES:
        return {"poolclass": replace(found, value=Symbol(found.value))}, ()
    unknown = replace(found, value=None, unknown="its value names none of SQLAlchemy's pools")
    return {"poolclass": unknown}, (Misfit(REFUSED_VALUE, "mlflow poolclass", POOLCLASS, found.place, in_force=MLFLOW),)
