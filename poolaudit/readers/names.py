"""Which files are worth a look in a walk: the one place to add a name or a word to."""

import re
from fnmatch import translate
from functools import cache

SKIPPED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".bzr", ".tox", ".nox", ".eggs", ".cache", ".idea", ".vscode", ".terraform", ".hypothesis"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".import_linter_cache", "__pycache__"}
    | {"__pypackages__", "site-packages", "dist-packages", "node_modules", "bower_components"}
)
"""Folders of others' work, or of a tool's: never walked into."""

FOLDER_MARKS = frozenset({"pyvenv.cfg", "conda-meta", "CACHEDIR.TAG"})
"""What stands in a virtual environment or a cache, whatever its name: a folder with one is not walked into."""

VERSION_FILES = (
    *("*requirements*.txt", "*requirements*.in", "*constraints*.txt", "requires.txt", "pyproject.toml", "setup.cfg"),
    *("setup.py", "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "environment*.yml"),
    *("environment*.yaml",),
)
"""Files that say a package's version."""

VERSION_FOLDERS = frozenset({"requirements", "requirement", "deps", "reqs"})
"""Folders in which any .txt or .in file is one of requirements."""

ENVIRONMENT_FILES = (".env", ".flaskenv", ".env.*", "*.env")
"""Files of variables that a program may load from its folder."""

RUNNING_FILES = (
    *("Procfile", "Procfile.*", "*Dockerfile*", "*dockerfile", "*Containerfile*", "*compose*.yml", "*compose*.yaml"),
    *("*gunicorn*.py", "gunicorn.conf*", "*uwsgi*.ini", "*uwsgi*.yaml", "*uwsgi*.yml", "*uwsgi*.json", "*uwsgi*.xml"),
    *("*supervisor*.conf", "*supervisor*.ini", "Chart.yaml", "*values*.yaml", "*values*.yml", "fly.toml"),
    *("celeryconfig.py", "render.yaml"),
)
"""Files that say what runs, and how many of it."""

SCRIPTS = ("*.sh", "*.bash", "*.service", "*entrypoint*", "Makefile", "start", "run")
"""Files that may start a program: worth reading where they name one."""

_SAMPLE = r".*\.(sample|example|dist|default|bak|orig)|\.env\.template|(.*[._-])?(sample|example)\.\w+"
"""Files that nothing reads: `.env.example` says what could be written."""

WORDS = (
    *(b"pool", b"engine", b"sqlalchemy", b"sql_alchemy", b"mysql", b"mariadb", b"database", b"max_overflow"),
    *(b"recycle", b"db_url", b"asyncmy", b"tortoise", b"peewee", b"conn_max_age", b"result_backend", b"celery"),
    *(b"jobstore", b"stale_timeout", b"gunicorn", b"uwsgi", b"basesettings"),
)
"""A settings file without any of them, in letters of either case, says nothing of a pool, nor of what runs with one."""

MANIFEST_WORDS = (b"kind:", b"services:", b"replicas")
"""The same for YAML, which may be a manifest of Kubernetes or Compose."""

PROGRAMS = (
    *(b"gunicorn", b"uvicorn", b"uwsgi", b"celery", b"python", b"hypercorn", b"daphne", b"waitress", b"flask"),
    *(b"airflow", b"superset", b"mlflow", b"odoo", b"manage.py"),
)
"""A script without any of them starts nothing of interest."""

_LOOKS_LIKE_SETTINGS = (
    rb"(?i)pool_?size|max_?overflow|pool_recycle|pool_?timeout|pre_?ping|pool_?class|sql_?alchemy|create_(async_)?engine"
    rb"|engine_from_config|engine_options|conn_max_age|(my|maria)(sql|db)(\+\w+)?://|minsize|recycle_time"
    rb"|db_url|stale_timeout"
)


def _whole(*patterns: str) -> frozenset[str]:
    return frozenset(pattern for pattern in patterns if "*" not in pattern)


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns if "*" in pattern))


_VERSION_NAMES = _whole(*VERSION_FILES, *ENVIRONMENT_FILES)
_NAMES = _VERSION_NAMES | _whole(*RUNNING_FILES)
_SCRIPT_NAMES = _whole(*SCRIPTS)


@cache
def _by_name() -> re.Pattern[str]:
    return _any_of(*VERSION_FILES, *RUNNING_FILES, *ENVIRONMENT_FILES)


@cache
def _script() -> re.Pattern[str]:
    return _any_of(*SCRIPTS)


@cache
def _companion() -> re.Pattern[str]:
    return _any_of(*VERSION_FILES, *ENVIRONMENT_FILES)


def is_sample(name: str) -> bool:
    """Whether a file only shows what could be written."""
    return re.fullmatch(_SAMPLE, name) is not None


def is_wanted(name: str, folder: str) -> bool:
    """Whether a file is read for its name, whatever it holds."""
    return name in _NAMES or _by_name().match(name) is not None or _is_in_version_folder(name, folder)


def is_script(name: str) -> bool:
    """Whether a file may start a program."""
    return name in _SCRIPT_NAMES or _script().match(name) is not None


def is_companion(name: str, folder: str) -> bool:
    """Whether a file says something of those beside it and below it: versions, or variables."""
    is_one = name in _VERSION_NAMES or _companion().match(name) is not None or _is_in_version_folder(name, folder)
    return is_one and not is_sample(name)


def _is_in_version_folder(name: str, folder: str) -> bool:
    return name.endswith((".txt", ".in")) and folder.rpartition("/")[2] in VERSION_FOLDERS


def has_words(data: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether a file's bytes hold any of the words, in letters of either case."""
    low = data.lower()
    return any(word in low for word in words) or data[:2] in {b"\xff\xfe", b"\xfe\xff"}


def looks_like_settings(data: bytes) -> bool:
    """Whether a file that cannot be read looks as if it held a pool's settings, so that it must not be passed over."""
    return re.search(_LOOKS_LIKE_SETTINGS, data.replace(b"\0", b"")) is not None
