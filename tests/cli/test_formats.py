"""The formats for pipelines, through the command: what it takes to find the rules, files and exit codes."""

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from poolaudit.render import FORMATS
from tests.cli.conftest import LEAK, Capture, Run
from tests.rules.run import RULES

APP = "pool_size: 5\npool_recycle: -1\n"


def test_sarif_lists_every_rule_also_where_a_scan_needs_few(poolaudit: Run, capture: Capture) -> None:
    code, out, err = poolaudit("scan", "--from", capture(LEAK), "--format", "sarif")
    (run,) = json.loads(out)["runs"]
    assert (code, err) == (1, "")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == sorted(RULES)
    assert "PA201" in {result["ruleId"] for result in run["results"]}


def test_a_pool_of_a_file_is_on_its_line_and_one_of_options_on_none(
    poolaudit: Run, capture: Capture, clean_place: Path
) -> None:
    (clean_place / "app.yaml").write_text(APP)
    by_file = poolaudit("scan", "--from", capture(""), "--app", "./app.yaml", "--format", "github").out
    by_option = poolaudit("scan", "--from", capture(""), "--pool-recycle", "-1", "--format", "github").out
    assert "::error file=app.yaml,line=2,col=15,endColumn=16,title=PA701 recycle-exceeds-timeout::" in by_file
    assert "::error title=PA701 recycle-exceeds-timeout::" in by_option
    assert "at: --pool-recycle" in by_option


def test_rules_that_found_nothing_are_cases_that_pass(poolaudit: Run, capture: Capture) -> None:
    code, out, _ = poolaudit("scan", "--from", capture(""), "--format", "junit", "--select", "PA1")
    (suite,) = JUnitXml.fromstring(out.encode())
    assert code == 0
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 0, 0, 0)
    assert {case.name[:3] for case in suite} == {"PA1"}


def test_a_summary_to_a_file(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    code, out, _ = poolaudit("scan", "--from", capture(LEAK), "--format", "markdown", "-o", "summary.md")
    assert (code, out) == (1, "")
    assert (clean_place / "summary.md").read_text("utf-8").startswith("**ERROR**: ")


@pytest.mark.parametrize("command", ["scan", "demo"])
def test_the_help_names_every_format(poolaudit: Run, command: str) -> None:
    said = " ".join(poolaudit(command, "--help").out.split())
    *first, last = FORMATS
    assert f"{', '.join(first)} or {last}. " in said


def test_rules_are_listed_in_formats_for_reading_alone(poolaudit: Run) -> None:
    assert "terminal, plain or json. " in " ".join(poolaudit("rules", "--help").out.split())
    code, out, err = poolaudit("rules", "--format", "sarif")
    assert (code, out) == (2, "")
    assert "'terminal', 'plain', 'json'" in err


@pytest.mark.parametrize(("facts", "code"), [(LEAK, 2), ("", 0)])
def test_nagios_has_exit_codes_of_its_own(poolaudit: Run, capture: Capture, facts: str, code: int) -> None:
    done = poolaudit("scan", "--from", capture(facts), "--format", "nagios")
    assert (done.code, done.err) == (code, "")
    assert done.out.startswith(("POOLAUDIT OK - ", "POOLAUDIT UNKNOWN - ", "POOLAUDIT CRITICAL - "))
    assert done.out.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "no-such-file", "--format", "nagios"),
        ("--format=nagios", "--no-such-option"),
        ("--from", "no-such-file", "--format", "nagios", "--fail-on", "sometimes|never"),
    ],
)
def test_what_goes_wrong_is_unknown_to_nagios_and_said_where_it_looks(
    poolaudit: Run, clean_place: Path, arguments: tuple[str, ...]
) -> None:
    code, out, err = poolaudit("scan", *arguments)
    assert clean_place.is_dir()
    assert code == 3
    assert out.startswith("POOLAUDIT UNKNOWN - ")
    assert "|" not in out
    assert err.startswith("poolaudit: error: ")


def test_metrics_to_a_file_are_written_at_once(poolaudit: Run, capture: Capture, clean_place: Path) -> None:
    code, out, _ = poolaudit("scan", "--from", capture(LEAK), "--format", "openmetrics", "-o", "poolaudit.prom")
    assert (code, out) == (1, "")
    assert [path.name for path in clean_place.iterdir() if "poolaudit" in path.name] == ["poolaudit.prom"]
    assert 'poolaudit_findings{server="db1:3306",severity="error"}' in (clean_place / "poolaudit.prom").read_text()


def test_a_page_of_pools_alone(poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "app.yaml").write_text(f"url: mysql+pymysql://app@db1/shop\n{APP}")
    code, out, _ = poolaudit("check-config", "app.yaml", "--format", "html")
    assert code == 0
    assert "PA601 recycle-unset" in out
    assert "<mark>-1</mark>" in out
