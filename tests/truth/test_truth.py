"""What the readers say of the example applications, against the real engines that the real libraries make of them.

$TRUTH_PYTHON is the Python of an environment with some version of the libraries in it (`nox -s truth` makes them), in
which real.py makes each example's engines. A pool that poolaudit finds refused must be refused there.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from poolaudit.audit import audit
from poolaudit.cli.configured import facts_of
from poolaudit.policy import Policy
from poolaudit.readers.reading import read_paths
from poolaudit.render.json_format import document_of
from poolaudit.rules import load_rules

HERE = Path(__file__).parent
PROJECTS = HERE.parent / "projects"
FIELDS = ("class", "size", "max_overflow", "checkout_timeout_seconds", "recycle_seconds", "pre_ping")
FAR_ERRORS = {"ImportError", "ModuleNotFoundError", "KeyError", "SyntaxError", "PydanticImportError"}
"""What the example itself fails with here: it wants another version, a file or a variable that is not there."""


def folders(topic: str) -> list[Path]:
    return sorted(path.parent for path in PROJECTS.glob(f"{topic}/*/*/expected.report"))


class Real:
    """The other Python, with its libraries imported once for all examples."""

    def __init__(self, python: str) -> None:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
        line = [python, str(HERE / "real.py")]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def __call__(self, how: str, folder: Path | str) -> Any:  # noqa: ANN401 - what the other Python printed
        asked, answers = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(json.dumps([how, str(folder)]) + "\n")
        asked.flush()
        answer = json.loads(answers.readline())
        assert "failed" not in answer, answer["failed"]
        return answer["made"]


@pytest.fixture(scope="session")
def real() -> Iterator[Real]:
    python = os.environ.get("TRUTH_PYTHON")
    if python is None:
        pytest.fail("there is no $TRUTH_PYTHON: run these tests by `nox -s truth`, or `make test`")
    real = Real(python)
    with real.process:
        yield real


def said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, Any]], set[str]]:
    """Give the pools as they are read, and the names of those that have an error of the kind SQLAlchemy refuses."""
    monkeypatch.chdir(folder)
    report = document_of(audit(facts_of(read_paths(["."]), datetime.now(UTC)), load_rules(), Policy()))
    refused = {one["subject"] for one in report["findings"] if one["code"] == "PA608" and one["severity"] == "error"}
    return [*report["pools"], *report["left_alone"]], refused


def differences(pool: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """Say where a pool's known settings differ from the real ones; a text is a number that SQLAlchemy cannot count."""
    return [
        f"{name}: read {pool[name]}, really {made[name]}"
        for name in FIELDS
        if pool.get(name) is not None
        and pool[name] != made[name]
        and not (name != "class" and isinstance(made[name], str | None))
        and "listener" not in pool["settings"][name].get("note", "")
    ]


@pytest.mark.parametrize("folder", folders("python"), ids=lambda folder: folder.name)
def test_engines_in_python(folder: Path, real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    pools, refused = said(folder, monkeypatch)
    made = real("python", folder)
    if made and made[0].get("error") in FAR_ERRORS:
        assert pools, "whatever the example wants here, its pool is read"
        return
    by_line = sorted((pool for pool in pools if "settings" in pool), key=lambda pool: pool["name"])
    for pool in by_line:
        candidates = [one for one in made if "error" in one] if pool["name"] in refused else made
        near = [differences(pool, one) if "error" not in one else [one["error"]] for one in candidates]
        is_refused_later = pool["name"] in refused and not candidates
        assert is_refused_later or pool["name"] in refused or not made or [] in near, (pool["name"], near)


@pytest.mark.parametrize("folder", folders("pydantic"), ids=lambda folder: folder.name)
def test_settings_of_pydantic(folder: Path, real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example is for pydantic 1 by its name, else for pydantic-settings 2."""
    pools, refused = said(folder, monkeypatch)
    made = real("pydantic", folder)
    if made[0].get("error") in FAR_ERRORS:
        wanted = "1" if folder.name.startswith("first-") else "2"
        assert real("version", "pydantic").partition(".")[0] != wanted, made
        return
    assert len(made) == len(pools)
    for pool in pools:
        if pool["name"] in refused:
            assert any("error" in one for one in made), (pool["name"], made)
        else:
            near = [differences(pool, one) for one in made if "error" not in one]
            assert [] in near, (pool["name"], near)


@pytest.mark.parametrize("folder", [one for one in folders("flask") if (one / "config.py").exists()], ids=str)
def test_flask_configurations(folder: Path, tmp_path: Path, real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without what says the version, a configuration has a reading for each; this environment's is the one."""
    (tmp_path / "config.py").write_bytes((folder / "config.py").read_bytes())
    pools, refused = said(tmp_path, monkeypatch)
    version = real("version", "flask-sqlalchemy")
    if not version:
        assert pools, "an environment with Flask makes the engines"
        return
    reading = f"Flask-SQLAlchemy {version.partition('.')[0]}"
    made = real("flask", tmp_path)
    for pool in pools:
        name = pool["name"].partition(":")[2]
        if "settings" not in pool or pool["reading"] not in {None, reading} or name not in made:
            continue
        is_refused = pool["name"] in refused or f"{pool['name']} read as {reading}" in refused
        if is_refused or "error" in made[name]:
            assert "error" in made[name], (pool["name"], made[name])
        else:
            assert not differences(pool, made[name]), pool["name"]


@pytest.mark.parametrize("folder", folders("ini"), ids=str)
def test_engine_from_config(folder: Path, real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    pools, refused = said(folder, monkeypatch)
    if not any(path.suffix in {".ini", ".cfg", ".conf"} for path in folder.iterdir()):
        assert pools
        return
    for name, one in real("ini", folder).items():
        ours = [pool for pool in pools if pool["name"].partition(":")[2].startswith(name) and "settings" in pool]
        for pool in ours:
            if "error" in one:
                assert pool["name"] in refused, (pool["name"], one)
            else:
                assert not differences(pool, one), pool["name"]
