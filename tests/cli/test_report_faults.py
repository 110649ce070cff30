"""The whole of `poolaudit report` where mail, history or disk fail, and where names and secrets are hostile."""

import sqlite3
import ssl
from collections.abc import Callable
from contextlib import closing
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from functools import partial
from pathlib import Path

import pytest

from poolaudit.cli import report_run
from poolaudit.collect.gather import Depth
from poolaudit.collect.target import Target
from poolaudit.errors import CannotAuditError
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Server
from poolaudit.facts.session import Program
from poolaudit.history import open_history
from tests.cli.conftest import LEAK, Result, Run
from tests.cli.forked import forked
from tests.cli.reporting import server_at
from tests.collect.certificates import Authority
from tests.mail.post_office import USER, Office, post_office

pytestmark = pytest.mark.slow

MAIL = '[mail]\nfrom = "poolaudit@example.com"\nsmtp = "127.0.0.1:{port}"\n'
PLAIN = MAIL + 'security = "none"\n'
TO = '[report]\nto = ["mailto:dba@example.com"]\n'
SERVER = '[[servers]]\nname = "db1"\nhost = "db1"\nuser = "x"\n'
CANARY = "canary-4711-f00"

Reading = Callable[[Server], None]


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("POOLAUDIT_HISTORY", raising=False)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Say what is read of every server."""
    run = report_run.run
    return lambda server: monkeypatch.setattr(report_run, "run", partial(run, read=lambda *_: server))


def leaking(number: int) -> Server:
    return server_at(number, LEAK)


def settings(text: str) -> None:
    Path("poolaudit.toml").write_text(text, encoding="utf-8")


def history_file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "poolaudit" / "history.sqlite3"


def subjects(office: Office) -> list[str]:
    return [str(one["Subject"]) for one in office.messages]


def check_printed(result: Result, because: str) -> None:
    """Check that what failed is said in one sentence, and that the report is on standard output."""
    assert "PA201" in result.out
    assert because in result.err
    assert "Traceback" not in result.err
    assert "fault" not in result.err


class TestMail:
    @pytest.mark.parametrize(
        ("office", "because"),
        [
            (Office(hangs=True), "did not answer in 1 s"),
            (Office(closes=True), "closed the connection before it took the letter"),
            (Office(answers=["451 try later"]), "did not take the letter: 451 try later"),
            (Office(recipients={"dba@example.com": "450 busy"}), "takes no letter for dba@example.com: 450 busy"),
        ],
        ids=["hangs", "closes", "4xx", "4xx for the recipient"],
    )
    def test_what_fails_for_now_goes_with_the_next_run(
        self, poolaudit: Run, reading: Reading, office: Office, because: str
    ) -> None:
        with post_office(office):
            settings(PLAIN.format(port=office.port) + "timeout-seconds = 1\n" + TO + SERVER)
            reading(leaking(0))
            first = poolaudit("report")
            office.hangs = office.closes = False
            office.recipients = {}
            second = poolaudit("report", "--when", "changes")
        assert (first.code, first.out, second.code, second.out, second.err) == (1, "", 1, "", "")
        assert (
            f"not delivered, it is kept, and goes with the next report: 127.0.0.1:{office.port} {because}" in first.err
        )
        assert subjects(office) == ["late: [poolaudit] db1: 1 error"]

    def test_what_is_refused_for_good_is_said_once(self, poolaudit: Run, reading: Reading) -> None:
        with post_office(Office(answers=["554 spam"])) as office:
            settings(PLAIN.format(port=office.port) + TO + SERVER)
            reading(server_at(0))
            first, second = poolaudit("report"), poolaudit("report", "--when", "changes")
        assert (first.code, second.code, second.err, subjects(office)) == (4, 0, "", [])
        assert "it is given up: " in first.err
        assert "554 spam" in first.err

    @pytest.mark.parametrize(("answer", "copies"), [("550 no such user", 1), ("451 greylisted", 2)])
    def test_one_recipient_of_three(self, poolaudit: Run, reading: Reading, answer: str, copies: int) -> None:
        with post_office(Office(recipients={"b@example.com": answer})) as office:
            settings(PLAIN.format(port=office.port) + SERVER)
            to = ("report", "--to", "mailto:a@example.com,b@example.com,c@example.com", "--when", "changes")
            reading(leaking(0))
            first = poolaudit(*to)
            office.recipients = {}
            assert poolaudit(*to).err == ""
        assert first.code == 1
        assert answer in first.err
        rest = [["b@example.com"]] if copies > 1 else []
        assert [one.rcpt_tos for one in office.letters] == [["a@example.com", "c@example.com"], *rest]

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_a_certificate_and_a_login(self, poolaudit: Run, reading: Reading, tmp_path: Path, security: str) -> None:
        authority = Authority(tmp_path)
        pair = authority.issue("127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.cert, pair.key)
        secure = MAIL + f'security = "{security}"\n'
        reading(server_at(0))
        with post_office(**{security: context}) as office:  # type: ignore[arg-type]  # the names are the options' own
            settings(secure.format(port=office.port) + TO + SERVER)
            result = poolaudit("report")
            assert (result.code, "is not trusted" in result.err, office.letters) == (4, True, [])
            settings(secure.format(port=office.port) + f'ca-file = "{authority.pair.cert}"\n' + TO + SERVER)
            assert poolaudit("report", "--when", "changes").code == 0
        assert subjects(office) == ["late: [poolaudit] db1: nothing wrong"]

    def test_a_letter_that_no_way_is_left_for_is_kept(self, poolaudit: Run, reading: Reading) -> None:
        reading(leaking(0))
        settings(PLAIN.format(port=1) + TO + SERVER)
        poolaudit("report")
        settings('[mail]\nsendmail = "/nonesuch/sendmail"\n' + SERVER)
        result = poolaudit("report")
        check_printed(result, "it is kept, and goes with the next report: /nonesuch/sendmail cannot be run")


def test_the_canary_is_nowhere(poolaudit: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(target: Target, depth: Depth) -> Server:
        _ = depth
        if target.host == "db2":
            raise CannotAuditError("db2 did not answer")
        return leaking(0)

    monkeypatch.setattr(report_run, "run", partial(report_run.run, read=read))
    authority = Authority(tmp_path)
    pair = authority.issue("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    monkeypatch.setenv("SMTP_PASSWORD", CANARY)
    said: list[str] = []
    with post_office(starttls=context, wants_login=True) as office:
        table = MAIL.format(port=office.port) + f'user = "{USER}"\npassword-env = "SMTP_PASSWORD"\nattach-json = true\n'
        servers = "".join(
            f'[[servers]]\nname = "db{one}"\ndsn = "mysql://app:{CANARY}@db{one}/shop"\n' for one in (1, 2)
        )
        to = f'[report]\nto = ["mailto:dba@example.com", "http://127.0.0.1:1/{CANARY}", "page.html", "out.json"]\n'
        trusted = f'ca-file = "{authority.pair.cert}"\n'
        # Nobody answers at the hook; first the certificate is not trusted, then all is well, then the login is refused.
        for mail, password in ((table, CANARY), (table + trusted, CANARY), (table + trusted, f"{CANARY}-wrong")):
            monkeypatch.setenv("SMTP_PASSWORD", password)
            settings(mail + to + servers)
            said += [*poolaudit("report")[1:], *poolaudit("report", "--dry-run")[1:]]
    for url in (f"postgresql://u:{CANARY}@127.0.0.1:1/db", f"mysql://u:{CANARY}@127.0.0.1:1/db", f"no such {CANARY}"):
        result = poolaudit("report", "--history", url)
        assert result.code in {1, 2, 3, 4}
        said += result[1:]
    assert any("refused the login" in one for one in said)
    assert any("is not trusted" in one for one in said)
    assert any("http://127.0.0.1:1/…" in one for one in said)
    assert office.letters
    (tmp_path / "poolaudit.toml").unlink()
    written = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert {one.suffix for one in written} >= {".sqlite3", ".eml", ".html", ".json"}
    assert CANARY not in "".join(said)
    assert [one for one in written if CANARY.encode() in one.read_bytes()] == []
    assert [one for one in office.messages if CANARY in _text_of(one)] == []


def _text_of(letter: EmailMessage) -> str:
    parts = [part.get_payload(decode=True) for part in letter.walk() if not part.is_multipart()]
    return str(letter) + b"".join(part for part in parts if isinstance(part, bytes)).decode("utf-8", "replace")


HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&",
    "crlf": "app\r\nBcc: victim@example.com\r\n\r\nbody\n.\n",
    "long": "x" * 10_000,
    "rtl": "\u202egro.elpmaxe\u202c",
    "emoji": "👩‍🚒 🏴‍☠️",
    "path": "../../../etc/passwd",
    "escape": "\x1b]0;title\x07\x1b[2J\0",
    "surrogate": "half \ud83d",
}


def hostile(name: str) -> Server:
    """Give a server that says the name wherever it can."""
    server = server_at(0, LEAK)
    processes = server.sections.processlist
    assert not isinstance(processes, Missing)
    bad = tuple(one._replace(user=name, db=name, state=name) for one in processes)
    programs = tuple(Program(one.id, name, None) for one in processes)
    return server._replace(sections=server.sections._replace(processlist=bad, programs=programs))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_are_text(poolaudit: Run, tmp_path: Path, reading: Reading, kind: str) -> None:
    name = HOSTILE[kind]
    quoted = _toml(name if kind != "surrogate" else "db1")
    reading(hostile(name))
    with post_office() as office:
        server = f'[[servers]]\nname = {quoted}\nhost = "db1"\nuser = "x"\n'
        settings(PLAIN.format(port=office.port) + "attach-json = true\n" + TO + server)
        result = poolaudit("report")
        if result.code == 2:  # a name of a server that the settings do not take
            assert "name" in result.err
            settings(PLAIN.format(port=office.port) + "attach-json = true\n" + TO + SERVER)
            result = poolaudit("report")
        dry = poolaudit("report", "--dry-run")
    assert (result.code, result.err, result.out) == (1, "", "")
    assert dry.code == 1
    (letter,) = office.messages
    files = list(tmp_path.rglob("*.eml"))
    assert [one.parent for one in files] == [tmp_path]
    assert len(files[0].name) < 255
    for one in (letter, BytesParser(EmailMessage, policy=policy.default).parsebytes(files[0].read_bytes())):
        _check_inert(one)
    assert office.letters[0].rcpt_tos == ["dba@example.com"]


def _toml(text: str) -> str:
    return '"' + "".join(f"\\U{ord(one):08x}" for one in text) + '"'


def _check_inert(letter: EmailMessage) -> None:
    assert [part.defects for part in letter.walk() if part.defects] == []
    assert [value.defects for value in letter.values() if value.defects] == []
    assert letter["Bcc"] is None
    assert letter["To"] == "dba@example.com"
    assert not set(str(letter["Subject"])) & set("\r\n\x1b\0")
    page, text = letter.get_body(("html",)), letter.get_body(("plain",))
    assert page is not None
    assert text is not None
    assert "<script" not in _content(page)
    assert "onerror=alert(1)>" not in _content(page)
    assert "\x1b" not in _content(text)
    assert "\u202e" not in _content(text)


def _content(part: MIMEPart) -> str:
    content = part.get_content()
    assert isinstance(content, str)
    return content


class TestHistory:
    @pytest.fixture
    def kept(self, poolaudit: Run, tmp_path: Path, reading: Reading) -> Path:
        """Keep a run in the user's own history."""
        settings(SERVER)
        reading(server_at(0))
        assert poolaudit("report").code == 0
        reading(leaking(1))
        return history_file(tmp_path)

    def _check_is_as_before(self, file: Path) -> None:
        with open_history(f"sqlite:///{file}") as history:
            assert len(history.runs()) == 1

    def test_a_newer_one(self, poolaudit: Run, kept: Path) -> None:
        with closing(sqlite3.connect(kept)) as connection:
            connection.execute("UPDATE poolaudit_meta SET value = 99")
            connection.commit()
        content = kept.read_bytes()
        result = poolaudit("report")
        assert result.code == 1
        check_printed(result, "a newer poolaudit's: its tables are of version 99")
        assert kept.read_bytes() == content

    def test_a_locked_one(self, poolaudit: Run, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report_run, "WAIT_SECONDS", 0.2)
        with closing(sqlite3.connect(kept, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            result = poolaudit("report")
            other.execute("ROLLBACK")
        assert result.code == 1
        check_printed(result, "another program keeps it locked")
        self._check_is_as_before(kept)

    def test_one_whose_pages_are_damaged(self, poolaudit: Run, kept: Path) -> None:
        content = bytearray(kept.read_bytes())
        for page in range(4096, len(content), 4096):
            content[page : page + 200] = b"\xff" * 200
        kept.write_bytes(content)
        check_printed(poolaudit("report"), "it is damaged")

    def test_a_state_folder_that_cannot_be_made(self, poolaudit: Run, reading: Reading, tmp_path: Path) -> None:
        settings(SERVER)
        reading(leaking(0))
        (tmp_path / "state").write_text("in its place", encoding="utf-8")
        check_printed(poolaudit("report"), "Not a directory")
        reading(server_at(0))
        result = poolaudit("report")
        assert (result.code, "nothing wrong" in result.out.lower()) == (4, True)

    @pytest.mark.slow
    def test_a_full_disk(self, kept: Path, tmp_path: Path) -> None:
        settings(PLAIN.format(port=1) + TO + SERVER)
        # The history's index has just room, and what a run with its letter writes has not.
        done = forked(tmp_path, 1, "report", size_bytes=33_000)
        *report, code = done.stdout.splitlines()
        assert code == "1"
        check_printed(Result(1, "\n".join(report), done.stderr), "the disk")
        with open_history(f"sqlite:///{kept}") as history:
            assert len(history.runs()) == 2, "the one before, and the one that had the room"

    @pytest.mark.slow
    @pytest.mark.parametrize("lock", ["none", "wait"])
    def test_twenty_at_once(self, tmp_path: Path, lock: str) -> None:
        with post_office() as office:
            settings(PLAIN.format(port=office.port) + TO + SERVER)
            done = forked(tmp_path, 20, "report", "--lock", lock)
            assert done.stderr == ""
        assert done.stdout == f"{' '.join('1' * 20)}\n"
        with open_history(f"sqlite:///{history_file(tmp_path)}") as history:
            assert len(history.runs(count=100)) == 21
            assert history.take_due() == ()
        sent = [str(one["Message-ID"]) for one in office.messages]
        assert (len(sent), len(set(sent))) == (21, 21)

    def test_a_file_that_cannot_be_written(self, poolaudit: Run, reading: Reading, tmp_path: Path) -> None:
        settings(SERVER)
        reading(leaking(0))
        (tmp_path / "page").mkdir()
        absent = tmp_path / "page" / "page.html"

        def vanish(*_: object) -> Server:
            (tmp_path / "page").rmdir()
            return leaking(0)

        report_run.run.keywords["read"] = vanish  # type: ignore[attr-defined]  # the partial of `reading`
        result = poolaudit("report", "--to", str(absent), "--to", "other.html")
        assert result.code == 3
        check_printed(result, "page.html could not be written")
        assert (tmp_path / "other.html").exists()
