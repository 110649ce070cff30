"""The libraries themselves, in versions that cannot stand beside each other: what poolaudit reads is held against them.

Each session makes an environment with some versions in it; the tests run in poolaudit's own, and ask that environment's
Python what the real engine of each example has. Run by `make test`; `nox -l` lists them.
"""

import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True

LIBRARIES = {
    "sqlalchemy-1.4": [
        *["sqlalchemy<2", "flask-sqlalchemy==2.5.1", "flask<2.3", "werkzeug<2.3", "pydantic[dotenv]<2"],
        *["pymysql", "aiomysql", "cryptography"],
    ],
    "sqlalchemy-2.0": ["sqlalchemy<2.1", "flask-sqlalchemy>=3.1", "pydantic-settings", "pymysql", "aiomysql"],
    "sqlalchemy-2.1": ["sqlalchemy>=2.1", "pydantic-settings", "pymysql", "aiomysql"],
    "frameworks": [
        *["django>=5", "django-db-connection-pool", "celery>=5.7", "apscheduler>=3.11,<4", "oslo.db>=15", "pymysql"],
        *["sqlalchemy>=2", "aiomysql", "asyncmy", "tortoise-orm>=1", "peewee>=4"],
    ],
    "frameworks-old": [
        *["django<5", "celery<5.5", "apscheduler<3.11", "oslo.db<10", "sqlalchemy<2", "peewee<3.18", "pymysql"],
        "setuptools<80",  # what oslo.db of then imports
    ],
}


@nox.session
@nox.parametrize("libraries", list(LIBRARIES), ids=list(LIBRARIES))
def truth(session: nox.Session, libraries: str) -> None:
    """Compare with the libraries of one environment."""
    session.install(*LIBRARIES[libraries])
    python = Path(session.virtualenv.location, "bin/python").absolute()
    tests = "test_frameworks.py" if libraries.startswith("frameworks") else "test_truth.py"
    session.run(
        sys.executable, "-m", "pytest", "-q", f"tests/truth/{tests}", external=True,
        env={"TRUTH_PYTHON": str(python), "TRUTH_LIBRARIES": libraries},
    )  # fmt: skip
