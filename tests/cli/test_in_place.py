"""Ignores in the files themselves: what they cover, and what is wrong with some."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Run

POOL = "url: mysql://app@db1/shop\npool_size: 5\nmax_overflow: -1{}\npool_recycle: 3600\npool_pre_ping: true\n"


def checked(poolaudit: Run, folder: Path, text: str, *more: str) -> Result:
    (folder / "app.yaml").write_text(text)
    return poolaudit("check-config", "app.yaml", *more)


@pytest.mark.parametrize(
    "text",
    [
        POOL.format("  # poolaudit: ignore[PA603] a proxy limits it"),
        POOL.format("  # poolaudit: ignore[unbounded-overflow] a proxy limits it"),
        POOL.format("  # poolaudit: ignore[PA601, PA603,PA902] a proxy limits it"),
        POOL.format("  # noqa # poolaudit: ignore[PA603]: a proxy limits it"),
        POOL.format("  #poolaudit:ignore[PA603] a proxy limits it"),
        POOL.format("").replace("max_", "# poolaudit: ignore[PA603] a proxy limits it\nmax_"),
        POOL.format("").replace("max_", "# poolaudit: ignore[PA603] a proxy limits it\n\n# and so on\nmax_"),
        "# poolaudit: ignore[PA603] a proxy limits it\n" + POOL.format(""),
        POOL.format("").replace("shop\n", "shop # poolaudit: ignore[PA603] a proxy limits it\n"),
    ],
)
def test_on_the_line_above_it_or_where_the_pool_begins(text: str, poolaudit: Run, clean_place: Path) -> None:
    code, out, err = checked(poolaudit, clean_place, text)
    assert (code, err) == (0, "")
    assert "ignored: 1 finding of " in out
    assert "a proxy limits it" in out


@pytest.mark.parametrize(
    "text",
    [
        POOL.format("").replace("pool_recycle", "# poolaudit: ignore[PA603] too late\npool_recycle"),
        POOL.format("").replace("5\n", "5  # poolaudit: ignore[PA603] of another line\n"),
        POOL.format("  # poolaudit: ignore[PA604] of another rule"),
    ],
)
def test_elsewhere_it_meets_nothing_and_that_is_said_at_its_place(text: str, poolaudit: Run, clean_place: Path) -> None:
    code, out, _ = checked(poolaudit, clean_place, text, "--format", "json")
    document = json.loads(out)
    assert code == 1
    (unused,) = [one for one in document["findings"] if one["code"] == "PA902"]
    line = next(number for number, said in enumerate(text.splitlines(), 1) if "ignore[" in said)
    assert unused["at"] == {"file": "app.yaml", "line": line}
    moved = json.loads(checked(poolaudit, clean_place, "\n\n" + text, "--format", "json").out)
    (again,) = [one for one in moved["findings"] if one["code"] == "PA902"]
    assert (again["fingerprint"], again["at"]["line"]) == (unused["fingerprint"], line + 2)


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("ignore[PA603]", "app.yaml:3: the ignore of PA603 gives no reason"),
        ("ignore[PA603]  -- ", "app.yaml:3: the ignore of PA603 gives no reason"),
        ("ignore[PA630] meant", "app.yaml:3: no rule is called 'PA630'; did you mean 'PA"),
        ("ignore[] meant", "app.yaml:3: the ignore names no rule"),
        ("ignore meant", "app.yaml:3: the ignore names no rule"),
        ("off", "app.yaml:3: a comment to poolaudit that is no ignore"),
    ],
)
def test_one_that_is_not_right_is_2(comment: str, said: str, poolaudit: Run, clean_place: Path) -> None:
    code, out, err = checked(poolaudit, clean_place, POOL.format(f"  # poolaudit: {comment}"))
    assert (code, out) == (2, "")
    assert said in err
    assert "write it as # poolaudit: ignore[PA602]" in err


def test_a_rule_about_servers_may_be_named_and_is_left_alone(poolaudit: Run, clean_place: Path) -> None:
    code, out, err = checked(poolaudit, clean_place, POOL.format("  # poolaudit: ignore[PA603, PA201] meant"))
    assert (code, err) == (0, "")
    assert "PA902" not in out


def test_an_ignore_of_the_settings_may_name_files(poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "config").mkdir()
    for name in ("config/a.yaml", "b.yaml"):
        (clean_place / name).write_text(POOL.format(""))
    settings = '[[ignore]]\nrule = "PA603"\nfile = "config/*.yaml"\nreason = "old"\n'
    (clean_place / "poolaudit.toml").write_text(settings)
    assert poolaudit("check-config", "config/a.yaml").code == 0
    assert poolaudit("check-config", "./config/a.yaml").code == 0
    assert poolaudit("check-config", "b.yaml").code == 1
    (clean_place / "poolaudit.toml").write_text(settings.replace('"config/*.yaml"', "1"))
    assert "has a file that is no text" in poolaudit("check-config", "b.yaml").err


def test_in_sarif_it_is_suppressed_in_source(poolaudit: Run, clean_place: Path) -> None:
    text = POOL.format("  # poolaudit: ignore[PA603] meant")
    document = json.loads(checked(poolaudit, clean_place, text, "--format", "sarif").out)
    (result,) = [one for one in document["runs"][0]["results"] if one["ruleId"] == "PA603"]
    assert result["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "meant"}]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 15, "endColumn": 17}
