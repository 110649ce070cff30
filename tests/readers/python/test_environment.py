"""Which variables a program reads, in the words of the libraries that it reads them by."""

import ast

import pytest

from poolaudit.readers.python.environment import Read, variable_read
from poolaudit.readers.python.names import names_of

IMPORTS = "import os, decouple, environ, prettyconf\nfrom os import getenv as g\nfrom environs import Env\n"


def read(expression: str) -> tuple[str, str | None, str | None] | None:
    """Give a variable's name, its default as it is written, and what its text is made."""
    names = names_of(ast.parse(IMPORTS))
    found = variable_read(ast.parse(expression, mode="eval").body, names.full_name)
    if found is None:
        return None
    return found.name, ast.unparse(found.default) if found.default is not None else None, found.cast


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("os.environ['X']", ("X", None, None)),
        ("os.environ.get('X')", ("X", None, None)),
        ("os.environ.get('X', 5)", ("X", "5", None)),
        ("os.getenv('X', default=5)", ("X", "5", None)),
        ("g('X')", ("X", None, None)),
        ("decouple.config('X', default=5, cast=int)", ("X", "5", "int")),
        ("config('X')", ("X", None, None)),
        ("config('x', cast=bool)", ("x", None, "bool")),
        ("config('x', cast=Csv())", ("x", None, None)),
        ("prettyconf.config('X')", ("X", None, None)),
        ("env('X', default=5)", ("X", "5", None)),
        ("env.int('X', 5)", ("X", "5", "int")),
        ("env('X', cast=int)", ("X", None, "int")),
        ("e.bool('X')", ("X", None, "bool")),
        ("settings.env.str('X')", ("X", None, "str")),
    ],
)
def test_variables(expression: str, expected: tuple[str, str | None, str | None]) -> None:
    assert read(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        *("X", "table['X']", "os.environ[x]", "os.getenv()", "os.getenv(x)", "config('x')", "env.list('X')"),
        *("other.get('X')", "f('X')"),
    ],
)
def test_no_variable(expression: str) -> None:
    assert read(expression) is None


def test_what_is_read_has_no_default_where_none_is_said() -> None:
    assert Read("X") == ("X", None, None)
