"""Example projects: a folder with `expected.report` in it is a test.

`<topic>/good/<name>` has nothing wrong above info; `<topic>/broken/<name>` has. Beside an application's files, each
folder holds `expected.report`, a part of what the report is to say, read in the folder itself (`check-config .`):

    {"pools": [{"name": "app.yaml:database", "library": "sqlalchemy", "size": 5, "recycle_seconds": null,
                "settings": {"size": {"value": 5, "file": "app.yaml", "line": 3}}}],
     "findings": [["PA601", "warning", "app.yaml", 2]],
     "unknown": [["app.yaml:database", "recycle_seconds", "environment variable DB_RECYCLE, no default"]],
     "left_alone": ["reports.yaml:database"], "unread": ["broken.yaml:3"],
     "deployments": [["web", "config.py", 4, 3, 8], ["", "jobs.py:engine", "how many processes run is", null, null]],
     "together": ["config.py with Procfile (web)"], "variables": {"max_connections": "300"},
     "cpus": 4, "env_file": "x.env"}

Pools are all pools, in any order; of each, the keys that are named count. Findings are all findings of warning or
error, and those infos that are named. `unknown` are settings that must be unknown for a reason that begins so.
`deployments` are all of them, in order: the kind of process, the pool, processes, hosts and threads, each a number, or
how the reason begins for which it is not known, or null, which is not looked at. `together` is how the sentences begin
that say what was put together, `variables` are all of the server's own that the files set. What is left out is not
looked at, but for pools and findings. `process` is the environment of the program where the real libraries run it.
`paths` names other paths than the folder; `cpus` and `env_file` are given to the
reading.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from poolaudit.audit import audit
from poolaudit.cli.configured import facts_of
from poolaudit.facts.fit import Deployment
from poolaudit.facts.setting import Setting
from poolaudit.policy import Policy
from poolaudit.readers.reading import Reading, read_paths
from poolaudit.render.json_format import document_of
from poolaudit.rules import load_rules

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
PROJECTS = sorted(path.parent for path in HERE.glob("*/*/*/expected.report"))
CANARY = "hunter2"

every_project = pytest.mark.parametrize("folder", PROJECTS, ids=[str(folder.relative_to(HERE)) for folder in PROJECTS])


@pytest.fixture(name="expected")
def _expected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(folder)
    expected: dict[str, Any] = json.loads((folder / "expected.report").read_text(encoding="utf-8"))
    return expected


def report_of(reading: Reading) -> dict[str, Any]:
    facts = facts_of(reading, datetime(2026, 11, 25, tzinfo=UTC))
    return document_of(audit(facts, load_rules(), Policy()))


def covers(part: object, whole: object) -> bool:
    """Whether the whole says what the part says, and perhaps more."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(key in whole and covers(part[key], whole[key]) for key in part)
    return part == whole


def read(expected: Mapping[str, Any]) -> Reading:
    """Read a project as it says."""
    return read_paths(expected.get("paths", ["."]), env_file=expected.get("env_file"), cpus=expected.get("cpus"))


@every_project
def test_what_is_read(folder: Path, expected: dict[str, Any]) -> None:
    report = report_of(read(expected))
    text = json.dumps(report)
    assert CANARY not in text
    found = {(pool["name"], pool["reading"]): pool for pool in report["pools"]}
    wanted = {(pool["name"], pool.get("reading")): pool for pool in expected["pools"]}
    assert sorted(found, key=str) == sorted(wanted, key=str), folder
    for which, pool in wanted.items():
        assert covers(pool, found[which]), (pool, found[which])
    for name, setting, why in expected.get("unknown", []):
        said = [pool["settings"][setting].get("unknown", "") for pool in report["pools"] if pool["name"] == name]
        assert said
        assert all(one.startswith(why) for one in said), said
    if "left_alone" in expected:
        assert sorted(one["name"] for one in report["left_alone"]) == sorted(expected["left_alone"])
    if "unread" in expected:
        unread = [one["subject"] for one in report["unanswered"] if one["code"] == "PA903"]
        assert sorted(unread) == sorted(expected["unread"])


@every_project
def test_what_is_found(folder: Path, expected: dict[str, Any]) -> None:
    report = report_of(read(expected))
    found = [_found(finding) for finding in report["findings"]]
    wanted = [tuple(one) for one in expected["findings"]]
    named_infos = [one for one in wanted if one[1] == "info"]
    loud = [one for one in found if one[1] != "info"]
    assert sorted(loud, key=str) == sorted((one for one in wanted if one[1] != "info"), key=str)
    assert all(one in found for one in named_infos), found
    assert bool(loud) is (folder.parent.name == "broken"), found


@every_project
def test_what_is_put_together(folder: Path, expected: dict[str, Any]) -> None:
    reading = read(expected)
    assert CANARY not in repr((reading.together, reading.variables, [one.processes for one in reading.deployments]))
    if "deployments" in expected:
        found = [_deployed(one) for one in reading.deployments]
        assert [row[:2] for row in found] == [row[:2] for row in expected["deployments"]], folder
        for row, wanted in zip(found, expected["deployments"], strict=True):
            assert all(_as_wanted(*pair) for pair in zip(row[2:], wanted[2:], strict=True)), row
    for sentence in expected.get("together", []):
        assert any(one.startswith(sentence) for one in reading.together), reading.together
    if "variables" in expected:
        assert {name: one.said for name, one in reading.variables.items()} == expected["variables"]


def _deployed(deployment: Deployment) -> list[Any]:
    threads = deployment.threads or deployment.pool.threads
    return [deployment.process, deployment.pool.label, deployment.processes, deployment.hosts, threads]


def _as_wanted(found: Setting[int], wanted: int | str | None) -> bool:
    if isinstance(wanted, str):
        return found.unknown is not None and found.unknown.startswith(wanted)
    return wanted is None or (found.is_known and found.value == wanted)


def _found(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    at = finding["at"] or {"file": None, "line": None}
    return (finding["code"], finding["severity"], at["file"], at["line"])


def test_there_are_projects_of_both_kinds() -> None:
    assert {folder.parent.name for folder in PROJECTS} == {"good", "broken"}
