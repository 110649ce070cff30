"""Reports that get lost nowhere: the outbox, failures of mail, history and disk, and who is told what."""

import json
import multiprocessing
import signal
import sqlite3
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from poolaudit.cli.errors import ExitCode
from poolaudit.cli.report_run import run_alone
from poolaudit.cli.report_settings import When
from poolaudit.errors import CannotAuditError
from poolaudit.facts.server import Server
from poolaudit.history import open_history
from poolaudit.mail.addresses import FileTo, MailTo, PostTo
from poolaudit.policy import Policy
from tests.cli.conftest import LEAK
from tests.cli.reporting import DBA, job, run_on, server_at, smtp_at
from tests.facts_toml import TAKEN_AT
from tests.mail.post_office import Office, post_office

pytestmark = pytest.mark.usefixtures("empty_home")
NOWHERE = smtp_at(1)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


def leaking(number: int) -> Server:
    return server_at(number, LEAK)


def subjects(office: Office) -> list[str]:
    return [str(one["Subject"]) for one in office.messages]


class TestWhen:
    def test_always(self, history: Path) -> None:
        with post_office() as office:
            for number in range(2):
                assert run_on(job(history, smtp_at(office.port), when=When.ALWAYS), server_at(number)) == ExitCode.OK
        assert subjects(office) == ["[poolaudit] db1: nothing wrong"] * 2

    def test_findings(self, history: Path) -> None:
        with post_office() as office:
            for server in (server_at(0), leaking(1), leaking(2), server_at(3), server_at(4)):
                run_on(job(history, smtp_at(office.port), when=When.FINDINGS), server)
        assert subjects(office) == [
            "[poolaudit] db1: 1 error (1 new)",
            "[poolaudit] db1: 1 error",
            "[poolaudit] db1: nothing wrong, 1 resolved",
        ]

    def test_changes(self, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with post_office() as office:
            codes = [
                run_on(job(history, smtp_at(office.port)), server)
                for server in (server_at(0), leaking(1), leaking(2), server_at(3), server_at(4))
            ]
        assert codes == [ExitCode.OK, ExitCode.FOUND, ExitCode.FOUND, ExitCode.OK, ExitCode.OK]
        assert len(subjects(office)) == 2
        assert capsys.readouterr() == ("", "")


class TestOutbox:
    def test_what_cannot_be_delivered_goes_with_the_next_report_as_a_late_one(
        self, history: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run_on(job(history, NOWHERE), leaking(0)) == ExitCode.FOUND
        assert "it is kept, and goes with the next report" in capsys.readouterr().err
        with post_office() as office:
            run_on(job(history, smtp_at(office.port)), leaking(1))
            run_on(job(history, smtp_at(office.port)), leaking(2))
        assert subjects(office) == ["late: [poolaudit] db1: 1 error"]

    def test_a_quiet_day_that_could_not_be_told_of_is_an_exit_code_of_its_own(self, history: Path) -> None:
        assert run_on(job(history, NOWHERE, when=When.ALWAYS), server_at(0)) == ExitCode.IN_PART

    def test_of_three_recipients_each_gets_it_once(self, history: Path) -> None:
        three = MailTo(("a@example.com", "b@example.com", "c@example.com"))
        refusing = Office(recipients={"b@example.com": "451 greylisted"})
        with post_office(refusing) as office:
            run_on(job(history, smtp_at(office.port), addresses=(three,)), leaking(0))
            office.recipients = {}
            run_on(job(history, smtp_at(office.port), addresses=(three,)), leaking(1))
            run_on(job(history, smtp_at(office.port), addresses=(three,)), leaking(2))
        assert [one.rcpt_tos for one in office.letters] == [["a@example.com", "c@example.com"], ["b@example.com"]]
        assert office.messages[0]["Message-ID"] == office.messages[1]["Message-ID"]

    def test_what_is_refused_for_good_is_given_up(self, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with post_office(Office(answers=["554 no"])) as office:
            run_on(job(history, smtp_at(office.port)), leaking(0))
            assert "it is given up" in capsys.readouterr().err
            run_on(job(history, smtp_at(office.port)), leaking(1))
        assert subjects(office) == []

    def test_what_is_too_old_is_given_up(self, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run_on(job(history, NOWHERE, now=TAKEN_AT), leaking(0))
        run_on(job(history, NOWHERE, now=TAKEN_AT + timedelta(days=8)), leaking(1))
        assert "it is given up" in capsys.readouterr().err
        with post_office() as office:
            run_on(job(history, smtp_at(office.port)), leaking(2))
        assert subjects(office) == []


class TestAddresses:
    def test_files_are_of_now_whatever_is_sent(self, history: Path, tmp_path: Path) -> None:
        page, numbers = FileTo(str(tmp_path / "page.html")), FileTo(str(tmp_path / "poolaudit.prom"))
        for number in range(2):
            run_on(job(history, None, addresses=(page, numbers)), server_at(number))
        assert (tmp_path / "page.html").read_text("utf-8").startswith("<!DOCTYPE html>")
        assert "poolaudit_connections" in (tmp_path / "poolaudit.prom").read_text("utf-8")

    def test_without_an_address_it_is_printed(self, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run_on(job(history, None, addresses=()), leaking(0))
        assert "PA201" in capsys.readouterr().out
        run_on(job(history, None, addresses=()), leaking(1))
        assert capsys.readouterr() == ("", "")

    def test_a_hook_gets_one_document_for_the_run(self, history: Path) -> None:
        bodies: list[bytes] = []

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            to = PostTo(f"http://127.0.0.1:{server.server_address[1]}/canary-KEY")
            run_on(job(history, None, addresses=(to,), names=("db1", "db2")), leaking(0))
            server.shutdown()
            thread.join()
        (body,) = map(json.loads, bodies)
        assert body["text"].splitlines()[:2] == [f"[poolaudit] {name}: 1 error" for name in ("db1", "db2")]
        assert [one["name"] for one in body["report"]["servers"]] == ["db1", "db2"]
        assert b"canary-KEY" not in history.read_bytes()

    def test_a_mail_for_each_server_that_has_something_to_say(self, history: Path) -> None:
        def read(host: str) -> Server:
            return leaking(0) if host == "db2" else server_at(0)

        with post_office() as office:
            run_on(job(history, smtp_at(office.port), names=("db1", "db2", "db3")), read)
        assert subjects(office) == ["[poolaudit] db2: 1 error"]

    def test_a_server_that_is_out_of_reach_is_told_of(self, history: Path) -> None:
        def read(host: str) -> Server:
            if host == "db2":
                raise CannotAuditError("db2 did not answer")
            return server_at(0)

        with post_office() as office:
            code = run_on(job(history, smtp_at(office.port), names=("db1", "db2")), read)
        assert code == ExitCode.IN_PART
        assert [one.partition(":")[0] for one in subjects(office)] == ["[poolaudit] db2"]

    def test_a_dry_run_writes_the_letters_and_keeps_nothing(
        self, history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        one = job(history, NOWHERE, names=("db 1/x",))._replace(dry_run=True)
        assert run_on(one, leaking(0)) == ExitCode.FOUND
        assert capsys.readouterr().out == "poolaudit-db-1-x.eml\n"
        assert b"Subject: [poolaudit] db 1/x" in (tmp_path / "poolaudit-db-1-x.eml").read_bytes()
        with open_history(f"sqlite:///{history}") as opened:
            assert opened.runs() == ()


class TestHistoryThatFails:
    @pytest.mark.parametrize("content", [b"this is no database" * 100, b"\xff" * 5000], ids=["text", "bytes"])
    def test_a_damaged_one_is_left_alone_and_the_report_is_printed(
        self, history: Path, content: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        history.write_bytes(content)
        assert run_on(job(history, NOWHERE), server_at(0)) == ExitCode.IN_PART
        out, err = capsys.readouterr()
        assert "nothing wrong" in out.lower()
        assert str(history) in err
        assert "Traceback" not in err
        assert history.read_bytes() == content

    def test_a_full_one_keeps_what_it_had(self, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run_on(job(history, None, addresses=()), server_at(0))
        locker = sqlite3.connect(history)
        locker.execute("BEGIN IMMEDIATE")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("poolaudit.cli.report_run.WAIT_SECONDS", 0.2)
            code = run_on(job(history, None, addresses=()), leaking(1))
        locker.rollback()
        locker.close()
        out, err = capsys.readouterr()
        assert code == ExitCode.FOUND
        assert "PA201" in out
        assert "locked" in err
        with open_history(f"sqlite:///{history}") as opened:
            assert len(opened.runs()) == 1


def _hold(history: str, ready: "multiprocessing.synchronize.Event") -> None:
    from poolaudit.cli.lock import one_at_a_time  # noqa: PLC0415 - in the other process

    with one_at_a_time(history, wait_seconds=0):
        ready.set()
        signal.pause()


def test_the_second_run_says_that_there_is_a_first(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = job(history, None, addresses=())
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    other = context.Process(target=_hold, args=(one.history, ready))
    other.start()
    try:
        assert ready.wait(60)
        assert run_alone(one, "skip") == ExitCode.IN_PART
        assert "another poolaudit report is still running" in capsys.readouterr().err
    finally:
        other.kill()
        other.join()


def test_an_ignored_finding_whose_ignore_runs_out_comes_back_as_new(history: Path) -> None:
    from poolaudit.report import Ignore  # noqa: PLC0415 - this test alone

    until = (TAKEN_AT + timedelta(days=1)).date()
    policy = Policy(ignores=(Ignore("PA201", "known", until=until),))
    with post_office() as office:
        for number in (0, 1, 8):
            run_on(job(history, smtp_at(office.port), policy=policy), leaking(number))
    assert [one for one in subjects(office) if "1 error (1 new)" in one] == [subjects(office)[-1]]


def test_nobody_is_told_of_an_address_twice(history: Path) -> None:
    with post_office() as office:
        run_on(job(history, smtp_at(office.port), addresses=(DBA, MailTo(("ops@example.com",)))), leaking(0))
    assert sorted(one.rcpt_tos[0] for one in office.letters) == ["dba@example.com", "ops@example.com"]
    assert len({one["Message-ID"] for one in office.messages}) == 2
