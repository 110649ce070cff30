"""A scan makes one connection and twelve statements at most, and leaves the server as it was: the server says so."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from pymysql.constants.COMMAND import COM_QUERY

from poolaudit.collect.gather import Depth, gather
from poolaudit.facts.missing import Missing
from tests.incidents.live import AUDITOR, Live, send, until

MOST_STATEMENTS = 12
DEPTHS = {
    "plain": Depth(),
    "interval": Depth(interval_seconds=0.2),
    "texts": Depth(with_statements=True),
    "both": Depth(interval_seconds=0.2, with_statements=True),
}
# What counts that somebody connected and read, and no more. Who has just gone is connected for a moment still.
READING = re.compile(
    r"Bytes_.*|Com_(select|set_option|show_(processlist|status|variables))|Connections|Created_tmp_.*"
    r"|Deprecated_use_i_s_processlist_.*|Feature_.*|Handler_(commit|external_lock|read_.*|tmp_.*|write)"
    r"|Innodb_(rows|system_rows)_read|Max_execution_time_set|Memory_used.*|Open(ed)?_.*|Optimizer_.*|option_tracker_.*"
    r"|Performance_schema_session_connect_attrs_longest_seen|Qcache_.*|Queries|Query_time|Questions|Rows_.*|Select_.*"
    r"|Sort_.*|Ssl_.*|Table_.*|Threads_(cached|connected|created|running)"
)
# What moves on a server that nobody asks anything.
BACKGROUND = re.compile(
    r"Aria_.*|Binlog_.*|(Busy|Cpu)_time|Innodb_num_open_files|Uptime.*"
    r"|Innodb_(background|buffer_pool|checkpoint|data|dblwr|history|ibuf|log|lsn|master|mem|os_log|pages|redo_log)_.*"
)
CLOCKS = {"timestamp"}
# Sections that only MySQL 8.0 has, and those that performance_schema has where it is switched on.
OF_NEWER = {"errors", "wait_timeouts"}
OF_SCHEMA = {"programs", "statements"}


@pytest.fixture
def occupied(live: Live) -> Iterator[Live]:
    """Give the server sessions of every sort, so that a scan reads all that it ever reads; one is waited for."""
    options = {"user": "app", "password": "", "database": "todo", "autocommit": False}
    with (
        closing(live.server.connect(**options)) as holder,
        closing(live.server.connect(**options)) as waiter,
        closing(live.server.connect(**options, program_name="rested")) as rested,
    ):
        holder.query("UPDATE tasks SET title = 'held' WHERE id = 1")
        rested.query("SELECT title FROM tasks")
        send(waiter, COM_QUERY, "UPDATE tasks SET title = 'wanted' WHERE id = 1")
        until(lambda: waits(live) == 1, "one session waits for another")
        for once in [live.server.connect() for _ in range(5)]:
            once.close()  # a peak that a scan's one connection does not reach
        yield live


def waits(live: Live) -> int:
    (row,) = live.server.sql("SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
    return int(row["n"])


def table(live: Live, what: str) -> dict[str, str]:
    return {row["Variable_name"]: row["Value"] for row in live.server.sql(f"SHOW GLOBAL {what}")}


@contextmanager
def logged(live: Live) -> Iterator[list[tuple[str, str]]]:
    """Give what the auditor's sessions sent, as the server's own general log has it once the block has ended."""
    said: list[tuple[str, str]] = []
    live.server.sql("TRUNCATE TABLE mysql.general_log")
    live.server.sql("SET GLOBAL log_output = 'TABLE'")
    live.server.sql("SET GLOBAL general_log = ON")
    yield said
    until(lambda: not live.rows(AUDITOR), "the auditor has gone")
    live.server.sql("SET GLOBAL general_log = OFF")
    rows = live.server.sql("SELECT user_host, thread_id, command_type, argument FROM mysql.general_log")
    threads = {row["thread_id"] for row in rows if AUDITOR in str(row["user_host"])}
    said += [(row["command_type"], text_of(row["argument"])) for row in rows if row["thread_id"] in threads]
    live.server.sql("TRUNCATE TABLE mysql.general_log")


def text_of(argument: bytes | str) -> str:
    return argument.decode() if isinstance(argument, bytes) else argument


def test_the_variables_stay_and_the_status_too(occupied: Live) -> None:
    for name, depth in DEPTHS.items():
        table(occupied, "STATUS")
        variables, before = table(occupied, "VARIABLES"), table(occupied, "STATUS")
        gather(occupied.target(), depth)
        until(lambda: not occupied.rows(AUDITOR), "the auditor has gone")
        moved = changed(before, table(occupied, "STATUS"))
        assert changed(variables, table(occupied, "VARIABLES")) <= CLOCKS, name
        assert {one for one in moved if not READING.fullmatch(one) and not BACKGROUND.fullmatch(one)} == set(), name
        assert "Com_select" in moved


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_one_connection_and_twelve_statements_at_most(occupied: Live) -> None:
    for name, depth in DEPTHS.items():
        with logged(occupied) as said:
            gather(occupied.target(), depth)
        kinds = [kind for kind, _ in said]
        assert kinds.count("Connect") == 1, name
        assert set(kinds) <= {"Connect", "Query", "Quit"}, name
        assert_read_only([text for kind, text in said if kind == "Query"])


def assert_read_only(statements: list[str]) -> None:
    assert len(statements) <= MOST_STATEMENTS
    assert all(re.match(r"/\* poolaudit \*/ (SET|SHOW|SELECT) ", text) for text in statements)
    (setting,) = [text for text in statements if text.startswith("/* poolaudit */ SET ")]
    assert "GLOBAL" not in setting


def test_the_fullest_scan_reads_all_there_is_within_the_bound(occupied: Live) -> None:
    with logged(occupied) as said:
        server = gather(occupied.target(), DEPTHS["both"])
    assert sum(kind == "Query" for kind, _ in said) <= MOST_STATEMENTS
    assert len(server.lock_waits) == 1
    assert server.later.after_seconds >= 0.2
    missing = {name for name, section in server.sections._asdict().items() if isinstance(section, Missing)}
    assert missing == (
        set() if occupied.counts_reaped else OF_NEWER | (set() if occupied.knows_processes else OF_SCHEMA)
    )


def test_the_server_does_not_end_a_scan_that_pauses(live: Live) -> None:
    live.set_global("wait_timeout", 1)
    assert gather(live.target(), Depth(interval_seconds=2.5)).later.after_seconds >= 2.5


def test_the_sessions_of_others_are_left_alone(occupied: Live) -> None:
    before = {row["Id"] for row in occupied.rows()}
    gather(occupied.target(), DEPTHS["both"])
    assert {row["Id"] for row in occupied.rows()} == before
    assert waits(occupied) == 1
