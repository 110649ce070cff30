"""Which version is in force at a path, by every file that may say it."""

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.versions import Versions
from tests.readers.running.documents import document

FLASK = "flask-sqlalchemy"


def version(package: str, path: str, **files: str) -> tuple[int, ...] | None:
    return Versions(tuple(document(name, text) for name, text in files.items())).version(package, path)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("requirements.txt", "flask\nFlask_SQLAlchemy==2.5.1  # pinned\n", (2, 5, 1)),
        ("requirements.txt", 'Flask-SQLAlchemy[x]==3.0.5; python_version > "3.7" --hash=sha256:0\n', (3, 0, 5)),
        ("requirements.txt", "flask-sqlalchemy==3.0.5 \\\n    --hash=sha256:0\n", (3, 0, 5)),
        ("requirements-prod.txt", "flask-sqlalchemy>=3\n", (3,)),
        ("requirements.in", "flask-sqlalchemy>=2\n", None),
        ("requirements/base.txt", "flask-sqlalchemy==2.4\n", (2, 4)),
        ("constraints.txt", "flask-sqlalchemy==2.4\n", (2, 4)),
        ("requirements.txt", "git+https://example.org/flask-sqlalchemy.git\n-e .\n", None),
        ("poetry.lock", '[[package]]\nname = "flask-sqlalchemy"\nversion = "3.1.1"\n', (3, 1, 1)),
        ("uv.lock", '[[package]]\nname = "flask-sqlalchemy"\nversion = "3.1.1"\n', (3, 1, 1)),
        ("pdm.lock", '[[package]]\nname = "Flask-SQLAlchemy"\nversion = "2.5.1"\n', (2, 5, 1)),
        ("Pipfile.lock", '{"default": {"flask-sqlalchemy": {"version": "==3.0.2"}}}', (3, 0, 2)),
        ("Pipfile", '[packages]\nflask-sqlalchemy = "~=3.0"\n', (3, 0)),
        ("Pipfile", '[packages]\nflask-sqlalchemy = {version = ">=3", extras = ["x"]}\n', (3,)),
        ("Pipfile", '[packages]\nflask-sqlalchemy = "*"\n', None),
        ("pyproject.toml", '[project]\ndependencies = ["flask", "flask-sqlalchemy>=3.1"]\n', (3, 1)),
        ("pyproject.toml", '[tool.poetry.dependencies]\nflask-sqlalchemy = "^2.5"\n', (2, 5, 1)),
        ("pyproject.toml", '[tool.poetry.dependencies]\nflask-sqlalchemy = "~3.0"\n', (3, 0)),
        ("pyproject.toml", '[tool.poetry.dependencies]\nflask-sqlalchemy = "~3"\n', (3,)),
        ("pyproject.toml", '[tool.poetry.dependencies]\nflask-sqlalchemy = "3.0.5"\n', (3, 0, 5)),
        ("setup.cfg", "[options]\ninstall_requires =\n    flask\n    flask-sqlalchemy>=3,<4\n", (3,)),
        ("environment.yml", "dependencies:\n- python=3.11\n- flask-sqlalchemy=3.0\n", (3, 0)),
        ("environment.yml", "dependencies:\n- flask-sqlalchemy==2.5.1\n", (2, 5, 1)),
        ("environment.yml", "dependencies:\n- flask-sqlalchemy>=3\n", (3,)),
        ("environment.yml", "dependencies:\n- flask-sqlalchemy=3.0.5=py_0\n", (3, 0, 5)),
        ("environment.yaml", "dependencies:\n- pip\n- pip:\n  - flask-sqlalchemy==3.1.1\n", (3, 1, 1)),
        (
            "Dockerfile",
            "FROM python\nRUN pip install --no-cache-dir \\\n  'Flask-SQLAlchemy==2.5.1' gunicorn\n",
            (2, 5, 1),
        ),
        ("Dockerfile", "FROM python\nENV X flask-sqlalchemy==2.5.1\n", None),
        ("other.txt", "flask-sqlalchemy==2.5.1\n", None),
        ("poetry.lock", "", None),
    ],
)
def test_files(name: str, text: str, expected: tuple[int, ...] | None) -> None:
    assert version(FLASK, "shop/config.py", **{name: text}) == expected


def test_the_nearest_folder_counts() -> None:
    files = {"requirements.txt": f"{FLASK}==2.5.1\n", "api/requirements.txt": f"{FLASK}==3.1.1\n"}
    assert version(FLASK, "api/shop/config.py", **files) == (3, 1, 1)
    assert version(FLASK, "web/config.py", **files) == (2, 5, 1)
    assert version(FLASK, "/srv/config.py", **files) == (2, 5, 1)


def test_a_lock_file_beats_a_pin_and_a_pin_what_is_loose() -> None:
    loose = {"pyproject.toml": f'[project]\ndependencies = ["{FLASK}>=2"]\n'}
    pinned = {"requirements.txt": f"{FLASK}==2.5.1\n"}
    locked = {"uv.lock": f'[[package]]\nname = "{FLASK}"\nversion = "3.1.1"\n'}
    assert version(FLASK, "config.py", **loose) is None
    assert version(FLASK, "config.py", **loose, **pinned) == (2, 5, 1)
    assert version(FLASK, "config.py", **loose, **pinned, **locked) == (3, 1, 1)


def test_files_that_differ() -> None:
    one, other = f"{FLASK}==2.5.1\n", f"{FLASK}==3.1.1\n"
    assert version(FLASK, "config.py", **{"requirements.txt": one, "requirements-new.txt": other}) is None
    near = f"{FLASK}==3.0.5\n"
    assert version(FLASK, "config.py", **{"requirements.txt": near, "requirements-new.txt": other}) == (3, 0, 5)


def test_files_that_take_others_in() -> None:
    files = {"api/requirements.txt": "-r ../common/all.pip\n", "common/all.pip": "-r all.pip\n"}
    assert version(FLASK, "api/config.py", **files) is None
    files = {
        "api/requirements.txt": "--requirement=../pins/requirements.txt\n",
        "pins/requirements.txt": f"{FLASK}==3.1\n",
    }
    assert version(FLASK, "api/config.py", **files) == (3, 1)
    files = {"api/requirements.txt": f"{FLASK}\n-c ../constraints.txt\n", "constraints.txt": f"{FLASK}==2.5.1\n"}
    assert version(FLASK, "api/config.py", **files) == (2, 5, 1)


def test_which_file_said_it_is_remembered() -> None:
    versions = Versions((document("requirements.txt", f"\n{FLASK}==2.5.1\n".lstrip() + "flask\n"),))
    assert versions.version("Flask_SQLAlchemy", "config.py") == (2, 5, 1)
    assert versions.said_by == {(FLASK, "config.py"): Place("requirements.txt", 1)}
    assert versions.version("celery", "config.py") is None
