"""`--history URL`: where the history is, on every command that uses one."""

import os
from typing import Any

from poolaudit.cli.command import Decorator, option
from poolaudit.cli.settings import read_settings, table_of
from poolaudit.errors import UsageError

VARIABLE = "POOLAUDIT_HISTORY"
_EXAMPLE = 'url = "postgresql://poolaudit@db9/poolaudit"'

history_option: Decorator[Any] = option(
    "History",
    "--history",
    "history",
    metavar="URL",
    help=f"Where it is kept, or ${VARIABLE}: a SQLAlchemy URL of a file or a database.  [default: a file of yours]",
)


def history_url(given: str | None, config: str | None = None) -> str | None:
    """Give the URL that was given, else the environment's, else that of `[history]` in the settings.

    None stands for the user's own file. A URL in the environment or in a file is not seen by others on the machine, as
    one in the command line is. UsageError where the settings are wrong.
    """
    return given or os.environ.get(VARIABLE) or _of_settings(config)


def _of_settings(config: str | None) -> str | None:
    file, settings = read_settings(config, os.getcwd())
    table = table_of(settings, "history", ("url",), file)
    url = table.get("url")
    if url is not None and (not isinstance(url, str) or not url):
        raise UsageError(f"{file}: [history] url is to be a text, as in {_EXAMPLE}")
    return url
