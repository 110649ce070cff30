"""Letters to an SMTP server: TLS checked, a login if there is one, and never longer than it may take."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Timer

from poolaudit.mail.delivery import Delivered, DeliveryError, words_of

Answers = Mapping[str, tuple[int, bytes]]
LASTING = 500


class Security(StrEnum):
    """How the connection is kept from others' eyes."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True)
class Smtp:
    """A server and how to speak to it. `timeout_seconds` is for each answer, `whole_seconds` for all of a delivery."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    timeout_seconds: float = 20
    whole_seconds: float = 120

    def __str__(self) -> str:
        """Name the server."""
        return f"{self.host}:{self.port}"

    def send(self, letter: bytes, sender: str, recipients: tuple[str, ...]) -> Delivered:
        """Deliver a letter; DeliveryError where no recipient got it.

        What the server has taken is delivered, even if it closes without a goodbye.
        """
        with _said_plainly(self), self._opened() as server:
            self._enter(server)
            answers = server.sendmail(sender, recipients, letter)
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            return _delivered(answers)

    @contextmanager
    def _opened(self) -> Iterator[smtplib.SMTP]:
        server = self._open()
        with closing(server), _ended_in_time(server, self.whole_seconds):
            yield server

    def _enter(self, server: smtplib.SMTP) -> None:
        if self.security is Security.STARTTLS:
            server.starttls(context=self._context())
        if self.user:
            server.login(self.user, self.password)

    def _open(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_seconds, context=self._context())
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise DeliveryError(
                f"the CA file {self.ca_file} cannot be used: {error.strerror or error}", "name another as ca-file"
            ) from None


@contextmanager
def _ended_in_time(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection of a server that answers drop by drop: no answer is late, and there is no end."""

    def cut() -> None:
        if server.sock is not None:
            with suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _delivered(answers: Answers) -> Delivered:
    lasting = {address: _answer(code, said) for address, (code, said) in answers.items() if code >= LASTING}
    later = {address: _answer(code, said) for address, (code, said) in answers.items() if code < LASTING}
    return Delivered(refused=lasting, later=later)


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {words_of(said)}"


@contextmanager
def _said_plainly(server: Smtp) -> Iterator[None]:
    """Turn what smtplib raises into one sentence; nothing of the conversation but the server's answer is in it."""
    try:
        yield
    except UnicodeError:
        # The error's words may have a piece of the password.
        raise DeliveryError(
            f"{server} cannot be spoken to: smtp, user or password has letters that SMTP has no way to say",
            "write them in ASCII in [mail]",
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise _plain(error, server) from None


def _plain(error: Exception, server: Smtp) -> DeliveryError:
    say = next(words for kind, words in _WORDS.items() if isinstance(error, kind))
    return say(error, server)


def _of_recipients(error: smtplib.SMTPRecipientsRefused, server: Smtp) -> DeliveryError:
    answers: Answers = error.recipients
    said = "; ".join(f"{address}: {_answer(*answer)}" for address, answer in answers.items())
    is_lasting = all(code >= LASTING for code, _ in answers.values())
    return DeliveryError(f"{server} takes no letter for {said}", "check the addresses of --to", is_lasting=is_lasting)


def _of_login(error: smtplib.SMTPAuthenticationError, server: Smtp) -> DeliveryError:
    said = _answer(error.smtp_code, error.smtp_error)
    return DeliveryError(f"{server} refused the login of {server.user}: {said}", "check user and password in [mail]")


def _of_answer(error: smtplib.SMTPResponseException, server: Smtp) -> DeliveryError:
    is_lasting = error.smtp_code >= LASTING and isinstance(error, (smtplib.SMTPDataError, smtplib.SMTPSenderRefused))
    said = _answer(error.smtp_code, error.smtp_error)
    return DeliveryError(f"{server} did not take the letter: {said}", is_lasting=is_lasting)


def _of_missing(error: smtplib.SMTPNotSupportedError, server: Smtp) -> DeliveryError:
    return DeliveryError(
        f"{server} cannot do what is asked of it: {words_of(str(error))}",
        'say security = "none" or "tls" in [mail] where it has no STARTTLS',
    )


def _of_certificate(error: ssl.SSLCertVerificationError, server: Smtp) -> DeliveryError:
    return DeliveryError(
        f"the certificate of {server} is not trusted: {error.verify_message}",
        "name its CA as ca-file in [mail], or the name that the certificate is for",
    )


def _of_silence(_error: Exception, server: Smtp) -> DeliveryError:
    return DeliveryError(f"{server} did not answer in {server.timeout_seconds:g} s")


def _of_end(error: Exception, server: Smtp) -> DeliveryError:
    if isinstance(error.__context__, TimeoutError):  # smtplib takes a time-out for a closed connection
        return _of_silence(error, server)
    return DeliveryError(f"{server} closed the connection before it took the letter")


def _of_network(error: Exception, server: Smtp) -> DeliveryError:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return DeliveryError(f"{server} cannot be reached: {words_of(said)}", "check smtp in [mail]")


_WORDS: Mapping[type[Exception], Callable[..., DeliveryError]] = {
    smtplib.SMTPRecipientsRefused: _of_recipients,
    smtplib.SMTPAuthenticationError: _of_login,
    smtplib.SMTPServerDisconnected: _of_end,
    smtplib.SMTPResponseException: _of_answer,
    smtplib.SMTPNotSupportedError: _of_missing,
    ssl.SSLCertVerificationError: _of_certificate,
    TimeoutError: _of_silence,
    ConnectionResetError: _of_end,
    BrokenPipeError: _of_end,
    Exception: _of_network,
}
