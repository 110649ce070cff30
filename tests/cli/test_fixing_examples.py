"""`--fix` over every example project: literals alone change, once, and the same is read afterwards but for these."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.projects.test_projects import every_project

SERVER = ("--server", "max_connections=1510,wait_timeout=28800")
_WORDS = re.compile(r"([\w.+-]+)")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _given(expected: Mapping[str, Any]) -> list[str]:
    options = {"--env-file": expected.get("env_file"), "--cpus": expected.get("cpus")}
    return [*expected.get("paths", ["."]), *(str(one) for pair in options.items() if pair[1] for one in pair)]


def _around_words(line: bytes) -> list[str]:
    """Give what stands between the words of a line, without quotes, which may go with a number's value."""
    return _WORDS.split(re.sub(r"[\"']", "", line.decode("utf-8", "surrogateescape")))[::2]


def _settings(report: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Give what is said of each pool, but for the values that `--fix` changes, and what follows from them."""
    return {
        (pool["name"], word): {key: one for key, one in said.items() if key not in {"value", "note"}}
        for pool in report["pools"]
        for word, said in pool["settings"].items()
        if "unknown" not in said
    }


def _unread(report: Mapping[str, Any]) -> list[str]:
    return [one["subject"] for one in report["unanswered"] if one["code"] == "PA903"]


@pytest.mark.slow
@pytest.mark.no_cover  # to be traced takes several times as long
@every_project
def test_an_example_is_fixed_once_and_stays_what_it_is(folder: Path, poolaudit: Run, clean_place: Path) -> None:
    expected = json.loads((folder / "expected.report").read_text(encoding="utf-8"))
    shutil.copytree(folder, clean_place, dirs_exist_ok=True)
    given = _given(expected)

    def report() -> dict[str, Any]:
        said: dict[str, Any] = json.loads(poolaudit("check-config", *given, *SERVER, "--format", "json").out)
        return said

    files, before = _files(clean_place), report()
    first = poolaudit("check-config", *given, *SERVER, "--fix")
    fixed, after = _files(clean_place), report()

    assert fixed.keys() == files.keys()
    changed = [name for name in files if fixed[name] != files[name]]
    assert bool(changed) is ("poolaudit: nothing to change" not in first.err), first.err
    for name in changed:
        lines = list(zip(files[name].splitlines(), fixed[name].splitlines(), strict=True))
        for old, new in (pair for pair in lines if pair[0] != pair[1]):
            assert _around_words(old) == _around_words(new), (name, old, new)
    assert _settings(after).keys() == _settings(before).keys()
    assert _unread(after) == _unread(before)
    again = poolaudit("check-config", *given, *SERVER, "--fix")
    assert again.err.endswith("poolaudit: nothing to change\n"), again.err
    assert _files(clean_place) == fixed
