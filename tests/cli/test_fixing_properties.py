"""`--fix` over files written in many ways: the literals change and nothing else, once, and the findings are gone."""

import json
import re
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Run

SERVER = ("--server", "max_connections=1510,wait_timeout=28800")
FIXED_BY_IT = {"PA602", "PA604", "PA608", "PA701"}
FIXED_IN_VARIABLES = {"PA604", "PA701"}
"""Flask-SQLAlchemy 3 heeds none of its variables, which no change of a value mends."""
TOO_LONG = ("28800", "30000", "86400")
URL = "mysql+pymysql://shop@db1/shop"
NUMBER = r"[\"']?[0-9]+[\"']?"


class Hole(NamedTuple):
    """A literal that may be replaced, and what (a pattern) may come of it."""

    old: str
    new: str


class Written(NamedTuple):
    """A file as it is written."""

    name: str
    parts: tuple[str | Hole, ...]
    end: str
    bom: bool
    is_ended: bool

    @property
    def text(self) -> str:
        return self._whole("".join(one.old if isinstance(one, Hole) else one for one in self.parts))

    @property
    def pattern(self) -> str:
        """What the fixed file must look like: all of it as it was but for the literals."""
        text = "".join(f"(?:{re.escape(one.old)}|{one.new})" if isinstance(one, Hole) else re.escape(self._ends(one))
                       for one in self.parts)  # fmt: skip
        return text if self.is_ended else text.removesuffix(re.escape(self.end))

    def _ends(self, text: str) -> str:
        return text.replace("\n", self.end)

    def _whole(self, text: str) -> str:
        text = self._ends(text)
        return text if self.is_ended else text.removesuffix(self.end)

    @property
    def data(self) -> bytes:
        return (b"\xef\xbb\xbf" if self.bom else b"") + self.text.encode()


recycles = st.sampled_from([*TOO_LONG, "600"])
overflows = st.sampled_from(["-1", "10", "0"])
comments = st.sampled_from(["", " # no limit", "  # 28800 or -1, äöü", '\t# it\'s "quoted": false'])
above = st.sampled_from(["", "# settings: pool_recycle: 28800\n", "# ümlaut\n\n"])


def _number(draw: st.DrawFn, literal: st.SearchStrategy[str], quotes: str) -> Hole:
    quote = draw(st.sampled_from(["", *quotes]))
    return Hole(f"{quote}{draw(literal)}{quote}", NUMBER)


@st.composite
def yaml_files(draw: st.DrawFn) -> tuple[str, list[str | Hole]]:
    step, depth = " " * draw(st.integers(1, 4)), draw(st.integers(0, 3))
    words = [
        ("pool_recycle", _number(draw, recycles, "\"'")),
        ("max_overflow", _number(draw, overflows, "\"'")),
        ("pool_pre_ping", Hole(draw(st.sampled_from(["false", "no", "off", "False", "true"])), "[Tt]rue|yes|on")),
    ]
    words = draw(st.permutations(words))
    parts: list[str | Hole] = [draw(above)]
    parts += [f"{step * level}level{level}:{draw(comments)}\n" for level in range(depth)]
    if draw(st.booleans()):
        parts.append(f"{step * depth}database: {{url: '{URL}', pool_size: 5")
        for word, hole in words:
            parts += [f", {word}: ", hole]
        return "app.yaml", [*parts, f"}}{draw(comments)}\n"]
    parts.append(f"{step * depth}database:\n{step * (depth + 1)}url: {URL}\n")
    for word, hole in words:
        parts += [f"{step * (depth + 1)}{word}:{draw(st.sampled_from([' ', '   ']))}", hole, f"{draw(comments)}\n"]
    return "app.yaml", parts


@st.composite
def json_files(draw: st.DrawFn) -> tuple[str, list[str | Hole]]:
    gap = draw(st.sampled_from(["", " ", "\n", "\n\t", "\n    "]))
    colon = draw(st.sampled_from([":", ": ", " : "]))
    depth = draw(st.integers(0, 3))
    parts: list[str | Hole] = [f'{{{gap}"{level}"{colon}' for level in range(depth)]
    parts.append(f'{{{gap}"note"{colon}{json.dumps("28800 äöü 😀", ensure_ascii=False)},{gap}"url"{colon}"{URL}"')
    ping = Hole(draw(st.sampled_from(["false", "true"])), "true")
    for word, hole in (
        ("pool_recycle", _number(draw, recycles, '"')),
        ("max_overflow", _number(draw, overflows, '"')),
        ("pool_pre_ping", ping),
    ):
        parts += [f',{gap}"{word}"{colon}', hole]
    return "app.json", [*parts, f"{gap}}}" + "}" * depth + "\n"]


@st.composite
def toml_files(draw: st.DrawFn) -> tuple[str, list[str | Hole]]:
    equals, heading = draw(st.sampled_from(["=", " = ", "   =  "])), draw(st.sampled_from(["db", "a.b", 'a."b c".d']))
    is_inline = draw(st.booleans())
    between, closed = (", ", "}") if is_inline else ("\n", "")
    parts: list[str | Hole] = [draw(above)]
    parts.append(
        f'database{equals}{{url = "{URL}"' if is_inline else f"[{heading}]{draw(comments)}\nurl{equals}'{URL}'"
    )
    for word, hole in (
        ("pool_recycle", _number(draw, recycles, "\"'")),
        ("max_overflow", _number(draw, overflows, "\"'")),
        ("pool_pre_ping", Hole(draw(st.sampled_from(["false", "true"])), "true")),
    ):
        parts += [f"{between}{word}{equals}", hole, "" if is_inline else draw(comments)]
    return "app.toml", [*parts, f"{closed}\n"]


@st.composite
def python_files(draw: st.DrawFn) -> tuple[str, list[str | Hole]]:
    indent = draw(st.sampled_from(["", "    ", "\t"]))
    gap = draw(st.sampled_from([" ", "\n        ", "\n\t\t"]))
    parts: list[str | Hole] = [f"{draw(above)}from sqlalchemy import create_engine\n\n"]
    if indent:
        parts.append(f"def connect():\n{indent}'''28800 -1 False äöü'''\n")
    is_named = draw(st.booleans())
    recycle = Hole(draw(recycles), "[0-9]+")
    if is_named:
        parts += [f"{indent}RECYCLE = ", recycle, f"{draw(comments)}\n"]
    parts.append(f"{indent}engine = create_engine({gap.rstrip(' ')}'{URL}',{gap}pool_recycle=")
    parts += ["RECYCLE" if is_named else recycle, f",{gap}max_overflow=", Hole(draw(overflows), "[0-9]+")]
    parts += [f",{gap}pool_pre_ping=", Hole(draw(st.sampled_from(["False", "True"])), "True"), ")"]
    return "app.py", [*parts, f"{draw(comments)}\n"]


@st.composite
def env_files(draw: st.DrawFn) -> tuple[str, list[str | Hole]]:
    export, quote = draw(st.sampled_from(["", "export "])), draw(st.sampled_from(["", '"', "'"]))
    parts: list[str | Hole] = [draw(above), f"{export}SQLALCHEMY_DATABASE_URI={quote}{URL}{quote}\n"]
    for word, literal in (("RECYCLE", recycles), ("MAX_OVERFLOW", overflows)):
        name = f"SQLALCHEMY_{'POOL_' if word == 'RECYCLE' else ''}{word}"
        parts += [f"{export}{name}=", _number(draw, literal, "\"'"), draw(comments), "\n"]
    return ".env", parts


@st.composite
def written(draw: st.DrawFn) -> Written:
    name, parts = draw(st.one_of(yaml_files(), json_files(), toml_files(), python_files(), env_files()))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return Written(name, tuple(parts), end, draw(st.booleans()), draw(st.booleans()))


def _findings(poolaudit: Run, name: str) -> list[str]:
    result = poolaudit("check-config", name, *SERVER, "--format", "json")
    return [one["code"] for one in json.loads(result.out)["findings"]]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=written())
def test_fix_changes_literals_alone_and_only_once(poolaudit: Run, clean_place: Path, file: Written) -> None:
    path = clean_place / file.name
    path.write_bytes(file.data)
    poolaudit("check-config", file.name, *SERVER, "--fix")
    fixed = path.read_bytes()
    text = fixed.decode("utf-8-sig")
    assert fixed.startswith(b"\xef\xbb\xbf") is file.bom
    assert re.fullmatch(file.pattern, text), (file.text, text)
    too_long = any(isinstance(one, Hole) and one.old.strip("\"'") in TOO_LONG for one in file.parts)
    assert ("25000" in text) is too_long, text
    again = poolaudit("check-config", file.name, *SERVER, "--fix")
    assert again.err == "poolaudit: nothing to change\n"
    assert path.read_bytes() == fixed
    left = (FIXED_BY_IT if file.name != ".env" else FIXED_IN_VARIABLES) & set(_findings(poolaudit, file.name))
    assert not left, (text, left)
