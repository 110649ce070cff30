"""README.md, taken at its word: its examples run, its settings are read, its tables and links are right."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from poolaudit import __version__
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.program import program
from poolaudit.cli.servers import servers_of
from poolaudit.policy import policy_from
from poolaudit.rules import load_rules

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```(?:sh|cron)\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
COMMANDS = [
    match[0]
    for line in LINES
    if (match := re.search(r"poolaudit (?:scan|check-config|report|history|capture|rules|demo)[^)]*", line))
]
WITHOUT_SERVER = [
    command for command in COMMANDS if "--from" in command or " rules" in command or " check-config" in command
]
EXPECTED = {"--fail-on warning --strict": 1, "--app examples/shop.yaml": 1}
EXPECTED |= {"wait_timeout=28800": 1, "check-config examples/shop.yaml --from examples/shop-db1.json": 1}


def run(command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run an example in the project's folder, as a person would."""
    words = [sys.executable, "-m", *shlex.split(command)]
    clean = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment}
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, env=clean)


def test_there_are_examples_of_each_kind() -> None:
    assert len(COMMANDS) > len(WITHOUT_SERVER) > 3


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_is_a_right_command_line(command: str) -> None:
    words = shlex.split(command.partition(" 2>")[0])[1:]
    with click.Context(program, info_name="poolaudit") as context:
        subcommand = program.get_command(context, words[0])
        assert subcommand is not None
        subcommand.make_context(words[0], words[1:], parent=context)


@pytest.mark.slow
@pytest.mark.parametrize("command", WITHOUT_SERVER)
def test_examples_that_need_no_server_run(command: str, tmp_path: Path) -> None:
    done = run(command.replace("-o report.json", f"-o {tmp_path / 'report.json'}"))
    expected = next((code for words, code in EXPECTED.items() if command.endswith(words)), 0)
    assert (done.returncode, done.stderr) == (expected, "")
    assert done.stdout or "-o " in command


def test_settings_are_right_and_those_of_the_example() -> None:
    _, settings = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert settings == (ROOT / "examples/poolaudit.toml").read_text(encoding="utf-8")
    policy = policy_from(tomllib.loads(settings), load_rules(), "poolaudit.toml")
    assert [ignore.client for ignore in policy.ignores] == ["reporting@10.0.0.7"]


def test_servers_are_right() -> None:
    servers, _ = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    orders, stock = servers_of(tomllib.loads(servers), "poolaudit.toml")
    assert (orders.name, orders.tags, orders.apps) == ("orders", ("shop",), ("/srv/orders/config.py",))
    assert (stock.name, stock.where.dsn) == ("stock", "mysql://poolaudit@stock-db.example.com/")


def test_exit_codes_are_those_of_the_program() -> None:
    table = re.findall(r"^\| (\d+) +\|", PAGE, re.MULTILINE)
    assert [int(code) for code in table] == [code.value for code in ExitCode]


def test_completion() -> None:
    line = next(line for line in LINES if "_COMPLETE" in line)
    match = re.search(r"(_[A-Z]+_COMPLETE)=(bash_source) (poolaudit)", line)
    assert match is not None
    done = run("poolaudit", **{match[1]: match[2]})
    assert "complete" in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/privileges.md",
        "docs/ci.md",
        "docs/cron.md",
        "docs/history.md",
    ],
)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (page.parent / link).exists(), link


def test_the_changelog_has_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
