"""Letters, read back by the library's own parser."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

import pytest

from poolaudit.mail.letter import LONGEST_SUBJECT, Content, Envelope, as_late, letter_of, subject_line

AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
CONTENT = Content("[poolaudit] db1: 2 errors (1 new), 1 resolved", "Schlimm: 2 Fehler\n", "<p>Schlimm: <b>2</b></p>\n")
ENVELOPE = Envelope("poolaudit@example.com", ("dba@example.com", "ops@example.com"), AT, "run-7", "db1")


def parsed(letter: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(letter)


def lines(part: Message) -> list[str]:
    """Give the lines of a part; over the wire they end with CRLF."""
    assert isinstance(part, EmailMessage)
    text: str = part.get_content()
    return text.splitlines()


def test_the_same_in_text_and_in_html() -> None:
    letter = parsed(letter_of(CONTENT, ENVELOPE))
    assert letter.get_content_type() == "multipart/alternative"
    text, page = letter.iter_parts()
    assert (text.get_content_type(), lines(text)) == ("text/plain", CONTENT.text.splitlines())
    assert (page.get_content_type(), lines(page)) == ("text/html", CONTENT.html.splitlines())


def test_headers() -> None:
    letter = parsed(letter_of(CONTENT, ENVELOPE))
    assert letter["Subject"] == CONTENT.subject
    assert str(letter["From"]) == "poolaudit <poolaudit@example.com>"
    assert str(letter["To"]) == "dba@example.com, ops@example.com"
    assert letter["Date"].datetime == AT
    assert letter["Auto-Submitted"] == "auto-generated"
    assert not letter.defects


def test_a_picture_that_the_page_shows() -> None:
    letter = parsed(letter_of(CONTENT._replace(picture=PNG, picture_id="trend@poolaudit"), ENVELOPE))
    _, related = letter.iter_parts()
    assert related.get_content_type() == "multipart/related"
    page, picture = related.iter_parts()
    assert lines(page) == CONTENT.html.splitlines()
    assert (picture.get_content_type(), picture["Content-ID"]) == ("image/png", "<trend@poolaudit>")
    assert picture.get_content() == PNG
    assert picture.get_content_disposition() == "inline"


def test_json_that_is_attached() -> None:
    letter = parsed(letter_of(CONTENT._replace(json='{"schema": 1}\n'), ENVELOPE))
    assert letter.get_content_type() == "multipart/mixed"
    (attached,) = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("poolaudit.json", b'{"schema": 1}\n')


def test_letters_about_one_server_are_one_thread() -> None:
    first, second = (parsed(letter_of(CONTENT, ENVELOPE._replace(number=number))) for number in ("1", "2"))
    other = parsed(letter_of(CONTENT, ENVELOPE._replace(thread="db2")))
    assert first["References"] == second["References"] != other["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].endswith("@example.com>")


def test_the_same_again_is_the_same_letter() -> None:
    content = CONTENT._replace(picture=PNG, picture_id="trend@poolaudit", json="{}")
    assert letter_of(content, ENVELOPE) == letter_of(content, ENVELOPE)
    to_others = letter_of(content, ENVELOPE._replace(recipients=("boss@example.com",)))
    assert parsed(to_others)["Message-ID"] != parsed(letter_of(content, ENVELOPE))["Message-ID"]


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nBcc: all@example.com",
        "x" * 10_000,
        "\x1b[31mred",
        "\u202eevil",
        "日本語の名前",
        "😀",
        "half \ud800",
        "<b>&amp;",
    ],
)
def test_hostile_names_are_text(name: str) -> None:
    letter = parsed(letter_of(Content(f"[poolaudit] {name}", f"{name}\n", f"<p>{name}</p>"), ENVELOPE))
    assert letter["Bcc"] is None
    assert len(letter["Subject"]) <= LONGEST_SUBJECT
    assert letter["Subject"].startswith("[poolaudit] ")
    assert letter["Subject"].isprintable()
    assert not letter.defects
    assert len(list(letter.iter_parts())) == 2


def test_every_line_is_short_enough_for_smtp() -> None:
    letter = letter_of(Content("s", "x" * 20_000, f"<p>{'é' * 20_000}</p>", json="y" * 20_000), ENVELOPE)
    assert max(len(line) for line in letter.split(b"\r\n")) <= 998
    assert b"\n" not in letter.replace(b"\r\n", b"")


def test_a_subject_of_spaces_and_signs() -> None:
    assert subject_line("  a\tb\x00c  ") == "a b c"


def test_a_late_letter_says_so_and_stays_the_same_one() -> None:
    on_time = letter_of(CONTENT._replace(picture=PNG, picture_id="trend@poolaudit"), ENVELOPE)
    late = parsed(as_late(on_time, AT))
    assert late["Subject"] == f"late: {CONTENT.subject}"
    assert late["Message-ID"] == parsed(on_time)["Message-ID"]
    assert late["Date"] == parsed(on_time)["Date"]
    assert [part.get_content_type() for part in late.walk()] == [
        part.get_content_type() for part in parsed(on_time).walk()
    ]


def test_late_is_said_once() -> None:
    once = as_late(letter_of(CONTENT, ENVELOPE), AT)
    assert as_late(once, AT) == once
