"""A process that is killed while it keeps runs leaves whole runs with their letters, and nothing else."""

import multiprocessing
import random
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from poolaudit.history import open_history
from tests.history.at_once import letter
from tests.history.reports import LABEL, NEAR, moment, report

pytestmark = pytest.mark.slow

KILLS = 12


def _keep_on(url: str, said: Connection, first: int) -> None:
    found = report(NEAR, first)
    with open_history(url) as history:
        for number in range(first, first + 1000):
            history.keep(LABEL, found, [letter(number)])
            said.send(number)


def test_kept_runs_survive_whatever_kills_the_next(url: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    moments = random.Random(7)  # noqa: S311 - moments, no secrets
    promised: set[int] = set()
    for kill in range(KILLS):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_keep_on, args=(url, theirs, kill * 1000))
        process.start()
        theirs.close()
        promised |= {ours.recv() for _ in range(moments.randint(1, 9))}
        process.kill()
        process.join()
        ours.close()
    with open_history(url) as history:
        runs = history.runs(count=10_000)
        due = history.take_due(moment(10**5))
    kept = {int(one.letter.subject.split()[1]) for one in due}
    assert len(runs) == len(due) == len(kept)
    assert promised <= kept
    assert len(kept - promised) < KILLS * 1000
    with closing(sqlite3.connect(tmp_path / "history.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        halves = "SELECT count(*) FROM poolaudit_runs WHERE id NOT IN (SELECT run FROM poolaudit_findings)"
        assert connection.execute(halves).fetchone() == (0,)
