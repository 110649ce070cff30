"""Flask-SQLAlchemy's keys in Python: which classes are pools, and what applications set themselves."""

from textwrap import dedent

import pytest

from poolaudit.facts.pool import Pool
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import flask_python
from tests.readers.libraries.engines import misfits, pools, versions

URI = "mysql+pymysql://shop@db/shop"


def read(text: str, version: tuple[int, ...] = (3, 1, 1)) -> dict[str, Pool]:
    return pools(flask_python, Kind.PYTHON, dedent(text), path="app.py", project=versions(flask_sqlalchemy=version))


def test_a_class_without_a_database_is_a_pool_where_no_other_inherits_from_it() -> None:
    found = read("class Config:\n    SQLALCHEMY_ENGINE_OPTIONS = {'pool_size': 3}\n")
    assert found["app.py:Config"].size.value == 3
    assert found["app.py:Config"].url.unknown == "no url is said"


def test_a_class_whose_database_comes_from_the_environment_is_a_pool_though_others_inherit_from_it() -> None:
    text = f"""
        import os
        class Config:
            SQLALCHEMY_DATABASE_URI = os.environ["DATABASE_URL"]
        class Production(Config):
            SQLALCHEMY_DATABASE_URI = "{URI}"
        class Other(Config):
            SQLALCHEMY_DATABASE_URI = None
    """
    assert list(read(text)) == ["app.py:Config", "app.py:Production", "app.py:Other"]


@pytest.mark.parametrize(
    ("statement", "size"),
    [
        ("app.config['SQLALCHEMY_ENGINE_OPTIONS'] = {'pool_size': 3}", 3),
        ("app.config.from_mapping({'SQLALCHEMY_ENGINE_OPTIONS': {'pool_size': 3}})", 3),
        ("app.config.setdefault('SQLALCHEMY_ENGINE_OPTIONS', {'pool_size': 3})", 3),
        ("app.config['SIZE'] = 4\n    app.config['SQLALCHEMY_ENGINE_OPTIONS'] = {'pool_size': app.config['SIZE']}", 4),
        ("app.config['S'] = 4\n    app.config['SQLALCHEMY_ENGINE_OPTIONS'] = {'pool_size': app.config.get('S')}", 4),
        ("with x:\n        app.config['SQLALCHEMY_ENGINE_OPTIONS'] = {'pool_size': 3}", 3),
        ("if x:\n        app.config['SQLALCHEMY_ENGINE_OPTIONS'] = {'pool_size': 3}", 3),
    ],
)
def test_what_an_application_sets(statement: str, size: int) -> None:
    text = f"def create_app(app):\n    app.config['SQLALCHEMY_DATABASE_URI'] = '{URI}'\n    {statement}\n"
    assert read(text)["app.py:create_app"].size.value == size


def test_what_is_set_twice_under_a_condition_is_not_known() -> None:
    text = f"""
        app.config["SQLALCHEMY_DATABASE_URI"] = "{URI}"
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {{"pool_size": 3}}
        if heavy:
            app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {{"pool_size": 30}}
    """
    why = "SQLALCHEMY_ENGINE_OPTIONS is SQLALCHEMY_ENGINE_OPTIONS is set under a condition"
    assert read(text)["app.py"].size.unknown == why


def test_a_uri_beside_a_configuration_loaded_from_elsewhere_is_no_pool_of_its_own() -> None:
    text = f"""
        def create_app(app):
            app.config.from_object("config.Config")
            app.config["SQLALCHEMY_DATABASE_URI"] = "{URI}"
            def inner():
                pass
            app.config["OTHER"], app.other = 1, 2
    """
    assert read(text) == {}


def test_options_of_the_extension_alone() -> None:
    text = """
        from flask_sqlalchemy import SQLAlchemy
        db = SQLAlchemy(engine_options={"pool_size": 3})
    """
    assert read(text)["app.py:db"].size.value == 3


def test_the_extension_without_options_is_no_pool() -> None:
    assert read("from flask_sqlalchemy import SQLAlchemy\nengine_options = {}\ndb = SQLAlchemy()\n") == {}


def test_the_extensions_options_beat_the_configuration_in_second() -> None:
    text = f"""
        from flask_sqlalchemy import SQLAlchemy
        SQLALCHEMY_DATABASE_URI = "{URI}"
        SQLALCHEMY_ENGINE_OPTIONS = {{"pool_size": 3}}
        db = SQLAlchemy(engine_options={{"pool_size": 8}})
    """
    assert read(text, (2, 5, 1))["app.py"].size.value == 8
    assert read(text)["app.py"].size.value == 3


def test_old_keys_that_the_file_itself_maps_are_in_force() -> None:
    text = f"""
        SQLALCHEMY_DATABASE_URI = "{URI}"
        SQLALCHEMY_POOL_SIZE = 9
        def init(app):
            options = {{"pool_size": app.config.get("SQLALCHEMY_POOL_SIZE")}}
            app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    """
    found = read(text)["app.py"]
    assert (found.size.value, misfits(found)) == (9, [])


def test_binds_alone_make_no_default_engine() -> None:
    found = read(f'SQLALCHEMY_BINDS = {{"a": "{URI}", "b": {{"pool_size": 2}}}}\n')
    assert list(found) == ["app.py:SQLALCHEMY_BINDS.a", "app.py:SQLALCHEMY_BINDS.b"]
    assert found["app.py:SQLALCHEMY_BINDS.b"].url.unknown == "the bind names no url"


def test_a_bind_is_read_both_ways_where_no_version_is_known() -> None:
    text = f'SQLALCHEMY_BINDS = {{"a": "{URI}", "b": "mariadb://db/x", "c": {{"url": "{URI}"}}}}\n'
    found = pools(flask_python, Kind.PYTHON, text, path="app.py")
    sizes = {name.removeprefix("app.py:SQLALCHEMY_BINDS."): pool.size.value for name, pool in found.items()}
    assert sizes == {"a Flask-SQLAlchemy 2": 10, "a Flask-SQLAlchemy 3": 5, "b": 5, "c": 5}
