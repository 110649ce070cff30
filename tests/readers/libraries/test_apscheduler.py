"""APScheduler's job stores: those that make an engine of their own, and those that are given one."""

from textwrap import dedent

import pytest

from poolaudit.facts.misfit import UNREAD
from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import apscheduler
from poolaudit.readers.python.module import Module
from tests.readers.libraries.engines import misfits, pools

STORE = "from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore\nfrom sqlalchemy import create_engine\n"
URL = "mysql+pymysql://shop@db1/jobs"


def read(text: str) -> dict[str, Pool]:
    return pools(apscheduler, Kind.PYTHON, STORE + dedent(text), path="jobs.py")


def only(text: str) -> Pool:
    (pool,) = read(text).values()
    return pool


@pytest.mark.parametrize(
    ("options", "size", "recycle"),
    [
        ("", 5, -1),
        (", engine_options={'pool_size': 2, 'pool_recycle': 300}", 2, 300),
        (", None, 'jobs', None, 5, None, {'pool_size': 2}", 2, -1),
        (", engine_options=None", 5, -1),
        (", engine=None", 5, -1),
    ],
)
def test_a_store_with_a_url(options: str, size: int, recycle: int) -> None:
    pool = only(f"store = SQLAlchemyJobStore('{URL}'{options})")
    assert (pool.size.value, pool.recycle_seconds.value, pool.url.value.host) == (size, recycle, "db1")


def test_options_that_are_not_known() -> None:
    pool = only(f"store = SQLAlchemyJobStore('{URL}', engine_options=options())")
    assert pool.size.unknown == "engine_options is what options() gives when the program runs"
    assert pool.url.value.host == "db1"


@pytest.mark.parametrize("said", ["**options()", f"url='{URL}', **options()"])
def test_what_may_be_handed_on_is_no_default(said: str) -> None:
    pool = only(f"store = SQLAlchemyJobStore({said})")
    assert pool.size.unknown is not None
    assert "what options() gives when the program runs, handed on as **options" in pool.size.unknown


def test_a_store_with_an_engine_of_the_file_makes_none() -> None:
    text = (
        f"engine = create_engine('{URL}')\nstore = SQLAlchemyJobStore(engine=engine, engine_options={{'pool_size': 2}})"
    )
    assert read(text) == {}


def test_options_beside_an_engine_from_elsewhere_are_not_read() -> None:
    pool = only("from db import engine\nstore = SQLAlchemyJobStore(engine=engine, engine_options={'pool_size': 2})")
    assert pool.size.unknown == "it is the pool of the engine that is given as engine="
    assert misfits(pool) == [(UNREAD, "engine_options beside engine=")]


def test_an_engine_from_elsewhere_alone_is_no_pool() -> None:
    assert read("from db import engine\nstore = SQLAlchemyJobStore(engine=engine)\nother = SQLAlchemyJobStore()") == {}


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (f"'sqlalchemy', url='{URL}'", "default"),
        (f"'sqlalchemy', 'nightly', url='{URL}'", "nightly"),
        (f"'sqlalchemy', alias='nightly', url='{URL}'", "nightly"),
    ],
)
def test_a_store_that_is_added_by_its_name(arguments: str, name: str) -> None:
    found = read(f"scheduler.add_jobstore({arguments}, engine_options={{'pool_size': 2}})")
    assert {key: pool.size.value for key, pool in found.items()} == {f"jobs.py:{name}": 2}


def test_a_store_of_another_kind_is_none() -> None:
    assert read("scheduler.add_jobstore('redis', host='db1')\nscheduler.add_jobstore()") == {}


@pytest.mark.parametrize(
    "text",
    [
        "JOBSTORES = {{'default': {}}}",
        "class Config:\n    SCHEDULER_JOBSTORES = {{'default': {}}}",
        "scheduler = BackgroundScheduler(jobstores={{'default': {}}})",
        "scheduler = BackgroundScheduler({{'apscheduler.jobstores.default': {}}})",
        "scheduler.configure(gconfig={{'apscheduler.jobstores.default': {}}})",
    ],
)
@pytest.mark.parametrize(
    "kind", ["'type': 'sqlalchemy'", "'class': 'apscheduler.jobstores.sqlalchemy:SQLAlchemyJobStore'"]
)
def test_a_store_in_a_dict(text: str, kind: str) -> None:
    pool = only(text.format(f"{{{kind}, 'url': '{URL}', 'engine_options': {{'pool_size': 2}}}}"))
    assert (pool.size.value, pool.name) == (2, "jobs.py:default")


def test_a_dict_that_makes_no_engine() -> None:
    text = "JOBSTORES = {'a': {'type': 'sqlalchemy', 'engine': engine}, 'b': {'type': 'redis', 'url': 'x'}, 'c': 5}"
    assert read(text) == {}


def test_a_data_store_of_4_takes_a_url_and_no_options() -> None:
    text = f"""
        from apscheduler.datastores.sqlalchemy import SQLAlchemyDataStore
        first = SQLAlchemyDataStore('{URL}')
        second = SQLAlchemyDataStore(engine_or_url='{URL}')
        third = SQLAlchemyDataStore(create_engine('{URL}'))
    """
    assert {name: pool.size.value for name, pool in read(text).items()} == {"jobs.py:first": 5, "jobs.py:second": 5}


def test_what_speaks_of_no_store_is_none() -> None:
    assert pools(apscheduler, Kind.PYTHON, "x = 5", path="jobs.py") == {}
    assert pools(apscheduler, Kind.YAML, "jobstore: 5") == {}


def test_options_that_are_ignored_beside_an_engine_are_found_by_the_engines_name() -> None:
    text = f"""
        engine = create_engine('{URL}')
        store = SQLAlchemyJobStore(engine=engine, engine_options={{"pool_size": 2}})
        other = SQLAlchemyJobStore(None, engine, engine_options={{"pool_size": 3}})
        without = SQLAlchemyJobStore(engine=engine)
    """
    found = apscheduler.ignored_beside(Module("jobs.py", STORE + dedent(text)))
    word = "engine_options of the job store that it is given to"
    assert {name: [one.word for one in several] for name, several in found.items()} == {"engine": [word, word]}
    assert apscheduler.ignored_beside(Module("jobs.py", "engine = 5")) == {}
