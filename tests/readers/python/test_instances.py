"""Instances: of settings, models and dataclasses, through functions and modules, and what is asked of them."""

import pytest

from tests.readers.python.modules import comes_to, located

HEAD = """
import copy
import dataclasses
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Annotated, NamedTuple
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    size: int = 5
    host: str = "db1"
    password: str = "x"

    @property
    def url(self) -> str:
        return f"mysql+pymysql://shop:{self.password}@{self.host}/shop"

    @property
    def early(self):
        if self.size:
            return 1
        return 2

    @property
    def endless(self):
        return self.endless

    def method(self):
        return self.size

class Reports(Settings):
    host: str = "db2"

class Pool(BaseModel):
    pool_size: int = 5
    recycle: int | None = None
    inner: Settings | None = None

@dataclass
class Plain:
    size: int
    ping: bool = True
    recycle: int = field(default_factory=lambda: 60)

class Pair(NamedTuple):
    size: int = 3
    other: int = 4

import attr
@attr.s
class Attrs:
    size = attr.ib(default=5)

class Constant(BaseModel):
    SIZE = 7

class Untold:
    size = 5

def get_settings() -> Settings:
    global _settings
    if _settings is None:
        _settings = Settings()
    return _settings

def plainly():
    return Settings(size=8)

def quoted() -> "Settings":
    for one in ():
        return one
    return make()

def nothing():
    print("nothing")

def circle():
    return circle()
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("Settings().size", 5),
        ("get_settings().size", 5),
        ("plainly().size", 8),
        ("quoted().size", 5),
        ("Reports().url", "mysql+pymysql://shop:x@db2/shop"),
        ("Settings(host='db3').url", "mysql+pymysql://shop:x@db3/shop"),
        ("Settings().early", "? early is worked out when the program runs"),
        ("Settings().endless", "? endless is worked out when the program runs"),
        ("Settings().unheard", "? unheard is not said in Settings"),
        ("Settings().method()", "? what method() gives when the program runs"),
        ("getattr(Settings(), 'size', 7)", 5),
        ("Pool(pool_size=7).pool_size", 7),
        ("Pool().model_dump()", {"pool_size": 5, "recycle": None, "inner": None}),
        ("Pool().dict(exclude_none=True)", {"pool_size": 5}),
        ("Pool().model_dump(exclude={'recycle', 'inner'})", {"pool_size": 5}),
        ("Pool().model_dump(include={'recycle': True})", {"recycle": None}),
        ("Pool(inner=Settings()).model_dump(include=['inner'])['inner']['size']", 5),
        ("Pool().model_copy(update={'pool_size': 9}).pool_size", 9),
        ("Pool().copy().pool_size", 5),
        ("copy.copy(Pool()).pool_size", 5),
        ("Plain(7).size", 7),
        ("Plain(7, False).ping", False),
        ("Plain(7).recycle", 60),
        ("Plain().size", "? size is not given to Plain"),
        ("Plain(**more).ping", "? more is not said in this file"),
        ("asdict(Plain(7))", {"size": 7, "ping": True, "recycle": 60}),
        ("dataclasses.replace(Plain(7), size=9).size", 9),
        ("Pair(7)._replace(other=1)._asdict()", {"size": 7, "other": 1}),
        ("Untold().size", 5),
        ("Attrs().size", 5),
        ("Constant().SIZE", 7),
        ("asdict(Untold())", "? what dataclasses.asdict() gives when the program runs"),
        ("nothing().size", "? size is worked out when the program runs"),
        ("circle()", "? what circle() gives when the program runs"),
    ],
)
def test_instances(expression: str, value: object) -> None:
    assert comes_to(HEAD, expression) == value


@pytest.mark.parametrize(
    "imports",
    [
        "from config import settings",
        "import config\nsettings = config.settings",
        "from config import get\nsettings = get()",
        "import config\nsettings = config.get()",
        "from config import Settings\nsettings = Settings()",
        "import config\nsettings = config.Settings()",
        "from package import settings",
        "from package import get as got\nsettings = got()",
        "from package import Renamed\nsettings: Renamed = Renamed()",
    ],
)
def test_instances_of_other_modules(imports: str) -> None:
    config = """
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    size: int = 5
settings = Settings()
def get():
    return settings
"""
    package = "from config import settings, get, Settings as Renamed\n"
    found = located(imports, "settings.size", {"SIZE": "8"}, config=config, package=package)
    assert (found.value, found.place and found.place.file) == (8, "compose.yaml")


@pytest.mark.parametrize(
    "parameter",
    [
        "settings: Settings",
        "settings: 'Settings'",
        "settings: Annotated[Settings, Depends(get_settings)]",
        "settings: Settings = Depends(get_settings)",
        "*, settings: Settings",
    ],
)
def test_a_parameter_that_is_of_a_class_of_settings(parameter: str) -> None:
    text = f"{HEAD}\ndef make({parameter}):\n    size = settings.size\n    return Pool(pool_size=size)\n"
    assert comes_to(text, "make(unheard()).pool_size") == 5


@pytest.mark.parametrize("parameter", ["settings", "settings: Pool", "settings: 'no type'", "settings: list[int]"])
def test_a_parameter_of_which_nothing_is_known(parameter: str) -> None:
    text = f"{HEAD}\ndef make({parameter}):\n    size = settings.size\n    return Pool(pool_size=size)\n"
    assert str(comes_to(text, "make(unheard()).pool_size")).startswith("? ")


def test_a_password_of_the_environment_stays_a_hole() -> None:
    assert comes_to(HEAD, "Settings().url", {"PASSWORD": "hunter2", "HOST": "db9"}) == (
        "mysql+pymysql://shop:${PASSWORD}@db9/shop"
    )
