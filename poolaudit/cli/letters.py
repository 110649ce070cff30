"""What of a run goes out to whom: a letter for each server, a document for each hook."""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid4

from poolaudit.cli.report_settings import When
from poolaudit.cli.several import Audited
from poolaudit.history import Letter
from poolaudit.mail.addresses import FileTo, MailTo, PostTo
from poolaudit.mail.letter import Content, Envelope, letter_of
from poolaudit.mail.settings import MailSettings
from poolaudit.report import Report, Severity

PICTURE_ID = "trend@poolaudit"
HOOK = "hook:"
Address = MailTo | PostTo | FileTo


class Sending(NamedTuple):
    """Where reports go, and by whom letters are written; `mail` is None where no address is a mail's."""

    addresses: tuple[Address, ...]
    mail: MailSettings | None
    when: When

    def of_server(self, audited: Audited) -> tuple[Letter, ...]:
        """Write the letters about one server; none where there is nothing to say."""
        if self.mail is None or not says_something(audited.report, self.when):
            return ()
        content = content_of(audited, attaches_json=self.mail.attaches_json)
        return tuple(
            _letter(content, audited, self.mail.sender, one) for one in self.addresses if isinstance(one, MailTo)
        )

    def of_run(self, audited: Sequence[Audited]) -> tuple[Letter, ...]:
        """Write the documents about the whole run for hooks; none where no server has anything to say."""
        telling = [one for one in audited if says_something(one.report, self.when)]
        hooks = [one for one in self.addresses if isinstance(one, PostTo)]
        return tuple(_document(telling, one) for one in hooks) if telling else ()


def says_something(report: Report, when: When) -> bool:
    """Whether a report is to go out; an info alone is nothing to write a letter about."""
    told = [one for one in report.findings if one.severity >= Severity.WARNING]
    changes = report.changes
    gone = changes is not None and any(one.severity >= Severity.WARNING for one in changes.resolved)
    match when:
        case When.ALWAYS:
            return True
        case When.FINDINGS:
            return bool(told) or gone
        case When.CHANGES:
            return gone or any(changes is None or one.fingerprint in changes.new for one in told)


def content_of(audited: Audited, *, attaches_json: bool) -> Content:
    """Say a report as a letter does; the picture is there where matplotlib is installed and the past is known."""
    from poolaudit.render import mail_html, mail_text  # noqa: PLC0415 - only where letters are written
    from poolaudit.render.subject import subject_of  # noqa: PLC0415 - the same

    report = audited.report
    picture = _picture(report)
    return Content(
        subject=subject_of(audited.name, report),
        text=mail_text.text_of(report),
        html=mail_html.text_of(report, picture_cid=PICTURE_ID if picture is not None else None),
        picture=picture,
        picture_id=PICTURE_ID,
        json=json.dumps(_document_of(report), indent=1) + "\n" if attaches_json else None,
    )


def _document_of(report: Report) -> object:
    from poolaudit.render.json_format import document_of  # noqa: PLC0415 - only where it is sent

    return document_of(report)


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


def _letter(content: Content, audited: Audited, sender: str, to: MailTo) -> Letter:
    taken_at = audited.report.facts.taken_at
    envelope = Envelope(sender, to.recipients, taken_at, uuid4().hex, audited.name)
    return Letter(str(to), envelope.message_id, content.subject, letter_of(content, envelope))


def _document(telling: Sequence[Audited], to: PostTo) -> Letter:
    from poolaudit.render.subject import subject_of  # noqa: PLC0415 - only where it is sent
    from poolaudit.run import together  # noqa: PLC0415 - the same

    subjects = [subject_of(one.name, one.report) for one in telling]
    lines = [*subjects, *(line for one in telling for line in _sentences(one.report))]
    body = {"text": "\n".join(lines), "report": _document_of(together([one.report for one in telling]))}
    return Letter(hook_key(to), uuid4().hex, subjects[0], json.dumps(body).encode())


def _sentences(report: Report) -> Iterator[str]:
    """Give what a person in a chat reads: each error and warning in one line."""
    for finding in report.findings:
        if finding.severity >= Severity.WARNING:
            yield f"{finding.severity.word} {finding.code}: {' '.join(finding.message.split())}"


def hook_key(to: PostTo) -> str:
    """Name a hook without its URL, which is a secret and is not kept."""
    return HOOK + sha256(to.url.encode()).hexdigest()[:16]


def hooks_by_key(addresses: Iterable[Address]) -> dict[str, PostTo]:
    """Give the hooks that this run knows by their names in the outbox."""
    return {hook_key(one): one for one in addresses if isinstance(one, PostTo)}
