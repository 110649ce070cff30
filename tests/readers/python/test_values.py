"""What an expression comes to without running it, and why it cannot be known where it cannot."""

import ast

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located, Symbol
from poolaudit.readers.python.limits import DEEPEST
from tests.readers.python.modules import comes_to, located, modules, plain

RUNS = "? worked out when the program runs"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        *(("5", 5), ("'a'", "a"), ("None", None), ("True", True), ("1.5", 1.5), ("-1", -1), ("+1", 1)),
        *(("b'a'", "? neither a number nor a text"), ("...", "? neither a number nor a text")),
        *(("not 0", True), ("-'a'", RUNS), ("~1", RUNS), ("-name", "? name is not said in this file")),
        *(("60 * 60", 3600), ("7 - 2", 5), ("7 / 2", 3.5), ("7 // 2", 3), ("7 % 4", 3), ("2 ** 3", 8)),
        *(("1 / 0", RUNS), ("2 ** 65", RUNS), ("1e308 * 10", RUNS), ("1 << 2", RUNS), ("'a' * 2", RUNS)),
        *(("1 + name", "? name is not said in this file"), ("[1] + [2]", RUNS)),
        *(("[1, 'a', *more]", [1, "a"]), ("(1, 2)[1]", 2), ("(1, 2)[5]", RUNS), ("{1}", [1])),
        *(("{'a': 1}['a']", 1), ("{'a': 1}['b']", RUNS), ("name['a']", "? name is not said in this file")),
        *(("{'a': 1, **{'b': 2}}", {"a": 1, "b": 2}), ("{**name}", "? name is not said in this file")),
        *(("{**5}", "? merged with what is no dict"), ("{name: 1, 2: 3}", {"2": 3})),
        *(("{'a': 1} | {'a': 2}", {"a": 2}), ("dict(a=1)", {"a": 1}), ("dict({'a': 1}, b=2)", {"a": 1, "b": 2})),
        *(("dict([1])", "? made of what is no dict"), ("dict(**name)", "? name is not said in this file")),
        *(("0 or 5", 5), ("3 or 5", 3), ("0 or None", None), ("f() or 5", "? what f() gives when the program runs")),
        *(("1 and 2", RUNS), ("1 < 2", RUNS), ("[x for x in y]", RUNS), ("lambda: 5", RUNS)),
        *(("1 if 'mysql' in url else 2", 1), ("1 if 'sqlite' in url else 2", 2), ("3 if x else 3", 3)),
        *(("1 if x else 2", "? chosen by a condition"), ("(x := 5)", 5)),
        *(("'a' + 'b'", "ab"), ("f'a{1}'", "a1"), ("f'a{name}'", "a{{ }}"), ("'a' + name", "a{{ }}")),
        *(("'%s-%d' % ('a', 1)", "a-1"), ("'%(x)s' % {'x': 1}", "1"), ("'%s' % 5", "5")),
        *(("'%s' % name", "{{ }}"), ("'%s%s' % (1,)", "1{{ }}"), ("'%(x)s' % {}", "{{ }}")),
        *(("'{}-{}'.format(1, 2)", "1-2"), ("'{1}{0}'.format(1, 2)", "21"), ("'{x}'.format(x=1)", "1")),
        *(("'{}{y}'.format(**name)", "{{ }}{{ }}"), ("'{!r:>3}'.format(1)", "1")),
        *(("' a'.strip()", " a"), ("'A'.lower()", "A"), ("','.join(['a', 'b'])", "a,b")),
        *(("','.join(name)", "? name is not said in this file"), ("','.join(5)", RUNS)),
        *(("','.join()", "? what join() gives when the program runs"),),
        *(("{'a': 1}.get('a')", 1), ("{'a': 1}.get('b', 2)", 2), ("{'a': 1}.get('b')", None)),
        *(("{'a': 1}.copy()", {"a": 1}), ("'a'.replace('a', 'b')", "? what replace() gives when the program runs")),
        *(("name.upper()", "? what name.upper() gives when the program runs"),),
        *(("int('5')", 5), ("int('a')", "? its value is nothing that int() takes"), ("int(5.5)", 5)),
        *(("float('1.5')", 1.5), ("float('x')", "? its value is nothing that float() takes")),
        *(("str(5)", "5"), ("bool('false')", False), ("bool('x')", True), ("bool(0)", False)),
        *(("int(None)", "? its value is nothing that int() takes"), ("int(name)", "? name is not said in this file")),
        *(("int(float('inf'))", "? its value is nothing that int() takes"),),
        *(("json.loads('{\"a\": 1}')", {"a": 1}), ("json.loads('a')", "? its text is no JSON")),
        *(("json.loads(5)", "? no text that could be JSON"), ("json.loads(name)", "? name is not said in this file")),
        *(("Field(5)", 5), ("field(default=5)", 5), ("field()", "? a field without a default")),
        *(("field(default_factory=lambda: 5)", 5), ("field(default_factory=dict)", {})),
        *(("(lambda: 5)()", "? what a function() gives when the program runs"),),
        *(("'x' * 5", RUNS), ("f\"{'x' * 0}\"", "{{ }}")),
        *(("name.attribute", "? name.attribute is worked out when the program runs"),),
        *(("f().attribute", "? attribute is worked out when the program runs"),),
    ],
)  # fmt: skip
def test_expressions(expression: str, value: object) -> None:
    assert comes_to("import json", expression) == value


def test_a_text_that_is_too_long_for_a_setting() -> None:
    assert comes_to(f"A = '{'x' * 3000}'", "A + A") == "? a text too long for a setting"


def test_what_is_too_deep_or_takes_too_many_steps() -> None:
    text = "A0 = 1\n" + "".join(f"A{n} = A{n - 1} + 1\n" for n in range(1, DEEPEST + 2))
    assert comes_to(text, f"A{DEEPEST + 1}") == "? worked out in too many steps to follow"
    wide = "A0 = 1\n" + "".join(f"A{n} = A{n - 1} + A{n - 1}\n" for n in range(1, 18))
    assert comes_to(wide, "A17") == "? worked out in too many steps to follow"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A = 1\nA = 2", 2),
        ("A = 1\nA += 2", 3),
        ("A = A", "? A is made of itself"),
        ("def A(): ...", "? A is worked out when the program runs"),
        ("if x:\n    A = 1", "? A is set under a condition"),
        ("A = 1\nif x:\n    A = 1", 1),
        ("A = 1\nif x:\n    A = 2", "? A is set under a condition"),
        ("A = {'x': 1}\nA['x'] = 2", {"x": 2}),
        ("A = {'x': 1}\nA['y'] = 2", {"x": 1, "y": 2}),
        ("A = {'x': {'y': 1}}\nA['x']['y'] = 2", {"x": {"y": 2}}),
        ("A = {}\nA['x']['y'] = 2", {"x": "? made elsewhere"}),
        ("A = {'x': 1}\nif z:\n    A['x'] = 2", {"x": "? x is set under a condition"}),
        ("A = {'x': 1}\nA.update(x=2)", {"x": 2}),
        ("A = {'x': 1}\nA.update({'x': 2}, y=3)", {"x": 2, "y": 3}),
        ("A = {'x': 1}\nA.update(5)", "? updated from what is no dict"),
        ("A = {'x': 1}\nA.update(**unheard)", "? unheard is not said in this file"),
        ("A = {'x': {'y': 1}}\nA['x'].update(y=2)", {"x": {"y": 2}}),
        ("A = {'x': 1}\nA.setdefault('x', 2)\nA.setdefault('y', 3)", {"x": 1, "y": 3}),
        ("A = 5\nA['x'] = 1", 5),
        ("A['x'] = 1", "? A is not said in this file"),
        ("from sqlalchemy.pool import NullPool as A", "NullPool"),
        ("from sqlalchemy import pool\nA = pool.NullPool", "NullPool"),
        ("from elsewhere import A", "? A is imported from elsewhere"),
        ("import elsewhere\nA = elsewhere.B.C", "? C is imported from elsewhere.B"),
        ("def f():\n    B = 1\nA = B", "? B is not said in this file"),
    ],
)
def test_names(text: str, value: object) -> None:
    assert comes_to(text, "A") == value


def test_a_pool_of_sqlalchemys_is_no_text() -> None:
    assert isinstance(located("from sqlalchemy.pool import NullPool", "NullPool").value, Symbol)
    assert not isinstance(located("", "'NullPool'").value, Symbol)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("from config import SIZE", 7),
        ("import config\nSIZE = config.SIZE", 7),
        ("from config import *", 7),
        ("from package import SIZE", 7),
        ("from starred import *", 7),
        ("from circle import *", "? SIZE is not said in this file"),
        ("from config import OTHER as SIZE", "? OTHER is imported from config"),
    ],
)
def test_names_of_other_modules(text: str, value: object) -> None:
    others = {
        "config": "SIZE = 7\n",
        "package": "import config\nfrom config import SIZE\n",
        "starred": "from config import *\n",
        "circle": "from circle2 import *\n",
        "circle2": "from circle import *\n",
    }
    texts = {"app.py": text, **{f"{name}.py": other for name, other in others.items()}}
    assert plain(modules(texts)["app.py"].value(ast.Name("SIZE"))) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("def f(x): return x\nf(5)", 5),
        ("def f(x): return x\nf(x=5)\nf(5)", 5),
        ("def f(x): return x\nf(5)\nf(6)", "? parameter x of f"),
        ("def f(x): return x\nf(unheard)", "? parameter x of f"),
        ("def f(x): return x", "? parameter x of f"),
        ("def f(x=7): return x", 7),
        ("def f(x=7): return x\nf()", 7),
        ("def f(a, /, *, x=7): return x\nf(1)", 7),
        ("def f(x=unheard): return x", "? unheard is not said in this file"),
        ("def f(x=7): return x\nf()\nf(5)", "? parameter x of f"),
        ("def f(x): return x\nf()", "? parameter x of f"),
        ("class A:\n    def f(self, x): return x\na = A()\na.f(5)", 5),
        ("class A:\n    def __init__(self, x=5): return x\nA(6)", 6),
        ("class A:\n    def __init__(self, x=5): return x\nA()", 5),
    ],
)
def test_parameters(text: str, value: object) -> None:
    module = modules({"a.py": text.replace("return x", "\n        y = x") + "\n"})["a.py"]
    (function,) = [one for one in module.names.functions.values() if "y" in one.bindings]
    found = module.values.name("y", function)
    assert (f"? {found.unknown}" if found.unknown is not None else found.value) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("A.x", 1),
        ("A().x", 1),
        ("B.x", 2),
        ("B.y", 3),
        ("B().z", "? z is not said in B"),
        ("B.computed", 2),
        ("B.told", "? told is not said in B"),
        ("made.x", 2),
        ("again.x", 2),
        ("given().x", 2),
        ("typed().x", 2),
        ("other.C.x", 4),
        ("other.c.x", 4),
        ("D.x", 4),
        ("module_c.x", 4),
        ("A.Inner.x", 9),
        ("Selfish().twice", 2),
        ("Selfish().given", 8),
        ("Selfish().options", {"size": 8}),
        ("Loop.x", "? x is not said in Loop"),
        ("by_mode.x", "? by_mode.x is worked out when the program runs"),
        ("either.x", 2),
        ("later.x", 2),
        ("chosen.x", "? chosen.x is worked out when the program runs"),
    ],
)
def test_attributes_of_classes(expression: str, value: object) -> None:
    text = """
import other
from other import C, c as module_c
class A:
    x = 1
    y = 3
    class Inner:
        x = 9
class B(A):
    x = 2
    @property
    def computed(self):
        return self.x
    def told(self):
        return 5
class D(C): ...
class Loop(Loop): ...
class Selfish:
    def __init__(self, size=8):
        self.once = 1
        self.given = size
        self.options = {"size": self.given}
        self.twice = self.once + 1
made = B()
again = made
chosen = B() if unheard() else A()
if unheard():
    by_mode = A()
    either = B()
else:
    by_mode = B()
    either = B()
later = None
if unheard():
    later = B()
def given():
    return B()
def typed() -> B:
    ...
"""
    assert comes_to(text, expression, other="class C:\n    x = 4\nc = C()\n") == value


@pytest.mark.parametrize(
    ("expression", "environment", "value", "note", "is_text"),
    [
        ("os.environ['X']", {"X": "7"}, "7", "environment variable X", False),
        ("os.getenv('X', 5)", {}, 5, "the default of environment variable X", True),
        ("os.getenv('X') or 5", {}, 5, "the default of environment variable X", True),
        ("int(os.getenv('X', '5'))", {}, 5, "the default of environment variable X", False),
        ("int(os.getenv('X', 5)) * 2", {}, 10, "the default of environment variable X", False),
        ("int(os.getenv('X', 5))", {"X": "7"}, 7, "environment variable X", False),
        ("os.getenv('X', None) or os.getenv('Y', 6)", {}, 6, "the default of environment variable X", True),
    ],
)
def test_variables(expression: str, environment: dict[str, str], value: object, note: str, is_text: bool) -> None:
    found = located("import os", expression, environment)
    assert (found.value, found.note, found.is_text_when_set) == (value, note, is_text)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("os.environ['X']", "environment variable X, no default"),
        ("os.getenv('X')", "environment variable X, no default"),
        ("os.getenv('X', unheard)", "unheard is not said in this file"),
        ("int(os.getenv('X'))", "environment variable X, no default"),
        ("os.getenv('X') or unheard", "environment variable X, no default"),
    ],
)
def test_variables_that_are_not_known(expression: str, why: str) -> None:
    assert located("import os", expression).unknown == why


def test_a_variable_that_is_not_known_leaves_its_default() -> None:
    unknown = {"X": Located(None, Place("compose.yaml", 3), unknown="differs")}
    assert located("import os", "os.getenv('X', 5)", unknown).value == 5


def test_a_variable_in_a_text_is_named_in_its_hole() -> None:
    assert comes_to("import os", "f'mysql://{os.environ[\"HOST\"]}/shop'") == "mysql://${HOST}/shop"
    assert comes_to("import os", "f'{os.environ[\"A\"]}' + 'b'") == "${A}b"
