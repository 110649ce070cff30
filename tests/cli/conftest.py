"""The command line, run in this process as `poolaudit` runs it, in an empty folder and a clean environment."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from poolaudit.cli import main
from poolaudit.collect.capture import to_json
from tests.facts_toml import facts_from

LEAK = """
    processlist = [{ id = 7, command = "Sleep", time_seconds = 3 }]
    transactions = [{ id = 7, age_seconds = 700 }]
"""


class Result(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Result]
Capture = Callable[..., str]


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("POOLAUDIT_DSN", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "MYSQL_HOST", "MYSQL_PWD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nobody's ~/.my.cnf to be read; no autouse, for the real servers are kept below the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def poolaudit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "argv", ["poolaudit", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main()
        return Result(int(code), *capsys.readouterr())

    return run


@pytest.fixture
def capture(tmp_path: Path) -> Capture:
    """Write a capture of the healthy server with what the TOML lays over it, and give its name."""

    def write(toml: str = "", name: str = "server.json") -> str:
        (tmp_path / name).write_text(to_json(facts_from(toml).servers[0]))
        return name

    return write


@pytest.fixture
def leak(capture: Capture) -> str:
    """Write a capture in which PA201 is an error, and give its name."""
    return capture(LEAK)
