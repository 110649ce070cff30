"""A week in a minute: an incident over twenty runs, and the mails that a person gets of it."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from poolaudit.cli.errors import ExitCode
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Sections, Server
from tests.cli.reporting import job, run_on, server_at, smtp_at
from tests.mail.post_office import Office, post_office

pytestmark = [pytest.mark.usefixtures("empty_home"), pytest.mark.slow]
DAY_SECONDS = 86400
RESTARTED_AT = 13


def quiet(number: int) -> Server:
    return at(number, 20)


def at(number: int, connected: int, refused: int = 0, peak: int = 40) -> Server:
    """Give the server with so many connections; 10,000 more are opened from one run to the next."""
    is_new = number >= RESTARTED_AT
    uptime = (number - RESTARTED_AT) * 28_800 + 600 if is_new else 30 * DAY_SECONDS + number * 28_800
    return server_at(
        number,
        Uptime=uptime,
        Uptime_since_flush_status=uptime,
        Threads_connected=connected,
        Max_used_connections=max(connected, 20 if is_new else peak),
        Connections=200_000 + 10_000 * number if not is_new else 1_000 + 10_000 * (number - RESTARTED_AT),
        Questions=40_000_000 + 1_000_000 * number if not is_new else 100_000 + 1_000_000 * (number - RESTARTED_AT),
        Connection_errors_max_connections=refused,
    )


def full(number: int) -> Server:
    """Give the server that let nobody in."""
    server = server_at(number, 'refused = { error = 1040, message = "Too many connections" }')
    nothing = Missing("the server", "it let nobody in")
    return server._replace(sections=Sections(*[nothing] * len(Sections._fields)))


STORY = [
    *(quiet(number) for number in range(4)),
    *(at(4 + number, connected, peak=connected) for number, connected in enumerate((125, 127, 129, 138, 140))),
    full(9),
    at(10, 130, refused=30, peak=152),
    at(11, 124, refused=30, peak=152),
    at(12, 60, refused=30, peak=152),
    *(quiet(number) for number in range(13, 20)),
]


EXPECTED = {
    4: "[poolaudit] db1: 1 warning (1 new)",  # 125 of 151 in use
    6: "[poolaudit] db1: 2 warnings (1 new)",  # and the peak
    7: "[poolaudit] db1: 1 error (1 new), 1 warning",  # nine tenths: what was a warning is an error
    9: "[poolaudit] db1: 1 error (1 new)",  # full; what stood before could not be looked at, and is not resolved
    10: "[poolaudit] db1: 2 errors (2 new), 1 warning, 1 resolved",  # it refused 30, and lets the audit in again
    12: "[poolaudit] db1: 2 warnings, 1 resolved",  # emptier; what the peak and the counters tell stands
    13: "[poolaudit] db1: nothing wrong, 3 resolved",  # restarted
}
"""What a person reads in the list of mails, by the run; of the other runs there is nothing to say."""


def test_the_mails_are_what_a_person_would_expect(tmp_path: Path) -> None:
    subjects: dict[int, str] = {}
    history = tmp_path / "history.sqlite3"
    with post_office() as office:
        for number, server in enumerate(STORY):
            before = len(office.letters)
            assert run_on(job(history, smtp_at(office.port)), server) in {ExitCode.OK, ExitCode.FOUND}
            for message in office.messages[before:]:
                subjects[number] = str(message["Subject"])
    assert subjects == EXPECTED
    assert len({one["References"] for one in office.messages}) == 1
    assert len({one["Message-ID"] for one in office.messages}) == len(EXPECTED)


def test_a_letter_says_since_when_and_what_is_gone(tmp_path: Path) -> None:
    with post_office() as office:
        for server in STORY[:14]:
            run_on(job(tmp_path / "history.sqlite3", smtp_at(office.port)), server)
    at_first, worse, gone = (text_of(office, number) for number in (0, 2, -1))
    assert "new" in at_first
    assert "since" in worse
    assert "resolved" in gone
    assert "PA104" in gone


def text_of(office: Office, number: int) -> str:
    (text, *_) = office.messages[number].iter_parts()
    assert isinstance(text, EmailMessage)
    said: str = text.get_content()
    return said
