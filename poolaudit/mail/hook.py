"""Reports to a hook: a POST of JSON, tried again where that may help."""

from typing import NamedTuple
from urllib.parse import urlsplit

import urllib3

from poolaudit import __version__
from poolaudit.mail.delivery import Delivered, DeliveryError, words_of

TRIES = 4
AGAIN = (408, 425, 429, 500, 502, 503, 504)
LASTING = range(400, 500)
_TAKEN = range(200, 300)


class Hook(NamedTuple):
    """Where to. The URL is a secret as a whole: the hooks of chats have their key in its path."""

    url: str
    ca_file: str | None = None
    timeout_seconds: float = 20
    pause_seconds: float = 0.5

    def __str__(self) -> str:
        """Name the host alone."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/…"

    def __repr__(self) -> str:
        """Name the host alone."""
        return f"Hook({self!s})"

    def post(self, body: bytes, message_id: str) -> Delivered:
        """Deliver a JSON document; DeliveryError where it was not taken.

        The same `message_id` in the header Idempotency-Key tells whoever takes it that a document comes once more.
        """
        retries = urllib3.Retry(
            total=TRIES - 1,
            allowed_methods=None,
            status_forcelist=AGAIN,
            backoff_factor=self.pause_seconds,
            backoff_max=5,
            redirect=0,
            raise_on_redirect=False,
            raise_on_status=False,
            respect_retry_after_header=False,  # who is to wait for longer than this waits for the next run
        )
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"poolaudit/{__version__}",
            "Idempotency-Key": message_id,
        }
        try:
            with urllib3.PoolManager(timeout=self.timeout_seconds, retries=retries, ca_certs=self.ca_file) as pool:
                answer = pool.request("POST", self.url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise DeliveryError(f"{self} cannot be reached: {_why(error)}", "check the URL of --to") from None
        if answer.status in _TAKEN:
            return Delivered()
        said = words_of(answer.data)
        is_lasting = answer.status in LASTING and answer.status not in AGAIN
        raise DeliveryError(f"{self} answered {answer.status}{f': {said}' if said else ''}", is_lasting=is_lasting)


def _why(error: urllib3.exceptions.HTTPError) -> str:
    """Say what went wrong without the URL, which the library's own words have."""
    cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
    match cause:
        case urllib3.exceptions.SSLError():
            return f"TLS failed: {words_of(str(cause.args[0] if cause.args else cause))}"
        case urllib3.exceptions.NameResolutionError():
            return "there is no such host"
        case urllib3.exceptions.NewConnectionError():
            return "the connection was refused"
        case urllib3.exceptions.TimeoutError():
            return "no answer in time"
        case urllib3.exceptions.ProtocolError():
            return "the connection was closed in the middle"
        case _:
            return type(cause).__name__
