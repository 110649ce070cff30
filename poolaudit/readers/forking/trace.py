"""What happens to engines while a program runs: which have a connection open, and what a child does about it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from poolaudit.facts.setting import Place
from poolaudit.readers.forking.things import Key, Opened, Work

IN_EVERY_CHILD = "os.register_at_fork"
IN_MULTIPROCESSING = "multiprocessing"
IN_UWSGI = "uwsgi"
IN_CELERY = "celery"


class Hook(NamedTuple):
    """What is run in each child that `forks` of a kind make."""

    forks: str
    work: Work


class Disposal(NamedTuple):
    """Where an engine lets go of its connections; `closes` is whether it closes them, which all who have them feel."""

    place: Place
    closes: bool


class Child(NamedTuple):
    """Children that multiprocessing starts: what they inherited, what they give up, and what they use all the same.

    `used` is None where what they do is not known; `guarded` is where listeners refuse what they inherited. `method` is
    how they are started, None where it is not said.
    """

    place: Place
    method: str | None
    opened: dict[Key, Opened]
    disposed: dict[Key, Disposal]
    used: dict[Key, Place] | None
    guarded: dict[Key, Place]


@dataclass
class Trace:
    """The state of the engines at one moment of a process.

    `made` are all engines that were made. `guarded` are those whose listener refuses another process's connection, with
    where it stands; under None that of all engines. `pending` have objects waiting in a session, so that its commit
    opens a connection. `used` are those that this process has used.
    """

    made: set[Key] = field(default_factory=set)
    opened: dict[Key, Opened] = field(default_factory=dict)
    disposed: dict[Key, Disposal] = field(default_factory=dict)
    used: dict[Key, Place] = field(default_factory=dict)
    guarded: dict[Key | None, Place] = field(default_factory=dict)
    pending: set[Key] = field(default_factory=set)
    hooks: list[Hook] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    start_method: str | None = None

    def open(self, key: Key, place: Place, doubt: str | None) -> None:
        """Note that an engine opens a connection, if it has none."""
        self.touch(key, place)
        known = self.opened.get(key)
        if known is None or (known.doubt is not None and doubt is None):
            self.opened[key] = Opened(place, doubt)

    def touch(self, key: Key, place: Place) -> None:
        """Note that an engine is used, connection or not, before it gave up what it inherited."""
        if key not in self.disposed:
            self.used.setdefault(key, place)

    def refusal_of(self, key: Key) -> Place | None:
        """Say where a listener refuses another process's connection of an engine, be it one for all engines."""
        return self.guarded.get(key) or self.guarded.get(None)

    def dispose(self, key: Key, disposal: Disposal, doubt: str | None) -> None:
        """Note that an engine lets go of its connections."""
        known = self.opened.pop(key, None)
        if known is not None and doubt is not None:
            self.opened[key] = Opened(known.place, known.doubt or doubt)
        self.disposed.setdefault(key, disposal)

    def fork(self, opened: dict[Key, Opened]) -> "Trace":
        """Give the state of a child that has just been made while these were open."""
        return Trace(
            made=set(self.made),
            opened=dict(opened),
            guarded=dict(self.guarded),
            hooks=list(self.hooks),
            start_method=self.start_method,
        )
