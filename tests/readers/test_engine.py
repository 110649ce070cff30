"""SQLAlchemy's words: its defaults are the installed library's own, and what is nearly a word makes one unknown."""

import pytest
import sqlalchemy
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Setting
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.engine import Engine, pool_from
from poolaudit.readers.located import located


def pool(**words: object) -> Pool:
    return pool_from(Engine(located(words).table), deployed_from(None), name="app")


def test_defaults_are_sqlalchemys() -> None:
    theirs = sqlalchemy.create_engine("mysql+pymysql://app@db/shop").pool
    assert isinstance(theirs, QueuePool)
    ours = pool(url="mysql+pymysql://app@db/shop")
    assert ours.pool_class.value == type(theirs).__name__
    assert ours.size.value == theirs.size()
    assert ours.max_overflow.value == theirs._max_overflow  # noqa: SLF001 - SQLAlchemy shows it nowhere else
    assert ours.checkout_timeout_seconds.value == theirs.timeout()
    assert ours.recycle_seconds.value == theirs._recycle  # noqa: SLF001 - the same
    assert ours.pre_ping.value is theirs._pre_ping  # noqa: SLF001 - the same
    assert all(setting.default_of == "SQLAlchemy" for setting in (ours.size, ours.recycle_seconds, ours.pre_ping))


@pytest.mark.parametrize("driver", ["pymysql", "mysqldb", "mysqlconnector", "aiomysql", "asyncmy"])
def test_the_default_class_is_the_dialects(driver: str) -> None:
    url = make_url(f"mysql+{driver}://app@db/shop")
    theirs = url.get_dialect().get_pool_class(url)  # type: ignore[attr-defined]  # DefaultDialect's, as all have it
    assert pool(url=str(url)).pool_class.value == theirs.__name__


def test_said() -> None:
    ours = pool(
        pool_size=1, max_overflow=0, pool_recycle=60, pool_timeout=None, pool_pre_ping=True,
        pool_reset_on_return="commit", pool_use_lifo=True, isolation_level="AUTOCOMMIT",
    )  # fmt: skip
    assert (ours.size, ours.max_overflow) == (Setting(1, word="pool_size"), Setting(0, word="max_overflow"))
    assert (ours.recycle_seconds.value, ours.checkout_timeout_seconds.value) == (60, None)
    assert (ours.pre_ping.value, ours.reset_on_return.value) == (True, "commit")


@pytest.mark.parametrize("kind", ["NullPool", "StaticPool", "AssertionPool", "SingletonThreadPool"])
def test_other_classes_have_no_sizes(kind: str) -> None:
    ours = pool(poolclass=kind, pool_size=5)
    assert ours.size.unknown == f"{kind} has no pool_size"
    assert ours.max_overflow.unknown == f"{kind} has no max_overflow"
    assert ours.checkout_timeout_seconds.unknown == f"{kind} has no pool_timeout"
    assert ours.recycle_seconds.value == -1


def test_an_unknown_class_is_unknown() -> None:
    ours = pool(poolclass="${POOL}", pool_size=5)
    assert ours.pool_class.unknown == "environment variable POOL, no default"
    assert ours.size.value == 5


@pytest.mark.parametrize(
    ("word", "meant"),
    [("pool_recylce", "pool_recycle"), ("pool_max_overflow", "max_overflow"), ("max_pool_size", "pool_size")],
)
def test_a_near_miss_makes_the_word_unknown(word: str, meant: str) -> None:
    ours = pool(**{word: 300})
    found = {"pool_recycle": ours.recycle_seconds, "max_overflow": ours.max_overflow, "pool_size": ours.size}[meant]
    assert found.unknown == f"{word} is said, which is not {meant}"


def test_a_near_miss_beside_the_word_counts_for_nothing() -> None:
    assert pool(pool_recylce=300, pool_recycle=60).recycle_seconds.value == 60


@pytest.mark.parametrize("word", ["shipping", "hostname", "mapping", "charset"])
def test_other_words_are_no_near_misses(word: str) -> None:
    assert pool(**{word: 1}) == pool()


def test_sqlite_has_no_class_of_its_own_here() -> None:
    assert not pool(url="sqlite:///x.db").pool_class.is_known


def test_versions() -> None:
    ours = pool_from(Engine({}), deployed_from(located({"sqlalchemy": "1.4"})), name="app")
    assert ours.sqlalchemy == (1, 4)
