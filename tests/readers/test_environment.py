"""The environment at a path: what processes share, what `.env` files say, and what a variable makes of a value."""

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.environment import DotEnv, agreed, in_force
from poolaudit.readers.located import Located
from poolaudit.readers.running.process import Environment, Process
from tests.readers.running.documents import document, text, values
from tests.readers.running.processes import process

ENV = document(".env", "POOL=5\n")


def python(path: str, source: str) -> Document:
    return Document(path, Kind.PYTHON, source)


@pytest.mark.parametrize(
    "source",
    [
        "from dotenv import load_dotenv\nload_dotenv()\n",
        "from decouple import config\n",
        "env = environ.Env()\nenviron.Env.read_env()\n",
    ],
)
def test_a_program_that_loads_an_env_file(source: str) -> None:
    found = DotEnv((ENV, python("shop/__init__.py", source))).at("shop/config.py")
    assert values(found) == {"POOL": "5"}


def test_a_program_that_loads_none() -> None:
    assert DotEnv((ENV, python("shop/__init__.py", "import os\n"))).at("shop/config.py") == {}
    assert DotEnv((python("shop/__init__.py", "load_dotenv()"),)).at("shop/config.py") == {}
    assert DotEnv(()).beside("") == {}


def test_which_file_is_named_and_which_is_nearest() -> None:
    files = (ENV, document(".env.prod", "POOL=7\n"), document("api/.env", "POOL=9\n"))
    named = DotEnv((*files, python("shop.py", 'load_dotenv("conf/.env.prod")')))
    assert values(named.at("shop.py")) == {"POOL": "7"}
    assert values(DotEnv((*files, python("api/a.py", "load_dotenv()"))).at("api/b.py")) == {"POOL": "9"}
    assert values(DotEnv(files).beside("api")) == {"POOL": "9"}


def test_a_file_that_only_one_class_of_settings_reads_is_no_part_of_the_environment() -> None:
    files = (ENV, document("api/.env", "POOL=9\n"))
    found = DotEnv((*files, python("shop.py", "class Settings(BaseSettings, env_file='.env'): ...")))
    assert found.at("shop.py") == {}
    assert values(found.named(".env", "shop.py")) == {"POOL": "5"}
    assert values(found.named("../.env", "api/v1/shop.py")) == {"POOL": "9"}
    assert found.named("prod.env", "shop.py") == {}


def of(name: str, **environment: str) -> Process:
    return process(name, environment={key: text(value) for key, value in environment.items()})


def test_what_processes_share() -> None:
    assert values(agreed([of("web", A="1", B="2"), of("worker", A="1", B="3", C="4")])) == {
        "A": "1",
        "B": "environment variable B differs between web and worker",
        "C": "environment variable C is said for worker and not for web",
    }
    assert agreed([]) == {}


def known(**environment: str) -> Environment:
    return {key: Located(value, Place("compose.yml", 4)) for key, value in environment.items()}


@pytest.mark.parametrize(
    ("found", "said", "expected"),
    [
        (Located(5, variable="X"), "20", 20),
        (Located(5, variable="X", is_text_when_set=True), "20", "20"),
        (Located(value=True, variable="X"), "False", False),
        (Located(value=True, variable="X"), "maybe", "maybe"),
        (Located("a", variable="X"), "20", "20"),
        (Located(None, variable="X", unknown="no default"), "20", 20),
        (Located(5), "20", 5),
        (Located(5, variable="Y"), "20", 5),
    ],
)
def test_what_a_variable_makes_of_a_value(found: Located, said: str, expected: object) -> None:
    assert in_force(found, known(X=said)).value == expected


def test_where_a_variable_is_said() -> None:
    found = in_force(Located(5, Place("config.py", 2), variable="X"), known(X="20"))
    assert (found.place, found.note, found.unknown) == (Place("compose.yml", 4), "environment variable X", None)
    gap = in_force(Located(5, variable="X"), {"X": Located(None, Place("c", 1), unknown="it differs")})
    assert (gap.value, gap.unknown, gap.place) == (None, "it differs", Place("c", 1))
