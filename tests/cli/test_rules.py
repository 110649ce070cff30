"""`poolaudit rules`: the list, and one rule's page."""

import json

import pytest

from poolaudit.render.rule_page import rule_page
from tests.cli.conftest import Run
from tests.rules.run import RULES


def test_the_list_in_a_pipe_is_one_line_a_rule(poolaudit: Run) -> None:
    code, out, err = poolaudit("rules")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line[:5] for line in lines] == list(RULES)
    for line, rule in zip(lines, RULES.values(), strict=True):
        assert line.split()[1:3] == [rule.name, rule.severity.word]
        assert line.endswith(rule.title)


def test_the_list_on_a_terminal_fits_its_width(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = poolaudit("rules", "--format", "terminal")
    assert out.startswith("code ")
    assert max(map(len, out.splitlines())) <= 80
    text = " ".join(out.split())
    for rule in RULES.values():
        assert rule.name in text


def test_colours_do_not_move_the_columns(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = poolaudit("rules", "--format", "terminal").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    painted = poolaudit("rules", "--format", "terminal").out
    assert "\x1b[33mwarning" in painted
    for code in ("\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == plain
    assert poolaudit("rules", "--format", "terminal", "--no-color").out == plain


def test_the_list_as_json(poolaudit: Run) -> None:
    document = json.loads(poolaudit("rules", "--format", "json").out)
    assert document["schema"] == 1
    assert [rule["code"] for rule in document["rules"]] == list(RULES)
    rule = next(rule for rule in document["rules"] if rule["code"] == "PA201")
    assert rule["options"][0] == {"name": "warning_seconds", "default": 60, "unit": "seconds"}
    assert (rule["about"], rule["severity"], rule["since"]) == ("server", "warning", "0.1")


@pytest.mark.parametrize("name", ["PA201", "pa201", "idle-in-transaction"])
def test_one_rule_is_its_page(name: str, poolaudit: Run) -> None:
    assert poolaudit("rules", name) == (0, rule_page(RULES["PA201"]), "")


def test_one_rule_as_json(poolaudit: Run) -> None:
    (rule,) = json.loads(poolaudit("rules", "PA201", "--format", "json").out)["rules"]
    assert rule["page"] == rule_page(RULES["PA201"])


def test_one_rule_on_a_terminal_is_wrapped(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = poolaudit("rules", "PA201", "--format", "terminal")
    assert out.startswith("PA201 idle-in-transaction\n\nA session sleeps")
    prose = [line for line in out.splitlines() if not line.startswith(("    ", "|"))]
    assert max(map(len, prose)) <= 80


def test_an_unknown_rule_says_the_nearest(poolaudit: Run) -> None:
    code, out, err = poolaudit("rules", "PA2O1")
    assert (code, out) == (2, "")
    assert "no rule is called 'PA2O1'; did you mean 'PA2" in err
    assert "poolaudit rules lists them all" in err
