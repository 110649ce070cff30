"""The settings' table `[mail]`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from poolaudit.errors import UsageError
from poolaudit.mail.sendmail import Sendmail
from poolaudit.mail.settings import MailSettings, mail_settings
from poolaudit.mail.smtp import Security, Smtp

FROM = {"from": "poolaudit@example.com"}
LOGIN = {"user": "poolaudit", "password-env": "SMTP_PASSWORD"}


def read(table: Mapping[str, Any], **environ: str) -> MailSettings:
    return mail_settings({**FROM, **table}, "/etc/poolaudit", environ)


def refusal(table: Mapping[str, Any], **environ: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(table, **environ)
    return caught.value.message


@pytest.mark.parametrize(
    ("table", "host", "port", "security"),
    [
        ({"smtp": "mail.example.com"}, "mail.example.com", 587, Security.STARTTLS),
        ({"smtp": "mail.example.com", "security": "tls"}, "mail.example.com", 465, Security.TLS),
        ({"smtp": "mail.example.com", "security": "none"}, "mail.example.com", 25, Security.NONE),
        ({"smtp": "mail.example.com:2525"}, "mail.example.com", 2525, Security.STARTTLS),
        ({"smtp": "[::1]:25"}, "::1", 25, Security.STARTTLS),
        ({"smtp": "[::1]"}, "::1", 587, Security.STARTTLS),
    ],
)
def test_a_server(table: Mapping[str, Any], host: str, port: int, security: Security) -> None:
    assert read(table) == MailSettings("poolaudit@example.com", Smtp(host, port, security))


def test_all_that_can_be_said() -> None:
    table = {"smtp": "mail", "ca-file": "ca.pem", "timeout-seconds": 5, "attach-json": True, **LOGIN}
    found = read(table, SMTP_PASSWORD="canary")
    assert found.way == Smtp("mail", 587, Security.STARTTLS, "poolaudit", "canary", "/etc/poolaudit/ca.pem", 5)
    assert found.attaches_json
    assert "canary" not in repr(found)


def test_a_password_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("canary\nmore\n", encoding="utf-8")
    table = {**FROM, "smtp": "mail", "user": "poolaudit", "password-file": "secret"}
    way = mail_settings(table, str(tmp_path), {}).way
    assert isinstance(way, Smtp)
    assert way.password == "canary"


def test_sendmail() -> None:
    assert read({"sendmail": "/opt/sendmail"}).way == Sendmail("/opt/sendmail")


def test_sendmail_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poolaudit.mail.settings.find_sendmail", lambda: "/usr/sbin/sendmail")
    assert read({}).way == Sendmail("/usr/sbin/sendmail")
    monkeypatch.setattr("poolaudit.mail.settings.find_sendmail", lambda: None)
    assert refusal({}) == "there is no sendmail on this machine, and no [mail] in the settings"


def test_a_sender_where_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "cron-1.example.com")
    assert mail_settings({"smtp": "mail"}, "", {}).sender == "poolaudit@cron-1.example.com"
    monkeypatch.setattr("socket.gethostname", lambda: "no host\n")
    assert mail_settings({"smtp": "mail"}, "", {}).sender == "poolaudit@localhost"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"smpt": "mail"}, "[mail] has no key 'smpt'; did you mean 'smtp'?"),
        ({"smtp": 25}, "[mail] smtp is to be a text"),
        ({"smtp": "mail", "timeout-seconds": True}, "[mail] timeout-seconds is to be a whole number"),
        ({"smtp": "mail", "timeout-seconds": 0}, "[mail] timeout-seconds is to be at least 1"),
        ({"smtp": "mail", "attach-json": "yes"}, "[mail] attach-json is to be true or false"),
        ({"smtp": "mail", "sendmail": "/x"}, "[mail] names both smtp and sendmail; letters go one way"),
        ({"user": "x"}, "[mail] has user, which is for smtp, and names no smtp"),
        ({"smtp": "mail", "security": "ssl"}, "[mail] security is one of none, starttls, tls, not 'ssl'"),
        ({"smtp": "mail:0"}, "[mail] smtp is to be a host and a port, not 'mail:0'"),
        ({"smtp": "mail:smtp"}, "[mail] smtp is to be a host and a port, not 'mail:smtp'"),
        ({"smtp": ":25"}, "[mail] smtp is to be a host and a port, not ':25'"),
        ({"smtp": "mail", "user": "x"}, "[mail] has a user without a password, or one without the other"),
        ({"smtp": "mail", **LOGIN}, "[mail] password-env: the environment has no SMTP_PASSWORD"),
        (
            {"smtp": "mail", **LOGIN, "password-file": "x"},
            "[mail] names both password-file and password-env; one is enough",
        ),
        ({"from": "nobody", "smtp": "mail"}, "[mail] from: 'nobody' is no mail address"),
    ],
)
def test_what_is_wrong_is_said(table: Mapping[str, Any], message: str) -> None:
    assert refusal(table) == message


def test_a_password_is_not_sent_for_all_to_read() -> None:
    table = {"smtp": "mail", "security": "none", **LOGIN}
    assert refusal(table, SMTP_PASSWORD="canary") == "[mail] would send the password to mail for all to read"
    assert isinstance(read({**table, "smtp": "127.0.0.1"}, SMTP_PASSWORD="canary").way, Smtp)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read: No such file or directory"), (b"\n", "is empty"), (b"\xff\xfe", "is no text")],
)
def test_a_password_file_that_is_none(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(UsageError, match=message):
        mail_settings({"smtp": "mail", "user": "x", "password-file": "secret"}, str(tmp_path), {})
