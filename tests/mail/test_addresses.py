"""What --to may say."""

import pytest

from poolaudit.errors import UsageError
from poolaudit.mail.addresses import FileTo, MailTo, PostTo, address_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mailto:dba@example.com", MailTo(("dba@example.com",))),
        ("MAILTO:dba@example.com,ops@example.com", MailTo(("dba@example.com", "ops@example.com"))),
        ("mailto:dba@example.com, dba@example.com", MailTo(("dba@example.com",))),
        ("mailto:dba%2Bmysql@example.com", MailTo(("dba+mysql@example.com",))),
        ("https://hooks.example.com/services/KEY", PostTo("https://hooks.example.com/services/KEY")),
        ("http://127.0.0.1:8080/hook", PostTo("http://127.0.0.1:8080/hook")),
        ("report.html", FileTo("report.html")),
        ("/var/lib/report.html", FileTo("/var/lib/report.html")),
        ("file:///var/lib/a%20b.html", FileTo("/var/lib/a b.html")),
        ("C:report", FileTo("C:report")),
    ],
)
def test_reads(text: str, expected: object) -> None:
    assert address_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "mailto:",
        "mailto:dba",
        "mailto:dba@example.com?subject=x",
        "mailto:dba@exämple.com",
        "mailto:a@example.com%0d%0aBcc:b@example.com",
        "mailto:%22a b%22@example.com",
        "mailto:-oQ/tmp@example.com",
        "mailto:a@exa mple.com",
        "mailto:grüße@example.com",
        "mailto:Dba <dba@example.com>",
        "ftp://example.com/x",
        "https://",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "http://hooks.example.com/services/KEY",
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        address_of(text)
    assert caught.value.hint
    assert "KEY" not in caught.value.message


def test_says_whom() -> None:
    assert str(address_of("mailto:a@example.com,b@example.com")) == "mailto:a@example.com,b@example.com"
