"""One pool as an application configures it, each setting with where it was said."""

from collections.abc import Mapping
from functools import cached_property
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple

from poolaudit.facts.fork import Fork
from poolaudit.facts.misfit import Misfit
from poolaudit.facts.setting import Place, Setting

UNLIMITED = inf
QUEUES = frozenset({"QueuePool", "AsyncAdaptedQueuePool", "FallbackAsyncAdaptedQueuePool"})
PER_THREAD = frozenset({"NullPool", "SingletonThreadPool", "persistent"})
SINGLE = frozenset({"StaticPool", "AssertionPool"})
ASYNCIO_POOL = "Pool"
"""Of aiomysql and asyncmy. acquire() waits for ever, and looks whether the server has closed what it is to lend."""
PEEWEE_POOL = "PooledMySQLDatabase"
DJANGO = "persistent"
"""No pool: Django keeps a connection for each thread and alias, until it is older than CONN_MAX_AGE."""
SIZED = frozenset({ASYNCIO_POOL, PEEWEE_POOL})
"""Pools of aiomysql, asyncmy and peewee: a size, and nothing over it."""
WAITING = QUEUES | {PEEWEE_POOL}
"""Pools that may be told how long to wait for a connection."""
_NULL_IS_NEVER = frozenset({PEEWEE_POOL, DJANGO})
KEEPING = QUEUES | SIZED | {"StaticPool", "AssertionPool", "SingletonThreadPool", "persistent"}
CLASSES = QUEUES | PER_THREAD - {"persistent"} | SINGLE
"""The classes of SQLAlchemy's pools."""
LIBRARIES = {
    "sqlalchemy": "SQLAlchemy",
    "flask-sqlalchemy": "Flask-SQLAlchemy",
    "superset": "Superset",
    "airflow": "Airflow",
    "celery": "Celery",
    "apscheduler": "APScheduler",
    "mlflow": "MLflow",
    "home-assistant": "Home Assistant",
    "django": "Django",
    "tortoise": "Tortoise",
}
"""Libraries by the words of reports; one that is not here is called by its word."""
MYSQL_DIALECTS = frozenset({"mysql", "mariadb"})


def sound_recycle_seconds(limit_seconds: float, share: float = 0.9) -> int:
    """Give a recycle that stays below a share of an idle limit, rounded down to two digits: 25000 for 28800."""
    most = int(round(share * limit_seconds, 6))
    unit: int = 10 ** max(len(str(most)) - 2, 0)
    return most // unit * unit


class PoolUrl(NamedTuple):
    """Where a pool leads, as far as its URL tells. The password never gets here."""

    dialect: str | None
    driver: str | None = None
    user: str | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    query: Mapping[str, str] = MappingProxyType({})


_OF_PROCESS: Setting[Any] = Setting(unknown="as its process has it")


class _PoolFields(NamedTuple):
    """The fields of a Pool; a class of its own, because what is worked out once needs a place beside them."""

    name: str
    url: Setting[PoolUrl]
    pool_class: Setting[str]
    size: Setting[int]
    max_overflow: Setting[int]
    recycle_seconds: Setting[int]
    checkout_timeout_seconds: Setting[float | None]
    pre_ping: Setting[bool]
    reset_on_return: Setting[str | None]
    threads: Setting[int]
    request_timeout_seconds: Setting[float]
    path_idle_timeout_seconds: Setting[float]
    library: str = "sqlalchemy"
    sqlalchemy: tuple[int, ...] | None = None
    reading: str | None = None
    place: Place | None = None
    isolation_level: Setting[str | None] = Setting(default_of="SQLAlchemy", word="isolation_level")
    misfits: tuple[Misfit, ...] = ()
    forks: tuple[Fork, ...] = ()


class Pool(_PoolFields):
    """One engine's pool. Durations in seconds; -1 as SQLAlchemy uses it (recycle: never, overflow: no limit).

    What a class of pool does not have (NullPool: a size) is an unknown setting that says so: ask `is_queue` first.
    `reading` names the version of the library by which an ambiguous file was read, None where there is only one.
    `path_idle_timeout_seconds` is after how long a balancer or firewall on the way forgets an idle connection.
    `sqlalchemy` is SQLAlchemy's version as far as it is said, None where it is not. `misfits` are what was said beside
    the settings and is not in force as it stands. `forks` are those of its processes that are forked when the engine
    is made already.
    """

    @cached_property
    def as_said(self) -> "Pool":
        """The same without what its process decides: alike for each kind of process that carries one engine."""
        return self._replace(threads=_OF_PROCESS, request_timeout_seconds=_OF_PROCESS)

    @property
    def label(self) -> str:
        """Its name, with the reading that it holds for where there is more than one."""
        return self.name if self.reading is None else f"{self.name} read as {self.reading}"

    @property
    def library_name(self) -> str:
        """What reads its settings, as a person calls it."""
        return LIBRARIES.get(self.library, self.library)

    def place_of(self, setting: Setting[Any]) -> Place | None:
        """Where a setting is said, or the pool where nobody said it."""
        return setting.place or self.place

    @cached_property
    def is_mysql(self) -> bool:
        """Whether it leads to MySQL or MariaDB; raises FactMissingError where the URL cannot be known."""
        return self.url.value.dialect in MYSQL_DIALECTS

    @cached_property
    def leads_elsewhere(self) -> bool:
        """Whether it is known to lead to another database than MySQL, so that it is left alone."""
        return self.url.is_known and not self.is_mysql

    @cached_property
    def keeps_connections(self) -> bool:
        """Whether a connection given back stays open, so that it can grow old; Django's CONN_MAX_AGE 0 closes it."""
        kind = self.pool_class.value
        return kind in KEEPING and not (kind == DJANGO and self.recycle_seconds.value == 0)

    @cached_property
    def is_queue(self) -> bool:
        """Whether it is a QueuePool of either kind, the only pools with a size and an overflow."""
        return self.pool_class.value in QUEUES

    @cached_property
    def has_size(self) -> bool:
        """Whether it has a size of its own that limits it."""
        return self.pool_class.value in QUEUES | SIZED

    @cached_property
    def waits(self) -> bool:
        """Whether it may be told how long to wait for a connection, so that there is a checkout timeout to judge."""
        return self.pool_class.value in WAITING

    @cached_property
    def has_pre_ping(self) -> bool:
        """Whether a ping at checkout can be switched on: aiomysql and asyncmy have none."""
        return self.pool_class.value != ASYNCIO_POOL

    @cached_property
    def notices_closed(self) -> bool:
        """Whether a connection that the server has closed is found at checkout: by a ping, or by a look at its socket.

        A look finds what the server told of, and nothing that was lost on the way in silence.
        """
        return not self.has_pre_ping or self.pre_ping.value

    @cached_property
    def recycles_when_idle(self) -> bool:
        """Whether the recycle counts from a connection's last use, not its making, as with aiomysql and asyncmy."""
        return self.pool_class.value == ASYNCIO_POOL

    @property
    def recycle_words(self) -> str:
        """The recycle as it is in force and as its library has it: `pool_recycle: -1`, `CONN_MAX_AGE: None`."""
        return self._as_written(self.recycle_seconds.words)

    def recycle_changed_to(self, seconds: int) -> str:
        """Say a change of the recycle exactly: `CONN_MAX_AGE: None → 25000`."""
        return self._as_written(self.recycle_seconds.changed_to(seconds))

    def _as_written(self, words: str) -> str:
        is_null = self.pool_class.is_known and self.pool_class.value in _NULL_IS_NEVER
        return words.replace(": -1", ": None", 1) if is_null else words

    @property
    def ping_state(self) -> str:
        """Say of pre-ping whether it is on: `on`, `off`, `none` where there is none to be had, or `unknown`."""
        if not self.has_pre_ping:
            return "none"
        if not self.pre_ping.is_known:
            return "unknown"
        return "on" if self.pre_ping.value else "off"

    @property
    def limit_words(self) -> str:
        """What sets how many connections a process may open, in its library's words."""
        if not self.pool_class.is_known or self.is_queue:
            return "pool_size or max_overflow"
        return self.size.word if self.has_size else "the threads of a process"

    @cached_property
    def zero_size_is_unlimited(self) -> bool:
        """Whether pool_size 0 means "no limit": from SQLAlchemy 2.0; before, max_overflow alone is the limit.

        Source: sqlalchemy.pool.QueuePool of 1.4 and 2.0, and by running both. An unknown version counts as new.
        """
        return self.sqlalchemy is None or self.sqlalchemy >= (2,)

    @cached_property
    def ceiling_connections(self) -> float:
        """How many connections one process can open: size + overflow; infinite where nothing limits it.

        NullPool and its like have no limit of their own but what asks for connections: one for each thread. Raises
        FactMissingError where the settings that decide are unknown.
        """
        kind = self.pool_class.value
        if kind in PER_THREAD:
            return float(self.threads.value)
        if kind in SINGLE:
            return 1.0
        if kind in SIZED:
            return float(self.size.value) or UNLIMITED
        if self.max_overflow.is_known and self.max_overflow.value == -1:
            return UNLIMITED
        if self.size.value == 0 and self.zero_size_is_unlimited:
            return UNLIMITED
        return float(max(self.size.value + self.max_overflow.value, 0))

    @property
    def ceiling_words(self) -> str:
        """The ceiling as it comes about: `(5 + 10)`, `8 threads`, `no limit`."""
        if self.ceiling_connections == UNLIMITED:
            return "no limit"
        if self.is_queue:
            return f"({self.size.value} + {self.max_overflow.value})"
        if self.has_size:
            return f"{self.size.word} {self.size.value}"
        count = round(self.ceiling_connections)
        noun = "thread" if self.pool_class.value in PER_THREAD else "connection"
        return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
