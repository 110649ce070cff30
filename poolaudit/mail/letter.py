"""A report as a letter: the same in plain text and in HTML, with the week's picture, in one thread a server."""

from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

LONGEST_SUBJECT = 200
LATE = "late: "
_LATE_HEADER = "X-Poolaudit-Late"
_POLICY = policy.SMTP


class Content(NamedTuple):
    """What a letter says. `picture` is a PNG that the HTML shows as `cid:` with `picture_id`; `json` is attached."""

    subject: str
    text: str
    html: str
    picture: bytes | None = None
    picture_id: str = ""
    json: str | None = None


class Envelope(NamedTuple):
    """Who writes to whom, and when. `number` is the run's, `thread` the server's name: they make the Message-ID.

    The same number and thread give the same Message-ID, so that a letter which is sent twice can be known for one.
    """

    sender: str
    recipients: tuple[str, ...]
    sent_at: datetime
    number: str
    thread: str

    @property
    def message_id(self) -> str:
        """The letter's own id."""
        return f"<{_short(self.number, self.thread, *self.recipients)}.poolaudit@{self._domain}>"

    @property
    def thread_id(self) -> str:
        """The id that all letters about one server refer to."""
        return f"<{_short(self.thread)}.thread.poolaudit@{self._domain}>"

    @property
    def _domain(self) -> str:
        return Address(addr_spec=self.sender).domain or "localhost"


def _short(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def letter_of(content: Content, envelope: Envelope) -> bytes:
    """Write a letter as it goes over the wire; the same content and envelope give the same bytes."""
    letter = EmailMessage(_POLICY)
    letter["Subject"] = subject_line(content.subject)
    letter["From"] = Address("poolaudit", addr_spec=envelope.sender)
    letter["To"] = tuple(Address(addr_spec=one) for one in envelope.recipients)
    letter["Date"] = format_datetime(envelope.sent_at)
    letter["Message-ID"] = envelope.message_id
    letter["In-Reply-To"] = envelope.thread_id
    letter["References"] = envelope.thread_id
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(_encodable(content.text), cte="quoted-printable")
    letter.add_alternative(_encodable(content.html), subtype="html", cte="quoted-printable")
    if content.picture is not None:
        _show(letter, content.picture, content.picture_id)
    if content.json is not None:
        _attach(letter, content.json)
    _name_boundaries(letter, envelope.message_id)
    return letter.as_bytes()


def _show(letter: EmailMessage, picture: bytes, picture_id: str) -> None:
    (*_, page) = letter.iter_parts()
    page.add_related(picture, "image", "png", cid=f"<{picture_id}>", filename="trend.png", disposition="inline")


def _attach(letter: EmailMessage, text: str) -> None:
    content = text.encode("utf-8", "backslashreplace")
    letter.add_attachment(content, "application", "json", filename="poolaudit.json")


def _name_boundaries(letter: EmailMessage, message_id: str) -> None:
    """Choose the boundaries by the letter's id: the library's own are random, and no two runs would be alike."""
    for number, part in enumerate(part for part in letter.walk() if part.is_multipart()):
        part.set_boundary(f"poolaudit-{_short(message_id, str(number))}")


def _encodable(text: str) -> str:
    """Show what is text to Python and no Unicode: half a surrogate pair, which a name in a capture may hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def subject_line(text: str) -> str:
    """Make a subject of any text: one line, no control characters, not too long for a list of letters."""
    line = " ".join("".join(one if one.isprintable() else " " for one in _encodable(text)).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def as_late(letter: bytes, taken_at: datetime) -> bytes:
    """Mark a letter that could not leave in its time; its Message-ID stays."""
    found = BytesParser(EmailMessage, policy=_POLICY).parsebytes(letter)
    if found[_LATE_HEADER] is not None:
        return letter
    subject = str(found["Subject"])
    del found["Subject"]
    found["Subject"] = subject_line(f"{LATE}{subject}")
    found[_LATE_HEADER] = format_datetime(taken_at)
    return found.as_bytes()
