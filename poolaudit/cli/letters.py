"""What of a run goes out to whom: a letter for each server, a document for each hook."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.cli.report_settings import When
from poolaudit.cli.several import Audited
from poolaudit.history import Letter
from poolaudit.mail.addresses import FileTo, MailTo, PostTo
from poolaudit.report import Report, Severity

if TYPE_CHECKING:
    from poolaudit.mail.settings import MailSettings  # which brings smtplib

HOOK = "hook:"
Address = MailTo | PostTo | FileTo


class Sending(NamedTuple):
    """Where reports go, and by whom letters are written; `mail` is None where no address is a mail's."""

    addresses: tuple[Address, ...]
    mail: "MailSettings | None"
    when: When

    def of_server(self, audited: Audited) -> tuple[Letter, ...]:
        """Write the letters about one server; none where there is nothing to say."""
        if self.mail is None or not says_something(audited.report, self.when):
            return ()
        from poolaudit.cli.writing import content_of, letter_for  # noqa: PLC0415 - only where letters are written

        content = content_of(audited, attaches_json=self.mail.attaches_json)
        recipients = (one for one in self.addresses if isinstance(one, MailTo))
        return tuple(letter_for(one, content, audited, self.mail.sender) for one in recipients)

    def of_run(self, audited: Sequence[Audited]) -> tuple[Letter, ...]:
        """Write the documents about the whole run for hooks; none where no server has anything to say."""
        telling = [one for one in audited if says_something(one.report, self.when)]
        hooks = [one for one in self.addresses if isinstance(one, PostTo)]
        if not telling or not hooks:
            return ()
        from poolaudit.cli.writing import document_for  # noqa: PLC0415 - only where one is sent

        return tuple(document_for(hook_key(one), telling) for one in hooks)


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


def hook_key(to: PostTo) -> str:
    """Name a hook without its URL, which is a secret and is not kept."""
    return HOOK + sha256(to.url.encode()).hexdigest()[:16]


def hooks_by_key(addresses: Iterable[Address]) -> dict[str, PostTo]:
    """Give the hooks that this run knows by their names in the outbox."""
    return {hook_key(one): one for one in addresses if isinstance(one, PostTo)}
