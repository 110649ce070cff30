"""`--baseline`: what is known is accepted, what is new fails, and nothing is lost."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

APP = "url: mysql://app@db1/shop\npool_size: 5\nmax_overflow: -1\npool_recycle: 3600\n"


@pytest.fixture(name="app")
def _app(clean_place: Path, poolaudit: Run) -> Path:
    path = clean_place / "app.yaml"
    path.write_text(APP)
    code, _, err = poolaudit("check-config", "app.yaml", "--write-baseline", "known.json")
    assert code == 0
    assert err == "poolaudit: 2 known from now on, with --baseline known.json\n"
    return path


def test_what_is_known_is_accepted_and_counted(app: Path, poolaudit: Run) -> None:
    assert poolaudit("check-config", "app.yaml").code == 1
    code, out, err = poolaudit("check-config", "app.yaml", "--baseline", "known.json", "--fail-on", "info")
    assert (code, err) == (0, "")
    assert "ignored: 2 findings known before (known.json)\n" in out
    assert app.exists()


def test_the_file_is_sorted_one_finding_a_line_and_the_same_again(app: Path, poolaudit: Run) -> None:
    path = app.with_name("known.json")
    text = path.read_text()
    assert [one["code"] for one in json.loads(text)["findings"]] == ["PA602", "PA603"]
    assert sum("fingerprint" in line for line in text.splitlines()) == 2
    assert poolaudit("check-config", "app.yaml", "--write-baseline", "known.json").code == 0
    assert path.read_text() == text


def test_moved_lines_are_known_still(app: Path, poolaudit: Run) -> None:
    app.write_text("# moved\n\n\n" + APP.replace("pool_size: 5\n", "") + "pool_size: 5\n")
    assert poolaudit("check-config", "app.yaml", "--baseline", "known.json", "--fail-on", "info").code == 0


def test_what_is_new_fails(app: Path, poolaudit: Run) -> None:
    app.write_text(APP + "pool_reset_on_return: null\n")
    code, out, _ = poolaudit("check-config", "app.yaml", "--baseline", "known.json")
    assert code == 1
    assert "error PA609" in out
    assert "PA603" not in out


def test_what_has_become_worse_is_new(app: Path, poolaudit: Run) -> None:
    app.write_text(APP + "deployment: {path_idle_timeout_seconds: 7200}\n")
    code, out, _ = poolaudit("check-config", "app.yaml", "--baseline", "known.json", "--fail-on", "warning")
    assert code == 1
    assert "warning PA602" in out


def test_nothing_known(clean_place: Path, poolaudit: Run) -> None:
    (clean_place / "a.yaml").write_text("a: 1\n")
    assert poolaudit("check-config", "a.yaml", "--write-baseline", "known.json").code == 0
    assert json.loads((clean_place / "known.json").read_text()) == {"schema": 1, "findings": []}
    assert poolaudit("check-config", "a.yaml", "--baseline", "known.json").code == 0


def test_a_new_baseline_leaves_out_what_is_ignored(clean_place: Path, poolaudit: Run) -> None:
    text = APP.replace("-1\n", "-1  # poolaudit: ignore[PA603] meant\n")
    (clean_place / "app.yaml").write_text(text)
    assert poolaudit("check-config", "app.yaml", "--write-baseline", "known.json").code == 0
    assert "PA603" not in (clean_place / "known.json").read_text()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        '{"schema": 2, "findings": []}',
        '{"schema": 1, "findings": [{}]}',
        '{"schema": 1, "findings": [{"fingerprint": "x", "severity": "bad"}]}',
        '{"schema": 1, "findings": 5}',
        "[" * 100_000,
    ],
)
def test_what_is_no_baseline_is_2(content: str, clean_place: Path, poolaudit: Run) -> None:
    (clean_place / "app.yaml").write_text(APP)
    (clean_place / "known.json").write_text(content)
    code, out, err = poolaudit("check-config", "app.yaml", "--baseline", "known.json")
    assert (code, out) == (2, "")
    assert "known.json is no baseline that --write-baseline wrote" in err


def test_an_unreadable_named_file_is_3_all_the_same(app: Path, poolaudit: Run) -> None:
    assert app.exists()
    assert poolaudit("check-config", "app.yaml", "none.yaml", "--write-baseline", "known.json").code == 3
    assert poolaudit("check-config", "app.yaml", "none.yaml", "--baseline", "known.json").code == 3
    assert poolaudit("check-config", "app.yaml", "--baseline", "app.yaml").code == 2
    assert poolaudit("check-config", "app.yaml", "--baseline", ".").code == 2
