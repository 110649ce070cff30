"""The README's picture is what the terminal shows, and loads nothing from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from poolaudit.render import render
from tests.render.samples import incident_0a

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "demo.svg"
SVG = "{http://www.w3.org/2000/svg}"


def run(*program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *program], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_picture_is_current() -> None:
    done = run("docs/make_pictures.py", "--check")
    assert done.returncode == 0, done.stderr


def test_the_picture_loads_nothing() -> None:
    drawing = PICTURE.read_text("utf-8")
    loading = re.compile(r"url\(|@import|@font-face|<script|<image|href|https://", re.IGNORECASE)
    assert loading.findall(drawing) == []
    assert set(re.findall(r"http://[^\"]*", drawing)) == {"http://www.w3.org/2000/svg"}


def test_every_word_of_the_report_is_in_the_picture() -> None:
    program = (
        "import sys; sys.path.insert(0, 'docs'); from make_pictures import picture_of;"
        "from tests.render.samples import incident_0a; print(picture_of(incident_0a(), 'poolaudit scan', 80))"
    )
    drawn = ET.fromstring(run("-c", program).stdout).iter(f"{SVG}text")  # noqa: S314 - drawn by the line above
    words = " ".join(piece.text or "" for piece in drawn).split()
    shown = re.sub("[█▒░]", " ", render(incident_0a(), "terminal", width=80, color=False))
    assert words == ["$", "poolaudit", "scan", *shown.split()]
