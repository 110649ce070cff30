"""Superset's own file: which files are Superset's, and that its pinned Flask-SQLAlchemy decides."""

import pytest

from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.formats import parse
from poolaudit.readers.libraries import superset
from tests.readers.libraries.engines import pools, versions

URI = "SQLALCHEMY_DATABASE_URI = 'mysql+pymysql://superset@db1/superset'\n"


def read(text: str, **known: tuple[int, ...]) -> dict[str, Pool]:
    return pools(superset, Kind.PYTHON, text, path="superset_config.py", project=versions(**known))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("superset_config.py", "x = 5", True),
        ("superset_config_docker.py", "x = 5", True),
        ("config.py", "SUPERSET_WEBSERVER_PORT = 8088", True),
        ("config.py", "x = 5  # SUPERSET_WEBSERVER_PORT", False),
        ("config.py", "x = 5", False),
    ],
)
def test_which_files_are_supersets(path: str, text: str, expected: bool) -> None:
    assert superset.is_superset(parse(path, Kind.PYTHON, text)) is expected


def test_a_file_that_is_no_python_is_not_supersets() -> None:
    assert not superset.is_superset(parse("superset_config.yaml", Kind.YAML, "a: 5\n"))
    assert not superset.knows(parse("superset_config.yaml", Kind.YAML, "a: 5\n"))


def test_the_version_that_it_pins_decides_and_is_told() -> None:
    (pool,) = read(URI).values()
    assert (pool.size.value, pool.size.note) == (10, "Superset pins 2.5.1")
    (pool,) = read(URI, flask_sqlalchemy=(3, 0, 0)).values()
    assert pool.size.value == 5


def test_what_is_said_is_no_default() -> None:
    (pool,) = read(f"{URI}SQLALCHEMY_ENGINE_OPTIONS = {{'pool_size': 3}}\n").values()
    assert (pool.size.value, pool.size.note, pool.name) == (3, None, "superset_config.py")


def test_binds_are_engines_too() -> None:
    found = read(f"{URI}SQLALCHEMY_BINDS = {{'other': 'mysql://db2/other'}}\n")
    assert [pool.url.value.host for pool in found.values()] == ["db1", "db2"]


def test_a_file_without_a_database_is_none() -> None:
    assert read("ROW_LIMIT = 5000\n") == {}
