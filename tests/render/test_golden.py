"""Reports look as they were last reviewed to look."""

import pytest

from tests.render.golden import FOLDER, golden

FILES = golden()


@pytest.mark.parametrize("name", FILES)
def test_report_looks_as_reviewed(name: str) -> None:
    assert FILES[name]() == (FOLDER / name).read_text("utf-8"), "if it is meant so: python -m tests.render.golden"


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(FILES)
