"""Texts through engine_from_config: what is read of them, against what SQLAlchemy itself makes of them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import engine_from_config, exc

from poolaudit.facts.misfit import CLASS_AS_TEXT, REFUSED_VALUE, UNKNOWN_OPTION
from poolaudit.facts.pool import Pool
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import pool_from
from poolaudit.readers.formats import parse
from poolaudit.readers.libraries import engine_from_config as library
from poolaudit.readers.project import Project
from tests.readers.libraries.real import as_read, really

URL = "mysql+pymysql://shop@db/shop"
REFUSALS = {REFUSED_VALUE, CLASS_AS_TEXT, UNKNOWN_OPTION}


def read(**words: str) -> Pool:
    lines = "".join(f"sqlalchemy.{word} = {text}\n" for word, text in words.items())
    document = parse("app.ini", Kind.INI, f"[app:main]\nsqlalchemy.url = {URL}\n{lines}")
    (pool,) = pools(document)
    return pool


def pools(document: Document) -> Iterator[Pool]:
    for engine in library.read(document, Project()):
        yield pool_from(engine, deployed_from(None), name=engine.name)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("pool_size", "7"),
        ("pool_size", "0"),
        ("pool_size", "1_0"),
        ("max_overflow", "-1"),
        ("pool_recycle", "3600"),
        ("pool_recycle", "-1"),
        ("pool_timeout", "0"),
        ("pool_pre_ping", "true"),
        ("pool_pre_ping", "false"),
        ("pool_pre_ping", "0"),
        ("pool_pre_ping", ""),
        ("pool_use_lifo", "false"),
        ("pool_reset_on_return", "rollback"),
        ("isolation_level", "READ COMMITTED"),
        ("echo_pool", "debug"),
    ],
)
def test_what_a_text_comes_to(word: str, text: str) -> None:
    pool = read(**{word: text})
    assert as_read(pool) == really(engine_from_config({"url": URL, word: text}, prefix=""))
    assert not REFUSALS & {misfit.kind for misfit in pool.misfits}


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("pool_size", ""),
        ("pool_size", "5.0"),
        ("pool_timeout", "0.5"),
        ("pool_recycle", "1h"),
        ("pool_recycle", "None"),
        ("max_overflow", "ten"),
        ("pool_reset_on_return", "None"),
        ("pool_reset_on_return", ""),
        ("poolclass", "sqlalchemy.pool.NullPool"),
        ("connect_args", "{}"),
        ("execution_options", "{}"),
        ("pool_sise", "5"),
        ("size", "5"),
    ],
)
def test_what_a_text_is_refused_for(word: str, text: str) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError, exc.ArgumentError)):
        engine_from_config({"url": URL, word: text}, prefix="")
    assert REFUSALS & {misfit.kind for misfit in read(**{word: text}).misfits}
