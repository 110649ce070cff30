"""The Dockerfiles, by hadolint, and by what they copy, install and run."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from pathspec import GitIgnoreSpec

from tests.command_lines import accepts

ROOT = Path(__file__).parents[1]
FILES = ("Dockerfile", "examples/leaky/Dockerfile")
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


class Instruction(NamedTuple):
    name: str
    rest: str


def instructions(text: str) -> list[Instruction]:
    """Give the instructions in order; lines that go on are put together, comments left out."""
    lines = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [Instruction(*line.split(maxsplit=1)) for line in lines if line.strip()]


def rests(name: str, text: str = TEXT) -> list[str]:
    return [rest for found, rest in instructions(text) if found == name]


def hadolint(file: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("hadolint")
    return subprocess.run([program, "--no-color", file], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", FILES)
def test_hadolint_has_nothing_to_say(name: str) -> None:
    done = hadolint(ROOT / name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_hadolint_looks(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(TEXT.replace("WORKDIR /source", "WORKDIR source"), "utf-8")
    assert "DL3000" in hadolint(tmp_path / "Dockerfile").stdout


def bases(text: str) -> list[str]:
    arguments = dict(rest.split("=", 1) for rest in rests("ARG", text))
    images = [rest.split()[0] for rest in rests("FROM", text)]
    return [re.sub(r"\$\{(\w+)\}", lambda match: arguments[match[1]], image) for image in images]


def test_they_stand_on_one_python_to_the_last_digit() -> None:
    (base,) = {base for name in FILES for base in bases((ROOT / name).read_text("utf-8"))}
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm", base)


@pytest.mark.parametrize("name", FILES)
def test_they_do_not_run_as_root(name: str) -> None:
    (user,) = rests("USER", (ROOT / name).read_text("utf-8"))
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert [one.name for one in instructions((ROOT / name).read_text("utf-8"))].index("USER") > 0


def copied() -> list[str]:
    return [source for rest in rests("COPY") for source in rest.split()[:-1]]


def test_what_is_copied_is_there_and_is_sent() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    left_out = GitIgnoreSpec.from_lines(line for line in lines if not line.startswith("#"))
    assert len(copied()) >= 4
    for source in copied():
        assert (ROOT / source).exists(), source
        assert not left_out.match_file(source), source
    for secret in (".git/config", ".venv/bin/python", "poolaudit.toml", "tests/conftest.py", "examples/shop.yaml"):
        assert left_out.match_file(secret), secret


def test_what_is_installed_is_there() -> None:
    extras = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])
    named = re.findall(r'"(?:\.|poolaudit)\[([\w,-]+)\]"', TEXT)
    assert len(named) == 2
    assert all(set(one.split(",")) == extras for one in named)


def test_what_it_runs_is_a_command() -> None:
    (entry,), (command,) = (json.loads(rests("ENTRYPOINT")[0]), json.loads(rests("CMD")[0]))
    assert (entry, command) == ("poolaudit", "--help")
    for line in re.findall(r"^#\s+(?:docker run .* )?poolaudit (demo|report)$", TEXT, re.MULTILINE):
        assert accepts([line]) == line


def test_the_history_is_in_the_volume() -> None:
    (volume,) = rests("VOLUME")
    (environment,) = rests("ENV")
    variables = dict(word.split("=", 1) for word in environment.split())
    assert f"{variables['XDG_STATE_HOME']}/poolaudit" == volume
    assert variables["MPLCONFIGDIR"].startswith(f"{volume}/")
    (run,) = (rest for rest in rests("RUN") if "install --directory" in rest)
    assert run.endswith(volume)


@pytest.mark.slow
def test_the_wheel_is_made_of_what_is_copied(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    line = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), "."]
    done = subprocess.run(line, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        inside = {name for name in opened.namelist() if name.startswith("poolaudit/")}
    assert inside == {str(path.relative_to(source)) for path in (source / "poolaudit").rglob("*") if path.is_file()}
