"""A history in a file: what is kept is found again, whole, and nothing twice."""

import multiprocessing
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from poolaudit.errors import HistoryError
from poolaudit.history import Letter, open_history, outbox
from poolaudit.history.keeping import keep_run
from poolaudit.history.past import State
from poolaudit.history.store import History, Keeping
from tests.history.at_once import check_all_were_kept, keep_at_once, letter
from tests.history.reports import CALM, FULL, LABEL, NEAR, moment, out_of_reach, refused, report

HOSTILE = 'evil\u202e\U0001f480\x00\x1b[31m"; DROP TABLE poolaudit_runs; --'


def test_a_file_and_its_folder_are_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with open_history() as history:
        history.keep(LABEL, report())
        file = Path(history.name)
        assert file == tmp_path / "state" / "poolaudit" / "history.sqlite3"
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (file.parent, *file.parent.iterdir())}
    assert modes == {"poolaudit": 0o700} | dict.fromkeys((f"{file.name}{end}" for end in ("", "-wal", "-shm")), 0o600)


def test_there_is_no_past_at_first(history: History) -> None:
    past = history.before(LABEL)
    assert past == (LABEL, None, None, (), ())


def test_the_last_audit_is_found_again(history: History) -> None:
    for hours, toml in enumerate([CALM, NEAR, FULL]):
        history.keep(LABEL, report(toml, hours))
    past = history.before(LABEL, until=moment(3))
    assert past.taken_at == moment(2)
    assert past.earlier is not None
    assert past.earlier.taken_at == moment(2)
    assert past.earlier.counters["Connections"] == 200_000
    assert [one.connected_connections for one in past.usage] == [12, 125, 150]
    assert {(one.code, one.severity.word, one.audits) for one in past.findings} >= {("PA102", "error", 2)}


def test_what_lies_in_the_future_is_no_past(history: History) -> None:
    for hours in (0, 1, 5):
        history.keep(LABEL, report(CALM, hours))
    past = history.before(LABEL, until=moment(2))
    assert past.taken_at == moment(1)
    assert len(past.usage) == 2


def test_the_use_is_that_of_the_last_days(history: History) -> None:
    for hours in (0, 24, 48):
        history.keep(LABEL, report(CALM, hours))
    assert len(history.before(LABEL, until=moment(49), days=1.0).usage) == 1


def test_servers_do_not_mix_whatever_their_names(history: History) -> None:
    names = ["db1", "DB1", "db1 ", HOSTILE, "x" * 10_000]
    for number, name in enumerate(names):
        history.keep(name, report(f"counters = {{ Threads_connected = {number} }}"))
    seen = [history.before(name, until=moment(1)).usage[0].connected_connections for name in names]
    assert seen == list(range(len(names)))


def test_counters_are_those_of_the_last_audit_that_read_them(history: History) -> None:
    history.keep(LABEL, report(NEAR))
    history.keep(LABEL, refused(1))
    history.keep(LABEL, out_of_reach(2))
    past = history.before(LABEL, until=moment(3))
    assert past.taken_at == moment(2)
    assert past.earlier is not None
    assert past.earlier.taken_at == moment(0)
    assert [one.was_read for one in past.usage] == [True, False, False]
    assert {one.state for one in past.findings if one.code == "PA102"} == {State.CARRIED}


def test_hostile_names_are_kept_as_they_are_but_for_what_no_database_takes(history: History) -> None:
    found = report(NEAR)
    history.keep(LABEL, found._replace(findings=tuple(one._replace(about=HOSTILE) for one in found.findings)))
    kept = history.before(LABEL, until=moment(1)).findings
    assert {one.about for one in kept} == {HOSTILE.replace("\0", "\\x00")}


@pytest.mark.parametrize("value", [2**64 - 1, 2**70])
def test_a_number_that_no_database_holds_is_kept_as_unknown(history: History, value: int) -> None:
    toml = f"counters = {{ Threads_connected = {value}, Connections = {value}, Uptime = {value} }}"
    history.keep(LABEL, report(toml))
    past = history.before(LABEL, until=moment(1))
    assert past.usage[0].connected_connections is None
    assert past.earlier is None


def test_a_letter_goes_with_its_run_and_leaves_when_delivered(history: History) -> None:
    history.keep(LABEL, report(), [letter(1), letter(2)])
    first, second = history.take_due(moment(0))
    assert (first.letter, first.late, first.tries) == (letter(1), False, 0)
    assert not history.take_due(moment(0)), "they are in hand"
    history.mark_delivered(first)
    history.mark_failed(second.id, "450 later")
    (again,) = history.take_due(moment(1))
    assert (again.letter, again.late, again.tries, again.last_error) == (letter(2), True, 1, "450 later")


def test_what_was_delivered_is_never_put_in_again(history: History) -> None:
    history.keep(LABEL, report(), [letter(1)])
    history.mark_delivered(history.take_due(moment(0))[0])
    history.keep(LABEL, report(CALM, 1), [letter(1), letter(1, "file:///tmp/report")])
    assert [one.letter.target for one in history.take_due(moment(1))] == ["file:///tmp/report"]


def test_a_letter_of_no_run_is_not_late_for_whoever_put_it_in(history: History, url: str) -> None:
    history.put([letter(1)], moment(0))
    (due,) = history.take_due(moment(0))
    assert not due.late
    history.mark_failed(due.id, "no route")
    with open_history(url) as other:
        assert [one.late for one in other.take_due(moment(1))] == [True]


def test_a_delivered_letter_that_is_marked_as_failed_stays_delivered(history: History) -> None:
    history.put([letter(1)], moment(0))
    (due,) = history.take_due(moment(0))
    history.mark_delivered(due)
    history.mark_failed(due.id, "late news")
    assert not history.take_due(moment(1))


def _put_and_take(url: str) -> None:
    with open_history(url) as history:
        history.put([letter(1)], moment(0))
        assert len(history.take_due(moment(0))) == 1


@pytest.mark.slow
def test_letters_of_a_process_that_ended_are_taken_by_the_next_and_are_late(url: str) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_put_and_take, args=(url,))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    with open_history(url) as history:
        (due,) = history.take_due(moment(0))
    assert due.late


def test_letters_of_one_with_the_same_number_are_taken_by_the_next(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.put([letter(1)], moment(0))
    monkeypatch.setattr(outbox, "_ONLY", "before the restart")
    assert len(history.take_due(moment(0))) == 1
    assert not history.take_due(moment(0))
    monkeypatch.undo()
    assert len(history.take_due(moment(0))) == 1


def test_letters_in_another_machines_hand_are_left_alone_for_ten_minutes(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.put([letter(1)], moment(0))
    monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
    assert len(history.take_due(moment(0))) == 1
    monkeypatch.undo()
    assert not history.take_due(moment(0) + timedelta(minutes=9))
    assert len(history.take_due(moment(0) + timedelta(minutes=10))) == 1


def test_a_run_whose_letters_cannot_be_kept_is_not_kept_either(history: History) -> None:
    broken = Letter("mailto:x", "<1@x>", "s", 1 + 1j)  # type: ignore[arg-type]  # what a driver refuses
    with pytest.raises(Exception, match="history"):
        history.keep(LABEL, report(), [letter(1), broken])
    assert history.before(LABEL, until=moment(1)).taken_at is None
    assert not history.take_due(moment(1))


@pytest.mark.slow
def test_twenty_runs_at_once_on_a_history_that_is_not_there_yet(url: str) -> None:
    assert keep_at_once(url, 20) == [0] * 20
    check_all_were_kept(url, 20)


def test_a_run_over_several_servers_is_kept_whole_or_not_at_all(history: History) -> None:
    document = letter(3, "hook:x")
    broken = letter(2)._replace(message=None)  # type: ignore[arg-type]  # which no database takes
    keepings = [Keeping("db1", report(NEAR), (letter(1),)), Keeping("db2", report(NEAR), (broken,))]
    with pytest.raises(HistoryError):
        history.keep_all(keepings, [document])
    assert (history.runs(), history.take_due(moment(1))) == ((), ())
    assert len(history.keep_all([keepings[0], keepings[1]._replace(letters=())], [document])) == 2
    assert [due.letter for due in history.take_due(moment(1))] == [letter(1), document]


def test_a_run_whose_keeping_is_tried_again_is_kept_once(history: History) -> None:
    database = history._database  # noqa: SLF001 - a lost answer cannot be made here
    first, second = (
        database.write(lambda connection: keep_run(connection, LABEL, report(NEAR), "once")) for _ in range(2)
    )
    assert first == second
    assert [run.id for run in history.runs()] == [first]


def test_what_is_left_of_a_letter_takes_its_place(history: History) -> None:
    history.keep(LABEL, report(NEAR), [letter(1)])
    rest = letter(1, "mailto:later@example.com")
    (due,) = history.take_due(moment(0))
    history.mark_delivered(due, rest=rest)
    (left,) = history.take_due(moment(1))
    assert (left.letter, left.created_at) == (rest, moment(0))
