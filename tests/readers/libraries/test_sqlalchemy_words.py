"""SQLAlchemy's words under any heading: which mappings are pools, which URL is theirs, and what texts come to."""

from collections.abc import Mapping

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import sqlalchemy_words
from tests.readers.libraries.engines import pools

URL = "mysql://shop@db1/shop"


def sizes(text: str, kind: Kind = Kind.YAML) -> Mapping[str, int]:
    return {name: pool.size.value for name, pool in pools(sqlalchemy_words, kind, text).items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pool_size: 3\n", {"app": 3}),
        ("database: {pool_size: 3}\n", {"app:database": 3}),
        ("shop: {database: {pool_size: 3}}\n", {"app:shop.database": 3}),
        ("databases: [{pool_size: 3}, 5, {pool_size: 4}]\n", {"app:databases[0]": 3, "app:databases[2]": 4}),
        ("pool_size: 3\n---\npool_size: 4\n", {"app[1]": 3, "app[2]": 4}),
        ("'a\"b': {pool_size: 3}\n", {"app:[0]": 3}),
        (f"database: {{url: '{URL}'}}\n", {"app:database": 5}),
        ("redis: {pool_size: 3}\n", {}),
        ("redis_db: {pool_size: 3}\n", {"app:redis_db": 3}),
        (f"worker: {{pool_size: 3, url: '{URL}'}}\n", {"app:worker": 3}),
        ("default: &d {pool_size: 3}\nshop: {<<: *d}\n", {"app:shop": 3}),
        ("other: {size: 3}\n", {}),
    ],
)
def test_which_mappings_are_pools(text: str, expected: Mapping[str, int]) -> None:
    assert sizes(text) == expected


def test_a_url_above_is_that_of_the_pools_below() -> None:
    text = f"shop:\n  url: '{URL}'\n  pool: {{pool_size: 3}}\n"
    (pool,) = pools(sqlalchemy_words, Kind.YAML, text).values()
    assert (pool.url.value.host, pool.size.value) == ("db1", 3)


def test_a_url_beside_is_not_that_of_another_pool_below() -> None:
    text = f"shop:\n  url: '{URL}'\n  pool_size: 3\n  inner: {{pool_size: 4}}\n"
    found = pools(sqlalchemy_words, Kind.YAML, text)
    assert {name: pool.url.is_known for name, pool in found.items()} == {"app:shop": True, "app:shop.inner": False}


@pytest.mark.parametrize(
    ("text", "size", "overflow"),
    [
        ("pool_size = 3\nmax_overflow = 4", 3, 4),
        ("pool_size = 3\nmax_overflow =", 3, 10),
        ("pool_size = three", None, 10),
        ("pool_size = 5,10", None, None),
        ("pool_size = 5,10\nmax_overflow = 4", None, 4),
    ],
)
def test_texts_of_an_ini_file(text: str, size: int | None, overflow: int | None) -> None:
    (pool,) = pools(sqlalchemy_words, Kind.INI, f"[database]\n{text}\n").values()
    known = [one.value if one.is_known else None for one in (pool.size, pool.max_overflow)]
    assert known == [size, overflow]


@pytest.mark.parametrize(("said", "expected"), [("yes", True), ("off", False)])
def test_switches_of_an_ini_file(said: str, expected: bool) -> None:
    (pool,) = pools(sqlalchemy_words, Kind.INI, f"[database]\npool_pre_ping = {said}\n").values()
    assert pool.pre_ping.value is expected


def test_flasks_keys_in_a_data_file() -> None:
    text = f"config:\n  SQLALCHEMY_DATABASE_URI: '{URL}'\n  SQLALCHEMY_ENGINE_OPTIONS: {{pool_size: 3}}\n"
    assert list(sizes(text).values()) == [3]


def test_aliases_that_multiply_headings_are_no_application() -> None:
    text = "a: &a {pool_size: 3}\n"
    for before, name in ("ab", "bc", "cd"):
        text += f"{name}: &{name} [{', '.join([f'*{before}'] * 30)}]\n"
    with pytest.raises(CannotAuditError, match="its aliases make too many headings of this file"):
        pools(sqlalchemy_words, Kind.YAML, text)


def test_a_file_of_another_kind_is_none() -> None:
    assert pools(sqlalchemy_words, Kind.PYTHON, "pool_size = 3") == {}
