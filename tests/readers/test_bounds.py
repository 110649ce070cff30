"""Whatever the file, it is read or refused in under a second."""

import time
from collections.abc import Callable

import pytest
import yaml

from poolaudit.errors import CannotAuditError
from poolaudit.readers.document import Kind
from poolaudit.readers.formats import parse
from poolaudit.readers.libraries import MOST_ENGINES
from poolaudit.readers.reading import read_documents
from tests.readers.quick import MOST_SECONDS_HERE

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]  # to be traced takes several times as long

URL = "mysql://shop@db1/shop"


def _lines(count: int, form: str) -> str:
    return "".join(form.format(number=number) for number in range(count))


def _module(count: int, form: str) -> str:
    return f"from sqlalchemy import URL, create_engine, event\n{_lines(count, form)}"


LARGE: dict[str, tuple[Kind, Callable[[], str]]] = {
    "yaml": (Kind.YAML, lambda: _lines(60_000, "k{number}: {number}\n")),
    "yaml-less": (Kind.YAML, lambda: _lines(24_000, "k{number}: {number}\n")),
    "yaml-list": (Kind.YAML, lambda: f"a: [{','.join(['x'] * 490_000)}]\n"),
    "json": (Kind.JSON, lambda: "{" + _lines(60_000, '"k{number}": {number},') + '"last": 1}'),
    "toml": (Kind.TOML, lambda: _lines(40_000, "k{number} = {number}\n")),
    "ini": (Kind.INI, lambda: "[a]\n" + _lines(50_000, "k{number} = {number}\n")),
    "env": (Kind.ENV, lambda: _lines(50_000, "K{number}={number}\n")),
    "python": (Kind.PYTHON, lambda: _lines(60_000, "K{number} = {number}\n")),
    "python-less": (Kind.PYTHON, lambda: _lines(25_000, "K{number} = {number}\n")),
    "chain": (Kind.PYTHON, lambda: "A0 = 5\n" + "".join(f"A{one + 1} = A{one}\n" for one in range(15_000))),
    "engines": (Kind.PYTHON, lambda: _module(5000, f"e{{number}} = create_engine('{URL}')\n")),
    "pools": (Kind.YAML, lambda: _lines(2100, f"k{{number}}: {{{{url: '{URL}', pool_size: 5}}}}\n")),
}
MANY = {
    "listeners": (
        1000,
        (
            f"e{{number}} = create_engine('{URL}')\n@event.listens_for(e{{number}}, 'checkout')\n"
            "def f{number}(one, *_):\n    one.ping()\n"
        ),
    ),
    "job stores": (
        1000,
        (
            f"e{{number}} = create_engine('{URL}')\n"
            "s{number} = SQLAlchemyJobStore(engine=e{number}, engine_options={{'pool_size': 3}})\n"
        ),
    ),
    "functions": (1000, f"def f{{number}}(size):\n    create_engine('{URL}', pool_size=size)\nf{{number}}(3)\n"),
    "URL.create": (1000, "e{number} = create_engine(URL.create(drivername='mysql', host='db1'), pool_size=3)\n"),
}


def _read(kind: Kind, text: str) -> tuple[int, str, float]:
    """Give how many deployments there are, or the error, and how long it took."""
    began = time.process_time()
    try:
        count, said = len(read_documents((parse("large", kind, text),)).deployments), ""
    except CannotAuditError as error:
        count, said = 0, error.message
    return count, said, time.process_time() - began


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_is_read_or_refused_in_a_second(name: str) -> None:
    kind, text = LARGE[name]
    count, said, took = _read(kind, text())
    assert took < MOST_SECONDS_HERE
    assert count == 0
    assert not said or said.startswith("large")


@pytest.mark.parametrize("name", MANY)
def test_many_pools_are_read_in_a_second(name: str) -> None:
    number, form = MANY[name]
    count, said, took = _read(Kind.PYTHON, _module(number, form))
    assert took < MOST_SECONDS_HERE
    assert (count, said) == (number, "")


@pytest.mark.parametrize(
    "text",
    [
        "a = a\n",
        "a = b\nb = a\n",
        "def g():\n    return g()\na = g()\n",
        "def g():\n    return h()\ndef h():\n    return g()\na = g()\n",
        "class a(a):\n    pass\n",
        "class B(a):\n    pass\nclass a(B):\n    pass\n",
        "from b import a\n",
    ],
)
def test_names_that_go_round_in_circles_end(text: str) -> None:
    module = parse(
        "a.py", Kind.PYTHON, f"from sqlalchemy import create_engine\n{text}create_engine('{URL}', pool_size=a.size)"
    )
    other = parse("b.py", Kind.PYTHON, "from a import a\na = a\n")
    (deployment,) = read_documents((module, other)).deployments
    assert not deployment.pool.size.is_known


def test_a_class_of_many_bases_is_followed() -> None:
    classes = "".join(f"class C{one + 1}(C{one}):\n    pass\n" for one in range(1500))
    text = f"class C0:\n    size = 7\n{classes}"
    module = parse("a.py", Kind.PYTHON, f"{_module(0, '')}{text}create_engine('{URL}', pool_size=C1500.size)")
    (deployment,) = read_documents((module,)).deployments
    assert deployment.pool.size.value == 7


def test_more_pools_than_any_application_has_are_refused() -> None:
    def text(count: int) -> str:
        return _lines(count, f"k{{number}}: {{{{url: '{URL}', pool_size: 5}}}}\n")

    assert len(read_documents((parse("a.yaml", Kind.YAML, text(MOST_ENGINES)),)).deployments) == MOST_ENGINES
    with pytest.raises(CannotAuditError, match=r"a\.yaml holds more than 2000 pools"):
        read_documents((parse("a.yaml", Kind.YAML, text(MOST_ENGINES + 1)),))


def test_without_libyaml_less_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert parse("a.yaml", Kind.YAML, "a: 1\n").roots
    with pytest.raises(CannotAuditError, match=r"a\.yaml is larger than 100 kB") as raised:
        parse("a.yaml", Kind.YAML, _lines(12_000, "k{number}: 1\n"))
    assert "libyaml" in raised.value.hint


def test_the_places_of_many_toml_values_are_those_of_few() -> None:
    (root,) = parse("a.toml", Kind.TOML, "x-y = 0\n'a b' = 7 # c\n[t]\nx = 0x10\ny = 'x = 5'\nz.x = 12\n").roots
    places = {key: root.table[key].place for key in ("x-y", "a b")} | {
        key: root.table["t"].table[key].place for key in ("x", "y")
    }
    found = {key: (place.line, place.column, place.end_column) for key, place in places.items() if place is not None}
    assert found == {"x-y": (1, 7, 8), "a b": (2, 9, 10), "x": (4, 5, 9), "y": (5, 5, 12)}
