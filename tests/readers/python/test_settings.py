"""pydantic's settings: which variable decides a field, what its text becomes, and what counts where nothing is said."""

from textwrap import dedent

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located
from tests.readers.python.modules import comes_to, located, modules

TWO = """
from typing import Annotated, Any, ClassVar, Optional, Union
import pydantic
from pydantic import AliasChoices, AliasPath, BaseModel, Field, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
Size = Annotated[int, Field(gt=0)]
"""
NO_NUMBER = "? its value is no whole number, so that pydantic refuses it"
ONE = "from pydantic import BaseModel, BaseSettings, Field\n"


def of_2(
    body: str, expression: str = "Settings()", environment: dict[str, str] | None = None, base: str = ""
) -> object:
    return comes_to(TWO + dedent(body), expression, environment, base=base)


def of_1(body: str, expression: str = "Settings()", environment: dict[str, str] | None = None) -> object:
    return comes_to(ONE + dedent(body), expression, environment)


SIZE = """
class Settings(BaseSettings):
    size: int = 5
"""


@pytest.mark.parametrize(
    ("environment", "size"),
    [
        ({}, 5),
        ({"SIZE": "8"}, 8),
        ({"size": " 8 "}, 8),
        ({"SIZE": "8.0"}, 8),
        ({"SIZE": "1_0"}, 10),
        ({"SIZE": ""}, NO_NUMBER),
        ({"SIZE": "many"}, NO_NUMBER),
        ({"APP_SIZE": "8"}, 5),
    ],
)
def test_a_whole_number(environment: dict[str, str], size: object) -> None:
    assert of_2(SIZE, "Settings().size", environment) == size


def test_pydantic_1_takes_no_whole_number_with_a_point() -> None:
    assert of_1(SIZE, "Settings().size", {"SIZE": "8"}) == 8
    assert of_1(SIZE, "Settings().size", {"SIZE": "8.0"}) == (NO_NUMBER)


@pytest.mark.parametrize(
    ("annotation", "said", "value"),
    [
        ("float", "1.5", 1.5),
        ("float", "2", 2),
        ("float", "nan", "? its value is no number, so that pydantic refuses it"),
        ("float", "much", "? its value is no number, so that pydantic refuses it"),
        ("bool", "Off", False),
        ("bool", "maybe", "? its text is neither true nor false"),
        ("str", "7", "7"),
        ("SecretStr", "7", "7"),
        ("pydantic.MySQLDsn", "mysql://db", "mysql://db"),
        ("dict", '{"a": 1}', {"a": 1}),
        ("dict[str, int]", "a", "? its text is no JSON"),
        ("list[int]", "[1, 2]", [1, 2]),
        ("Optional[int]", "7", 7),
        ("int | None", "7", 7),
        ("None | int", "7", 7),
        ("Union[None, int]", "7", 7),
        ("'int'", "7", 7),
        ("'not a type'", "7", "7"),
        ("PositiveInt", "7", 7),
        ("pydantic.conint(gt=0)", "7", 7),
        ("Annotated[int, Field(gt=0)]", "7", 7),
        ("Any", "7", "7"),
        ("(lambda: int)", "7", "7"),
        ("Literal['a', '7']", "7", "7"),
        ("Size", "7", 7),
        ("Unheard", "7", "7"),
    ],
)
def test_types(annotation: str, said: str, value: object) -> None:
    assert of_2(f"class Settings(BaseSettings):\n    x: {annotation}", "Settings().x", {"X": said}) == value


def test_a_type_of_which_nothing_is_known_is_taken_for_its_defaults() -> None:
    assert of_2("class Settings(BaseSettings):\n    x: Unheard = 5", "Settings().x", {"X": "7"}) == 7
    assert of_2("class Settings(BaseSettings):\n    x: Unheard = 'a'", "Settings().x", {"X": "7"}) == "7"
    assert of_2("class Settings(BaseSettings):\n    x: Any = 5", "Settings().x", {"X": "7"}) == "7"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("x: int", "? environment variable X, no default"),
        ("x: int = ...", "? environment variable X, no default"),
        ("x: int = Field(...)", "? environment variable X, no default"),
        ("x: Optional[int] = None", "? environment variable X, no default"),
        ("x: int = Field(7)", 7),
        ("x: int = Field(default=7)", 7),
        ("x: int = Field(default_factory=lambda: 7 * 60)", 420),
        ("x: Annotated[int, Field(default=7)]", 7),
        ("x: Annotated[int, Field(gt=0)] = 7", 7),
        ("x: int = '7'", 7),
        ("x: int = 2 ** 3", 8),
        ("x: int = unheard_of()", "? what unheard_of() gives when the program runs"),
    ],
)
def test_defaults(field: str, value: object) -> None:
    assert of_2(f"class Settings(BaseSettings):\n    {field}", "Settings().x") == value


def test_a_default_has_its_own_line_and_the_variable_that_would_decide() -> None:
    found = located(TWO + SIZE, "Settings().size")
    assert found == Located(5, Place("app.py", 9), variable="SIZE", note="the default of environment variable SIZE")
    said = located(TWO + SIZE, "Settings().size", {"Size": "8"})
    assert said == Located(8, Place("compose.yaml", 1), note="environment variable Size")


def test_a_default_that_is_a_variable_itself_keeps_that() -> None:
    found = located(f"import os\n{TWO}class Settings(BaseSettings):\n    x: int = os.getenv('Y', 5)", "Settings().x")
    assert (found.value, found.variable, found.is_text_when_set) == (5, "Y", False)


def test_a_variable_that_differs_between_processes_is_not_known() -> None:
    differs = Located(None, unknown="environment variable SIZE differs", variable="SIZE")
    assert comes_to(TWO + SIZE, "Settings().size", {"SIZE": differs}) == "? environment variable SIZE differs"


@pytest.mark.parametrize(
    ("head", "environment", "value"),
    [
        ("model_config = SettingsConfigDict(env_prefix='APP_')", {"APP_X": "7", "X": "8"}, 7),
        ("model_config = {'env_prefix': 'app_'}", {"APP_X": "7"}, 7),
        ("model_config = SettingsConfigDict(case_sensitive=True)", {"X": "7"}, 5),
        ("model_config = SettingsConfigDict(case_sensitive=True)", {"x": "7"}, 7),
        ("model_config = SettingsConfigDict(env_ignore_empty=True)", {"X": ""}, 5),
        ("model_config = SettingsConfigDict(env_parse_none_str='none')", {"X": "none"}, None),
        ("model_config = SettingsConfigDict(alias_generator=str.upper)", {}, "? alias_generator names its variable"),
        ("model_config = elsewhere", {"X": "7"}, 7),
        (
            "model_config = SettingsConfigDict(env_prefix=prefix())",
            {},
            "? its env_prefix is what prefix() gives when the program runs",
        ),
    ],
)
def test_configurations(head: str, environment: dict[str, str], value: object) -> None:
    assert of_2(f"class Settings(BaseSettings):\n    {head}\n    x: int = 5", "Settings().x", environment) == value


@pytest.mark.parametrize(
    ("field", "environment", "value"),
    [
        ("Field(5, validation_alias='Y')", {"APP_X": "7", "APP_Y": "7", "Y": "8"}, 8),
        ("Field(5, alias='Y')", {"Y": "8"}, 8),
        ("Field(5, validation_alias=AliasChoices('Y', 'Z'))", {"Z": "8"}, 8),
        ("Field(5, validation_alias=AliasChoices('Y', AliasPath('Z', 0)))", {"Z": "8"}, 5),
        ("Field(5, env='Y')", {"Y": "8"}, 5),
    ],
)
def test_names_of_a_field(field: str, environment: dict[str, str], value: object) -> None:
    body = f"class Settings(BaseSettings, env_prefix='APP_'):\n    x: int = {field}"
    assert of_2(body, "Settings().x", environment) == value


def test_a_name_beside_an_alias() -> None:
    body = "class Settings(BaseSettings, env_prefix='APP_', populate_by_name=True):\n    x: int = Field(5, alias='Y')"
    assert of_2(body, "Settings().x", {"APP_X": "7"}) == 7
    assert of_2(body, "Settings().x", {"APP_X": "7", "Y": "8"}) == 8


@pytest.mark.parametrize(
    ("field", "environment", "value"),
    [
        ("Field(5, env='Y')", {"Y": "8", "APP_X": "7"}, 8),
        ("Field(5, env=['Y', 'Z'])", {"Z": "8"}, 8),
        ("Field(5, alias='Y')", {"Y": "8"}, 5),
        ("Field(5, alias='Y')", {"APP_X": "8"}, 8),
    ],
)
def test_names_of_a_field_in_pydantic_1(field: str, environment: dict[str, str], value: object) -> None:
    body = f"class Settings(BaseSettings):\n    x: int = {field}\n    class Config:\n        env_prefix = 'app_'"
    assert of_1(body, "Settings().x", environment) == value


INHERITED = """
class Base(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_")
    x: int = 5
    name: ClassVar[str] = "shop"
    _hidden: int = 5
class Settings(Base):
    x = 6
    y: int = 1
"""


def test_configuration_and_fields_are_inherited() -> None:
    assert of_2(INHERITED) == {"x": 6, "y": 1}
    assert of_2(INHERITED, environment={"APP_X": "7", "APP_Y": "8"}) == {"x": 7, "y": 8}


def test_a_base_in_another_module() -> None:
    body = "from base import Base\nclass Settings(Base):\n    y: int = 1"
    base = f"{TWO}class Base(BaseSettings, env_prefix='APP_'):\n    x: int = 5"
    assert of_2(body, environment={"APP_X": "7", "APP_Y": "8"}, base=base) == {"x": 7, "y": 8}


NESTED = """
class Pool(BaseModel):
    size: int = 5
    max_overflow: int = Field(10, alias="over")
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_nested_delimiter="__"{more})
    db: Pool = Pool(size=20)
    other: Pool
"""


@pytest.mark.parametrize(
    ("environment", "more", "db"),
    [
        ({}, "", {"size": 20, "max_overflow": 10}),
        ({"DB__SIZE": "7"}, "", {"size": 7, "max_overflow": 10}),
        ({"DB__OVER": "7"}, "", {"size": 5, "max_overflow": 7}),
        ({"DB__OVER": "7"}, ", nested_model_default_partial_update=True", {"size": 20, "max_overflow": 7}),
        ({"DB": '{"size": 9, "over": 1}'}, "", {"size": 9, "max_overflow": 1}),
        ({"DB": '{"size": 9}', "DB__OVER": "7"}, "", {"size": 9, "max_overflow": 7}),
        ({"DB": "nine"}, "", "? its text is no JSON"),
        ({"DB__SIZE__DEEPER": "7"}, "", {"size": NO_NUMBER, "max_overflow": 10}),
    ],
)
def test_a_model_in_settings(environment: dict[str, str], more: str, db: object) -> None:
    assert of_2(NESTED.replace("{more}", more), "Settings().db", environment) == db


def test_a_model_that_is_required_has_its_classs_defaults() -> None:
    found = located(TWO + NESTED.replace("{more}", ""), "Settings().other.size")
    assert (found.value, found.variable) == (5, "OTHER__SIZE")


@pytest.mark.parametrize(
    ("config", "size", "variable"),
    [
        ("env_nested_delimiter='_'", 5, None),
        ("env_nested_delimiter='_', env_nested_max_split=1", 7, None),
        ("env_prefix='APP_'", 5, None),
    ],
)
def test_a_variable_is_taken_apart_at_each_delimiter(config: str, size: int, variable: str | None) -> None:
    body = f"""
class Pool(BaseModel):
    pool_size: int = 5
class Settings(BaseSettings):
    model_config = SettingsConfigDict({config})
    db: Pool = Pool()
"""
    found = located(TWO + body, "Settings().db.pool_size", {"DB_POOL_SIZE": "7"})
    assert (found.value, found.variable) == (size, variable)


def test_a_dict_in_settings() -> None:
    body = "class Settings(BaseSettings, env_nested_delimiter='__'):\n    o: dict = {'size': 5, 'ping': True}"
    assert of_2(body, "Settings().o") == {"size": 5, "ping": True}
    assert of_2(body, "Settings().o", {"O__SIZE": "7"}) == {"size": "7"}
    assert of_2(body, "Settings().o", {"O": '{"size": 7}'}) == {"size": 7}


def test_settings_within_settings_have_variables_of_their_own() -> None:
    body = """
class Pool(BaseSettings, env_prefix="DB_"):
    size: int = 5
class Settings(BaseSettings):
    pool: Pool = Field(default_factory=Pool)
"""
    assert of_2(body, "Settings().pool.size", {"DB_SIZE": "7"}) == 7


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("'.env'", 10),
        ("('.env', '.env.prod')", 11),
        ("Path(__file__).parent / '.env'", 10),
        ("os.path.join(BASE, 'conf', '.env.prod')", 11),
        ("[BASE + '/.env', f'{BASE}/.env.prod']", 11),
        ("None", 5),
        ("'prod.env'", 5),
    ],
)
def test_files_of_variables(said: str, value: int) -> None:
    body = f"BASE = '/srv'\nclass Settings(BaseSettings):\n    model_config = {{'env_file': {said}}}\n    x: int = 5"
    files = {".env": {"X": "10"}, ".env.prod": {"X": "11"}}
    assert comes_to(TWO + body, "Settings().x", files=files) == value
    assert comes_to(TWO + body, "Settings().x", {"X": "12"}, files=files) == 12


def test_what_is_given_to_an_instance() -> None:
    body = "class Settings(BaseSettings):\n    x: int = 5\n    y: int = Field(5, alias='other')"
    assert of_2(body, "Settings(x='7', other=8)", {"X": "9"}) == {"x": 7, "y": 8}
    files = {".env": {"X": "10"}}
    assert comes_to(TWO + body, "Settings(_env_file='.env').x", files=files) == 10
    assert comes_to(TWO + body, "Settings(_env_prefix='APP_').x", {"APP_X": "3"}) == 3
    assert of_2(body, "Settings(x=7, **more)") == {"x": 7, "y": "? more is not said in this file"}


SOURCES = """
class Base(BaseSettings, env_file=".env"):
    x: int = 5
    @classmethod
    def settings_customise_sources(cls, of, init_settings, env_settings, dotenv_settings, file_secret_settings):
        return {sources}
class Settings(Base):
    pass
"""


@pytest.mark.parametrize(
    ("sources", "value"),
    [
        ("init_settings, env_settings, dotenv_settings", 7),
        ("dotenv_settings, env_settings, init_settings", 10),
        ("env_settings, init_settings", 7),
        ("(init_settings,)", 3),
        ("init_settings, from_vault", "? settings_customise_sources says where it comes from"),
        ("sorted(sources)", "? settings_customise_sources says where it comes from"),
    ],
)
def test_sources(sources: str, value: object) -> None:
    body = TWO + SOURCES.replace("{sources}", sources)
    given = "x=3" if "(init" in sources else ""
    assert comes_to(body, f"Settings({given}).x", {"X": "7"}, files={".env": {"X": "10"}}) == value


def test_settings_are_the_attributes_of_their_class() -> None:
    module = modules({"app.py": TWO + SIZE}, {"SIZE": "8"})["app.py"]
    assert module.classes["Settings"]["size"].value == 8


def test_which_variables_are_read() -> None:
    body = INHERITED + NESTED.replace("class Settings", "class Other").replace("{more}", "").replace(
        "Field(10, alias='over')", "10"
    )
    found = set(modules({"app.py": TWO + body})["app.py"].settings_variables())
    assert found == {
        "APP_X",
        "APP_Y",
        "DB",
        "DB__SIZE",
        "DB__MAX_OVERFLOW",
        "OTHER",
        "OTHER__SIZE",
        "OTHER__MAX_OVERFLOW",
    }


def test_settings_that_are_made_of_themselves() -> None:
    body = "class Settings(BaseSettings):\n    x: int = 5\n    inner: Any = Field(default_factory=lambda: Settings())"
    assert of_2(body, "Settings().x") == 5
    assert of_2(body, "Settings().inner") == "? Settings is made of itself"
