"""`poolaudit check-config`: what it prints and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import JUnitXml

from poolaudit.rules import load_rules
from tests.cli.conftest import Capture, Run
from tests.render.test_sarif import VALIDATOR

CANARY = "hunter2"
APP = """\
database:
  url: mysql+pymysql://app:hunter2@db1/shop
  pool_size: 10
  max_overflow: 10
  pool_recycle: 28800
  pool_pre_ping: true
deployment: {processes: 4, hosts: 3, threads: 8}
"""
QUIET = APP.replace("28800", "3600").replace(":hunter2", "")
SERVER = ("--server", "max_connections=151,wait_timeout=28800")


@pytest.fixture(name="app")
def _app(clean_place: Path) -> Path:
    path = clean_place / "app.yaml"
    path.write_text(APP)
    return path


def test_pools_alone(poolaudit: Run, app: Path) -> None:
    app.write_text(QUIET)
    code, out, err = poolaudit("check-config", "app.yaml")
    assert (code, err) == (0, "")
    first, *_ = out.splitlines()
    assert first == "OK: 1 pool; nothing wrong found"
    assert "size 10 (line 3), overflow 10 (line 4)" in out
    assert "checkout timeout 30 s (SQLAlchemy's default)" in out
    assert "demand: app.yaml:database: (10 + 10) × 4 processes × 3 hosts = 240\n" in out


def test_a_finding_shows_its_line_with_a_caret(poolaudit: Run, app: Path) -> None:
    code, out, err = poolaudit("check-config", str(app), *SERVER)
    assert (code, err) == (1, "")
    assert out.startswith("ERROR: 1 pool; ")
    assert f"  at: {app}:5:17\n    5 |   pool_recycle: 28800\n      |                 ^^^^^\n" in out
    assert "server: --server: max_connections 151, wait_timeout 28800\n" in out
    assert "= 240 of 151\n" in out
    assert "PA702" in out
    assert CANARY not in out


def test_the_terminal_shows_the_same(poolaudit: Run, app: Path) -> None:
    _, out, _ = poolaudit("check-config", "app.yaml", *SERVER, "--format", "terminal")
    assert "        5 |   pool_recycle: 28800\n          |                 ^^^^^\n" in out
    assert app.name in out


def test_a_terminal_too_narrow_for_the_value_shows_no_line(
    poolaudit: Run, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    _, out, _ = poolaudit("check-config", "app.yaml", *SERVER, "--format", "terminal")
    assert "^^^^^" not in out
    assert all(len(line) <= 24 for line in out.splitlines()), app


@pytest.mark.parametrize("form", ["plain", "terminal", "json", "sarif", "github", "junit", "markdown"])
@pytest.mark.parametrize("more", [(), SERVER, ("--list",), ("--diff",)])
def test_no_password_in_any_format(form: str, more: tuple[str, ...], poolaudit: Run, app: Path) -> None:
    app.write_text(APP + f"other: {{password: {CANARY}, pool_size: 0, url: 'mysql://a:{CANARY}@b/c'}}  # {CANARY}\n")
    code, out, err = poolaudit("check-config", "app.yaml", "--format", form, *more)
    assert CANARY not in out + err
    assert code in {0, 1, 2}
    assert out or code == 2


def test_no_pools_at_all_is_0_and_says_so(poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "a.yaml").write_text("a: 1\n")
    code, out, err = poolaudit("check-config", "a.yaml", "--strict")
    assert (code, err) == (0, "")
    assert out.startswith("OK: No pool settings were found\n")
    assert poolaudit("check-config", "a.yaml", "--list").out == "no pool settings were found\n"


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"a: [1\n", "line 2: this is not YAML"),
        (b"\xff\x00\x01", "not text in UTF-8"),
        (b"x: y\n" * 300_000, "larger than 1 MB"),
        (None, "No such file"),
    ],
)
def test_a_named_file_that_cannot_be_read_is_3_and_the_others_are_judged(
    content: bytes | None, because: str, poolaudit: Run, app: Path
) -> None:
    bad = app.with_name("bad.yaml")
    if content is not None:
        bad.write_bytes(content)
    code, out, err = poolaudit("check-config", "bad.yaml", "app.yaml", *SERVER)
    assert code == 3
    assert err.startswith("poolaudit: error: bad.yaml")
    assert err.count("error") == 1
    assert f"unanswered PA903 unreadable-file: bad.yaml could not be read: {because}" in out or because in out
    assert "PA702" in out
    alone = poolaudit("check-config", "bad.yaml", "--format", "json")
    assert alone.code == 3
    assert json.loads(alone.out)["unanswered"][0]["code"] == "PA903"


def test_every_named_file_unreadable(poolaudit: Run) -> None:
    code, out, err = poolaudit("check-config", "a.yaml", "b.yaml")
    assert (code, err.count("No such file")) == (3, 2)
    assert out.startswith("PARTIAL: No pool settings were found; ")
    assert poolaudit("check-config", "a.yaml", "--list").code == 3


def test_standard_input(poolaudit: Run) -> None:
    code, out, err = poolaudit("check-config", "-", "--as", "yaml", *SERVER, stdin=APP.encode())
    assert (code, err) == (1, "")
    assert "  at: -:5:17\n    5 |   pool_recycle: 28800\n" in out
    patch = poolaudit("check-config", "-", "--as", "yaml", *SERVER, "--diff", stdin=APP.encode())
    assert "+  pool_recycle: 25000\n" in patch.out
    broken = poolaudit("check-config", "-", "--as", "yaml", stdin=b"\xff\x00")
    assert broken.code == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "--as yaml"),
        (["a.yaml", "--as", "yaml"], "--as says what standard input is"),
        (["-", "--as", "cobol"], "--as"),
        (["a.yaml", "--list", "--fix"], "--list and --fix exclude each other"),
        (["a.yaml", "--list", "--format", "sarif"], "--list has no findings"),
        (["-", "--as", "yaml", "--fix"], "standard input cannot be changed"),
        (["a.yaml", "--baseline", "b", "--write-baseline", "b"], "exclude each other"),
        (["a.yaml", "-u", "root"], "--user says how to reach a server, but nothing names one"),
        (["a.yaml", "-h", "db1", "--server", "wait_timeout=1"], "--host has no place beside it"),
        (["a.yaml", "--from", "x", "--server", "wait_timeout=1"], "--from has no place beside it"),
        (["a.yaml", "--from", "x", "-h", "db1"], "--host has no place beside it"),
        (["a.yaml", "--server", "wait_timout=1"], "did you mean 'wait_timeout'?"),
        (["a.yaml", "--server", "hunter=1"], "there is no variable 'hunter'"),
        (["a.yaml", "--server", "wait_timeout"], "--server max_connections=151"),
        (["a.yaml", "--server", "wait_timeout=soon"], "wait_timeout is to be a whole number from 1"),
        (["a.yaml", "--server", "max_connections=0"], "whole number from 1"),
        (["a.yaml", "--server", "max_connections=99999999999"], "whole number from 1"),
        (["a.yaml", "--server", "wait_timeout=1,wait_timeout=2"], "more than once"),
        (["a.yaml", "--processes", "0"], "--processes"),
        (["a.yaml", "--write-baseline", "/no/such/folder/b"], "cannot be written"),
        (["a.yaml", "--baseline", "none.json"], "the baseline none.json cannot be read: No such file"),
        ([], "PATH"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], said: str, poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "a.yaml").write_text(QUIET)
    code, out, err = poolaudit("check-config", *arguments, stdin=QUIET.encode())
    assert (code, out) == (2, "")
    assert said in err


def test_one_variable_alone(poolaudit: Run, app: Path) -> None:
    code, out, _ = poolaudit("check-config", app.name, "--server", "wait_timeout=600", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert [one["code"] for one in document["findings"] if one["severity"] == "warning"] == ["PA701"]
    gap = next(one for one in document["unanswered"] if one["code"] == "PA702")
    assert gap["because"] == "max_connections could not be read: --server does not say it"
    assert gap["remedy"] == "say it, as in --server max_connections=…"
    assert "PA706" not in {one["code"] for one in document["unanswered"]}
    assert poolaudit("check-config", app.name, "--server", "wait_timeout=60000", "--strict").code == 4


def test_the_cap_of_accounts(poolaudit: Run, app: Path) -> None:
    assert app.exists()
    given = ("--server", "max_connections=5000,max_user_connections=5,wait_timeout=60000")
    assert "PA703" in poolaudit("check-config", "app.yaml", *given).out
    none = ("--server", "max_connections=5000,max_user_connections=0,wait_timeout=60000")
    assert poolaudit("check-config", "app.yaml", *none, "--strict", "--ignore", "PA607").code == 0


def test_a_capture_and_the_pools_it_shows(poolaudit: Run, app: Path, capture: Capture) -> None:
    assert app.exists()
    name = capture("")
    code, out, err = poolaudit("check-config", "app.yaml", "--from", name)
    assert (code, err) == (1, "")
    assert "server: db1:3306: MySQL 8.4.3, max_connections 151, max_user_connections 0, wait_timeout 28800" in out
    document = json.loads(poolaudit("check-config", "app.yaml", "--from", name, "--format", "json").out)
    assert document["servers"][0]["connections"]["max"] == 151
    scanned = json.loads(poolaudit("scan", "--from", name, "--app", "app.yaml", "--format", "json").out)
    of_pools = [one for one in scanned["findings"] if one["code"] in {"PA701", "PA702", "PA703", "PA707"}]
    assert [one for one in document["findings"] if one["code"].startswith("PA7")] == of_pools


def test_a_server_that_let_nobody_in_is_3(poolaudit: Run, app: Path, capture: Capture) -> None:
    app.write_text(QUIET)
    missing = '["variables", "counters", "processlist", "transactions", "programs", "statements", "lock_waits",'
    toml = f'missing = {missing} "wait_timeouts", "accounts", "errors", "later"]\nversion = ""\n'
    name = capture(toml + 'refused = { error = 1040, message = "Too many connections" }')
    code, out, _ = poolaudit("check-config", "app.yaml", "--from", name)
    assert code == 3
    assert "refused with 1040 (Too many connections)" in out


def test_the_environment_names_no_server(poolaudit: Run, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app.write_text(QUIET)
    monkeypatch.setenv("POOLAUDIT_DSN", "mysql://nobody@127.0.0.1:1/")
    code, out, err = poolaudit("check-config", "app.yaml")
    assert (code, err) == (0, "")
    assert "server" not in out


def test_a_server_out_of_reach_is_3(poolaudit: Run, app: Path) -> None:
    code, _, err = poolaudit("check-config", app.name, "--dsn", "mysql://nobody@127.0.0.1:1/")
    assert code == 3
    assert "127.0.0.1:1" in err


def test_a_pool_whose_url_is_not_known_is_taken_to_lead_to_the_given_server(poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "app.yaml").write_text("pool_size: 5\n")
    alone = json.loads(poolaudit("check-config", "app.yaml", "--format", "json").out)["pools"][0]
    given = json.loads(poolaudit("check-config", "app.yaml", *SERVER, "--format", "json").out)["pools"][0]
    assert (alone["dialect"], given["dialect"]) == (None, "mysql")
    assert given["settings"]["url"]["note"].startswith("taken to lead to the given server (--server), for")


def test_options_stand_over_what_the_file_says(poolaudit: Run, app: Path) -> None:
    options = ("--processes", "2", "--hosts", "1", "--threads", "30", "--request-timeout", "20")
    out = poolaudit("check-config", app.name, *options, "--path-idle-timeout", "350", "--format", "json").out
    document = json.loads(out)
    (pool,) = document["pools"]
    assert pool["deployment"] == {"processes": 2, "hosts": 1, "threads": 30}
    assert pool["deployments"][0]["demand_connections"] == 40
    assert pool["settings"]["request_timeout_seconds"] == {"value": 20, "file": "--request-timeout", "line": None}
    assert pool["settings"]["path_idle_timeout_seconds"]["value"] == 350
    assert {"PA606", "PA607"} <= {one["code"] for one in document["findings"]}


def test_list_shows_every_setting_and_judges_nothing(poolaudit: Run, app: Path) -> None:
    app.write_text(APP + "---\nurl: postgresql://app@b/c\npool_size: ${SIZE}\n")
    code, out, err = poolaudit("check-config", app.name, "--list")
    assert (code, err) == (0, "")
    words = [line.split() for line in out.splitlines()]
    assert ["recycle_seconds", "28800", "app.yaml:5", "as", "pool_recycle"] in words
    assert ["url", "mysql+pymysql://app@db1/shop", "app.yaml:2", "as", "url"] in words
    assert ["processes", "4", "app.yaml:7", "as", "processes"] in words
    assert "unknown (app.yaml:10): environment variable SIZE, no default" in out
    assert "left alone" in out
    document = json.loads(poolaudit("check-config", app.name, "--list", "--format", "json").out)
    assert document["findings"] == document["unanswered"] == []
    assert document["pools"][0]["settings"]["recycle_seconds"] == {"value": 28800, "file": "app.yaml", "line": 5}
    assert document["left_alone"][0]["dialect"] == "postgresql"


def test_only_rules_about_pools_run(poolaudit: Run, app: Path, capture: Capture) -> None:
    out = poolaudit("check-config", app.name, "--from", capture('variables = { wait_timeout = "20" }')).out
    assert "PA302" not in out
    assert "PA701" in out
    selected = poolaudit("check-config", app.name, "--select", "PA3")
    assert selected.out.startswith("PARTIAL: 1 pool; nothing was judged: no rule ran")
    assert "--strict" not in selected.err


def test_settings_about_other_rules_are_right_here_too(poolaudit: Run, app: Path) -> None:
    text = '[rules.idle-in-transaction]\nwarning_seconds = 30\n[[ignore]]\nrule = "PA201"\nreason = "x"\n'
    app.with_name("poolaudit.toml").write_text(text)
    code, out, err = poolaudit("check-config", app.name)
    assert (code, err) == (0, "")
    assert "PA902" not in out


def test_an_unreadable_env_file_is_3(poolaudit: Run, app: Path) -> None:
    code, _, err = poolaudit("check-config", app.name, "--env-file", "none.env")
    assert code == 3
    assert "none.env" in err


def test_to_a_file(poolaudit: Run, app: Path) -> None:
    code, out, _ = poolaudit("check-config", app.name, *SERVER, "--format", "markdown", "-o", "summary.md")
    assert (code, out) == (1, "")
    summary = app.with_name("summary.md").read_text("utf-8")
    assert "| pool | settings | limit |" in summary
    assert "- demand: `app.yaml:database`: (10 + 10) × 4 processes × 3 hosts = 240 of 151" in summary
    assert "- server: --server: max\\_connections 151" in summary


def test_sarif_is_valid_with_a_finding_on_its_columns(poolaudit: Run, app: Path) -> None:
    app.with_name("bad.yaml").write_text("a: [\n")
    out = poolaudit("check-config", "app.yaml", "bad.yaml", *SERVER, "--format", "sarif").out
    (run,) = json.loads(out)["runs"]
    result = next(one for one in run["results"] if one["ruleId"] == "PA701")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "app.yaml"
    assert place["region"] == {"startLine": 5, "startColumn": 17, "endColumn": 22}
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert "PA903 unreadable-file could not look: bad.yaml could not be read" in " ".join(
        note["message"]["text"] for note in notes
    )
    assert len(run["tool"]["driver"]["rules"]) == len(load_rules())
    VALIDATOR.validate(json.loads(out))


@pytest.mark.parametrize("form", ["sarif", "json"])
def test_fingerprints_stay_when_lines_move(form: str, poolaudit: Run, app: Path) -> None:
    def prints() -> list[str]:
        document = json.loads(poolaudit("check-config", "app.yaml", *SERVER, "--format", form).out)
        if form == "json":
            return sorted(one["fingerprint"] for one in document["findings"])
        return sorted(one["partialFingerprints"]["poolaudit/v1"] for one in document["runs"][0]["results"])

    before = prints()
    app.write_text("\n# moved\n" + APP)
    assert prints() == before
    assert len(set(before)) == len(before) > 2


def test_junit_has_a_suite_for_each_pool(poolaudit: Run, app: Path) -> None:
    app.write_text(APP + "other: {pool_size: 0, url: 'mysql://a@b/c'}\n")
    out = poolaudit("check-config", "app.yaml", *SERVER, "--format", "junit").out
    suites = {suite.name: suite for suite in JUnitXml.fromstring(out.encode())}
    assert set(suites) == {"app.yaml:database", "app.yaml:other", "app.yaml", "--server"}
    assert suites["app.yaml:other"].failures == 2


def test_annotations_have_columns(poolaudit: Run, app: Path) -> None:
    assert app.exists()
    out = poolaudit("check-config", "./app.yaml", *SERVER, "--format", "github").out
    assert "::warning file=app.yaml,line=5,col=17,endColumn=21,title=PA701 recycle-exceeds-timeout::" in out


def test_what_it_imports(app: Path) -> None:
    program = (
        f"import sys; sys.argv = ['poolaudit', 'check-config', {str(app)!r}]; from poolaudit.cli import main; main()"
    )
    code = f"{program}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=app.parent)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "yaml" in loaded
    assert not loaded & {"sqlalchemy", "pymysql", "rich", "tabulate", "tomllib", "jsonschema", "subprocess"}
    assert not any(name.startswith(("poolaudit.rules.pa1", "poolaudit.rules.pa2")) for name in loaded)
