"""One pool as an application configures it, each setting with where it was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import Generic, TypeVar

from poolaudit.facts.missing import FactMissingError, Missing

T = TypeVar("T")

UNLIMITED = inf
KEEPING_CLASSES = frozenset({"QueuePool", "AsyncAdaptedQueuePool", "FallbackAsyncAdaptedQueuePool"})


@dataclass(frozen=True)
class Place:
    """Where something is said: a file as it was named, and its line from 1 (None for an option or a whole file)."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        """`app.yaml:3`, as compilers and editors write it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A value and where it comes from: said at `place`, or the default of `default_of`, or `unknown` and why.

    `value` raises FactMissingError where it is unknown. `note` says how a value came about where that is not plain.
    """

    said: T | None = None
    place: Place | None = None
    default_of: str | None = None
    unknown: str | None = None
    note: str | None = None

    @property
    def value(self) -> T:
        """The value in force."""
        if self.unknown is not None:
            raise FactMissingError(Missing("setting", self.unknown, "say it as a literal, or name it as an option"))
        return self.said  # type: ignore[return-value]  # T itself admits None where None is a value

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return self.unknown is None

    @property
    def is_default(self) -> bool:
        """Whether nobody said it and a library's default is in force."""
        return self.default_of is not None

    @property
    def origin(self) -> str:
        """Where it comes from, for a person: `app.yaml:3`, `SQLAlchemy's default`, `unknown: …`."""
        if self.unknown is not None:
            return f"unknown: {self.unknown}"
        if self.default_of is not None:
            return f"{self.default_of}'s default"
        return str(self.place) if self.place is not None else "as given"


@dataclass(frozen=True)
class PoolUrl:
    """Where a pool leads, as far as its URL tells. The password never gets here."""

    dialect: str | None
    driver: str | None = None
    user: str | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """One engine's pool. Durations in seconds; -1 as SQLAlchemy uses it (recycle: never, overflow: no limit).

    What a class of pool does not have (NullPool: a size) is an unknown setting that says so: ask `is_queue` first.
    `reading` names the version of the library by which an ambiguous file was read, None where there is only one.
    """

    name: str
    library: str = "sqlalchemy"
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
    sqlalchemy: tuple[int, ...] | None = None
    reading: str | None = None
    place: Place | None = None

    @cached_property
    def is_mysql(self) -> bool:
        """Whether it leads to MySQL or MariaDB; raises FactMissingError where the URL cannot be known."""
        return self.url.value.dialect in {"mysql", "mariadb"}

    @cached_property
    def keeps_connections(self) -> bool:
        """Whether a connection given back stays open, so that it can grow old."""
        return self.pool_class.value in KEEPING_CLASSES | {"StaticPool", "SingletonThreadPool", "persistent"}

    @cached_property
    def is_queue(self) -> bool:
        """Whether it is a QueuePool of either kind, the only pools with a size and an overflow."""
        return self.pool_class.value in KEEPING_CLASSES

    @cached_property
    def ceiling_connections(self) -> float:
        """How many connections one process can open: size + overflow; infinite where nothing limits it.

        pool_size 0 means "no limit" from SQLAlchemy 2.0; before, max_overflow alone is the limit.
        """
        if not self.is_queue:
            return UNLIMITED if self.pool_class.value == "NullPool" else 1
        size, overflow = self.size.value, self.max_overflow.value
        if overflow == -1:
            return UNLIMITED
        if size == 0 and (self.sqlalchemy is None or self.sqlalchemy >= (2,)):
            return UNLIMITED
        return float(size + overflow)
