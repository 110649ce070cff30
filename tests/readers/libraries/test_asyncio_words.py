"""Words of aiomysql and asyncmy in data files: which tables count, and whose defaults are in force."""

import pytest

from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import asyncio_words
from poolaudit.readers.project import Project, Version
from tests.readers.libraries.engines import pools, versions

EITHER = "aiomysql never recycles by default, and asyncmy after 3600 s; which of them it is, is not said"


def read(text: str, kind: Kind = Kind.YAML, project: Project | None = None) -> dict[str, Pool]:
    return pools(asyncio_words, kind, text, project=project)


def only(text: str, kind: Kind = Kind.YAML, project: Project | None = None) -> Pool:
    (pool,) = read(text, kind, project).values()
    return pool


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mysql: {host: db1, minsize: 1, maxsize: 20, pool_recycle: 300}\n", Kind.YAML),
        ('{"database": {"host": "db1", "maxsize": 20, "pool_recycle": 300}}', Kind.JSON),
        ("[shop]\nhostname = 'db1'\nusername = 'shop'\nmaxsize = 20\npool_recycle = 300\n", Kind.TOML),
        ("[mysql]\nhost = db1\nmaxsize = 20\npool_recycle = 300\n", Kind.INI),
    ],
)
def test_a_table(text: str, kind: Kind) -> None:
    pool = only(text, kind)
    assert (pool.size.value, pool.recycle_seconds.value, pool.url.value.host) == (20, 300, "db1")


@pytest.mark.parametrize(
    "text",
    [
        "redis: {host: db1, maxsize: 20}\n",
        "db_cache: {host: db1, maxsize: 20}\n",
        "mysql: {driver: postgresql+asyncpg, host: db1, maxsize: 20}\n",
        "queue: {host: db1, maxsize: 20}\n",
        "mysql: {host: db1}\n# maxsize\n",
        "mysql: {host: db1}\n",
    ],
)
def test_a_table_that_is_none(text: str) -> None:
    assert read(text) == {}


def test_a_file_of_another_kind_is_none() -> None:
    assert read("maxsize=5\n", Kind.ENV) == {}


@pytest.mark.parametrize(
    ("word", "known", "recycle"),
    [
        ("driver: asyncmy, ", {}, 3600),
        ("url: 'mysql+aiomysql://db1/shop', ", {}, -1),
        ("", {"asyncmy": (0, 2, 9)}, 3600),
        ("", {"aiomysql": (0, 2, 0)}, -1),
    ],
)
def test_the_driver_decides_the_recycle(word: str, known: dict[str, Version], recycle: int) -> None:
    pool = only(f"mysql: {{{word}host: db1, maxsize: 20}}\n", project=versions(**known))
    assert pool.recycle_seconds.value == recycle


@pytest.mark.parametrize("known", [{}, {"asyncmy": (0, 2, 9), "aiomysql": (0, 2, 0)}])
def test_the_recycle_is_unknown_where_the_driver_is(known: dict[str, Version]) -> None:
    pool = only("mysql: {host: db1, minsize: 2}\n", project=versions(**known))
    assert (pool.recycle_seconds.unknown, pool.size.value) == (EITHER, 10)


@pytest.mark.parametrize("word", ["url", "dsn"])
def test_a_url_says_where_it_leads(word: str) -> None:
    pool = only(f"mysql: {{{word}: 'mysql://shop@db1/shop', maxsize: 20}}\n")
    assert pool.url.value.host == "db1"


def test_a_table_without_a_host_does_not_say_where_it_leads() -> None:
    pool = only("mysql: {maxsize: 20, user: shop}\n")
    assert pool.url.unknown == "no host is said"


def test_numbers_in_texts_and_a_password() -> None:
    pool = only("mysql: {host: db1, maxsize: '20', pool_recycle: often, password: hunter2}\n")
    assert (pool.size.value, pool.recycle_seconds.unknown) == (20, "its text is no whole number")
    assert [(one.kind, one.word) for one in pool.misfits] == [("secret", "password")]
