"""Many processes on one history at once."""

import multiprocessing
from multiprocessing.synchronize import Barrier

from poolaudit.history import Letter, changes_between, open_history
from tests.history.reports import LABEL, NEAR, moment, report

PATIENCE_SECONDS = 240


def letter(number: int, target: str = "mailto:dba@example.com") -> Letter:
    """Give a letter of which the number tells."""
    return Letter(target, f"<{number}@poolaudit>", f"subject {number}", b"\0\xff" * number)


def keep_at_once(url: str, count: int) -> list[int | None]:
    """Let so many processes open the same history and keep a run each, all at once; give their exit codes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier = context.Barrier(count)
    processes = [context.Process(target=_keep, args=(url, number, barrier)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE_SECONDS)
    return [process.exitcode for process in processes]


def _keep(url: str, number: int, barrier: Barrier) -> None:
    barrier.wait(PATIENCE_SECONDS)
    with open_history(url, wait_seconds=PATIENCE_SECONDS) as history:
        history.keep(LABEL, report(NEAR, number / 100), [letter(number)])


def check_all_were_kept(url: str, count: int) -> None:
    """Check that none was lost and none doubled, and that each was held against one before it."""
    with open_history(url) as history:
        past = history.before(LABEL, until=moment(count))
        assert len(past.usage) == count
        assert len(history.take_due(moment(count))) == count
        assert changes_between(past, report(NEAR, count)).new == frozenset()
