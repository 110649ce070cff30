"""SQLAlchemy's words as a Pool: what is said, and what is in force where nothing is.

Defaults are those of SQLAlchemy 1.1 to 2.1, found by running them: QueuePool 5 + 10, timeout 30 s, recycle -1 (never),
no pre-ping, reset by rollback; an asyncio driver gets AsyncAdaptedQueuePool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from poolaudit.facts.pool import MYSQL_DIALECTS, QUEUES, REFUSED, Misfit, Place, Pool, PoolUrl, Setting
from poolaudit.readers.deployment import Deployed
from poolaudit.readers.located import Located, Table
from poolaudit.readers.misfits import SIZES, misfits, near_misses, secrets
from poolaudit.readers.settings import (
    isolation,
    number_or_null,
    pool_class,
    reset,
    setting,
    switch,
    url_setting,
    whole_number,
)

SQLALCHEMY = "SQLAlchemy"
ASYNC_DRIVERS = frozenset({"aiomysql", "asyncmy"})
NO_URL: Setting[PoolUrl] = Setting(
    unknown="no url is said", remedy="say url: mysql+pymysql://USER@HOST/DATABASE", word="url"
)
FIVE: Setting[int] = Setting(5, default_of=SQLALCHEMY)
NO_LEVEL: Setting[str | None] = Setting(default_of=SQLALCHEMY)
NEVER: Setting[int] = Setting(-1, default_of=SQLALCHEMY)


@dataclass(frozen=True)
class Engine:
    """One engine's words, by SQLAlchemy's names. `shown` has the names under which the application writes them.

    `size` and `recycle` are the defaults in force, for a framework may have its own. `to_sqlalchemy` is whether the
    framework hands every word on as it is; else the application may do with them what it likes. `unread` are words of
    the framework's that are not in force.
    """

    words: Table
    shown: Mapping[str, str]
    library: str = "sqlalchemy"
    reading: str | None = None
    sqlalchemy: tuple[int, ...] | None = None
    size: Setting[int] = FIVE
    recycle: Setting[int] = NEVER
    to_sqlalchemy: bool = False
    unread: tuple[Misfit, ...] = ()

    def name(self, word: str) -> str:
        """How the application writes a word."""
        return self.shown.get(word, word)


def pool_from(engine: Engine, deployed: Deployed, *, name: str, place: Place | None) -> Pool:
    """Make the pool of an engine's words."""
    words = _with_near_misses(engine.words)
    url = url_setting(engine.name("url"), words.get("url"), NO_URL)
    kind = setting(engine.name("poolclass"), words.get("poolclass"), pool_class, _default_class(url))

    def of(word: str) -> tuple[str, Located | None]:
        return engine.name(word), _for_class(word, words.get(word), kind)

    return Pool(
        name=name,
        library=engine.library,
        url=url,
        pool_class=kind,
        size=setting(*of("pool_size"), whole_number, engine.size),
        max_overflow=setting(*of("max_overflow"), whole_number, Setting(10, default_of=SQLALCHEMY)),
        recycle_seconds=setting(*of("pool_recycle"), whole_number, engine.recycle),
        checkout_timeout_seconds=setting(*of("pool_timeout"), number_or_null, Setting(30, default_of=SQLALCHEMY)),
        pre_ping=setting(*of("pool_pre_ping"), switch, Setting(said=False, default_of=SQLALCHEMY)),
        reset_on_return=setting(*of("pool_reset_on_return"), reset, Setting("rollback", default_of=SQLALCHEMY)),
        threads=deployed.threads,
        request_timeout_seconds=deployed.request_timeout_seconds,
        path_idle_timeout_seconds=deployed.path_idle_timeout_seconds,
        sqlalchemy=deployed.sqlalchemy or engine.sqlalchemy,
        reading=engine.reading,
        place=place,
        isolation_level=setting(engine.name("isolation_level"), _isolation(words), isolation, NO_LEVEL),
        misfits=_misfits(engine, kind),
    )


def _isolation(words: Table) -> Located | None:
    """Give what is said of the isolation level: of the engine's own, or among its execution options."""
    options = words.get("execution_options")
    return words.get("isolation_level", options.table.get("isolation_level") if options is not None else None)


def _misfits(engine: Engine, kind: Setting[str]) -> tuple[Misfit, ...]:
    return (
        *misfits(engine.words, kind, engine.name, to_sqlalchemy=engine.to_sqlalchemy),
        *_put_in(engine, kind),
        *engine.unread,
        *secrets(engine.words, engine.name("url")),
    )


def _put_in(engine: Engine, kind: Setting[str]) -> tuple[Misfit, ...]:
    """Find the size that a framework puts in beside a pool that takes none, though nobody says it."""
    by_framework = engine.size.default_of not in {None, SQLALCHEMY} and "pool_size" not in engine.words
    if not by_framework or not kind.is_known or kind.value in {*QUEUES, "SingletonThreadPool"}:
        return ()
    said = f"{engine.size.value}, which {engine.size.default_of} puts in"
    return (Misfit(REFUSED, "pool_size", "pool_size", kind.place, said, kind.value),)


def _default_class(url: Setting[PoolUrl]) -> Setting[str]:
    if url.is_known and url.value.dialect == "sqlite":
        return Setting(unknown="SQLite's default pool depends on SQLAlchemy's version and on the file")
    if url.is_known and url.value.dialect in MYSQL_DIALECTS and url.value.driver in ASYNC_DRIVERS:
        return Setting("AsyncAdaptedQueuePool", default_of=SQLALCHEMY)
    return Setting("QueuePool", default_of=SQLALCHEMY)


def _for_class(word: str, found: Located | None, kind: Setting[str]) -> Located | None:
    """Replace a size of a pool that has none: SQLAlchemy refuses it, so that it is never in force."""
    if word not in SIZES or not kind.is_known or kind.value in QUEUES:
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
