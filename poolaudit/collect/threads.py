"""What performance_schema tells of sessions: what each did last, who it is, and its own timeout.

Two statements. The first gives an overview of all sessions, and so few rows: sessions that did the same are named in
one. The second asks for details of those sessions alone for which they decide. Measured with 2,000 sessions on MySQL
9.7: 26 ms for the overview, and 65 ms where each session had a row with all details.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from poolaudit.collect.sections import Edition, Reader
from poolaudit.facts.session import RESETS, LastStatement, ProcessRow, Program

PASSED_OVER = frozenset({"Ping", "Close stmt", "Reset stmt", "Statistics", "Set option", "set_option", "Error"})
"""Statements that say nothing of whether a connection was given back: drivers and pools send them at any time."""

ENDS = RESETS | {"commit"}
MOST_TIMEOUTS = 50
MOST_HISTORIES = 100
MOST_DIGESTS = 20
NOT_MERGED = "LIMIT 18446744073709551615"
"""A derived table with a limit is made once and gets a key: without, MySQL 5.6 and 5.7 compare all rows with all."""


class Event(NamedTuple):
    """A session's current statement event, and the age of a transaction that performance_schema calls ACTIVE."""

    name: str
    transaction_seconds: int | None


class Overview(NamedTuple):
    """What every session did last and said of itself; the audit's own session is among them."""

    events: Mapping[int, Event]
    programs: tuple[Program, ...]


class Wanted(NamedTuple):
    """The sessions whose details decide: of whose history, digest and own timeout."""

    history: Sequence[int] = ()
    digests: Sequence[int] = ()
    timeouts: Sequence[int] = ()


class Details(NamedTuple):
    """The details by session: names of earlier statements, the newest first; digest and text; own wait_timeout."""

    history: Mapping[int, Sequence[str]]
    digests: Mapping[int, tuple[str, str | None]]
    timeouts: Mapping[int, int]


def overview(reader: Reader, edition: Edition) -> Overview:
    """Read what every session did last and what its client said of itself."""
    events: dict[int, Event] = {}
    said: dict[str, dict[int, str]] = {"_pid": {}, "program_name": {}, "_client_ip": {}}
    for kind, value, seconds, ids in reader.query(_overview_statement(edition)).rows:
        numbers = [int(number) for number in ids.split(",")]
        if kind == "event":
            events |= dict.fromkeys(numbers, Event(value.rpartition("/")[2], None if seconds is None else int(seconds)))
        elif value:
            said[kind] |= dict.fromkeys(numbers, value)
    pids, names, routed = said["_pid"], said["program_name"], said["_client_ip"]
    known = sorted(pids.keys() | names.keys() | routed.keys())
    programs = (Program(one, names.get(one), _pid(pids.get(one)), routed.get(one)) for one in known)
    return Overview(events, tuple(programs))


def _pid(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _overview_statement(edition: Edition) -> str:
    seconds, transactions = "NULL", ""
    if edition.has_transaction_events:
        seconds = "x.seconds"
        transactions = (
            " LEFT JOIN (SELECT thread_id, timer_wait DIV 1000000000000 seconds"
            " FROM performance_schema.events_transactions_current"
            f" WHERE state = 'ACTIVE' {NOT_MERGED}) x ON x.thread_id = t.thread_id"
        )
    nested = " WHERE nesting_event_level = 0" if edition.has_transaction_events else ""
    return (
        f"SELECT 'event', {_text('s.event_name')}, {seconds}, GROUP_CONCAT(t.id)"
        " FROM (SELECT thread_id, processlist_id id FROM performance_schema.threads"
        f" WHERE processlist_id IS NOT NULL {NOT_MERGED}) t"
        " JOIN (SELECT thread_id, event_name FROM performance_schema.events_statements_current"
        f"{nested} {NOT_MERGED}) s ON s.thread_id = t.thread_id"
        f"{transactions} GROUP BY s.event_name, {seconds}"
        f" UNION ALL SELECT a.attr_name, {_text('a.attr_value')}, NULL, GROUP_CONCAT(a.processlist_id)"
        " FROM performance_schema.session_connect_attrs a"
        " WHERE a.attr_name IN ('_pid', 'program_name', '_client_ip') GROUP BY a.attr_name, a.attr_value"
    )


def _text(column: str) -> str:
    """Give a column in one character set, so that columns of several collations can stand in one result."""
    return f"CONVERT({column} USING utf8mb4)"


def wanted(seen: Overview, sleepers: Iterable[ProcessRow], transactions: Mapping[int, int], edition: Edition) -> Wanted:
    """Choose whose details decide. `transactions` has the ages of open InnoDB transactions by session.

    History decides where a sleeper has no transaction open and its last statement is no end of work. Digests are for
    those who matter most: the oldest transactions, then the longest asleep after anything but an end of work. Own
    timeouts are for the longest asleep; reading one costs 0.04 ms, and before MySQL 8.0 far more. Of thousands the
    longest asleep are asked; the others count as not known (history) or as the server's (timeout).
    """
    longest_first = [row.id for row in sorted(sleepers, key=lambda row: (-row.time_seconds, row.id))]
    in_transaction = [one for one in longest_first if one in transactions]
    in_transaction.sort(key=lambda one: -transactions[one])
    others = [one for one in longest_first if one not in transactions and one in seen.events]
    unended = [one for one in others if seen.events[one].name not in ENDS]
    return Wanted(
        history=[one for one in unended if seen.events[one].transaction_seconds is None][:MOST_HISTORIES],
        digests=(in_transaction + unended)[:MOST_DIGESTS],
        timeouts=longest_first[:MOST_TIMEOUTS] if edition.has_indexed_tables else (),
    )


def details(reader: Reader, edition: Edition, asked: Wanted, *, texts: bool) -> Details:
    """Read the details of the sessions that are asked for, their statements' texts only with `texts`."""
    history: dict[int, Sequence[str]] = {}
    timeouts: dict[int, int] = {}
    newest: dict[int, tuple[int, str, str | None]] = {}
    parts = list(_detail_statements(edition, asked, texts=texts))
    for kind, number, value, text, event_id in reader.query(" UNION ALL ".join(parts)).rows if parts else ():
        if kind == "history":
            history[number] = value.split(",")
        elif kind == "timeout":
            timeouts[number] = int(value)
        elif int(event_id) >= newest.get(number, (0, "", None))[0]:
            newest[number] = int(event_id), value.strip(), text
    digests = {number: (digest, text) for number, (_, digest, text) in newest.items()}
    return Details(history, digests, dict(sorted(timeouts.items())))


def _detail_statements(edition: Edition, asked: Wanted, *, texts: bool) -> Iterator[str]:
    if asked.history:
        yield _history_statement(edition, asked.history)
    if asked.digests:
        tables = ("events_statements_current", "events_statements_history")
        for table in tables if edition.has_indexed_tables else tables[:1]:
            yield (
                f"SELECT 'digest', t.processlist_id, {_text('s.digest_text')},"
                f" {_text('s.sql_text') if texts else 'NULL'}, s.event_id"
                f" FROM performance_schema.threads t JOIN performance_schema.{table} s ON s.thread_id = t.thread_id"
                f" WHERE t.processlist_id IN ({_numbers(asked.digests)}) AND s.digest_text IS NOT NULL"
            )
    if asked.timeouts:
        yield (
            f"SELECT 'timeout', t.processlist_id, {_text('v.variable_value')}, NULL, 0"
            " FROM performance_schema.threads t JOIN performance_schema.variables_by_thread v"
            " ON v.thread_id = t.thread_id AND v.variable_name = 'wait_timeout'"
            f" WHERE t.processlist_id IN ({_numbers(asked.timeouts)})"
        )


def _history_statement(edition: Edition, ids: Sequence[int]) -> str:
    threads = f"performance_schema.threads WHERE processlist_id IN ({_numbers(ids)})"
    history = "performance_schema.events_statements_history"
    if not edition.has_indexed_tables:
        history = f"(SELECT thread_id, event_id, event_name FROM {history} {NOT_MERGED})"
    names = "GROUP_CONCAT(SUBSTRING_INDEX(h.event_name, '/', -1) ORDER BY h.event_id DESC)"
    return (
        f"SELECT 'history', t.id, {_text(names)}, NULL, 0"
        f" FROM (SELECT thread_id, processlist_id id FROM {threads} {NOT_MERGED}) t"
        f" JOIN {history} h ON h.thread_id = t.thread_id GROUP BY t.id"
    )


def _numbers(ids: Collection[int]) -> str:
    return ", ".join(str(int(number)) for number in ids)


def last_statements(seen: Overview, more: Details, own_id: int) -> tuple[LastStatement, ...]:
    """Put together what each session did last, the audit's own left out."""
    return tuple(
        _last_statement(number, seen.events[number], more) for number in sorted(seen.events) if number != own_id
    )


def _last_statement(number: int, event: Event, more: Details) -> LastStatement:
    kind, reset_before = _meaning((event.name, *more.history.get(number, ())))
    digest, text = more.digests.get(number, (None, None))
    pinged = event.name == "Ping"
    return LastStatement(number, kind, pinged, reset_before, event.transaction_seconds, digest, text)


@cache
def _meaning(names: tuple[str, ...]) -> tuple[str | None, bool]:
    """Give the last statement that says something, and whether there was a reset; most sessions did the same."""
    kind = next((name for name in names if name not in PASSED_OVER), None)
    return kind, not RESETS.isdisjoint(names)
