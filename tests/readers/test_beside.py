"""What stands above a file that is named counts for it, wherever the working folder is."""

import os
from pathlib import Path

import pytest

from poolaudit.readers.folders import folders_above
from poolaudit.readers.reading import read_paths


@pytest.mark.parametrize(
    ("path", "folders"),
    [
        ("shop/web/config.py", ["shop/web", "shop", "", "..", "../.."]),
        ("config.py", ["", "..", "../..", "../../.."]),
        ("../web/config.py", ["../web", "..", "../..", "../../.."]),
        ("../config.py", ["..", "../..", "../../.."]),
        ("./config.py", [".", "", "..", "../.."]),
    ],
)
def test_folders_above(path: str, folders: list[str]) -> None:
    assert list(folders_above(path))[: len(folders)] == folders


def test_folders_above_a_whole_path() -> None:
    assert list(folders_above("/srv/shop/config.py")) == ["/srv/shop", "/srv", ""]


@pytest.mark.parametrize(
    ("folder", "path"), [(".", "shop/web/config.py"), ("shop/web", "config.py"), ("shop/jobs", "../web/config.py")]
)
def test_a_version_above(folder: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("shop/web", "shop/jobs"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "requirements.txt").write_text("flask-sqlalchemy==2.5.1\n", encoding="utf-8")
    config = 'SQLALCHEMY_DATABASE_URI = "mysql://shop@db/shop"\nSQLALCHEMY_POOL_SIZE = 7\n'
    (tmp_path / "shop/web/config.py").write_text(config, encoding="utf-8")
    monkeypatch.chdir(tmp_path / folder)
    (found,) = read_paths([path]).deployments
    assert (found.pool.name, found.pool.reading, found.pool.size.value) == (path, None, 7)
    assert os.path.relpath(tmp_path / "requirements.txt") in read_paths([path]).together[0]
