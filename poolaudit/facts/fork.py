"""A process that is forked from one which has made an engine already."""

from typing import NamedTuple

from poolaudit.facts.setting import Place, Setting


class Fork(NamedTuple):
    """A process that is forked from one which has made the engine already.

    `by` is what forks (`gunicorn`, `uwsgi`, `celery`, `multiprocessing`), `place` where that is said, `process` the
    kind of process, "" where it has no name. `opened` is where a connection is opened before, None where none is;
    `given_up` where the child gives up what it inherits, None where it does not, and `closes` whether it closes it for
    its parent as well. `refused` is where a listener refuses a connection of another process when it is lent, which
    comes after a ping at checkout. `is_sure` is whether it is a fork for certain: how multiprocessing starts a process
    depends on Python's version and the platform where it is not said.
    """

    by: str
    place: Place
    opened: Setting[Place | None]
    given_up: Place | None = None
    refused: Place | None = None
    is_sure: bool = True
    closes: bool = False
    process: str = ""
