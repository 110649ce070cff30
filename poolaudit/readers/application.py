"""An application's settings file: SQLAlchemy's words (or Flask's) and `deployment:`, in YAML."""

from collections.abc import Mapping
from typing import Any

from poolaudit.facts.fit import Deployment


def deployment_from_words(words: Mapping[str, Any], name: str) -> Deployment:
    """Read one pool from a mapping of SQLAlchemy's words."""
    raise NotImplementedError(words, name)
