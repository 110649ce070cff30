"""A Python file: its calls by full name, its places, and what cannot be read as Python 3."""

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located
from poolaudit.readers.python.module import Call, Module
from tests.readers.python.modules import modules

CREATE = "sqlalchemy.create_engine"


def calls(text: str, **others: str) -> list[Call]:
    texts = {f"{name}.py": other for name, other in others.items()}
    return list(modules({"db.py": text, **texts})["db.py"].calls(CREATE))


@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import create_engine\ncreate_engine()",
        "from sqlalchemy import create_engine as make\nmake()",
        "import sqlalchemy as sa\nsa.create_engine()",
        "from sqlalchemy.engine import create_engine\ncreate_engine()",
        "from other import create_engine\ncreate_engine()",
    ],
)
def test_calls_by_any_name(text: str) -> None:
    assert len(calls(text, other="from sqlalchemy import create_engine\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "create_engine()",
        "from other import create_engine\ncreate_engine()",
        "from elsewhere import create_engine\ncreate_engine()",
        "from sqlalchemy import create_mock_engine\ncreate_mock_engine()",
    ],
)
def test_calls_of_others(text: str) -> None:
    assert calls(text, other="def create_engine(): ...\n") == []


def test_a_call() -> None:
    text = """from sqlalchemy import create_engine
class Database:
    def connect(self, size=3):
        self.engine = create_engine("mysql://", *more, pool_size=size, **{"echo": True})
"""
    (call,) = calls(text)
    assert (call.callee, call.target, call.function) == (CREATE, "engine", "Database.connect")
    assert call.place == Place("db.py", 4)
    assert [one.value for one in call.arguments] == ["mysql://"]
    assert {name: one.value for name, one in call.keywords.items()} == {"pool_size": 3, "echo": True}
    assert call.left_open is None


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("unheard", "unheard is not said in this file, handed on as **options"),
        ("5", "options that are no dict, handed on as **options"),
    ],
)
def test_options_that_are_not_known(rest: str, why: str) -> None:
    (call,) = calls(f"from sqlalchemy import create_engine\ncreate_engine(**{rest})")
    assert call.left_open == Located(None, Place("db.py", 2), unknown=why) or call.left_open is not None
    assert call.left_open.unknown == why


def test_places_count_characters_and_not_bytes() -> None:
    module = Module("a.py", "# ü\nname = 'é'; size = 5\nlong = '''a\nb'''\n")
    assert module.table["size"].place == Place("a.py", 2, 20, 21)
    assert module.table["long"].place == Place("a.py", 3)


def test_a_file_in_another_environment_is_worked_out_again() -> None:
    module = Module("a.py", "import os\nA = os.environ['X']\nclass B:\n    C = A\n")
    assert module.table["A"].unknown == "environment variable X, no default"
    assert module.classes["B"]["C"].unknown is not None
    other = module.within({"X": Located("7")}, module.resolve, module.variables_of)
    assert (other.table["A"].value, other.classes["B"]["C"].value) == ("7", "7")
    assert module.table["A"].value is None
    assert other.value(other.tree.body[1].value).value == "7"  # type: ignore[attr-defined]  # an assignment


def test_bases_of_bases() -> None:
    found = modules({"a.py": "from b import B\nclass A(B): ...\n", "b.py": "from c import C\nclass B(C, D): ...\n"})
    assert found["a.py"].bases("A") == ("b.B", "c.C", "D")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("print 'a'", "a.py:1: this is Python 2, which is not read"),
        ("exec 'a'", "a.py:1: this is Python 2, which is not read"),
        ("try: pass\nexcept A, b: pass", "a.py:2: this is Python 2, which is not read"),
        ("x = {{ size }}}", "a.py:1: this is a template, not Python that can be read"),
        ("{% if x %}", "a.py:1: this is a template, not Python that can be read"),
        ("a b", "a.py:1: this is not Python 3 that can be read"),
        ("a = \0", "a.py"),
    ],
)
def test_what_is_no_python(text: str, why: str) -> None:
    with pytest.raises(CannotAuditError, match=f"^{why}"):
        Module("a.py", text)


def test_what_is_too_deep() -> None:
    with pytest.raises(CannotAuditError, match=r"^a\.py"):
        Module("a.py", "(" * 5000 + ")" * 5000)
