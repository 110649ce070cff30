"""`poolaudit demo` shows the cause of incident 0a, with nothing installed."""

import json
import shlex
from pathlib import Path

import pytest

from poolaudit.cli.demo import APPLICATION, CAPTURE, FOLDER
from poolaudit.cli.say import without_passwords
from tests.cli.conftest import Run


def test_it_names_the_cause(poolaudit: Run) -> None:
    code, out, _ = poolaudit("demo", "--format", "json")
    assert code == 0
    names = {finding["rule"] for finding in json.loads(out)["findings"]}
    assert names >= {"idle-in-transaction", "pool-exhausted", "recycle-exceeds-timeout"}


def test_its_command_gives_the_same_report(poolaudit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    demo = poolaudit("demo")
    place, _, command = demo.err.strip().removeprefix("poolaudit: this is: cd ").partition(" && poolaudit ")
    monkeypatch.chdir(place)
    again = poolaudit(*shlex.split(command))
    assert (again.code, again.out) == (1, demo.out)


def test_its_report_to_a_file(poolaudit: Run, clean_place: Path) -> None:
    printed = poolaudit("demo").out
    code, out, _ = poolaudit("demo", "-o", "report.txt")
    assert (code, out) == (0, "")
    assert (clean_place / "report.txt").read_text(encoding="utf-8") == printed


def test_its_files_hold_no_passwords() -> None:
    for path in (CAPTURE, APPLICATION):
        text = Path(FOLDER, path).read_text(encoding="utf-8")
        assert without_passwords(text) == text
        assert "PASSWORD" not in text.upper().replace("DISCONNECT_ON_EXPIRED_PASSWORD", "")
