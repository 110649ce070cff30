"""A Procfile: a kind of process on each line, as Heroku, Foreman, Honcho and Dokku run them.

Each is run once on each host; on how many hosts, the platform is told elsewhere. `release` ends before the others run.
"""

import re
from collections.abc import Iterator

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document
from poolaudit.readers.running.command_line import commands_in
from poolaudit.readers.running.process import Environment, Started, Way
from poolaudit.readers.running.shell_script import LONGEST_TEXT

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(.+)")


def knows(document: Document) -> bool:
    """Whether it is a Procfile, or one for some occasion (`Procfile.dev`)."""
    is_one = document.name == "Procfile" or document.name.startswith("Procfile.")
    return is_one and len(document.text) <= LONGEST_TEXT


def read(document: Document, _variables: Environment, /) -> Iterator[Started]:
    """Give each line's process."""
    for number, line in enumerate(document.text.splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match is not None and match[1] != "release":
            place = Place(document.path, number)
            yield Started(place, Way.PROCFILE, match[1], commands_in(match[2], place), document.folder)
