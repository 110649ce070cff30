"""Where a report goes: `mailto:` and `https://` addresses, else a file."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from poolaudit.errors import UsageError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class MailTo(NamedTuple):
    """By letter, to these addresses."""

    recipients: tuple[str, ...]

    def __str__(self) -> str:
        """Name them."""
        return f"mailto:{','.join(self.recipients)}"


class PostTo(NamedTuple):
    """By a POST to a hook; the URL is a secret."""

    url: str


class FileTo(NamedTuple):
    """Into a file."""

    path: str


def address_of(text: str) -> MailTo | PostTo | FileTo:
    """Read what `--to` says; UsageError where it is no address that a report can go to."""
    scheme, colon, rest = text.partition(":")
    match scheme.lower() if colon else "":
        case "mailto":
            return MailTo(_recipients(rest, text))
        case "https" | "http":
            return PostTo(_hook(text))
        case "file":
            return FileTo(unquote(urlsplit(text).path))
        case _ if "://" in text:
            raise UsageError(f"{scheme}:// is no way to deliver a report", "mailto:, https:// or a file")
        case _:
            return FileTo(text)


def _recipients(rest: str, text: str) -> tuple[str, ...]:
    addresses, mark, _ = rest.partition("?")
    if mark:
        raise UsageError("mailto: takes addresses alone, no subject or body", "mailto:dba@example.com")
    found = tuple(dict.fromkeys(unquote(one).strip() for one in addresses.split(",") if one.strip()))
    if not found:
        raise UsageError(f"{text!r} names nobody", "mailto:dba@example.com")
    return tuple(mail_address(one) for one in found)


def mail_address(text: str) -> str:
    """Give a bare mail address as it is; UsageError where it is none."""
    from email.errors import HeaderParseError  # noqa: PLC0415 - a report that is printed needs none of it
    from email.headerregistry import Address  # noqa: PLC0415 - the same

    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        address = None
    # What the parser takes for a comment, a quoted part or a folded line is none that a person writes here.
    is_plain = address is not None and address.domain and not set(text) & set(' \t\r\n"()<>[]\\:;,\0')
    if not is_plain or not text.isprintable() or text.startswith("-"):
        raise UsageError(f"{text!r:.80} is no mail address", "mailto:dba@example.com")
    if not text.isascii():
        raise UsageError(f"{text!r:.80} has letters that not every mail server takes", "write its domain as xn--…")
    return text


def _hook(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, None
    if not host or parts is None or not text.isascii() or not text.isprintable() or " " in text:
        raise UsageError("the URL of --to is none that a report can be posted to", "https://hooks.example.com/…")
    if parts.scheme != "https" and host not in LOOPBACK:
        raise UsageError(f"http:// to {host} would show the report to whoever is on the way", "https://")
    return text
