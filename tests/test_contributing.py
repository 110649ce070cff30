"""CONTRIBUTING.md, taken at its word: its worked example is put into a copy of the project and goes through."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([^`]+\.py)`:\n\n```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
COPIED = ("poolaudit", "tests", "docs", "pyproject.toml")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project and add the example's files."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(copy: Path, *command: str) -> str:
    """Run a module in the copy, where its poolaudit comes before any that is installed, and give what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=copy, capture_output=True, text=True, check=False, env={"PATH": ""}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_shows_a_rule_and_its_tests() -> None:
    assert list(FILES) == ["poolaudit/rules/pa599_root_from_afar.py", "tests/rules/test_pa599_root_from_afar.py"]


def test_the_rules_own_tests_and_those_of_its_page_pass(copy: Path) -> None:
    printed = run(copy, "pytest", "-p", "no:cacheprovider", "tests/rules", "-k", "PA599 or pa599", "-v")
    for test in ("test_page_is_whole", "test_fires_as_its_page_says", "test_stays_quiet_as_its_page_says"):
        assert f"{test}[PA599] PASSED" in printed
    assert "test_pa599_root_from_afar.py::test_threshold" in printed


def test_the_program_knows_it(copy: Path) -> None:
    page = run(copy, "poolaudit", "rules", "root-from-afar")
    assert "The account root has sessions from another host." in page
    assert "at_least_sessions" in page


def test_its_page_is_made(copy: Path) -> None:
    done = subprocess.run(
        [sys.executable, "docs/make_rule_pages.py"], cwd=copy, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(copy)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (copy / "docs/rules/PA599.md").read_text(encoding="utf-8").startswith("# PA599 root-from-afar\n")


def test_it_is_linted(copy: Path) -> None:
    run(copy, "ruff", "check", "--no-cache", *FILES)
    run(copy, "ruff", "format", "--no-cache", "--check", *FILES)


def test_the_page_names_every_make_target() -> None:
    targets = set(re.findall(r'@echo "make ([a-z-]+)', MAKEFILE))
    named = set(re.findall(r"^\| `make ([a-z-]+)`", PAGE, re.MULTILINE))
    assert targets - {"test-lowest"} == named


def test_every_make_target_that_is_named_is_there() -> None:
    there = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = {
        target for line in re.findall(r"(?:`|^    )make ([a-z -]+)", PAGE, re.MULTILINE) for target in line.split()
    }
    assert "lint" in named
    assert named <= there
