"""A file that could not be read: a blind spot, to be reported and never passed over."""

from typing import NamedTuple

from poolaudit.facts.missing import Missing
from poolaudit.facts.setting import Place


class Unread(NamedTuple):
    """A file met in a folder that looks as if it held settings and could not be read, and why."""

    place: Place
    missing: Missing
