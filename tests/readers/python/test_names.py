"""What a file binds names to, where calls stand, and which branches speak for MySQL."""

import ast
from textwrap import dedent

import pytest

from poolaudit.readers.python.names import Names, branches, names_of


def names(text: str) -> Names:
    return names_of(ast.parse(dedent(text)))


def bound(text: str) -> dict[str, list[tuple[str | None, bool, tuple[str, ...]]]]:
    """Give what the top level binds: each value as it is written, whether under a condition, and its keys."""
    found = names(text).top.bindings
    return {
        name: [
            (ast.unparse(one.value) if one.value is not None else None, one.is_conditional, one.keys) for one in all_
        ]
        for name, all_ in found.items()
    }


def test_imports() -> None:
    found = names(
        "import a.b\nimport c.d as e\nfrom f import g, h as i\nfrom . import j\nfrom .k import l\nfrom m import *"
    )
    assert found.imports == {"a": "a", "e": "c.d", "g": "f.g", "i": "f.h", "j": ".j", "l": ".k.l"}
    assert found.stars == ["m"]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("a = 1", "a", [("1", False, ())]),
        ("a: int = 1", "a", [("1", False, ())]),
        ("a = 1\na += 2", "a", [("1", False, ()), ("1 + 2", False, ())]),
        ("a += 2", "a", [(None, False, ())]),
        ("a, b = 1, 2", "b", [("2", False, ())]),
        ("[a, b] = 1, 2", "a", [("1", False, ())]),
        ("a, b = pair()", "a", [(None, False, ())]),
        ("a['x'] = 1", "a", [("1", False, ("x",))]),
        ("a['x']['y'] = 1", "a", [("1", False, ("x", "y"))]),
        ("a.update(x=1)", "a", [("a.update(x=1)", False, ("**",))]),
        ("a['x'].update(y=1)", "a", [("a['x'].update(y=1)", False, ("x", "**"))]),
        ("a.setdefault('x', 1)", "a", [("1", False, ("x", "?"))]),
        ("def a(): ...", "a", [(None, False, ())]),
        ("if x: a = 1\nelse: a = 2", "a", [("1", True, ()), ("2", True, ())]),
        ("if 'mysql' in url: a = 1\nelse: a = 2", "a", [("1", False, ())]),
        ("if 'sqlite' in url: a = 1\nelse: a = 2", "a", [("2", False, ())]),
        ("try: a = 1\nexcept E: a = 2\nfinally: a = 3", "a", [("1", False, ()), ("3", False, ())]),
        ("for x in y: a = 1", "a", [("1", True, ())]),
        ("while x: a = 1", "a", [("1", True, ())]),
        ("with x as y: a = 1", "a", [("1", False, ())]),
    ],
)
def test_bindings(text: str, name: str, expected: list[tuple[str | None, bool, tuple[str, ...]]]) -> None:
    assert bound(text)[name] == expected


@pytest.mark.parametrize("text", ["a: int", "a[key] = 1", "a.b = 1", "f()['x'] = 1", "a.b += 1", "a[key].update(x=1)"])
def test_what_binds_nothing(text: str) -> None:
    assert bound(text) == {}


def test_what_a_method_sets_is_the_classs() -> None:
    found = names(
        "class A:\n    def __init__(self):\n        self.x = 1\n        self.y.z = 2\ndef f(self):\n    self.w = 3"
    )
    assert list(found.classes["A"].bindings) == ["__init__", "x"]
    assert found.top.bindings.keys() == {"f"}


def test_scopes_are_named_by_where_they_stand() -> None:
    found = names("class A:\n    class B:\n        def c(self):\n            def d(): ...\nasync def e(): ...")
    assert list(found.classes) == ["A", "A.B"]
    assert list(found.functions) == ["A.B.c", "A.B.c.d", "e"]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("a = f()", [("f", "a")]),
        ("a.b = f()", [("f", "b")]),
        ("a['b'] = f()", [("f", "b")]),
        ("a[0] = f()", [("f", "")]),
        ("f(g(), x=h())", [("f", ""), ("g", ""), ("h", "x")]),
        ("a = {'b': f(), 'c': 1, **g()}", [("f", "b"), ("g", "a")]),
        ("with f() as a, g(): ...", [("f", "a"), ("g", "")]),
        ("@f()\ndef a(x=g(), *, y=h(), z): ...", [("f", ""), ("g", ""), ("h", "")]),
        ("@f()\nclass A(g(), metaclass=h()): ...", [("g", ""), ("h", ""), ("f", "")]),
        ("if f(): ...\nfor a in g(): ...\nreturn_ = h().i()", [("f", ""), ("g", ""), ("h().i", "return_"), ("h", "")]),
        ("assert f()\nraise g()", [("f", ""), ("g", "")]),
    ],
)
def test_calls(text: str, calls: list[tuple[str, str]]) -> None:
    assert [(ast.unparse(one.node.func), one.target) for one in names(text).calls] == calls


def test_full_names() -> None:
    found = names("from sqlalchemy import orm as o")
    assert found.full_name(ast.parse("o.a.b", mode="eval").body) == "sqlalchemy.orm.a.b"
    assert found.full_name(ast.parse("f().a", mode="eval").body) == ""


@pytest.mark.parametrize(
    ("test", "ours_and_others"),
    [
        ("url.startswith('mysql')", (True, False)),
        ("'sqlite' in url", (False, True)),
        ("'sqlite' not in url", (True, False)),
        ("not is_mysql(url)", (False, True)),
        ("dialect != 'postgresql'", (True, False)),
        ("'mysql' in url or 'sqlite' in url", (False, False)),
        ("debug", (False, False)),
        (" + ".join(["mysql"] * 40), (False, False)),
    ],
)
def test_branches(test: str, ours_and_others: tuple[bool, bool]) -> None:
    assert branches(ast.parse(test, mode="eval").body) == ours_and_others
