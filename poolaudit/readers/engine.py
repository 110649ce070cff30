"""SQLAlchemy's words as a Pool: what is said, and what is in force where nothing is.

Defaults are those of SQLAlchemy 1.1 to 2.1, found by running them: QueuePool 5 + 10, timeout 30 s, recycle -1 (never),
no pre-ping, reset by rollback; an asyncio driver gets AsyncAdaptedQueuePool.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from poolaudit.facts.misfit import REFUSED, Misfit
from poolaudit.facts.pool import CLASSES, MYSQL_DIALECTS, QUEUES, Pool, PoolUrl
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.deployment import Deployed
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import SIZES, misfits, near_misses, numbers_as_text, secrets
from poolaudit.readers.settings import (
    Read,
    isolation,
    number_or_null,
    pool_class,
    reset,
    setting,
    switch,
    switch_of_any_text,
    url_setting,
    whole_number,
)

T = TypeVar("T")

SQLALCHEMY = "SQLAlchemy"
ASYNC_DRIVERS = frozenset({"aiomysql", "asyncmy"})
NO_URL: Setting[PoolUrl] = Setting(
    unknown="no url is said", remedy="say url: mysql+pymysql://USER@HOST/DATABASE", word="url"
)
DEFAULTS: Mapping[str, Setting[Any]] = {
    "pool_size": Setting(5, default_of=SQLALCHEMY),
    "max_overflow": Setting(10, default_of=SQLALCHEMY),
    "pool_recycle": Setting(-1, default_of=SQLALCHEMY),
    "pool_timeout": Setting(30, default_of=SQLALCHEMY),
    "pool_pre_ping": Setting(said=False, default_of=SQLALCHEMY),
    "pool_reset_on_return": Setting("rollback", default_of=SQLALCHEMY),
    "isolation_level": Setting(default_of=SQLALCHEMY),
}


class Engine(NamedTuple):
    """One engine's words, by SQLAlchemy's names. `shown` has the names under which the application writes them.

    `name` is what it is called within its file (`database`, "" for the whole file), `place` where it is said.
    `defaults` are those of the framework where it has its own, by SQLAlchemy's names, `poolclass` among them; what is
    not in it is SQLAlchemy's. `to_sqlalchemy` is whether the framework hands every word on as it is; else the
    application may do with them what it likes. `unread` are words of the framework's that are not in force.
    `deployment` is poolaudit's own heading where it stands beside the words. `reading` names the version by which an
    ambiguous file was read: then there is an engine for each. `made_at` is the call in another file that makes it,
    where that is known: what stands there is no second one.
    """

    words: Table
    shown: Mapping[str, str] = MappingProxyType({})
    name: str = ""
    place: Place | None = None
    library: str = "sqlalchemy"
    reading: str | None = None
    sqlalchemy: tuple[int, ...] | None = None
    defaults: Mapping[str, Setting[Any]] = MappingProxyType({})
    to_sqlalchemy: bool = False
    unread: tuple[Misfit, ...] = ()
    deployment: Located | None = None
    made_at: Place | None = None

    @property
    def has_own_pool(self) -> bool:
        """Whether the library has a pool of its own, so that the words are SQLAlchemy's in name only."""
        kind = self.defaults.get("poolclass")
        return kind is not None and kind.is_known and kind.value not in CLASSES

    def shown_as(self, word: str) -> str:
        """How the application writes a word."""
        return self.shown.get(word, word)

    def default(self, word: str) -> Setting[Any]:
        """Give what is in force where nobody says the word."""
        return self.defaults.get(word) or DEFAULTS[word]


def pool_from(engine: Engine, deployed: Deployed, *, name: str) -> Pool:
    """Make the pool of an engine's words."""
    words = engine.words if engine.has_own_pool else _with_near_misses(engine.words)
    url = url_setting(engine.shown_as("url"), words.get("url"), NO_URL)
    kind = setting(engine.shown_as("poolclass"), words.get("poolclass"), pool_class, _default_class(engine, url))

    def of(word: str, read: Callable[[object], Read[T]]) -> Setting[T]:
        found = _for_class(word, words.get(word), kind)
        return setting(engine.shown_as(word), found, read, engine.default(word))

    return Pool(
        name=name,
        library=engine.library,
        url=url,
        pool_class=kind,
        size=of("pool_size", whole_number),
        max_overflow=of("max_overflow", whole_number),
        recycle_seconds=of("pool_recycle", whole_number),
        checkout_timeout_seconds=of("pool_timeout", number_or_null),
        pre_ping=of("pool_pre_ping", switch_of_any_text if engine.to_sqlalchemy else switch),
        reset_on_return=of("pool_reset_on_return", reset),
        threads=deployed.threads,
        request_timeout_seconds=deployed.request_timeout_seconds,
        path_idle_timeout_seconds=deployed.path_idle_timeout_seconds,
        sqlalchemy=deployed.sqlalchemy or engine.sqlalchemy,
        reading=engine.reading,
        place=engine.place,
        isolation_level=setting(
            engine.shown_as("isolation_level"), _isolation(words), isolation, engine.default("isolation_level")
        ),
        misfits=_misfits(engine, kind),
    )


def _isolation(words: Table) -> Located | None:
    """Give what is said of the isolation level: of the engine's own, or among its execution options."""
    options = words.get("execution_options")
    return words.get("isolation_level", options.table.get("isolation_level") if options is not None else None)


def _misfits(engine: Engine, kind: Setting[str]) -> tuple[Misfit, ...]:
    if engine.has_own_pool:
        numbers = numbers_as_text(engine.words, engine.shown_as) if engine.to_sqlalchemy else ()
        return (*numbers, *engine.unread, *secrets(engine.words, engine.shown_as("url")))
    return (
        *misfits(engine.words, kind, engine.shown_as, to_sqlalchemy=engine.to_sqlalchemy),
        *_put_in(engine, kind),
        *engine.unread,
        *secrets(engine.words, engine.shown_as("url")),
    )


def _put_in(engine: Engine, kind: Setting[str]) -> tuple[Misfit, ...]:
    """Find the size that a framework puts in beside a pool that takes none, though nobody says it."""
    size = engine.default("pool_size")
    by_framework = size.is_known and size.default_of != SQLALCHEMY and "pool_size" not in engine.words
    if not by_framework or kind.is_default or not kind.is_known or kind.value in {*QUEUES, "SingletonThreadPool"}:
        return ()
    said = f"{size.value}, which {size.default_of} puts in"
    return (Misfit(REFUSED, "pool_size", "pool_size", kind.place, said, kind.value),)


def _default_class(engine: Engine, url: Setting[PoolUrl]) -> Setting[str]:
    if "poolclass" in engine.defaults:
        return engine.defaults["poolclass"]
    if url.is_known and url.value.dialect == "sqlite":
        return Setting(unknown="SQLite's default pool depends on SQLAlchemy's version and on the file")
    if url.is_known and url.value.dialect in MYSQL_DIALECTS and url.value.driver in ASYNC_DRIVERS:
        return Setting("AsyncAdaptedQueuePool", default_of=SQLALCHEMY)
    return Setting("QueuePool", default_of=SQLALCHEMY)


def _for_class(word: str, found: Located | None, kind: Setting[str]) -> Located | None:
    """Replace a size of a pool that has none: SQLAlchemy refuses it, so that it is never in force."""
    if word not in SIZES or not kind.is_known or kind.value in QUEUES or kind.value not in CLASSES:
        return found
    place = found.place if found is not None else None
    return Located(None, place, unknown=f"{kind.value} has no {word}")


def _with_near_misses(words: Table) -> Table:
    """Make a word unknown that is not said while another is that is nearly it: which of the two counts is not known."""
    missed = {
        meant: replace(words[word], value=None, unknown=f"{word} is said, which is not {meant}")
        for word, meant in near_misses(words).items()
    }
    return {**words, **missed}
