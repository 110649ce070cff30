"""How versions are read, statements are written and results are understood, without a server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from poolaudit.collect import sections
from poolaudit.collect.sections import Edition, OpenTransaction, edition_of, preamble
from poolaudit.facts.session import Transaction


def mysql(numbers: tuple[int, ...]) -> Edition:
    return Edition(mariadb=False, numbers=numbers)


def mariadb(numbers: tuple[int, ...]) -> Edition:
    return Edition(mariadb=True, numbers=numbers)


MYSQL56, MYSQL57, MYSQL9 = mysql((5, 6, 24)), mysql((5, 7, 44)), mysql((9, 7, 4))
MARIADB = mariadb((11, 8, 9))


@dataclass
class Answers:
    """A connection that gives one prepared result and remembers what it was asked."""

    names: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    asked: list[str] = field(default_factory=list)

    def query(self, statement: str) -> "Answers":
        self.asked.append(statement)
        return self


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("9.7.4-2", mysql((9, 7, 4))),
        ("5.6.24", MYSQL56),
        ("5.7.44-log", MYSQL57),
        ("8.0.36-0ubuntu0.22.04.1", mysql((8, 0, 36))),
        ("26.1.0", mysql((26, 1, 0))),
        ("10.11.19-MariaDB-0+deb12u1", mariadb((10, 11, 19))),
        ("5.5.5-10.4.32-MariaDB-log", mariadb((10, 4, 32))),
        ("8.0.mysql_aurora.3.05.2", mysql((8, 0, 0))),
        ("", mysql((0,))),
    ],
)
def test_edition(version: str, expected: Edition) -> None:
    assert edition_of(version) == expected


def test_preamble_bounds_the_session_in_each_editions_words() -> None:
    assert "max_execution_time = 5000" in preamble(MYSQL9, 5)
    assert "max_statement_time = 5," in preamble(MARIADB, 5)
    assert "SESSION transaction_read_only = 1" in preamble(MARIADB, 5)
    assert "execution_time" not in preamble(MYSQL56, 5)
    assert "SESSION tx_read_only = 1" in preamble(MYSQL56, 5)


def test_what_a_servers_edition_has() -> None:
    assert [edition.has_transaction_events for edition in (MYSQL56, MYSQL57, MYSQL9, MARIADB)] == [0, 1, 1, 1]
    assert [edition.has_indexed_tables for edition in (MYSQL56, MYSQL57, MYSQL9, MARIADB)] == [0, 0, 1, 0]


def test_processlist_finds_its_columns_by_name_and_leaves_the_audit_out() -> None:
    names = ["Progress", "Info", "Id", "User", "Host", "db", "Command", "Time", "State"]
    rows = [
        (0.0, "SELECT 1", 9, "app", "h:1", None, "Query", None, None),
        (0.0, None, 3, "me", "h:2", "d", "Sleep", 4, ""),
    ]
    (row,) = sections.processlist(Answers(names, rows), 3, texts=False)
    assert (row.id, row.user, row.db, row.command, row.time_seconds, row.state) == (9, "app", None, "Query", 0, "")
    assert row.statement is None
    (row,) = sections.processlist(Answers(names, rows), 3, texts=True)
    assert row.statement == "SELECT 1"


def test_status_keeps_numbers_and_takes_the_peaks_moment_apart() -> None:
    rows = [("Max_used_connections_time", "2026-11-21 21:21:06"), ("Uptime", "12"), ("Rsa_public_key", "text")]
    counters, peak_at = sections.status(Answers((), rows))
    assert counters == {"Uptime": 12}
    assert peak_at is not None
    assert peak_at.isoformat() == "2026-11-21T21:21:06+00:00"
    assert sections.status(Answers((), [("Max_used_connections_time", "0000-00-00 00:00:00")]))[1] is None


def test_lock_waits_are_asked_for_only_where_somebody_waits() -> None:
    reader = Answers(rows=[("12", "11"), ("12", "99")])
    idle = OpenTransaction("11", Transaction(1, 50), None)
    assert sections.lock_waits(reader, MYSQL9, [idle]) == ()
    assert reader.asked == []
    (wait,) = sections.lock_waits(reader, MYSQL9, [idle, OpenTransaction("12", Transaction(2, 5), 4)])
    assert (wait.waiting_id, wait.blocking_id, wait.waited_seconds) == (2, 1, 4)
    assert "performance_schema.data_lock_waits" in reader.asked[0]
    sections.lock_waits(reader, MARIADB, [OpenTransaction("12", Transaction(2, 5), 4)])
    assert "information_schema.innodb_lock_waits" in reader.asked[1]


def test_accounts_users_cannot_end_the_statement() -> None:
    reader = Answers()
    sections.accounts(reader, {"a'); DROP TABLE t; --", ""})
    assert "DROP" not in reader.asked[0]
    assert "0x6127293b2044524f50205441424c4520743b202d2d" in reader.asked[0]
    assert sections.accounts(reader, set()) == ()
    assert len(reader.asked) == 1
