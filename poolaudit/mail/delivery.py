"""What comes of a delivery, whichever way it goes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from poolaudit.errors import PoolauditError

LONGEST_ANSWER = 200


class DeliveryError(PoolauditError):
    """Nothing was delivered. `is_lasting` is whether the same again would fail too, so that it is not to be tried."""

    def __init__(self, message: str, hint: str = "", *, is_lasting: bool = False) -> None:
        super().__init__(message, hint)
        self.is_lasting = is_lasting


class Delivered(NamedTuple):
    """It was taken, if not for everybody: `refused` for good, `later` for now, each address with the reason."""

    refused: Mapping[str, str] = MappingProxyType({})
    later: Mapping[str, str] = MappingProxyType({})


def words_of(answer: bytes | str) -> str:
    """Give a server's answer as one short line of text; what would act on a terminal is shown as its escape."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    line = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(line.split())[:LONGEST_ANSWER]
