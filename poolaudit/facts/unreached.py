"""A server of a run that could not be audited: a finding of the run, never its end."""

from typing import NamedTuple

from poolaudit.facts.server import titled


class Unreached(NamedTuple):
    """A server that was to be audited and told nothing: it is down, slow, or lets the audit not in, and why.

    `because` is a whole sentence, `remedy` what to try ("" where nothing is known to help). `address` is "" where it
    could not be found out.
    """

    name: str
    address: str
    because: str
    remedy: str = ""

    @property
    def label(self) -> str:
        """What findings call it, as Server.label does."""
        return self.name or self.address

    @property
    def title(self) -> str:
        """Its name with its address."""
        return titled(self.name, self.address)
