"""`poolaudit history`: what was kept is listed, shown, exported and pruned."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from poolaudit.history import open_history
from tests.cli.conftest import Run
from tests.history.at_once import letter
from tests.history.reports import CALM, FULL, LABEL, NEAR, moment, out_of_reach, refused, report

HOSTILE = "evil\x1b]0;owned\x07\u202e" + "x" * 10_000
LEAK = """
processlist = [{ id = 7, host = "10.0.3.7:50000", time_seconds = 700 }]
programs = [{ id = 7, name = "todo", pid = 4211 }]
counters = { Threads_connected = 125 }
"""


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name a history in the environment, for it to be found without an option."""
    url = f"sqlite:///{tmp_path}/history.sqlite3"
    monkeypatch.setenv("POOLAUDIT_HISTORY", url)
    return url


@pytest.fixture
def kept(url: str) -> None:
    """Keep four audits of one server, and one of another."""
    with open_history(url) as history:
        for hours, one in enumerate([report(CALM), report(LEAK, 1), refused(2), out_of_reach(3)]):
            history.keep(LABEL, one, [letter(hours)])
        history.keep(HOSTILE, report(FULL, 4))


def test_nothing_is_kept_yet(poolaudit: Run, tmp_path: Path) -> None:
    assert poolaudit("history") == (0, f"no audit is kept in {tmp_path}/history.sqlite3 yet\n", "")


@pytest.mark.usefixtures("kept")
def test_the_settings_may_say_where_it_is(
    poolaudit: Run, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "poolaudit.toml").write_text(f'[history]\nurl = "{url}"\n', encoding="utf-8")
    monkeypatch.delenv("POOLAUDIT_HISTORY")
    assert LABEL in poolaudit("history").out


@pytest.mark.usefixtures("kept")
def test_the_list(poolaudit: Run) -> None:
    code, out, err = poolaudit("history")
    assert (code, err) == (0, "")
    head, *lines = out.splitlines()
    assert head.split("  ")[0] == "run"
    assert [line.split()[0] for line in lines] == ["5", "4", "3", "2", "1"]
    assert lines[-1] == f"1    2026-11-21 06:00  {'db1':48}  12 of 151    40    nothing found"
    assert lines[-2].endswith("125 of 151   40    1 warning, 1 info, 1 unanswered")
    assert lines[-4].endswith("? of ?       ?     could not be read, 1 error")
    assert max(map(len, lines)) <= 130
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.usefixtures("kept")
def test_the_list_of_one_server_and_of_few_runs(poolaudit: Run) -> None:
    assert len(poolaudit("history", "--server-name", LABEL).out.splitlines()) == 5
    assert len(poolaudit("history", "--last", "2").out.splitlines()) == 3
    runs = [json.loads(line) for line in poolaudit("history", "--format", "json", "--last", "2").out.splitlines()]
    assert [(run["run"], run["server"], run["was_read"]) for run in runs] == [(5, HOSTILE, True), (4, LABEL, False)]
    assert runs[1]["missing"] == ["server: 10.0.3.7:3306 did not answer within 5 s"]


@pytest.mark.usefixtures("kept")
def test_one_run(poolaudit: Run) -> None:
    code, out, err = poolaudit("history", "show", "2")
    assert (code, err) == (0, "")
    assert out.startswith(
        "run 2: db1 (db1:3306), 2026-11-21 07:00 UTC\nmysql 8.4.3, up 30 d 1 h\nconnections 125 of 151"
    )
    assert "app@10.0.3.7 (todo, pid 4211)  1" in out
    assert "warning PA102 connections-near-limit (since 2026-11-21 07:00, 1 audit): " in out
    assert (
        "PA102 connections-near-limit (since 2026-11-21 07:00, 1 audit, not looked at"
        in poolaudit("history", "show", "3").out
    )
    shown = json.loads(poolaudit("history", "show", "2", "--format", "json").out)
    assert shown["counters"]["Connections"] == 200_000
    assert shown["clients"][0]["program"] == "todo"
    assert {one["state"] for one in shown["findings"]} == {"found"}


@pytest.mark.usefixtures("kept")
def test_a_run_that_is_not_there(poolaudit: Run) -> None:
    code, out, err = poolaudit("history", "show", "99")
    assert (code, out) == (2, "")
    assert "there is no run 99 in the history" in err


@pytest.mark.usefixtures("kept")
def test_the_export_has_every_run_once_in_order(poolaudit: Run, url: str) -> None:
    with open_history(url) as history:
        for number in range(450):
            history.keep("db2", report(CALM, 10 + number))
    lines = [json.loads(line) for line in poolaudit("history", "export").out.splitlines()]
    assert [line["run"] for line in lines] == list(range(1, 456))
    assert lines[1]["clients"][0]["pid"] == 4211
    assert lines[0]["taken_at"] == "2026-11-21T06:00:00Z"
    assert {one["since"] for one in lines[1]["findings"]} == {"2026-11-21T07:00:00Z"}


def test_old_runs_are_pruned_and_letters_stay(poolaudit: Run, url: str) -> None:
    now = (datetime.now(UTC) - moment(0)) / timedelta(hours=1)
    with open_history(url) as history:
        for hours in (now - 91 * 24, now - 89 * 24, now - 1):
            history.keep(LABEL, report(NEAR, hours), [letter(int(hours))])
        first, *_ = history.take_due(moment(now))
        history.mark_delivered(first, moment(now - 91 * 24))
    code, out, err = poolaudit("history", "prune", "--keep", "90d")
    assert (code, err) == (0, "")
    assert out.startswith("removed 1 from before ")
    assert out.endswith(" UTC, 2 left\n")
    with open_history(url) as history:
        assert [run.id for run in history.runs()] == [3, 2]
        assert history.run(1) is None
        past = history.before(LABEL)
        assert {one.audits for one in past.findings if one.code == "PA102"} == {3}, "what stands is known all the same"


@pytest.mark.parametrize("keep", ["90", "d", "0d", "-1d", "90 d", "1y", "999999d", "٩d"])
def test_what_is_no_time_to_keep_is_refused(poolaudit: Run, keep: str) -> None:
    code, out, err = poolaudit("history", "prune", "--keep", keep)
    assert (code, out) == (2, "")
    assert "48h, 90d or 52w" in err


@pytest.mark.usefixtures("kept")
def test_the_place_may_be_named_before_or_after_the_command(poolaudit: Run, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.sqlite3"
    with open_history(other) as history:
        history.keep("elsewhere", report())
    for arguments in (["--history", other, "show", "1"], ["show", "1", "--history", other]):
        assert "elsewhere" in poolaudit("history", *arguments).out


def test_what_cannot_be_opened_is_said_with_exit_code_3_and_without_the_password(
    poolaudit: Run, tmp_path: Path
) -> None:
    (tmp_path / "history.sqlite3").write_text("no database, but a note")
    code, out, err = poolaudit("history")
    assert (code, out) == (3, "")
    assert "is damaged, or no SQLite file at all" in err
    code, _, err = poolaudit("history", "--history", "nonesuch://dba:canary@db1/history")
    assert (code, "canary" in err) == (3, False)
    code, _, err = poolaudit("history", "--history", "dba:canary@db1/history")
    assert (code, "canary" in err) == (2, False)
