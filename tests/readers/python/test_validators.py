"""Whether a validator may change a field: one that hands on what it takes does not."""

from textwrap import dedent, indent

import pytest

from tests.readers.python.modules import comes_to

HEAD = """
from pydantic import BaseModel, field_validator, model_validator
from pydantic_settings import BaseSettings
class Base(BaseSettings):
    x: int = 5
"""


def read(method: str, expression: str = "Settings().x") -> object:
    text = f"{HEAD}{indent(dedent(method), '    ')}\nclass Settings(Base):\n    y: int = 1\n"
    return comes_to(text, expression)


@pytest.mark.parametrize(
    "method",
    [
        "@field_validator('x')\ndef check(cls, value):\n    assert value\n    return value",
        "@field_validator('y')\ndef check(cls, value):\n    return value + 1",
        "@model_validator(mode='after')\ndef check(self):\n    self.y = self.x + 1\n    return self",
        "@model_validator(mode='before')\ndef check(cls, values):\n    values['y'] = 1\n    return values",
        "@staticmethod\ndef check(value):\n    return value + 1",
        "def __init__(self, **given):\n    super().__init__(**given)",
        "def model_post_init(self, context):\n    self.__dict__.update({'y': 1})",
    ],
)
def test_a_validator_that_leaves_a_field_alone(method: str) -> None:
    assert read(method) == 5


@pytest.mark.parametrize(
    "method",
    [
        "@field_validator('x')\ndef check(cls, value):\n    return value + 1",
        "@field_validator('x')\ndef check(cls, value):\n    value = 6\n    return value",
        "@field_validator('*')\ndef check(cls, value):\n    return max(value, 1)",
        "@field_validator('x')\ndef check(value):\n    return value",
        "@field_validator('x')\ndef check(cls, value):\n    pass",
        "@model_validator(mode='after')\ndef check(self):\n    self.x = 6\n    return self",
        "@model_validator(mode='before')\ndef check(cls, values):\n    values['x'] = 6\n    return values",
        "@model_validator(mode='before')\ndef check(cls, values):\n    values[key()] = 6\n    return values",
        "@root_validator\ndef check(cls, values):\n    values.update(other())\n    return values",
        "@root_validator(pre=True)\ndef check(cls, values):\n    values.setdefault('x', 6)\n    return values",
        "def model_post_init(self, context):\n    object.__setattr__(self, 'x', 6)",
    ],
)
def test_a_validator_that_may_change_a_field(method: str) -> None:
    name = method.partition("def ")[2].partition("(")[0]
    assert read(method) == f"? {name}() makes it when the program runs"


def test_a_validator_of_a_model_in_settings() -> None:
    text = f"""
{HEAD}
class Pool(BaseModel):
    size: int = 5
    @field_validator("size")
    def check(cls, value):
        return value + 1
class Settings(BaseSettings):
    pool: Pool
"""
    assert comes_to(text, "Settings().pool.size") == "? check() makes it when the program runs"
    assert comes_to(text, "Pool(size=3).size") == "? check() makes it when the program runs"
