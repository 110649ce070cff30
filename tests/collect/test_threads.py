"""What performance_schema's rows are understood to say, and of whom details are asked, without a server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from poolaudit.collect import threads
from poolaudit.collect.sections import Edition
from poolaudit.collect.threads import Details, Event, Overview, Wanted
from poolaudit.facts.session import ProcessRow, Program

MYSQL56 = Edition(mariadb=False, numbers=(5, 6, 24))
MYSQL9 = Edition(mariadb=False, numbers=(9, 7, 4))
NOTHING = Details({}, {}, {})
SEEN = Overview({}, (), {1: 11, 2: 12, 3: 13})


@dataclass
class Answers:
    """A connection that gives one prepared result and remembers what it was asked."""

    rows: Sequence[Sequence[Any]] = ()
    names: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)

    def query(self, statement: str) -> "Answers":
        self.asked.append(statement)
        return self


def sleeper(number: int, seconds: int) -> ProcessRow:
    return ProcessRow(number, "app", "10.0.0.1:1", None, "Sleep", seconds, "")


def entries(*said: tuple[int, str]) -> str:
    """Write what sessions said as the server does."""
    return "".join(f"{number} {value.encode().hex().upper()};" for number, value in said)


def test_overview_spreads_what_sessions_have_in_common() -> None:
    reader = Answers(
        [
            ("event", "statement/sql/rollback", "11;13;99;"),
            ("event", "statement/sql/select", "12;"),
            ("transaction", None, "12 12;7 99;"),
            ("thread", None, "1 11;2 12;3 13;"),
            ("_pid", None, entries((1, "77"), (2, "77"), (3, "x"))),
            ("program_name", None, entries((2, "web; 5 ;"), (3, "w\xeb\u7db2"), (1, ""))),
            ("_client_ip", None, entries((4, "10.0.0.9"))),
        ]
    )
    seen = threads.overview(reader, MYSQL9)
    assert seen.events == {1: Event("rollback", None), 3: Event("rollback", None), 2: Event("select", 12)}
    assert seen.programs == (
        Program(1, None, 77),
        Program(2, "web; 5 ;", 77),
        Program(3, "w\xeb\u7db2", None),
        Program(4, None, None, "10.0.0.9"),
    )


def test_a_list_that_the_server_cut_tells_what_is_whole_in_it() -> None:
    whole = entries((1, "77"), (2, "7788"))
    reader = Answers([("thread", None, "1 11;2 123"), ("event", "x/y", None), ("_pid", None, whole[:-3])])
    seen = threads.overview(reader, MYSQL9)
    assert (seen.threads, seen.events, seen.programs) == ({1: 11}, {}, (Program(1, None, 77),))


@pytest.mark.parametrize(
    ("event", "history", "kind", "pinged", "reset_before"),
    [
        ("select", (), "select", False, False),
        ("rollback", (), "rollback", False, True),
        ("Ping", (), None, True, False),
        ("Ping", ("Ping", "Ping", "select", "rollback"), "select", True, True),
        ("Close stmt", ("Close stmt", "rollback", "select"), "rollback", False, True),
        ("set_option", ("set_option", "set_option"), None, False, False),
        ("Reset Connection", (), "Reset Connection", False, True),
    ],
)
def test_last_statement(event: str, history: Sequence[str], kind: str | None, pinged: bool, reset_before: bool) -> None:
    seen = Overview({1: Event(event, None), 9: Event("select", None)}, ())
    found = threads.last_statements(seen, own_id=9)
    (last,) = threads.with_details(found, seen, NOTHING._replace(history={1: history, 2: ["rollback"]}))
    assert (last.id, last.kind, last.pinged, last.reset_before) == (1, kind, pinged, reset_before)


def test_history_is_wanted_only_where_it_decides() -> None:
    events = {
        1: Event("Ping", None),
        2: Event("select", None),
        3: Event("select", 5),
        4: Event("rollback", None),
        5: Event("commit", None),
        6: Event("Ping", None),
    }
    rows = [sleeper(number, number) for number in (1, 2, 3, 4, 5, 6, 7)]
    asked = threads.wanted(Overview(events, ()), rows, {6: 50}, MYSQL9)
    assert asked.history == [2, 1]
    assert asked.digests == [6, 3, 2, 1]
    assert asked.timeouts == [7, 6, 5, 4, 3, 2, 1]


def test_details_are_asked_of_so_many_and_the_longest_asleep_first() -> None:
    rows = [sleeper(number, number) for number in range(5000)]
    events = {number: Event("select", None) for number in range(5000)}
    asked = threads.wanted(Overview(events, ()), rows, {}, MYSQL9)
    assert asked.timeouts == list(range(4999, 4999 - threads.MOST_TIMEOUTS, -1))
    assert asked.digests == list(range(4999, 4999 - threads.MOST_DIGESTS, -1))
    assert asked.history == list(range(4999, 4999 - threads.MOST_HISTORIES, -1))
    assert threads.wanted(Overview(events, ()), rows, {}, MYSQL56).timeouts == ()


def test_nothing_is_asked_of_nobody() -> None:
    reader = Answers()
    assert threads.details(reader, SEEN, threads.details_statement(MYSQL9, SEEN, Wanted(), texts=True)) == NOTHING
    assert reader.asked == []


def test_details_keep_the_newest_digest_of_each() -> None:
    reader = Answers(
        [
            ("digest", 11, "SELECT ? ", "SELECT 1", 7),
            ("digest", 11, "UPDATE ?", "UPDATE 2", 5),
            ("history", 12, "Ping,select", None, 0),
            ("timeout", 13, "60", None, 0),
        ]
    )
    asked = Wanted(history=[2], digests=[1], timeouts=[3])
    found = threads.details(reader, SEEN, threads.details_statement(MYSQL9, SEEN, asked, texts=True))
    assert found == Details({2: ["Ping", "select"]}, {1: ("SELECT ?", "SELECT 1")}, {3: 60})
    assert len(reader.asked) == 1


def test_texts_are_asked_for_only_on_demand() -> None:
    reader = Answers()
    threads.details(reader, SEEN, threads.details_statement(MYSQL9, SEEN, Wanted(digests=[1]), texts=False))
    assert "sql_text" not in reader.asked[0]
    threads.details(reader, SEEN, threads.details_statement(MYSQL9, SEEN, Wanted(digests=[1]), texts=True))
    assert "sql_text" in reader.asked[1]
