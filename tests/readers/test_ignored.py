""".gitignore files, as git itself reads them."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from poolaudit.readers.ignored import Ignored, ignored_above

FILES = (
    *("app.yaml", "app.log", "keep.log", "build/app.yaml", "src/build/app.yaml", "src/app.yaml", "src/local.yaml"),
    *("src/deep/local.yaml", "src/deep/app.log", "docs/a/b/c.yaml", "docs/c.yaml", "x y.yaml", "#a.yaml"),
)
TOP = "*.log\n!keep.log\n/build/\ndocs/**/c.yaml\nx\\ y.yaml\n\\#a.yaml\n# no comment\n\n"
BELOW = "local.yaml\n!/deep/local.yaml\n!*.log\n"


@pytest.fixture(name="tree")
def _tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("a: 1")
    (tmp_path / ".gitignore").write_text(TOP)
    (tmp_path / "src" / ".gitignore").write_text(BELOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept_below(base: str, ignored: Ignored) -> set[str]:
    """Walk a folder, and give the files that are not named."""
    found: set[str] = set()
    waiting = [(base, ignored)]
    while waiting:
        folder, above = waiting.pop()
        entries = list(os.scandir(folder or "."))
        here = above.within(folder, entries)
        for entry in entries:
            path = f"{folder}{entry.name}"
            if entry.name.startswith(".git"):
                continue
            if entry.is_dir() and not here.names(f"{path}/"):
                waiting.append((f"{path}/", here))
            elif entry.is_file() and not here.names(path):
                found.add(path)
    return found


def test_git_ignores_the_same(tree: Path) -> None:
    ours_alone = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "init", "-q"], check=True, cwd=tree, env=ours_alone)
    command = ["git", "ls-files", "-z", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, cwd=tree, capture_output=True, env=ours_alone)
    by_git = {name for name in listed.stdout.decode().split("\0") if name and not name.endswith(".gitignore")}
    assert kept_below("", ignored_above("")) == by_git
    assert kept_below("src/", ignored_above("src/")) == {name for name in by_git if name.startswith("src/")}
    assert kept_below("./src/", ignored_above("./src/")) == {f"./{name}" for name in by_git if name.startswith("src/")}


def test_a_folder_that_is_named_though_it_is_ignored_is_walked(tree: Path) -> None:
    (tree / ".git").mkdir()
    assert kept_below("build/", ignored_above("build/")) == {"build/app.yaml"}


def test_what_stands_above_counts_only_within_a_repository(tree: Path) -> None:
    assert ignored_above("src/").files == ()
    (tree / ".git").mkdir()
    assert len(ignored_above("src/deep/").files) == 2
    assert ignored_above("").files == ()


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "!\n\\\n[z-a]\n[[a]\n", "\0", "*a*b*c*\n", "**/**/**/**/x\n", "x" * 600]
)
def test_what_is_no_pattern_or_takes_long_is_left_out(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitignore").write_text(text)
    (tmp_path / "abcd.yaml").write_text("a: 1")
    monkeypatch.chdir(tmp_path)
    assert kept_below("", ignored_above("")) == {"abcd.yaml"}


def test_patterns_that_take_long_are_matched_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitignore").write_text("*aaa*b\n" * 500)
    (tmp_path / ("a" * 250)).write_text("a: 1")
    monkeypatch.chdir(tmp_path)
    begun = time.process_time()
    assert kept_below("", ignored_above("")) == {"a" * 250}
    assert time.process_time() - begun < 5
