"""Mails: HTML that clients keep, text that mutt shows, and a subject that is one line whatever names hold."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default

import pytest
from hypothesis import given

from poolaudit.render import mail_html, mail_text
from poolaudit.render.sections import cut
from poolaudit.render.subject import subject_of
from poolaudit.render.text import safe
from poolaudit.report import Changes, Report, Severity
from tests.facts_toml import TAKEN_AT
from tests.render.names import a_few, is_clean, reports_with_past, texts
from tests.render.pages import read, strangers, words_of
from tests.render.past import ALL, first, quiet, several, week
from tests.render.samples import LONG_NAME, facts_of, finding, healthy, no_privilege, report, server

GMAIL_CUTS_AFTER = 102_000


@pytest.mark.parametrize("cid", [None, "trend.1@poolaudit"])
@pytest.mark.parametrize("name", ALL)
def test_the_html_is_strict_and_all_ours(name: str, cid: str | None) -> None:
    text = mail_html.text_of(ALL[name](), picture_cid=cid)
    assert strangers(read(text)) == []
    assert len(text.encode()) < GMAIL_CUTS_AFTER


@a_few
@given(reports_with_past())
def test_nothing_from_outside_is_interpreted(one: Report) -> None:
    text = mail_html.text_of(one, picture_cid="x@y")
    assert is_clean(text)
    tree = read(text)
    assert strangers(tree) == []
    whole = words_of(tree)
    assert all(" ".join(cut(safe(found.message)).split()) in whole for found in one.findings)


def test_styles_are_at_each_element_for_who_drops_the_head() -> None:
    tree = read(mail_html.text_of(week(), picture_cid=None))
    cells = [cell for cell in tree.iter("td") if "".join(cell.itertext()).strip() and cell.attrib.get("align") is None]
    assert cells
    assert all("style" in cell.attrib for cell in cells)
    assert [element.tag for element in tree.iter() if element.tag in {"svg", "main", "section", "details"}] == []


def test_the_picture_is_the_one_that_goes_with_the_mail() -> None:
    (picture,) = read(mail_html.text_of(week(), picture_cid="trend@db1")).iter("img")
    assert picture.attrib["src"] == "cid:trend@db1"
    assert "222 connections refused" in picture.attrib["alt"]


def test_without_a_picture_the_trend_is_bars_and_words() -> None:
    tree = read(mail_html.text_of(week(), picture_cid=None))
    assert list(tree.iter("img")) == []
    assert "18 Nov 08:00 151 of 151, 74 refused" in " ".join(words_of(tree).replace("\u00a0", " ").split())


def test_both_bodies_hold_the_whole_report() -> None:
    one = week()
    html = words_of(read(mail_html.text_of(one, picture_cid=None)))
    text = " ".join(mail_text.text_of(one).split())
    for body in (html, text):
        assert all(found.message in body and found.fix in body and found.rule in body for found in one.findings)
        for words in ("1 new, 3 ongoing, 2 resolved", "37 connections were refused", "since 16 Nov, 6 audits",
                      "7 of 151 in use (4.6 %), peak 9", "SELECT was denied (1142)", "size 5, overflow 0"):  # fmt: skip
            assert words in body


@pytest.mark.parametrize("name", ALL)
def test_the_text_has_78_columns(name: str) -> None:
    lines = mail_text.text_of(ALL[name]()).splitlines()
    assert all(len(line) <= 78 and line == line.rstrip() for line in lines)


@a_few
@given(reports_with_past())
def test_the_text_is_clean_whatever_names_hold(one: Report) -> None:
    text = mail_text.text_of(one)
    assert is_clean(text)
    assert max(map(len, text.splitlines())) <= 78


def test_several_servers_in_one_mail_have_a_section_each() -> None:
    text = mail_text.text_of(several())
    assert text.count("=" * 78) == 2
    assert "PARTIAL db2:3306: 0 errors, 0 warnings; 12 of 151 in use" in text
    assert "PARTIAL" in words_of(read(mail_html.text_of(several(), picture_cid=None)))


def test_a_name_of_10_kilobytes_leaves_the_mail_readable() -> None:
    name = LONG_NAME * 60
    found = finding("PA201", "idle-in-transaction", Severity.ERROR, f"{name} has a session", about=name)
    one = report(facts_of(server(processlist=[{"id": 1, "user": name}])), (found,))
    assert len(mail_html.text_of(one, picture_cid=None).encode()) < GMAIL_CUTS_AFTER
    assert len(mail_text.text_of(one).splitlines()) < 60
    assert len(subject_of(name, one)) < 120


def with_changes(one: Report) -> Report:
    return one._replace(changes=Changes(TAKEN_AT, resolved=week().changes.resolved[:1]))  # type: ignore[union-attr]  # it has some


@pytest.mark.parametrize(
    ("one", "subject"),
    [
        (week(), "[poolaudit] db1: 3 errors (1 new), 2 resolved"),
        (first(), "[poolaudit] db1: 3 errors"),
        (quiet(), "[poolaudit] db1: nothing wrong"),
        (with_changes(healthy()), "[poolaudit] db1: nothing wrong, 1 resolved"),
        (with_changes(no_privilege()), "[poolaudit] db1: could not look at everything, 1 resolved"),
        (ALL["wide-names"](), "[poolaudit] db1: 1 error, 1 warning"),
    ],
)
def test_the_subject_is_the_verdict(one: Report, subject: str) -> None:
    assert subject_of("db1", one) == subject


@given(texts)
def test_a_subject_is_one_line_and_a_header_holds_it(name: str) -> None:
    subject = subject_of(name + "\r\nBcc: everybody@example.com", healthy())
    assert is_clean(subject)
    assert "\n" not in subject
    assert "\r" not in subject
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject
    mail.set_content("")
    back = BytesParser(policy=default).parsebytes(mail.as_bytes())
    assert "Bcc" not in back
    assert " ".join(str(back["Subject"]).split()) == " ".join(subject.split())
