"""The history: what was seen when, what changed since, and the letters that are not delivered yet.

    with open_history(url) as history:
        past = history.before(label)
        …
        history.keep(label, report, letters)

Importing this is cheap; SQLite is imported when a history is opened, SQLAlchemy when it is not in a file.
"""

from typing import TYPE_CHECKING

from poolaudit.history.changes import changes_between
from poolaudit.history.letters import Due, Letter
from poolaudit.history.past import Past

if TYPE_CHECKING:
    from poolaudit.history.store import History

__all__ = ["Due", "Letter", "Past", "changes_between", "open_history"]


def open_history(url: str | None = None, *, wait_seconds: float = 10.0) -> "History":
    """Open the history that a SQLAlchemy URL names, the user's own file without one; it is made where it is not there.

    `wait_seconds` is for how long one that another program writes at the moment is waited for. UsageError where the
    URL is none, HistoryError where the history cannot be used or is a newer poolaudit's.
    """
    from poolaudit.history.store import History  # noqa: PLC0415 - it brings SQLite

    return History.open(url, wait_seconds)
