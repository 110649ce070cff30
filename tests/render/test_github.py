"""Workflow commands: read as GitHub's runner reads them, they give back the findings, and nobody else's command."""

from typing import NamedTuple

import pytest
from hypothesis import given

from poolaudit.facts.setting import Place
from poolaudit.render import render
from poolaudit.render.location import file_of
from poolaudit.render.text import safe
from poolaudit.report import Report, Severity
from tests.render.names import a_few, is_clean, reports
from tests.render.samples import SAMPLES, facts_of, finding, incident_0a, report, server

COMMANDS = {"error": Severity.ERROR, "warning": Severity.WARNING, "notice": Severity.INFO}


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    words: str


def shown(one: Report, *, ascii_only: bool = False) -> str:
    return render(one, "github", width=None, color=True, ascii_only=ascii_only)


def read(line: str) -> Command | None:
    """Read a line as the runner does (ActionCommand.TryParseV2): from `::` at its start to the next `::`."""
    line = line.strip()
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, _, words = line[2:].partition("::")
    name, _, said = head.strip().partition(" ")
    pairs = (pair.split("=", 1) for pair in said.split(",") if "=" in pair)
    return Command(
        name, {key.strip(): unescaped(value, {"%3A": ":", "%2C": ","}) for key, value in pairs}, unescaped(words)
    )


def unescaped(text: str, more: dict[str, str] | None = None) -> str:
    for escape, sign in ({"%0D": "\r", "%0A": "\n"} | (more or {}) | {"%25": "%"}).items():
        text = text.replace(escape, sign)
    return text


def commands(one: Report) -> list[Command]:
    *lines, sums, end = shown(one).split("\n")
    assert end == ""
    assert read(sums) is None
    assert "##[" not in sums
    read_lines = [read(line) for line in lines]
    return [command for command in read_lines if command is not None or pytest.fail("a line that is no command")]


@a_few
@given(reports())
def test_each_line_is_one_command_of_ours_and_the_last_is_none(one: Report) -> None:
    found = commands(one)
    assert is_clean(shown(one))
    assert shown(one, ascii_only=True).isascii()
    assert len(found) == len(one.findings) + 1
    for finding_, command in zip(one.findings, found, strict=False):
        file = file_of(finding_.at)
        assert COMMANDS[command.name] is finding_.severity
        assert set(command.properties) <= {"file", "line", "col", "endColumn", "title"}
        assert command.properties["title"] == "PA201 idle-in-transaction"
        assert command.properties.get("file") == (safe(file).strip() if file is not None else None) or " " in str(file)
        assert safe(finding_.message).strip() in command.words
        assert safe(finding_.fix).strip() in command.words
    assert found[-1].name == "notice"
    assert safe(one.unanswered[0].missing.remedy).strip() in found[-1].words


def test_a_finding_is_on_its_line() -> None:
    assert commands(incident_0a())[1] == Command(
        "error",
        {"file": "app.yaml", "line": "5", "title": "PA701 recycle-exceeds-timeout"},
        "app.yaml:database never recycles, and the server ends a session after 8 h without a word\n"
        "why: the next use of an ended connection fails with 2006, MySQL server has gone away\n"
        "do: pool_recycle: -1 → 25000, and pool_pre_ping: true",
    )


def test_the_line_as_github_documents_it() -> None:
    found = finding("PA701", "x", Severity.WARNING, "100 %: a, b", at=Place("./a,b:100%.yaml", 3))
    assert shown(report(facts_of(server()), (found,))).split("\n")[0] == (
        "::warning file=a%2Cb%3A100%25.yaml,line=3,title=PA701 x::100 %25: a, b"
    )


@pytest.mark.parametrize(("place", "words"), [(Place("--pool-size"), "m\nat: --pool-size"), (None, "m")])
def test_an_option_is_no_file(place: Place | None, words: str) -> None:
    (command,) = commands(report(facts_of(server()), (finding("PA701", "x", Severity.INFO, "m", at=place),)))
    assert command == Command("notice", {"title": "PA701 x"}, words)


def test_a_file_without_a_line() -> None:
    found = finding("PA902", "unused-ignore", Severity.INFO, "m", at=Place("poolaudit.toml"))
    (command,) = commands(report(facts_of(server()), (found,)))
    assert command.properties == {"file": "poolaudit.toml", "title": "PA902 unused-ignore"}


def test_rules_that_could_not_look_are_one_notice_a_cause() -> None:
    first, second = commands(SAMPLES["no-privilege"]())
    assert first.name == second.name == "notice"
    assert first.properties == {"title": "unanswered: 20 rules"}
    assert first.words.split("\n")[1:] == [
        "do: GRANT PROCESS ON *.* TO the account that audits",
        "rules: " + ", ".join(f"PA{code}" for code in range(201, 221)),
    ]


def test_the_subject_is_said_where_it_does_not_go_without_saying() -> None:
    found = finding("PA602", "pre-ping-off", Severity.INFO, "no pre-ping", subject="jobs.yaml")
    (command,) = commands(report(facts_of(server()), (found,)))
    assert command.words == "jobs.yaml: no pre-ping"


def test_the_last_line_sums_up() -> None:
    assert shown(incident_0a()).endswith("\n3 errors, 0 warnings, 1 info; 30 rules ran, 1 unanswered; 0 ignored\n")
