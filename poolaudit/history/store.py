"""The history as others use it: open, ask for the past, keep a run with its letters, deliver what is due."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import NamedTuple, Self
from uuid import uuid4

from poolaudit.history import keeping, listing, migrate, outbox
from poolaudit.history.database import Connection, Database
from poolaudit.history.letters import Due, Letter
from poolaudit.history.opening import database_of
from poolaudit.history.past import Past
from poolaudit.report import Report

USAGE_DAYS = 8
"""A week, and the same hour of the week before."""


class Keeping(NamedTuple):
    """What is to be kept of one server: its report, and the letters that are to go out for it."""

    label: str
    report: Report
    letters: tuple[Letter, ...] = ()


class History:
    """One history, open; each method is one transaction, and raises HistoryError where it cannot be done."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._put: set[str] = set()

    @classmethod
    def open(cls, url: str | None, wait_seconds: float) -> Self:
        """Open it, made or brought forward where that is needed; see `open_history`."""
        database = database_of(url, wait_seconds)
        try:
            migrate.migrate(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def name(self) -> str:
        """Where it is, in words that may be printed."""
        return self._database.name

    def before(self, label: str, *, until: datetime | None = None, days: float = USAGE_DAYS) -> Past:
        """Give what was kept of a server up to a moment (now), and how it was used for so many days before it."""
        until = until or datetime.now(UTC)
        with self._database.reading() as connection:
            return keeping.past_of(connection, label, until, timedelta(days=days))

    def keep(self, label: str, report: Report, letters: Iterable[Letter] = ()) -> int:
        """Keep a report on one server and the letters that are to go out for it, all or nothing; give the run's number.

        The report is held against the last one kept, so that each finding is kept with since when it stands.
        """
        (run,) = self.keep_all([Keeping(label, report, tuple(letters))])
        return run

    def keep_all(self, keepings: Sequence[Keeping], documents: Sequence[Letter] = ()) -> tuple[int, ...]:
        """Keep a run over several servers, with what goes out for each and for all of it; give the runs' numbers.

        It is one transaction: were a server kept and the document that tells of it not, nobody would be told of it, for
        the next run finds it in the history.
        """
        once = uuid4().hex

        def work(connection: Connection) -> tuple[int, ...]:
            self._check(connection)
            numbers = tuple(self._keep(connection, one, f"{once}{place}") for place, one in enumerate(keepings))
            if documents:
                outbox.put(connection, documents, keepings[0].report.facts.taken_at, None)
            return numbers

        numbers = self._database.write(work)
        for letters in (documents, *(one.letters for one in keepings)):
            self._put.update(map(outbox.key_of_letter, letters))
        return numbers

    def _keep(self, connection: Connection, one: Keeping, once: str) -> int:
        run = keeping.keep_run(connection, one.label, one.report, once)
        outbox.put(connection, one.letters, one.report.facts.taken_at, run)
        return run

    def put(self, letters: Iterable[Letter], created_at: datetime) -> None:
        """Put letters into the outbox that belong to no single run; all or nothing."""
        letters = tuple(letters)
        self._database.write(lambda connection: outbox.put(connection, letters, created_at, None))
        self._put.update(map(outbox.key_of_letter, letters))

    def take_due(self, now: datetime | None = None) -> tuple[Due, ...]:
        """Take the letters that are to be delivered, for this process alone, until each is marked.

        A process that ends without marking them leaves them to the next: at once on the same machine, else in ten
        minutes.
        """
        at, own = now or datetime.now(UTC), frozenset(self._put)
        return self._database.write(lambda connection: outbox.take(connection, at, own))

    def mark_delivered(self, due: Due, at: datetime | None = None, rest: Letter | None = None) -> None:
        """Note that a letter that was taken is delivered: it never goes out again.

        `rest` is the same letter to those who have not got it yet, and takes its place in the outbox.
        """
        moment = at or datetime.now(UTC)

        def work(connection: Connection) -> None:
            outbox.mark_delivered(connection, due.id, moment)
            if rest is not None:
                outbox.put(connection, [rest], due.created_at, None)

        self._database.write(work)

    def mark_failed(self, letter: int, error: str) -> None:
        """Note why a letter that was taken could not be delivered; the next run takes it again, as a late one."""
        self._database.write(lambda connection: outbox.mark_failed(connection, letter, error))

    def runs(self, label: str | None = None, *, count: int = 20) -> tuple[listing.KeptRun, ...]:
        """Give the last runs, of one server or of all, the newest first."""
        with self._database.reading() as connection:
            return listing.newest(connection, label, count)

    def run(self, number: int) -> listing.Whole | None:
        """Give one run with all that was kept of it, None where there is none of this number."""
        with self._database.reading() as connection:
            return listing.whole(connection, number)

    def every_run(self) -> Iterator[listing.Whole]:
        """Give every run with all that was kept of it, in the order in which they were kept."""
        with self._database.reading() as connection:
            yield from listing.every(connection)

    def prune(self, before: datetime) -> tuple[int, int]:
        """Take out the runs of before a moment; say how many that were, and how many are left.

        Letters that are not delivered yet stay.
        """

        def work(connection: Connection) -> tuple[int, int]:
            self._check(connection)
            return listing.prune(connection, before), listing.count_of(connection)

        return self._database.write(work)

    def give_up(self, letter: int, error: str, at: datetime | None = None) -> None:
        """Note that a letter that was taken could not be delivered, and never will be: it leaves the outbox."""
        moment = at or datetime.now(UTC)
        self._database.write(lambda connection: outbox.give_up(connection, letter, error, moment))

    def _check(self, connection: Connection) -> None:
        """Raise where a newer poolaudit brought the tables forward since this one opened them."""
        migrate.check(self._database, keeping.one_writer(connection))

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        """Give it for a `with` block, which closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
