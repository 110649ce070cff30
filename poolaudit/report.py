"""What an audit says: findings, what could not be judged, what was ignored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from poolaudit.facts.excerpt import Excerpt
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Server
from poolaudit.facts.setting import Change, Place
from poolaudit.facts.unreached import Unreached
from poolaudit.facts.unread import Unread
from poolaudit.facts.usage import Usage

if TYPE_CHECKING:
    # Types alone: a scan of a server without applications has no pools, and imports nothing of them.
    from poolaudit.facts.fit import Application, Deployment, Fit
    from poolaudit.facts.pool import Pool

Number: TypeAlias = int | float | str | None


class Severity(IntEnum):
    """How bad a finding is; ordered, so that severities compare."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The word for it in reports and settings."""
        return self.name.lower()


class Found(NamedTuple):
    """What a rule saw: said in one sentence each what (`message`), why it matters (`why`) and what to do (`fix`).

    `evidence` holds the numbers it was judged by, units in their names. `about` names the client, account or pool;
    `lasting` is the same name without what a restart changes (thread and process ids), empty where `about` lasts.
    `severity` is given where it differs from the rule's own. `changes` are the edits of files that `fix` comes to,
    none where it cannot be made by replacing a literal.
    """

    message: str
    why: str
    fix: str
    evidence: Mapping[str, Number] = MappingProxyType({})
    about: str = ""
    lasting: str = ""
    severity: Severity | None = None
    at: Place | None = None
    changes: tuple[Change, ...] = ()


class Finding(NamedTuple):
    """A Found with its rule's code and name, the subject it is about, and a fingerprint that outlives ids and ports."""

    code: str
    rule: str
    severity: Severity
    subject: str
    message: str
    why: str
    fix: str
    evidence: Mapping[str, Number]
    about: str
    at: Place | None
    fingerprint: str
    changes: tuple[Change, ...] = ()


class Unanswered(NamedTuple):
    """A rule that could not judge a subject, and the fact it lacked."""

    code: str
    rule: str
    subject: str
    missing: Missing


class Ignore(NamedTuple):
    """An entry of the settings, or a comment in a file, that says which findings are accepted, why, and until when.

    `client` is matched against what a finding is about and may hold `*`, as `file` is against the file it points to;
    None accepts the rule's every finding. `until` is the last day on which it accepts. `covers` is the line that a
    comment speaks of: a finding on it, or about the pool that begins there. `met` is how many findings it met in this
    audit, `expired` whether it had run out by then. `server` is the name of the one server whose findings it accepts,
    None for any.
    """

    rule: str
    reason: str
    client: str | None = None
    until: date | None = None
    place: Place | None = None
    met: int = 0
    expired: bool = False
    file: str | None = None
    covers: Place | None = None
    server: str | None = None

    def is_over(self, today: date) -> bool:
        """Whether it has run out."""
        return self.until is not None and today > self.until


class Ignored(NamedTuple):
    """A finding that an ignore accepted; counted, never lost."""

    finding: Finding
    ignore: Ignore


class Judged(NamedTuple):
    """A rule that was put to a subject, whatever came of it."""

    code: str
    rule: str
    subject: str


class Standing(NamedTuple):
    """For how long a finding has stood: since when without a gap, and in how many audits, this one among them."""

    since: datetime
    audits: int


class Resolved(NamedTuple):
    """A finding of the audit before that is no longer there, as it was said then, and how long it had stood."""

    code: str
    rule: str
    severity: Severity
    subject: str
    message: str
    fingerprint: str
    standing: Standing


class Changes(NamedTuple):
    """What is different from the audit before, which was taken at `before` (None: this one is the first).

    `standing` has every finding of this report by its fingerprint; `new` are those that the audit before did not have,
    a finding that got worse and one whose ignore ran out among them.
    """

    before: datetime | None
    standing: Mapping[str, Standing] = MappingProxyType({})
    new: frozenset[str] = frozenset()
    resolved: tuple[Resolved, ...] = ()


class Facts(NamedTuple):
    """All that one audit judges.

    `deployments` are every pool with what runs it, whether or not a server is known; `together` says what files were
    put together, and why, a sentence each; `excerpts` are lines of files by `Place.exact`, with nothing secret in them.
    `usage` is what is known of a server's past, by its label, oldest first. `unreached` are servers that were to be
    audited and could not be.
    """

    taken_at: datetime
    servers: tuple[Server, ...] = ()
    pools: tuple[Pool, ...] = ()
    fits: tuple[Fit, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    applications: tuple[Application, ...] = ()
    unread: tuple[Unread, ...] = ()
    together: tuple[str, ...] = ()
    excerpts: Mapping[tuple[str, int | None, int | None, int | None], Excerpt] = MappingProxyType({})
    usage: Mapping[str, tuple[Usage, ...]] = MappingProxyType({})
    unreached: tuple[Unreached, ...] = ()

    @property
    def known_servers(self) -> tuple[Server, ...]:
        """The servers that were audited, else those that pools were held against."""
        return self.servers or tuple(fit.server for fit in self.fits)


class Report(NamedTuple):
    """The answer: the facts it was given and what the rules made of them, worst first.

    `selected` are the codes of the rules that were to judge, whether or not there was anything for them to judge.
    `changes` compares it with the audit before, where there is a history; None where there is none.
    """

    facts: Facts
    findings: tuple[Finding, ...]
    unanswered: tuple[Unanswered, ...]
    ignored: tuple[Ignored, ...]
    rules_run: int
    judged: tuple[Judged, ...] = ()
    changes: Changes | None = None
    selected: frozenset[str] = frozenset()

    def count_of(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def worst(self) -> Severity | None:
        """The worst severity found, None where nothing was."""
        return max((finding.severity for finding in self.findings), default=None)
