"""Example projects: a folder with `expected.json` in it is a test.

`<topic>/good/<name>` has nothing wrong above info; `<topic>/broken/<name>` has. Beside an application's files, each
folder holds `expected.json`, a part of what the report is to say, read in the folder itself (`check-config .`):

    {"pools": [{"name": "app.yaml:database", "library": "sqlalchemy", "size": 5, "recycle_seconds": null,
                "settings": {"size": {"value": 5, "file": "app.yaml", "line": 3}}}],
     "findings": [["PA601", "warning", "app.yaml", 2]],
     "unknown": [["app.yaml:database", "recycle_seconds", "environment variable DB_RECYCLE, no default"]],
     "left_alone": ["reports.yaml:database"], "unread": ["broken.yaml:3"]}

Pools are all pools, in any order; of each, the keys that are named count. Findings are all findings of warning or
error, and those infos that are named. `unknown` are settings that must be unknown for a reason that begins so. What is
left out is not looked at, but for pools and findings. `paths` names other paths than the folder.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from poolaudit.audit import audit
from poolaudit.cli.configured import facts_of
from poolaudit.policy import Policy
from poolaudit.readers.reading import Reading, read_paths
from poolaudit.render.json_format import document_of
from poolaudit.rules import load_rules

HERE = Path(__file__).parent
PROJECTS = sorted(path.parent for path in HERE.glob("*/*/*/expected.json"))
CANARY = "hunter2"

every_project = pytest.mark.parametrize("folder", PROJECTS, ids=[str(folder.relative_to(HERE)) for folder in PROJECTS])


@pytest.fixture(name="expected")
def _expected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(folder)
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return expected


def report_of(reading: Reading) -> dict[str, Any]:
    facts = facts_of(reading, datetime(2026, 11, 25, tzinfo=UTC))
    return document_of(audit(facts, load_rules(), Policy()))


def covers(part: object, whole: object) -> bool:
    """Whether the whole says what the part says, and perhaps more."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(key in whole and covers(part[key], whole[key]) for key in part)
    return part == whole


@every_project
def test_what_is_read(folder: Path, expected: dict[str, Any]) -> None:
    report = report_of(read_paths(expected.get("paths", ["."])))
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
    report = report_of(read_paths(expected.get("paths", ["."])))
    found = [_found(finding) for finding in report["findings"]]
    wanted = [tuple(one) for one in expected["findings"]]
    named_infos = [one for one in wanted if one[1] == "info"]
    loud = [one for one in found if one[1] != "info"]
    assert sorted(loud, key=str) == sorted((one for one in wanted if one[1] != "info"), key=str)
    assert all(one in found for one in named_infos), found
    assert bool(loud) is (folder.parent.name == "broken"), found


def _found(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    at = finding["at"] or {"file": None, "line": None}
    return (finding["code"], finding["severity"], at["file"], at["line"])


def test_there_are_projects_of_both_kinds() -> None:
    assert {folder.parent.name for folder in PROJECTS} == {"good", "broken"}
