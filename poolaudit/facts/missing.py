"""What could not be read, and what would let it be read."""

from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Missing(NamedTuple):
    """Stands where a fact should be.

    `part` names what is missing, `because` says why in words that follow "could not be read:", `remedy` is the GRANT,
    setting or option that would help, or "" where nothing would.
    """

    part: str
    because: str
    remedy: str = ""


class FactMissingError(Exception):
    """A fact was needed that is Missing; `audit()` turns it into an Unanswered."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(f"{missing.part}: {missing.because}")
        self.missing = missing


def known(fact: T | Missing) -> T:
    """Give the fact; raise FactMissingError where it is Missing, so that a rule that cannot look never passes."""
    if isinstance(fact, Missing):
        raise FactMissingError(fact)
    return fact
