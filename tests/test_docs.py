"""The generated pages are current, and so is what they are made by."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SCRIPTS = ("make_rule_pages.py", "make_help.py")


@pytest.mark.parametrize("script", SCRIPTS)
def test_generated_pages_are_current(script: str) -> None:
    check = subprocess.run(
        [sys.executable, f"docs/{script}", "--check"], cwd=ROOT, check=False, text=True, capture_output=True
    )
    assert (check.returncode, check.stderr) == (0, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_not_current_is_named_and_made_so(script: str, tmp_path: Path) -> None:
    (tmp_path / "generated.py").write_bytes((ROOT / "docs/generated.py").read_bytes())
    (tmp_path / script).write_bytes((ROOT / "docs" / script).read_bytes())

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(tmp_path / script), *arguments], check=False, text=True, capture_output=True
        )

    assert run("--check").returncode == 1
    assert run().returncode == 0
    assert run("--check").returncode == 0
    pages = sorted(path for path in tmp_path.glob("*/*") if path.suffix in {".md", ".txt"})
    assert len(pages) > 4
    pages[0].write_text("changed")
    old = pages[0].with_stem("PA000")
    old.write_text("of a rule that is no more")
    check = run("--check")
    assert check.returncode == 1
    assert f"{pages[0]} is not current" in check.stderr
    assert f"{old} is not current" in check.stderr
    assert run().returncode == 0
    assert not old.exists()
    assert run("--check").returncode == 0
