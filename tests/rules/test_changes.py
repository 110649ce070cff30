"""What a finding's fix comes to as an edit of the file: each rule's own, and none where nothing can be replaced."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from poolaudit.audit import audit
from poolaudit.cli.configured import facts_of
from poolaudit.cli.given_server import server_given
from poolaudit.policy import Policy
from poolaudit.readers.reading import read_paths
from poolaudit.report import Finding
from poolaudit.rules import load_rules

NOW = datetime(2026, 11, 25, tzinfo=UTC)
RULES = load_rules()


def findings(folder: Path, text: str, *server: str) -> list[Finding]:
    """Judge a YAML file, of which the values are one to a line."""
    file = folder / "app.yaml"
    file.write_text("url: mysql://app@db/x\n" + text)
    given = server_given(server, NOW) if server else None
    return list(audit(facts_of(read_paths([str(file)]), NOW, given), RULES, Policy()).findings)


@pytest.mark.parametrize(
    ("code", "text", "changes"),
    [
        ("PA601", "pool_recycle: -1\npool_pre_ping: false\n", {"pool_recycle": 25000, "pool_pre_ping": True}),
        ("PA601", "pool_recycle: -1\npool_pre_ping: true\n", {"pool_recycle": 25000}),
        ("PA602", "pool_pre_ping: false\n", {"pool_pre_ping": True}),
        ("PA603", "max_overflow: -1\n", {"max_overflow": 10}),
        ("PA604", "pool_size: 0\n", {"pool_size": 5}),
        ("PA605", "pool_recycle: 0\n", {"pool_recycle": 3600}),
        ("PA606", "pool_timeout: 90\n", {"pool_timeout": 10}),
        ("PA606", "pool_timeout: 9\ndeployment: {request_timeout_seconds: 5}\n", {"pool_timeout": 2}),
        ("PA606", "pool_timeout: 9\ndeployment: {request_timeout_seconds: 1}\n", {"pool_timeout": 0.5}),
        ("PA607", "pool_size: 5\nmax_overflow: 1\ndeployment: {threads: 8}\n", {"max_overflow": 3}),
        ("PA608", 'pool_size: "5"\n', {"pool_size": 5}),
        ("PA608", 'pool_timeout: "7.5"\n', {"pool_timeout": 7.5}),
        ("PA608", "max_overflow: null\n", {"max_overflow": 10}),
        ("PA608", 'pool_pre_ping: "false"\n', {"pool_pre_ping": True}),
        ("PA608", "pool_size: -3\n", {"pool_size": 5}),
        ("PA608", "max_overflow: -3\n", {"max_overflow": 0}),
        ("PA608", "pool_timeout: -3\n", {"pool_timeout": 30}),
        ("PA608", "poolclass: NullPool\npool_size: 5\n", {}),
        ("PA609", "pool_reset_on_return: null\n", {"pool_reset_on_return": "rollback"}),
        ("PA614", "poolclass: NullPool\n", {}),
        ("PA701", "pool_recycle: 28800\npool_pre_ping: false\n", {"pool_recycle": 25000, "pool_pre_ping": True}),
        ("PA701", "pool_recycle: 28000\npool_pre_ping: true\n", {"pool_recycle": 25000}),
        ("PA803", "pool_recycle: 350\ndeployment: {path_idle_timeout_seconds: 350}\n", {"pool_recycle": 310}),
        ("PA601", "pool_size: 5\n", {}),
        ("PA602", "pool_size: 5\n", {}),
        ("PA701", "pool_size: 5\n", {}),
    ],
)
def test_each_rules_changes(code: str, text: str, changes: dict[str, object], tmp_path: Path) -> None:
    server = ("wait_timeout=28800",) if code.startswith("PA7") else ()
    (found,) = [one for one in findings(tmp_path, text, *server) if one.code == code]
    assert {change.word: change.value for change in found.changes} == changes
    lines = (tmp_path / "app.yaml").read_text().splitlines()
    for change in found.changes:
        assert change.place.line is not None
        assert lines[change.place.line - 1].startswith(change.word)


def test_no_recycle_is_short_enough_for_some_timeouts(tmp_path: Path) -> None:
    (found,) = [one for one in findings(tmp_path, "pool_recycle: 9\n", "wait_timeout=1") if one.code == "PA701"]
    assert found.changes == ()
    path = "pool_recycle: 9\ndeployment: {path_idle_timeout_seconds: 1}\n"
    (found,) = [one for one in findings(tmp_path, path) if one.code == "PA803"]
    assert found.changes == ()
