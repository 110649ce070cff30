"""docs/ci.md, the action and the hooks, taken at their word as far as that goes without their servers."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from poolaudit.cli.errors import ExitCode
from poolaudit.readers.reading import read_paths
from tests.schemas import faults

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
BLOCKS = {
    match[1]: match[0].partition("\n")[2].removesuffix("```")
    for match in re.finditer(r"```\w+\n(?:#|//) (\S+)\n.*?```", PAGE, re.DOTALL)
}
COMMANDS = sorted(set(re.findall(r"poolaudit check-config [^'\n|`]+", PAGE)))
SCHEMAS = {
    ".github/workflows/pools.yml": "github-workflows",
    ".github/workflows/pools-scanning.yml": "github-workflows",
    ".gitlab-ci.yml": "gitlab-ci",
}
EXPECTED = {"--server max_connections=151,wait_timeout=28800": 1}


def poolaudit(arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "poolaudit", *shlex.split(arguments)]
    clean = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT)}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=clean)


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    """Make a folder with an application in it, and the page's own example of an ignore."""
    (tmp_path / "shop.yaml").write_bytes((ROOT / "examples/shop.yaml").read_bytes())
    (tmp_path / "app.yaml").write_text(BLOCKS["app.yaml"], "utf-8")
    return tmp_path


def test_the_page_has_an_example_of_each_kind() -> None:
    assert set(SCHEMAS) | {"Jenkinsfile", ".pre-commit-config.yaml", "app.yaml"} == set(BLOCKS)
    assert len(COMMANDS) >= 7


@pytest.mark.parametrize("name", SCHEMAS)
def test_pipelines_are_what_their_servers_take(name: str) -> None:
    assert faults(SCHEMAS[name], BLOCKS[name]) == []


@pytest.mark.parametrize(("name", "right"), [(name, "script:" if "gitlab" in name else "runs-on:") for name in SCHEMAS])
def test_the_schemas_are_looked_at(name: str, right: str) -> None:
    assert right in BLOCKS[name]
    assert faults(SCHEMAS[name], BLOCKS[name].replace(right, f"no-{right}"))


def test_the_action_is_what_github_takes() -> None:
    assert faults("github-actions", (ROOT / "action.yml").read_text("utf-8")) == []


def test_inputs_of_the_action_never_reach_a_script_as_they_are() -> None:
    action: Any = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    scripts = [step["run"] for step in action["runs"]["steps"]]
    assert all("${{" not in script for script in scripts)
    used = {name for step in action["runs"]["steps"] for name in re.findall(r"inputs\.([\w-]+)", str(step))}
    assert used == set(action["inputs"])
    workflow: Any = yaml.safe_load(BLOCKS[".github/workflows/pools.yml"])
    assert set(workflow["jobs"]["check-config"]["steps"][1]["with"]) <= set(action["inputs"])


@pytest.mark.parametrize(
    ("fail_on", "arguments", "code"), [("error", "--server max_connections=100", 1), ("never", "", 0)]
)
def test_the_action_does_what_it_says(fail_on: str, arguments: str, code: int, repository: Path) -> None:
    action: Any = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    runner = repository / "runner"
    program = runner / "poolaudit/bin/poolaudit"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m poolaudit "$@"\n')
    program.chmod(0o755)
    environment = {
        "PATH": os.environ["PATH"], "RUNNER_TEMP": str(runner), "GITHUB_STEP_SUMMARY": str(runner / "summary.md"),
        "PATHS": "shop.yaml", "ARGUMENTS": arguments, "FAIL_ON": fail_on,
    }  # fmt: skip
    summary, audit = (
        subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],
            cwd=repository, env=environment, capture_output=True, text=True, check=False,
        )
        for step in action["runs"]["steps"][1:]
    )  # fmt: skip
    assert summary.returncode == 0
    assert "| pool | settings | limit |" in (runner / "summary.md").read_text("utf-8")
    assert audit.returncode == code
    assert ("::error file=shop.yaml,line=" in audit.stdout) is (code == 1)


def test_the_hook_is_one_that_there_is() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    config: Any = yaml.safe_load(BLOCKS[".pre-commit-config.yaml"])
    (used,) = config["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    assert hook["entry"] == "poolaudit check-config"
    pattern = re.compile(hook["files"])
    wanted = ["app.yaml", "a/config.py", "Procfile", "web/.env.prod", "requirements-dev.txt", "uv.lock", "x/Dockerfile"]
    assert all(pattern.search(name) for name in wanted)
    assert not any(pattern.search(name) for name in ("README.md", "logo.png", "My-Procfile.md"))


def test_the_hook_runs(repository: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    done = poolaudit(" ".join([*hook["entry"].split()[1:], "shop.yaml"]), repository)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(command: str, repository: Path) -> None:
    if "--baseline" in command:
        poolaudit("check-config shop.yaml --write-baseline poolaudit-baseline.json", repository)
    arguments = command.removeprefix("poolaudit ").replace("check-config .", "check-config shop.yaml app.yaml")
    done = poolaudit(arguments, repository)
    assert done.returncode == next((code for words, code in EXPECTED.items() if words in command), 0), done.stderr
    assert done.stdout or " -o " in command or "--diff" in command


def test_what_jenkins_runs_is_a_command_of_the_page() -> None:
    assert re.findall(r"sh '(poolaudit [^']+)'", BLOCKS["Jenkinsfile"]) == [
        "poolaudit check-config . --format junit -o poolaudit.xml"
    ]


def test_the_example_of_an_ignore_holds(repository: Path) -> None:
    assert read_paths([str(repository / "app.yaml")]).deployments
    done = poolaudit("check-config app.yaml", repository)
    assert done.returncode == 0
    assert "ignored: 1 finding of PA603: the proxy in front of it has the limit" in done.stdout


def test_the_table_of_codes_is_the_programs() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d) +\|", PAGE, re.MULTILINE)}
    assert codes == {code.value for code in ExitCode if code.value <= ExitCode.IN_PART}
