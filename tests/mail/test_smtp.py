"""Letters to a real SMTP server: what it takes, what it refuses, and what it does not answer at all."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from poolaudit.mail.delivery import Delivered, DeliveryError
from poolaudit.mail.smtp import Security, Smtp
from tests.collect.certificates import Authority
from tests.mail.post_office import PASSWORD, USER, Office, post_office

LETTER = b"Subject: two errors\r\nMessage-ID: <1@example.com>\r\n\r\nlook at db1\r\n"
FROM, TO = "poolaudit@example.com", ("dba@example.com",)
THREE = ("a@example.com", "b@example.com", "c@example.com")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def context_of(authority: Authority, host: str = "127.0.0.1") -> ssl.SSLContext:
    pair = authority.issue(host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    return context


def smtp(office: Office, security: Security = Security.NONE, **more: str) -> Smtp:
    return Smtp("127.0.0.1", office.port, security, timeout_seconds=10, **more)  # type: ignore[arg-type]  # texts alone


def refused(server: Smtp, recipients: tuple[str, ...] = TO) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        server.send(LETTER, FROM, recipients)
    return caught.value


def test_a_letter_arrives() -> None:
    with post_office() as office:
        assert smtp(office).send(LETTER, FROM, THREE) == Delivered()
    (message,) = office.messages
    assert (message["Subject"], message.get_content()) == ("two errors", "look at db1\r\n")
    assert (office.letters[0].mail_from, office.letters[0].rcpt_tos) == (FROM, list(THREE))


def test_starttls(authority: Authority) -> None:
    with post_office(starttls=context_of(authority)) as office:
        smtp(office, Security.STARTTLS, ca_file=str(authority.pair.cert)).send(LETTER, FROM, TO)
    assert len(office.letters) == 1


def test_tls_from_the_first_byte(authority: Authority) -> None:
    with post_office(tls=context_of(authority)) as office:
        smtp(office, Security.TLS, ca_file=str(authority.pair.cert)).send(LETTER, FROM, TO)
    assert len(office.letters) == 1


def test_a_server_without_starttls_gets_nothing() -> None:
    with post_office() as office:
        error = refused(smtp(office, Security.STARTTLS))
    assert "STARTTLS" in error.message
    assert not office.letters


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_is_not_trusted(authority: Authority, security: Security) -> None:
    context = context_of(authority)
    with post_office(**{security.value: context}) as office:  # type: ignore[arg-type]  # the names are the options' own
        error = refused(smtp(office, security))
    assert "is not trusted" in error.message
    assert "ca-file" in error.hint
    assert not office.letters


def test_a_certificate_for_another_host(authority: Authority) -> None:
    with post_office(tls=context_of(authority, "mail.example.com")) as office:
        error = refused(smtp(office, Security.TLS, ca_file=str(authority.pair.cert)))
    assert "is not trusted" in error.message


def test_a_ca_file_that_is_none(authority: Authority, tmp_path: Path) -> None:
    with post_office(tls=context_of(authority)) as office:
        error = refused(smtp(office, Security.TLS, ca_file=str(tmp_path / "absent.pem")))
    assert "cannot be used" in error.message


def test_a_login(authority: Authority) -> None:
    with post_office(starttls=context_of(authority), wants_login=True) as office:
        ours = smtp(office, Security.STARTTLS, ca_file=str(authority.pair.cert), user=USER, password=PASSWORD)
        ours.send(LETTER, FROM, TO)
    assert len(office.letters) == 1


def test_a_login_that_is_refused(authority: Authority) -> None:
    ca_file = str(authority.pair.cert)
    with post_office(starttls=context_of(authority), wants_login=True) as office:
        error = refused(smtp(office, Security.STARTTLS, ca_file=ca_file, user=USER, password="canary-wrong"))
    assert error.message.startswith(f"127.0.0.1:{office.port} refused the login of {USER}: 535")
    assert "canary" not in f"{error!r} {error.hint}"
    assert not error.is_lasting


def test_a_password_is_in_no_text_of_the_server() -> None:
    assert PASSWORD not in repr(Smtp("db1", 25, user=USER, password=PASSWORD))


@pytest.mark.parametrize(("answer", "is_lasting"), [("451 try later", False), ("554 no such thing", True)])
def test_a_letter_that_is_not_taken(answer: str, *, is_lasting: bool) -> None:
    with post_office(Office(answers=[answer])) as office:
        error = refused(smtp(office))
        assert error.message == f"127.0.0.1:{office.port} did not take the letter: {answer}"
        assert error.is_lasting is is_lasting
        smtp(office).send(LETTER, FROM, TO)
    assert len(office.letters) == 1


def test_one_recipient_of_three() -> None:
    with post_office(Office(recipients={"b@example.com": "550 no such user"})) as office:
        assert smtp(office).send(LETTER, FROM, THREE) == Delivered(refused={"b@example.com": "550 no such user"})
    assert office.letters[0].rcpt_tos == ["a@example.com", "c@example.com"]


def test_one_recipient_for_whom_it_is_to_be_tried_again() -> None:
    with post_office(Office(recipients={"c@example.com": "451 greylisted"})) as office:
        assert smtp(office).send(LETTER, FROM, THREE) == Delivered(later={"c@example.com": "451 greylisted"})


@pytest.mark.parametrize(("answer", "is_lasting"), [("451 greylisted", False), ("550 no such user", True)])
def test_no_recipient_at_all(answer: str, *, is_lasting: bool) -> None:
    with post_office(Office(recipients=dict.fromkeys(THREE, answer))) as office:
        error = refused(smtp(office), THREE)
    assert error.message.endswith(f"takes no letter for {'; '.join(f'{one}: {answer}' for one in THREE)}")
    assert error.is_lasting is is_lasting


@pytest.mark.slow
def test_a_server_that_hangs() -> None:
    with post_office(Office(hangs=True)) as office:
        error = refused(Smtp("127.0.0.1", office.port, Security.NONE, timeout_seconds=0.3))
    assert error.message == f"127.0.0.1:{office.port} did not answer in 0.3 s"
    assert not error.is_lasting


def test_a_server_that_closes_in_the_middle() -> None:
    with post_office(Office(closes=True)) as office:
        error = refused(smtp(office))
    assert "closed the connection before it took the letter" in error.message
    assert not error.is_lasting


def test_what_was_taken_is_delivered_though_there_is_no_goodbye() -> None:
    with post_office(Office(closes_after_taking=True)) as office:
        assert smtp(office).send(LETTER, FROM, TO) == Delivered()
    assert len(office.letters) == 1


def test_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = refused(Smtp("127.0.0.1", port, Security.NONE))
    assert error.message == f"127.0.0.1:{port} cannot be reached: Connection refused"


@contextmanager
def dripping() -> Iterator[int]:
    """Answer byte by byte, and never whole."""
    end = threading.Event()

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 slow\r\n")
            while not end.wait(0.02):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        end.set()
        thread.join()


@pytest.mark.slow
def test_a_server_that_answers_without_end_is_cut_off() -> None:
    with dripping() as port:
        error = refused(Smtp("127.0.0.1", port, Security.NONE, timeout_seconds=10, whole_seconds=0.3))
    assert "closed the connection" in error.message


def test_answers_are_one_line_of_text() -> None:
    with post_office(Office(answers=["554 \x1b[31mno\x07 " + "x" * 300])) as office:
        error = refused(smtp(office))
    assert "\x1b" not in error.message
    assert len(error.message) < 300


@pytest.mark.parametrize("host", ["mail..example.com", "x" * 64 + ".example.com"])
def test_a_host_that_no_name_server_could_be_asked_for(host: str) -> None:
    error = refused(Smtp(host, 25, Security.NONE))
    assert error.message.startswith(f"{host}:25 cannot be spoken to")


def test_a_password_that_smtp_cannot_say(authority: Authority) -> None:
    with post_office(starttls=context_of(authority), wants_login=True) as office:
        ca_file = str(authority.pair.cert)
        error = refused(smtp(office, Security.STARTTLS, ca_file=ca_file, user=USER, password="canary-ü"))
    assert "user or password has letters" in error.message
    assert "ü" not in error.message
