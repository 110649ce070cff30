"""Names and statements made to do harm, through the command: on a real terminal, in a pipe, in files, in errors."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.collect.rogue import Rogue, greeting, packet, saying
from tests.faults.command import Outcome, each, environment, poolaudit
from tests.faults.terminal import on_terminal
from tests.incidents.live import AUDITOR, Live
from tests.incidents.test_hostile import WAYS, assert_inert, occupy
from tests.servers import Server

FORMATS = ("terminal", "plain", "json")
ALL = ("--show-queries", "--all-clients", "--fail-on", "error")


@pytest.fixture
def besieged(server: Server) -> Iterator[Live]:
    """Give a server that has clients of every harmful name."""
    with closing(Live(server)) as live, ExitStack() as stack:
        for way in WAYS:
            occupy(live, way, stack)
        live.await_open(len(WAYS), seconds=0)
        yield live


def test_it_is_printed_as_text(besieged: Live, tmp_path: Path) -> None:
    dsn, capture, file = besieged.server.dsn(AUDITOR), tmp_path / "capture.json", tmp_path / "report"
    shown = on_terminal("scan", *ALL, env=environment(TERM="xterm-256color", POOLAUDIT_DSN=dsn))
    assert "\x1b[" in shown.out
    assert_inert(shown.out, color=True)
    for piped in each(lambda form: poolaudit("scan", *ALL, "--format", form, dsn=dsn), FORMATS):
        assert piped.err == ""
        assert_inert(piped.out, color=False)
    assert poolaudit("scan", *ALL, "-o", str(file), dsn=dsn).err == ""
    assert_inert(file.read_text(), color=False)
    assert poolaudit("capture", "--show-queries", "-o", str(capture), dsn=dsn).err == ""
    assert_inert(capture.read_text(), color=False)
    report = json.loads(poolaudit("scan", "--from", str(capture), *ALL, "--format", "json").out)
    assert {client["account"] for client in report["servers"][0]["clients"]} >= {way.user for way in WAYS}


def test_a_refusal_that_repeats_it_is_printed_as_text(mysql97: Server) -> None:
    place = ("-h", mysql97.host, "-P", str(mysql97.port))
    for shown in each(lambda way: poolaudit("scan", *place, "-u", way.user), WAYS[:6]):
        shown.cannot_audit("refused the login (error 1045: ")
        assert_inert(shown.err, color=False)


HARMFUL = {
    "escapes and lines": b"\x1b]0;x\x07\x1b[2J\n\npoolaudit: all is well",
    "bidi and no text": b"\xe2\x80\xae\xff\xfe\x9b",
}


@pytest.mark.parametrize("words", HARMFUL.values(), ids=HARMFUL)
def test_a_server_whose_own_words_are_hostile(words: bytes) -> None:
    said = (
        packet(0, b"\xff" + (1040).to_bytes(2, "little") + words),
        packet(0, b"\xff" + (1130).to_bytes(2, "little") + words),
        greeting(words) + packet(2, b"\xff" + (1045).to_bytes(2, "little") + b"#28000" + words),
        greeting(plugin=words),
    )
    for outcome in each(scan_of, said):
        assert outcome.code in {1, 3}
        assert_inert(outcome.out + outcome.err, color=False)
        assert not any(line.startswith("poolaudit: all is well") for line in outcome.remarks)


def scan_of(data: bytes) -> Outcome:
    with Rogue(saying(data)) as rogue:
        return poolaudit("scan", dsn=f"mysql://app:x@127.0.0.1:{rogue.port}/")


def test_without_unicode_all_of_it_is_ascii(mysql97: Server) -> None:
    """LANG=C makes Python take UTF-8 in our time; an encoding that is insisted on does not."""
    with closing(Live(mysql97)) as live, ExitStack() as stack:
        for way in WAYS:
            occupy(live, way, stack)
        env = environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0", LANG="C", PYTHONCOERCECLOCALE="0")
        dsn = mysql97.dsn(AUDITOR)
        outcomes = each(lambda form: poolaudit("scan", *ALL, "--format", form, dsn=dsn, env=env), FORMATS)
    for outcome in outcomes:
        assert outcome.code in {0, 1}
        assert outcome.err == ""
        assert outcome.out.isascii()
        assert_inert(outcome.out, color=False)


def test_a_dumb_terminal_gets_neither_colours_nor_control(mysql97: Server) -> None:
    env = environment(TERM="dumb", LANG="C", POOLAUDIT_DSN=mysql97.dsn())
    assert_inert(on_terminal("scan", env=env).out, color=False)
