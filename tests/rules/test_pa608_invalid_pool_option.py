"""PA608: what it says of each wrong option, and that the installed SQLAlchemy does just that."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, exc, pool
from sqlalchemy.ext.asyncio import create_async_engine

from poolaudit.report import Finding
from tests.rules.run import run, severities

PYMYSQL = 'url = "mysql+pymysql://app@db/shop"\n'
AIOMYSQL = 'url = "mysql+aiomysql://app@db/shop"\n'
FLASK = "[[pools]]\nSQLALCHEMY_DATABASE_URI = 'mysql://app@db/shop'\nSQLALCHEMY_ENGINE_OPTIONS = {{ {} }}\n"


def words(text: str) -> str:
    return f"[[pools]]\n{text}"


def flask(options: str, version: str = "3.1") -> str:
    return FLASK.format(options) + f'deployment = {{ flask_sqlalchemy = "{version}" }}'


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (words("pool_size = -1"), ["error"]),
        (words("pool_size = 0"), []),
        (words("max_overflow = -2"), ["error"]),
        (words("max_overflow = -1"), []),
        (words("pool_timeout = -0.1"), ["error"]),
        (words("pool_timeout = 0"), []),
        (words("pool_recycle = -2"), []),
        (words("pool_size = 5\npoolclass = 'NullPool'"), ["error"]),
        (words("pool_size = 5\nmax_overflow = 1\npool_timeout = 3\npoolclass = 'StaticPool'"), ["error"] * 3),
        (words("pool_use_lifo = true\npoolclass = 'AssertionPool'"), ["error"]),
        (words("pool_size = 5\npoolclass = 'SingletonThreadPool'\n" + PYMYSQL), []),
        (words("max_overflow = 5\npoolclass = 'SingletonThreadPool'\n" + PYMYSQL), ["error"]),
        (words("pool_recycle = 60\npool_pre_ping = true\npoolclass = 'NullPool'"), []),
        (words("pool_size = '5'"), ["warning"]),
        (words("pool_size = '${SIZE}'"), None),
        (words("pool_pre_ping = 'false'"), ["warning"]),
        (words("pool_pre_ping = 'true'"), []),
        (words("pool_pre_ping = false"), []),
        (flask("pool_size = '5'", "2.5"), ["error"]),
        (flask("pool_size = '5'", "3.1"), []),
        (flask("pool_pre_ping = 'false'", "3.1"), ["error"]),
        (flask("pool_recylce = 5"), ["error"]),
        (flask("timeout = 5"), ["error"]),
        (words("timeout = 5\npool_size = 5"), []),
        (flask("poolclass = 'NullPool'", "2.5"), ["error"] * 2),
        (flask("poolclass = 'NullPool'", "3.1"), ["error"]),
        (words(PYMYSQL + "poolclass = 'QueuePool'"), []),
        (words(PYMYSQL + "poolclass = 'AsyncAdaptedQueuePool'"), ["error"]),
        (words(AIOMYSQL + "poolclass = 'AsyncAdaptedQueuePool'"), []),
        (words(AIOMYSQL + "poolclass = 'QueuePool'"), ["error"]),
        (words(AIOMYSQL + "poolclass = 'SingletonThreadPool'"), ["error"]),
        (words(AIOMYSQL + "poolclass = 'StaticPool'"), []),
        (words(AIOMYSQL + "pool_size = 5"), []),
        (words("url = 'mysql+pymysql://app@db/shop?pool_size=5&pool_recycle=3&charset=utf8mb4'"), ["error"] * 2),
        (words("url = 'mysql+pymysql://app@db/shop?charset=utf8mb4'"), []),
        (words("url = 'postgresql://app@db/shop?pool_size=5'\npool_size = -1"), []),
    ],
)
def test_severities(toml: str, expected: list[str] | None) -> None:
    report = run("PA608", toml)
    if expected is None:
        assert [gap.missing.part for gap in report.unanswered] == ["pool_size"]
    else:
        assert severities(report) == expected


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        (words("max_overflow = '${X}'"), "max_overflow"),
        (words("poolclass = '${X}'"), "poolclass"),
        (words("poolclass = 'QueuePool'"), "url"),
    ],
)
def test_unanswered_where_unknown(toml: str, part: str) -> None:
    assert {gap.missing.part for gap in run("PA608", toml).unanswered} == {part}


def test_a_gap_hides_no_finding() -> None:
    report = run("PA608", words("max_overflow = '${X}'\npool_size = -1"))
    assert ([one.evidence["option"] for one in report.findings], len(report.unanswered)) == (["pool_size"], 1)


def test_several_of_one_pool_have_fingerprints_of_their_own() -> None:
    found = run("PA608", words("pool_size = 5\nmax_overflow = 1\npoolclass = 'NullPool'")).findings
    assert len({one.fingerprint for one in found}) == 2


def the(toml: str) -> Finding:
    (finding,) = run("PA608", toml).findings
    return finding


def fails(toml: str) -> object:
    return the(toml).evidence["fails"]


AT_START, AT_CHECKOUT, WHEN_EXHAUSTED = (
    "at start, in create_engine",
    "at the first checkout",
    "only when the pool is exhausted",
)


class Connection:
    """A driver's connection that does nothing."""

    def rollback(self) -> None:
        """End no transaction."""

    def close(self) -> None:
        """Close nothing."""


def queue(**options: Any) -> pool.QueuePool:  # noqa: ANN401 - any of a pool's options, the wrong ones among them
    return pool.QueuePool(Connection, **options)  # type: ignore[arg-type]  # a pool needs no more of a connection


def test_text_as_pool_size_fails_at_start() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        create_engine("mysql+pymysql://", pool_size="5")
    assert fails(words("pool_size = '5'")) == AT_START
    assert the(words("pool_size = '5'")).fix == 'pool_size: "5" → 5'


@pytest.mark.parametrize("option", ["max_overflow", "pool_recycle"])
def test_text_fails_at_the_first_checkout(option: str) -> None:
    made = queue(**{option.removeprefix("pool_"): "10"})
    with pytest.raises(TypeError, match="not supported between instances"):
        made.connect()
    assert fails(words(f"{option} = '10'")) == AT_CHECKOUT


def test_text_as_timeout_fails_when_exhausted() -> None:
    made = queue(pool_size=1, max_overflow=0, timeout="30")
    _first = made.connect()
    with pytest.raises(TypeError, match="not supported between instances"):
        made.connect()
    assert fails(words("pool_timeout = '30'")) == WHEN_EXHAUSTED


def test_a_negative_timeout_fails_when_exhausted() -> None:
    made = queue(pool_size=1, max_overflow=0, timeout=-1)
    _first = made.connect()
    with pytest.raises(ValueError, match="'timeout' must be a positive number"):
        made.connect()
    assert fails(words("pool_timeout = -1")) == WHEN_EXHAUSTED


def test_an_overflow_below_minus_one_fails_when_exhausted() -> None:
    made = queue(pool_size=5, max_overflow=-2)
    _first = [made.connect() for _ in range(3)]
    with pytest.raises(RecursionError):
        made.connect()
    assert fails(words("max_overflow = -2")) == WHEN_EXHAUSTED


def test_a_negative_size_takes_from_the_overflow() -> None:
    made = queue(pool_size=-1, max_overflow=10, timeout=0)
    lent = [made.connect() for _ in range(9)]
    with pytest.raises(exc.TimeoutError):
        made.connect()
    for connection in lent:
        connection.close()
    assert made.checkedin() == 9
    assert fails(words("pool_size = -1")) == "never"


@pytest.mark.parametrize("kind", ["NullPool", "StaticPool", "AssertionPool", "SingletonThreadPool"])
@pytest.mark.parametrize("option", ["pool_size", "max_overflow", "pool_timeout", "pool_use_lifo", "pool_recycle"])
def test_which_class_takes_which_option(kind: str, option: str) -> None:
    toml = words(f"{PYMYSQL}poolclass = '{kind}'\n{option} = 1")
    try:
        create_engine("mysql+pymysql://", poolclass=getattr(pool, kind), **{option: 1})
    except TypeError:
        assert fails(toml) == AT_START
    else:
        assert not run("PA608", toml).findings


@pytest.mark.parametrize("kind", ["QueuePool", "SingletonThreadPool", "NullPool", "StaticPool"])
def test_which_class_an_asyncio_driver_takes(kind: str) -> None:
    driver, toml = SimpleNamespace(paramstyle="pyformat"), words(f"{AIOMYSQL}poolclass = '{kind}'")
    try:
        create_async_engine("mysql+aiomysql://", module=driver, poolclass=getattr(pool, kind))
    except exc.ArgumentError:
        assert fails(toml) == AT_START
    else:
        assert not run("PA608", toml).findings


def test_an_asyncio_class_with_a_driver_that_is_none() -> None:
    with pytest.raises(exc.ArgumentError, match="cannot be used with non-asyncio engine"):
        create_engine("mysql+pymysql://", poolclass=pool.AsyncAdaptedQueuePool)
    assert the(words(PYMYSQL + "poolclass = 'AsyncAdaptedQueuePool'")).fix == (
        "poolclass: AsyncAdaptedQueuePool → QueuePool, or leave it out"
    )


@pytest.mark.parametrize("word", ["size", "timeout", "recycle", "pre_ping", "pool_max_overflow", "poolsize"])
def test_words_that_sqlalchemy_refuses(word: str) -> None:
    with pytest.raises(TypeError, match=rf"Invalid argument\(s\) '{word}'"):
        create_engine("mysql+pymysql://", **{word: 1})
    assert fails(flask(f"{word} = 1")) == AT_START


def test_an_option_in_the_query_goes_to_the_driver() -> None:
    engine = create_engine("mysql+pymysql://app@127.0.0.1:1/shop?pool_size=20")
    with pytest.raises(TypeError, match="unexpected keyword argument 'pool_size'"):
        engine.connect()
    assert isinstance(engine.pool, pool.QueuePool)
    assert engine.pool.size() == 5
    assert fails(words("url = 'mysql+pymysql://app@db/shop?pool_size=20'")) == "at the first connect"
    assert fails(words("url = 'mysql+mysqlconnector://app@db/shop?pool_size=20'")) == "never"


def test_a_text_that_says_no_is_on() -> None:
    # A pool keeps what it was given, and asks whether it is true.
    engine = create_engine("mysql+pymysql://", pool_pre_ping="false")
    assert engine.pool._pre_ping  # noqa: SLF001 - SQLAlchemy has no other way to ask
    assert fails(words("pool_pre_ping = 'false'")) == "never"
