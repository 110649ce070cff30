"""`poolaudit scan --from`: what it prints and how it ends, without a server."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import LEAK, Capture, Run

WARNING = LEAK.replace("700", "100")
REFUSED = """
    missing = ["variables", "counters", "processlist", "transactions", "programs", "statements", "lock_waits",
               "wait_timeouts", "accounts", "errors", "later"]
    refused = { error = 1040, message = "Too many connections" }
"""


def test_a_healthy_server_is_0(poolaudit: Run, capture: Capture) -> None:
    code, out, err = poolaudit("scan", "--from", capture(), "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["findings"] == []


def test_findings_are_1(poolaudit: Run, leak: str) -> None:
    code, out, err = poolaudit("scan", "--from", leak)
    assert (code, err) == (1, "")
    assert "PA201" in out
    assert "idle-in-transaction" in out


@pytest.mark.parametrize(
    ("toml", "fail_on", "code"),
    [
        (WARNING, "error", 0),
        (WARNING, "warning", 1),
        (WARNING, "info", 1),
        (WARNING, "never", 0),
        (LEAK, "error", 1),
        (LEAK, "never", 0),
    ],
)
def test_fail_on(toml: str, fail_on: str, code: int, poolaudit: Run, capture: Capture) -> None:
    assert poolaudit("scan", "--from", capture(toml), "--select", "PA201", "--fail-on", fail_on).code == code


def test_fail_on_in_the_settings_file(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    (clean_place / "poolaudit.toml").write_text('fail-on = "warning"')
    assert poolaudit("scan", "--from", capture(WARNING)).code == 1
    assert poolaudit("scan", "--from", capture(WARNING), "--fail-on", "error").code == 0


def test_unanswered_is_4_under_strict_alone(poolaudit: Run, capture: Capture) -> None:
    name = capture('missing = ["transactions"]')
    assert poolaudit("scan", "--from", name).code == 0
    assert poolaudit("scan", "--from", name, "--strict").code == 4
    assert poolaudit("scan", "--from", name, "--strict", "--select", "PA302").code == 0


def test_findings_win_over_unanswered(poolaudit: Run, capture: Capture) -> None:
    name = capture(f'missing = ["errors"]\n{LEAK}')
    code, out, _ = poolaudit("scan", "--from", name, "--strict", "--format", "json")
    assert json.loads(out)["unanswered"]
    assert code == 1


def test_a_full_server_is_a_finding(poolaudit: Run, capture: Capture) -> None:
    name = capture(REFUSED)
    for arguments in ([], ["--strict"]):
        code, out, err = poolaudit("scan", "--from", name, *arguments)
        assert (code, err) == (1, "")
        assert "PA101" in out


def test_a_full_server_never_passes_for_want_of_its_rule(poolaudit: Run, capture: Capture) -> None:
    name = capture(REFUSED)
    assert poolaudit("scan", "--from", name, "--select", "PA2").code == 3
    assert poolaudit("scan", "--from", name, "--ignore", "PA101").code == 3
    assert poolaudit("scan", "--from", name, "--fail-on", "never").code == 0


def test_select_and_ignore(poolaudit: Run, leak: str) -> None:
    def rules_found(*arguments: str) -> set[str]:
        out = poolaudit("scan", "--from", leak, "--format", "json", *arguments).out
        return {finding["code"] for finding in json.loads(out)["findings"]}

    assert rules_found() >= {"PA201"}
    assert rules_found("--select", "PA1,PA3") == set()
    assert rules_found("--select", "PA1, idle-in-transaction") == {"PA201"}
    assert "PA201" not in rules_found("--ignore", "PA1", "--ignore", "idle-in-transaction")


def test_an_ignore_of_the_settings_file_is_counted(poolaudit: Run, leak: str, clean_place: Path) -> None:
    (clean_place / "poolaudit.toml").write_text(
        '[[ignore]]\nrule = "idle-in-transaction"\nclient = "app@10.0.3.7"\nreason = "known"\n'
    )
    code, out, _ = poolaudit("scan", "--from", leak, "--format", "json", "--select", "PA2")
    report = json.loads(out)
    assert (code, report["findings"], report["summary"]["ignored"]) == (0, [], 1)


def test_thresholds_of_the_settings_file(poolaudit: Run, leak: str, clean_place: Path) -> None:
    (clean_place / "poolaudit.toml").write_text(
        "[rules.idle-in-transaction]\nwarning_seconds = 5000\nerror_seconds = 9000\n"
    )
    assert poolaudit("scan", "--from", leak, "--select", "PA201").code == 0


def test_the_same_capture_gives_the_same_report(poolaudit: Run, leak: str) -> None:
    for form in ("json", "plain", "terminal"):
        arguments = ("scan", "--from", leak, "--format", form)
        assert poolaudit(*arguments) == poolaudit(*arguments)


def test_a_capture_from_standard_input(poolaudit: Run, leak: str) -> None:
    from_file = poolaudit("scan", "--from", leak)
    assert poolaudit("scan", "--from", "-", stdin=Path(leak).read_bytes()) == from_file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no capture: it is not JSON"),
        (b"{}", "is a damaged capture: the document has no 'capture'"),
        (b'{"capture": 99, "server": {}}', "is a capture of version 99; this poolaudit reads up to version 1"),
        (b"\xff\xfe\x00", "is no capture: it is not JSON"),
        (b"[" * 100_000, "is no capture: it is not JSON"),
    ],
)
def test_a_wrong_capture_is_one_sentence(content: bytes, message: str, poolaudit: Run) -> None:
    code, out, err = poolaudit("scan", "--from", "-", stdin=content)
    assert (code, out) == (3, "")
    assert message in err
    assert err.startswith("poolaudit: error: standard input ")


@pytest.mark.parametrize("name", ["nowhere.json", "."])
def test_a_capture_that_cannot_be_read(name: str, poolaudit: Run) -> None:
    code, out, err = poolaudit("scan", "--from", name)
    assert (code, out) == (3, "")
    assert f"the capture {name} cannot be read: " in err


def test_a_capture_without_an_end(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poolaudit.collect.capture.LARGEST_CAPTURE_BYTES", 1024 * 1024)
    code, _, err = poolaudit("scan", "--from", "/dev/zero")
    assert code == 3
    assert "/dev/zero is too large for a capture: more than 1 MiB" in err


def test_the_report_to_a_file(poolaudit: Run, leak: str, clean_place: Path) -> None:
    printed = poolaudit("scan", "--from", leak).out
    assert poolaudit("scan", "--from", leak, "-o", "report.txt") == (1, "", "")
    assert (clean_place / "report.txt").read_text(encoding="utf-8") == printed


def test_a_full_disk_loses_no_report(poolaudit: Run, leak: str) -> None:
    printed = poolaudit("scan", "--from", leak).out
    code, out, err = poolaudit("scan", "--from", leak, "-o", "/dev/full")
    assert (code, out) == (3, printed)
    assert "/dev/full could not be written: No space left on device" in err


def test_an_application_beside_the_server(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    (clean_place / "app.yaml").write_text("pool_size: 5\nmax_overflow: 0\npool_recycle: -1\n")
    out = poolaudit("scan", "--from", capture(), "--app", "app.yaml", "--format", "json").out
    (pool,) = json.loads(out)["pools"]
    assert (pool["size"], pool["max_overflow"], pool["recycle_seconds"]) == (5, 0, -1)
    assert pool["settings"]["size"]["line"] == 1


def test_options_lie_over_an_application(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    (clean_place / "app.yaml").write_text("pool_size: 5\nmax_overflow: 0\n")
    out = poolaudit(
        "scan", "--from", capture(), "--app", "app.yaml", "--max-overflow", "-1", "--processes", "4", "--format", "json"
    ).out
    (pool,) = json.loads(out)["pools"]
    assert (pool["size"], pool["max_overflow"], pool["deployment"]["processes"]) == (5, -1, 4)


TWO_ENGINES = """
from sqlalchemy import create_engine
DATABASE = "mysql+pymysql://app@db1/shop"
writer = create_engine(DATABASE, pool_size=5)
reports = create_engine(DATABASE, pool_size=5)
"""


def test_two_pools_of_one_process(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    (clean_place / "app.py").write_text(TWO_ENGINES)
    out = poolaudit("scan", "--from", capture(), "--app", "app.py", "--select", "PA611", "--format", "json").out
    assert [one["subject"] for one in json.loads(out)["findings"]] == ["app.py:writer and app.py:reports"]


def test_an_ignore_in_an_application_s_file(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    (clean_place / "app.yaml").write_text(
        "pool_size: 5\nmax_overflow: -1  # poolaudit: ignore[PA603] a proxy limits it\n"
    )
    out = poolaudit("scan", "--from", capture(), "--app", "app.yaml", "--select", "PA603", "--format", "json").out
    assert [one["reason"] for one in json.loads(out)["ignored"]] == ["a proxy limits it"]
    assert not json.loads(out)["findings"]


def test_an_ignore_that_is_not_right_is_2(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    (clean_place / "app.yaml").write_text("max_overflow: -1  # poolaudit: ignore[PA603]\n")
    code, _, err = poolaudit("scan", "--from", capture(), "--app", "app.yaml")
    assert code == 2
    assert "app.yaml:1: the ignore of PA603 gives no reason" in err


def test_a_pool_by_options_alone(poolaudit: Run, capture: Capture) -> None:
    out = poolaudit(
        "scan", "--from", capture(), "--pool-size", "7", "--max-overflow", "1", "--pool-recycle", "3600",
        "--pool-timeout", "5", "--pool-pre-ping", "--processes", "2", "--hosts", "3", "--threads", "8",
        "--format", "json",
    ).out  # fmt: skip
    (pool,) = json.loads(out)["pools"]
    values = (pool["size"], pool["max_overflow"], pool["recycle_seconds"], pool["checkout_timeout_seconds"])
    assert values == (7, 1, 3600, 5)
    assert pool["pre_ping"] is True
    assert pool["deployment"] == {"processes": 2, "hosts": 3, "threads": 8}


def test_an_application_that_cannot_be_read(poolaudit: Run, capture: Capture) -> None:
    code, out, err = poolaudit("scan", "--from", capture(), "--app", "nowhere.yaml")
    assert (code, out) == (3, "")
    assert "nowhere.yaml" in err


def test_colours_only_where_they_are_wanted(poolaudit: Run, leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("scan", "--from", leak, "--format", "terminal")
    assert "\x1b" not in poolaudit(*arguments).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in poolaudit(*arguments).out
    assert "\x1b" not in poolaudit(*arguments, "--no-color").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in poolaudit(*arguments).out
