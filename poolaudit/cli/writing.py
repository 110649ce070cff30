"""Writes what goes out: a letter about a server, a document about a run."""

import json
from collections.abc import Iterator, Sequence
from uuid import uuid4

from poolaudit.cli.several import Audited
from poolaudit.history import Letter
from poolaudit.mail.addresses import MailTo
from poolaudit.mail.letter import Content, Envelope, letter_of
from poolaudit.render.json_format import document_of
from poolaudit.render.subject import subject_of
from poolaudit.report import Report, Severity
from poolaudit.run import together

PICTURE_ID = "trend@poolaudit"


def content_of(audited: Audited, *, attaches_json: bool) -> Content:
    """Say a report as a letter does; the picture is there where matplotlib is installed and the past is known."""
    from poolaudit.render import mail_html, mail_text  # noqa: PLC0415 - a document needs no jinja2

    report = audited.report
    picture = _picture(report)
    return Content(
        subject=subject_of(audited.name, report),
        text=mail_text.text_of(report),
        html=mail_html.text_of(report, picture_cid=PICTURE_ID if picture is not None else None),
        picture=picture,
        picture_id=PICTURE_ID,
        json=json.dumps(document_of(report), indent=1) + "\n" if attaches_json else None,
    )


def letter_for(to: MailTo, content: Content, audited: Audited, sender: str) -> Letter:
    """Write the letter about a server to those at one address."""
    taken_at = audited.report.facts.taken_at
    envelope = Envelope(sender, to.recipients, taken_at, uuid4().hex, audited.name)
    return Letter(str(to), envelope.message_id, content.subject, letter_of(content, envelope))


def document_for(target: str, telling: Sequence[Audited]) -> Letter:
    """Write the document about a run, which a hook is sent; `target` is its name in the outbox."""
    subjects = [subject_of(one.name, one.report) for one in telling]
    lines = [*subjects, *(line for one in telling for line in _sentences(one.report))]
    body = {"text": "\n".join(lines), "report": document_of(together([one.report for one in telling]))}
    return Letter(target, uuid4().hex, subjects[0], json.dumps(body).encode())


def _picture(report: Report) -> bytes | None:
    from poolaudit.render.trend import trend_of  # noqa: PLC0415 - only where letters are written

    trends = [trend for server in report.facts.servers if (trend := trend_of(report, server)) is not None]
    if not trends:
        return None
    try:
        from poolaudit.render.trend_png import png_of  # noqa: PLC0415 - of an extra

        return png_of(trends[0])
    except ImportError:
        return None


def _sentences(report: Report) -> Iterator[str]:
    """Give what a person in a chat reads: each error and warning in one line."""
    for finding in report.findings:
        if finding.severity >= Severity.WARNING:
            yield f"{finding.severity.word} {finding.code}: {' '.join(finding.message.split())}"
