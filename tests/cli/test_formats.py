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
