"""PA608: an option that SQLAlchemy refuses, or takes for something else."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.misfit import (
    CLASS_AS_TEXT,
    FALSE_AS_TEXT,
    NO_NUMBER,
    REFUSED,
    REFUSED_VALUE,
    TEXT_WHEN_SET,
    UNKNOWN_OPTION,
    Misfit,
)
from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.pool import CLASSES, Pool, PoolUrl
from poolaudit.facts.setting import Change, Place, Setting, change_at
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, judge_each, rule

AT_START = "at start, in create_engine"
AT_CHECKOUT = "at the first checkout"
AT_CONNECT = "at the first connect"
WHEN_EXHAUSTED = "only when the pool is exhausted"

_FAILS = {
    "pool_size": AT_START,
    "max_overflow": AT_CHECKOUT,
    "pool_recycle": AT_CHECKOUT,
    "pool_timeout": WHEN_EXHAUSTED,
}
_DEFAULTS = {"pool_size": "5", "max_overflow": "10", "pool_recycle": "-1", "pool_timeout": "30"}
_NOT_WHOLE = (
    "that is no whole number",
    "ValueError: invalid literal for int()",
    "a whole number, without anything else",
)
_REFUSED_VALUES = {
    "pool_reset_on_return": (
        "that is none of rollback, commit and none",
        "ArgumentError: Invalid value for 'reset_on_return'",
        "rollback, or take it out, which means the same",
    ),
    "connect_args": ("where a mapping is wanted", "ValueError", "take it out, and say connect_args={…} in Python"),
    "execution_options": (
        "where a mapping is wanted",
        "TypeError",
        "take it out, and say execution_options={…} in Python",
    ),
}
_OPTIONS = frozenset({*_FAILS, "pool_pre_ping", "pool_reset_on_return", "pool_use_lifo", "poolclass"})
_DJANGO_POOL = 'OPTIONS["pool"]'
_ASYNC_DRIVERS = frozenset({"aiomysql", "asyncmy"})
_ASYNC_CLASSES = frozenset({"AsyncAdaptedQueuePool", "FallbackAsyncAdaptedQueuePool"})
_SYNC_CLASSES = frozenset({"QueuePool", "SingletonThreadPool"})


class _Wrong(NamedTuple):
    """One wrong option: its setting or misfit in words, when it shows, and what to write instead."""

    option: str
    what: str
    why: str
    fix: str
    when: str
    severity: Severity = Severity.ERROR
    changes: tuple[Change, ...] = ()


@rule("PA608", "invalid-pool-option", about=Pool, severity=Severity.ERROR, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """SQLAlchemy refuses an option of the pool, or takes it for something else.

    ## Why it matters

    Some of these stop the application when it starts. Others are found only at the first checkout, or when the pool is
    exhausted for the first time, which is at the peak. Each finding says when.

    At start, in `create_engine`:

    - a size, overflow, timeout or LIFO with NullPool, StaticPool and their like: `TypeError: Invalid argument(s)`;
    - a QueuePool with an asyncio driver, or the reverse: `ArgumentError` (before 2.0.28 a blocked event loop);
    - `pool_size: "5"`, or null: `TypeError`;
    - `poolclass="QueuePool"`, a text where the class itself is wanted: `AttributeError`;
    - any option that create_engine does not know: `TypeError`;
    - in an ini file, for `engine_from_config`: `pool_timeout = 0.5` or an empty value: `ValueError`;
      `pool_reset_on_return = None`: `ArgumentError`; `connect_args = {}`: `ValueError`.

    At the first connect:

    - Django's `OPTIONS = {"pool": …}` with MySQL, which has none: it goes to the driver, `TypeError`;
    - a text for Django's `CONN_MAX_AGE`: `TypeError`.

    At the first checkout:

    - `max_overflow: "10"`, `pool_recycle: "3600"`, or null: `TypeError`;
    - a pool option in the URL's query, which goes to the driver: `TypeError` (mysqlconnector makes a second pool).

    Only when the pool is exhausted:

    - `pool_timeout: "30"`: `TypeError`; `pool_timeout: -1`: `ValueError`;
    - `max_overflow: -2`: `RecursionError`.

    Never, though it does not do what it says:

    - `pool_size: -1`: the limit is one less than max_overflow, and all of these are kept;
    - `pool_pre_ping: "false"`: pre-ping is on. It is an error where the text surely gets to SQLAlchemy as it is, as
      through `engine_from_config`.

    A number in quotes is an error where it gets to SQLAlchemy as it is (a program's call, Flask-SQLAlchemy 2), nothing
    where `engine_from_config` makes a number of it (ini files, Flask-SQLAlchemy 3), and a warning where the application
    reads it itself, and may make a number of it. `os.getenv("POOL_SIZE", 5)` is a number only as long as nobody sets
    the variable. `pool_timeout: null` is valid, and PA606.

    ## What to do

    Write what the finding says. A number is written without quotes; one from the environment is converted
    (`int(os.environ["POOL_SIZE"])`).

    ## Fires

    ```toml
    [[pools]]
    poolclass = "NullPool"
    pool_size = 5
    ```

    ```toml
    [[pools]]
    url = "mysql+pymysql://app@db/shop?pool_size=20"
    ```

    ```toml
    [[pools]]
    pool_timeout = "30"
    ```

    ```toml
    [[pools]]
    url = "mysql+aiomysql://app@db/shop"
    poolclass = "QueuePool"
    ```

    ```toml
    [[pools]]
    max_overflow = -2
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    url = "mysql+pymysql://app@db/shop"
    poolclass = "sqlalchemy.pool.QueuePool"
    pool_size = 5
    max_overflow = -1
    pool_timeout = 0
    pool_recycle = -1
    ```

    ```toml
    [[pools]]
    url = "mysql+asyncmy://app@db/shop"
    poolclass = "NullPool"
    ```

    ```toml
    [[pools]]
    url = "mysql+pymysql://app@db/shop"
    poolclass = "SingletonThreadPool"
    pool_size = 5
    ```
    """
    _ = options
    if pool.leads_elsewhere:
        return iter(())
    return judge_each((_misfits, _values, _class, _query), lambda judge: judge(pool))


def _found(pool: Pool, place: Place | None, wrong: _Wrong) -> Found:
    return Found(
        message=f"{pool.label} has {wrong.what}",
        why=wrong.why,
        fix=wrong.fix,
        about=pool.label,
        lasting=f"{pool.label}: {wrong.option}",
        severity=wrong.severity,
        at=place or pool.place,
        evidence={"option": wrong.option, "fails": wrong.when},
        changes=wrong.changes,
    )


def _misfits(pool: Pool) -> Iterator[Found]:
    say = {
        REFUSED: _refused,
        UNKNOWN_OPTION: _unknown_option,
        NO_NUMBER: _no_number,
        REFUSED_VALUE: _refused_value,
        TEXT_WHEN_SET: _text_when_set,
        CLASS_AS_TEXT: _class_as_text,
        FALSE_AS_TEXT: _false_as_text,
    }
    for misfit in pool.misfits:
        if misfit.kind in say:
            yield _found(pool, misfit.place, say[misfit.kind](pool, misfit))


def _refused(pool: Pool, misfit: Misfit) -> _Wrong:
    if not _is_sqlalchemy(pool):
        return _refused_by_driver(pool, misfit)
    said = f"{misfit.word}: {misfit.said}" if misfit.said else misfit.word
    return _Wrong(
        misfit.option,
        f"{said} with {misfit.in_force}, which takes no {misfit.option}",
        f"SQLAlchemy refuses it {AT_START}: TypeError: Invalid argument(s) '{misfit.option}'",
        f"poolclass: {misfit.in_force} → QueuePool, or leave it out"
        if misfit.said
        else f"remove {misfit.word}, or poolclass: {misfit.in_force} → QueuePool",
        AT_START,
    )


def _is_sqlalchemy(pool: Pool) -> bool:
    """Whether the pool is one of SQLAlchemy's, so that SQLAlchemy reads its options."""
    return not pool.pool_class.is_known or pool.pool_class.value in CLASSES


def _refused_by_driver(pool: Pool, misfit: Misfit) -> _Wrong:
    """Say of an option that a library hands on to a driver which does not know it."""
    only = "; only its PostgreSQL backend has a pool, and its Oracle backend" if misfit.word == _DJANGO_POOL else ""
    instead = (
        "remove it, and set CONN_MAX_AGE and CONN_HEALTH_CHECKS; for a pool use dj_db_conn_pool.backends.mysql"
        if misfit.word == _DJANGO_POOL
        else f"remove {misfit.word}" + (f", or {misfit.word} → {misfit.in_force}" if misfit.in_force else "")
    )
    return _Wrong(
        misfit.option,
        f"{misfit.word}, which {pool.library_name} hands on to the MySQL driver{only}",
        f"the driver refuses it {AT_CONNECT}: TypeError, an unexpected keyword argument",
        instead,
        AT_CONNECT,
    )


def _unknown_option(pool: Pool, misfit: Misfit) -> _Wrong:
    if not _is_sqlalchemy(pool):
        return _refused_by_driver(pool, misfit)
    nearest = f"; {misfit.option} is nearest" if misfit.option else ""
    return _Wrong(
        misfit.option or misfit.word,
        f"an option {misfit.word}, which SQLAlchemy does not know{nearest}",
        f"SQLAlchemy refuses it {AT_START}: TypeError: Invalid argument(s)",
        f"{misfit.word} → {misfit.option}" if misfit.option else f"remove {misfit.word}",
        AT_START,
    )


def _no_number(pool: Pool, misfit: Misfit) -> _Wrong:
    when, reader = _when(pool, misfit), _reader(pool)
    is_null = misfit.said == "null"
    number = _DEFAULTS[misfit.option] if is_null else misfit.said
    said = "null" if is_null else f'"{misfit.said}"'
    unless = "" if misfit.is_sure else ", unless the application makes a number of it"
    return _Wrong(
        misfit.option,
        f"{misfit.word}: {said}, which is no number",
        f"{reader} counts with it, and fails {when} with a TypeError{unless}",
        f"{misfit.word}: {said} → {number}",
        when,
        Severity.ERROR if misfit.is_sure else Severity.WARNING,
        change_at(misfit.place, misfit.word, float(number) if "." in number else int(number)),
    )


def _refused_value(_pool: Pool, misfit: Misfit) -> _Wrong:
    what, error, fix = _REFUSED_VALUES.get(misfit.option, _NOT_WHOLE)
    return _Wrong(
        misfit.option,
        f"{misfit.word} as a text {what}",
        f"{misfit.in_force or 'SQLAlchemy'} refuses it at start{f': {error}' if error else ''}",
        f"{misfit.word}: {fix}",
        "at start",
    )


def _text_when_set(pool: Pool, misfit: Misfit) -> _Wrong:
    when, reader = _when(pool, misfit), _reader(pool)
    return _Wrong(
        misfit.option,
        f"{misfit.word}: {misfit.said} as long as environment variable {misfit.in_force} is not set, and a text then",
        f"{reader} counts with it, and fails {when} with a TypeError as soon as somebody sets the variable",
        f'make a number of it, as in {misfit.word}=int(os.environ.get("{misfit.in_force}", {misfit.said}))',
        f"{when}, once {misfit.in_force} is set",
    )


def _when(pool: Pool, misfit: Misfit) -> str:
    return _FAILS[misfit.option] if _is_sqlalchemy(pool) else AT_CONNECT


def _reader(pool: Pool) -> str:
    return "SQLAlchemy" if _is_sqlalchemy(pool) else pool.library_name


def _class_as_text(_pool: Pool, misfit: Misfit) -> _Wrong:
    return _Wrong(
        misfit.option,
        f"{misfit.word} as a text, where SQLAlchemy wants the class itself",
        f"SQLAlchemy fails {AT_START}: AttributeError: 'str' object has no attribute '__dict__'",
        f"give the class, without quotes, as in {misfit.word}=sqlalchemy.pool.QueuePool, or leave it out",
        AT_START,
    )


def _false_as_text(_pool: Pool, misfit: Misfit) -> _Wrong:
    return _Wrong(
        misfit.option,
        f"{misfit.word} as a text that says no",
        "SQLAlchemy takes every text for true, so pre-ping is on",
        f"{misfit.word}: false, without quotes, or true if it is meant to be on"
        if not misfit.in_force
        else f"take {misfit.word} out, for no text is false to {misfit.in_force}; or true if it is meant to be on",
        "never",
        Severity.ERROR if misfit.in_force else Severity.WARNING,
        change_at(misfit.place, misfit.word, value=True),
    )


def _values(pool: Pool) -> Iterator[Found]:
    """Judge numbers that mean nothing; what is unknown is left to the rules that need it."""
    if not pool.is_queue:
        return
    size, overflow, timeout = pool.size, pool.max_overflow, pool.checkout_timeout_seconds
    if size.is_known and size.value < 0:
        yield _found(pool, size.place, _negative_size(size))
    if overflow.is_known and overflow.value < -1:
        yield _found(pool, overflow.place, _negative_overflow(overflow))
    if timeout.is_known and timeout.value is not None and timeout.value < 0:
        yield _found(pool, timeout.place, _negative_timeout(timeout))
    for setting in (size, overflow, timeout):
        _ = setting.value


def _negative_size(size: Setting[int]) -> _Wrong:
    return _Wrong(
        "pool_size",
        f"{size.words}, which is no size",
        f"SQLAlchemy does not fail: its limit is max_overflow less {-size.value}, and it keeps all that it opened",
        f"{size.changed_to(5)}, or 0 on SQLAlchemy 2.0 and newer if no limit is meant",
        "never",
        changes=size.change_to(5),
    )


def _negative_overflow(overflow: Setting[int]) -> _Wrong:
    return _Wrong(
        "max_overflow",
        f"{overflow.words}, which is neither a number of connections nor -1",
        f"SQLAlchemy fails {WHEN_EXHAUSTED} with a RecursionError, before pool_size connections are open",
        f"{overflow.changed_to(0)} for none",
        WHEN_EXHAUSTED,
        changes=overflow.change_to(0),
    )


def _negative_timeout(timeout: Setting[float | None]) -> _Wrong:
    return _Wrong(
        "pool_timeout",
        f"{timeout.words}, which is no time",
        f"SQLAlchemy fails {WHEN_EXHAUSTED}: ValueError: 'timeout' must be a positive number",
        f"{timeout.changed_to(30)}, or null to wait for ever",
        WHEN_EXHAUSTED,
        changes=timeout.change_to(30),
    )


def _class(pool: Pool) -> Iterator[Found]:
    kind = pool.pool_class
    if kind.is_default or kind.value not in _SYNC_CLASSES | _ASYNC_CLASSES:
        return
    is_async = _driver(pool) in _ASYNC_DRIVERS
    if kind.value in (_SYNC_CLASSES if is_async else _ASYNC_CLASSES):
        yield _found(pool, kind.place, _wrong_class(kind, is_async=is_async))


def _driver(pool: Pool) -> str | None:
    """Give the driver, None for the dialect's own; raise FactMissingError where no URL was there to say it."""
    url = pool.url.value
    if url == PoolUrl("mysql"):
        raise FactMissingError(Missing("url", pool.url.note or "it names no driver", "say url: mysql+DRIVER://…"))
    return url.driver


def _wrong_class(kind: Setting[str], *, is_async: bool) -> _Wrong:
    right = "AsyncAdaptedQueuePool" if is_async else "QueuePool"
    blocks = "; before SQLAlchemy 2.0.28 it blocks the event loop when the pool is exhausted" if is_async else ""
    return _Wrong(
        "poolclass",
        f"{kind.words} with a driver that is {'asynchronous' if is_async else 'not asynchronous'}",
        f"SQLAlchemy refuses it {AT_START}: ArgumentError: Pool class {kind.value} cannot be used{blocks}",
        f"{kind.changed_to(right)}, or leave it out",
        AT_START,
    )


def _query(pool: Pool) -> Iterator[Found]:
    for option in sorted(_OPTIONS & set(pool.url.value.query)):
        yield _found(pool, pool.url.place, _in_query(pool, option))


def _in_query(pool: Pool, option: str) -> _Wrong:
    own_pool = pool.url.value.driver == "mysqlconnector" and option == "pool_size"
    return _Wrong(
        option,
        f"{option} in the query of its {pool.url.word}, which SQLAlchemy does not read there",
        "the driver mysqlconnector makes a pool of its own of it, under SQLAlchemy's"
        if own_pool
        else "SQLAlchemy hands it to the driver, which refuses it at the first connect",
        f"take {option} out of the {pool.url.word} and say it beside the other options, as {option}: …",
        "never" if own_pool else "at the first connect",
    )
