"""Which of an application's SQLAlchemy objects goes with the keys in a file, and with which options."""

from collections.abc import Mapping

import pytest

from poolaudit.readers.libraries.flask_extension import extension_for, extension_in, extensions_near
from poolaudit.readers.project import Project
from poolaudit.readers.python.module import Module

HEAD = "from flask_sqlalchemy import SQLAlchemy\n"


def made(options: str, name: str = "db") -> str:
    return f"{HEAD}{name} = SQLAlchemy({options})\n"


def sized(size: int) -> str:
    return made(f"engine_options={{'pool_size': {size}}}")


def project(files: Mapping[str, str]) -> Project:
    modules = [Module(path, text) for path, text in files.items()]
    return Project(holding=lambda text: iter([one for one in modules if text in one.text]))


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        (made(""), "db", {}),
        (sized(3), "db", {"pool_size": 3}),
        (made("", "first") + sized(3), "db", {"pool_size": 3}),
        (f"{HEAD}def make():\n    return SQLAlchemy()", "make", {}),
        (made("**{'engine_options': {'pool_size': 3}}"), "db", {"pool_size": 3}),
    ],
)
def test_the_object_of_a_file(text: str, name: str, options: dict[str, int]) -> None:
    found = extension_in(Module("app.py", text))
    assert found is not None
    assert (found.name, {word: one.value for word, one in found.options.items()}) == (name, options)


def test_a_file_without_one() -> None:
    assert extension_in(Module("app.py", "x = 5")) is None
    assert extension_for(Module("config.py", ""), Project()) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("engine_options=options()", "engine_options is what options() gives when the program runs"),
        ("**options()", "engine_options is what options() gives when the program runs, handed on as **options"),
    ],
)
def test_options_that_are_not_known(said: str, why: str) -> None:
    found = extension_in(Module("app.py", made(said)))
    assert found is not None
    assert found.options["pool_size"].unknown == why


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"shop/app.py": sized(9), "shop/api/db.py": sized(3)}, "shop/api/db.py"),
        ({"other/db.py": sized(9), "shop/db.py": sized(3)}, "shop/db.py"),
        ({"db.py": sized(9), "shop/api/db.py": sized(3)}, "shop/api/db.py"),
        ({"other/db.py": sized(3), "x.py": "flask_sqlalchemy = 5"}, "other/db.py"),
    ],
)
def test_the_nearest_goes_with_the_keys(files: dict[str, str], path: str) -> None:
    (found,) = extensions_near(Module("shop/api/config.py", "SQLALCHEMY_ECHO = 1"), project(files))
    assert (found.place.file, found.options["pool_size"].value) == (path, 3)


def test_its_own_object_goes_before_all_others() -> None:
    (found,) = extensions_near(Module("shop/app.py", sized(3)), project({"shop/db.py": sized(9)}))
    assert found.place.file == "shop/app.py"


def test_what_several_as_near_agree_on_is_known() -> None:
    files = {
        "a.py": made("engine_options={'pool_size': 3, 'pool_recycle': 60}"),
        "b.py": made("engine_options={'pool_size': 3, 'pool_recycle': 90}"),
        "c.py": sized(3),
    }
    found = extension_for(Module("config.py", ""), project(files))
    assert found is not None
    assert found.options["pool_size"].value == 3
    why = "which of the SQLAlchemy objects is meant is not said (a.py:2 and b.py:2 and c.py:2)"
    assert found.options["pool_recycle"].unknown == why
