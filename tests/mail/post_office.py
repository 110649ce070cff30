"""A real SMTP server (aiosmtpd) that does as a test says: takes, refuses, hangs, or closes in the middle."""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import partial
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "poolaudit", "canary-4711-f00"
TAKEN = "250 OK"


@dataclass
class Office:
    """What came in, and the answers that it gives: by recipient, and to what is sent, one after another."""

    recipients: Mapping[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    hangs: bool = False
    closes: bool = False
    closes_after_taking: bool = False
    port: int = 0
    letters: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and arguments
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, unless the test says otherwise."""
        _ = server, session, options
        answer = self.recipients.get(address, TAKEN)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a letter, unless the test says otherwise."""
        _ = session
        transport: Any = server.transport
        if self.hangs:
            await asyncio.sleep(60)
        if self.closes:
            transport.abort()
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer == TAKEN and not self.closes:
            self.letters.append(envelope)
        if self.closes_after_taking:
            transport.write(b"250 OK\r\n")
            transport.close()
        return answer

    @property
    def messages(self) -> list[EmailMessage]:
        """The letters as a reader parses them."""
        parser = BytesParser(EmailMessage, policy=policy.default)
        return [parser.parsebytes(_bytes(one)) for one in self.letters]


def _bytes(envelope: Envelope) -> bytes:
    content = envelope.content
    assert isinstance(content, bytes)
    return content


def _authenticated(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@contextmanager
def post_office(
    office: Office | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    wants_login: bool = False,
) -> Iterator[Office]:
    """Open for business at a free port of 127.0.0.1, until the test is over."""
    office = office or Office()
    loop = asyncio.new_event_loop()
    make: Callable[[], SMTP] = partial(
        SMTP,
        office,
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_required=wants_login,
        auth_require_tls=True,
        loop=loop,
        authenticator=_authenticated if wants_login else None,
    )
    server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0, ssl=tls))
    office.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
