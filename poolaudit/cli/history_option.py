"""`--history URL`: where the history is, on every command that uses one."""

import os
from typing import Any

from poolaudit.cli.command import Decorator, option

VARIABLE = "POOLAUDIT_HISTORY"

history_option: Decorator[Any] = option(
    "History",
    "--history",
    "history",
    metavar="URL",
    help=f"Where it is kept, or ${VARIABLE}: any SQLAlchemy URL.  [default: a file of yours]",
)


def history_url(given: str | None) -> str | None:
    """Give the URL that was given, else the environment's; None stands for the user's own file.

    A URL in the environment is not seen by others on the machine, as one in the command line is.
    """
    return given or os.environ.get(VARIABLE) or None
