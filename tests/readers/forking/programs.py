"""Programs in a few lines, and what is read of their forks."""

from textwrap import dedent

from poolaudit.facts.fork import Fork
from poolaudit.readers.reading import read_documents
from tests.readers.running.documents import document

MADE = 'from sqlalchemy import create_engine\nengine = create_engine("mysql://app@db/shop")\n'
PRELOAD = "web: gunicorn --preload -w 2 app:app"


def forks_of(files: dict[str, str]) -> tuple[Fork, ...]:
    """Give the forks of the only pool."""
    found = read_documents(tuple(document(*pair) for pair in files.items())).deployments
    assert len({one.pool.label for one in found}) == 1
    return found[0].pool.forks


def opened(files: dict[str, str]) -> str | None:
    """Say where the only pool is opened before its only fork and not given up: its place, why not known, or None."""
    for fork in forks_of(files):
        if fork.given_up is not None:
            return None
        return fork.opened.unknown or str(fork.opened.value)
    return None


def preloaded(text: str, **others: str) -> str | None:
    """Say the same of an app.py that gunicorn loads before the fork; `db.py` makes the engine."""
    more = {f"{name}.py": dedent(other) for name, other in others.items()}
    return opened({"Procfile": PRELOAD, "db.py": MADE, "app.py": f"import db\n{dedent(text)}", **more})


def script(text: str) -> tuple[Fork, ...]:
    """Give the forks of a script whose engine is `engine`."""
    return forks_of({"job.py": f"import multiprocessing\n{MADE}{dedent(text)}\n# __main__"})
