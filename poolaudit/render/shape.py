"""The parts of a view: a report in ordered words. Every text in it is safe to print (text.safe)."""

from typing import NamedTuple

from poolaudit.facts.excerpt import Excerpt
from poolaudit.facts.usage import Usage as Look
from poolaudit.report import Severity


class Verdict(NamedTuple):
    """What is wrong, who does it (`sentence`) and what to do (`advice`, "" where nothing is to be done).

    `word` is the severity's, or `OK`, or `PARTIAL` where nothing was found but something could not be judged.
    """

    word: str
    severity: Severity | None
    sentence: str
    advice: str = ""


class Usage(NamedTuple):
    """A server's connections; None where the number is not known.

    `words` is "" where the server's own line says why nothing is known; `severity` that of what was found about them.
    """

    connected: int | None
    peak: int | None
    limit: int | None
    words: str
    severity: Severity | None


class ClientRow(NamedTuple):
    """One client: its sessions by use, its oldest held one, how many connections its pool allows.

    `limit` is "" where no pool is known to be its own. `oldest` is a line about the oldest held session and its last
    statement, "" where there is none.
    """

    name: str
    connections: int
    running: int
    pooled: int
    held: int
    unknown: int
    oldest_held: str
    limit: str
    oldest: str
    severity: Severity | None


class Clients(NamedTuple):
    """A server's clients, those with findings first; `rest` says how many are left out, `note` what is not among them.

    `rows` is None where the processlist could not be read; then `note` says why ("" where the server's line does).
    """

    rows: tuple[ClientRow, ...] | None
    rest: str = ""
    note: str = ""


class Trend(NamedTuple):
    """How full a server was: each look that is known, oldest first and this audit's last, and that in one sentence."""

    looks: tuple[Look, ...]
    words: str


class ServerPart(NamedTuple):
    """One server: its address, with its name where it has one, what it is, its connections and its clients.

    `label` is what findings call it; `trend` is there where its past is known.
    """

    title: str
    words: str
    usage: Usage
    clients: Clients
    label: str = ""
    trend: Trend | None = None


class OverviewRow(NamedTuple):
    """One server of several: its name with its address, its verdict, its connections, and how much was found.

    `word` is the verdict's, or that there was no answer. `severity` is that of the worst found from a warning on.
    """

    title: str
    label: str
    word: str
    severity: Severity | None
    usage: Usage
    errors: int
    warnings: int
    sentence: str
    advice: str


class Overview(NamedTuple):
    """Several servers: the verdict of them all, a row for each, the worst first, and whose own part is worth a look.

    `ill` are their titles: those on which something was found from a warning on.
    """

    verdict: Verdict
    rows: tuple[OverviewRow, ...]
    ill: frozenset[str]


class PoolRow(NamedTuple):
    """One pool: its settings in short, and what its deployment may open."""

    name: str
    settings: str
    demand: str


class FindingRow(NamedTuple):
    """One finding. `numbers` are what it was judged by, as `name=value`; `place` is "" where no file is meant.

    `subject` is "" where it goes without saying: there is one server, or the message names it. `excerpt` is the line at
    `place`, of the number `line`, where it may be shown. `standing` says since when it stands, or that it is new
    (`is_new`); it is "" where there is no audit before to compare with.
    """

    severity: Severity
    code: str
    rule: str
    subject: str
    message: str
    why: str
    fix: str
    numbers: str
    place: str
    line: int | None = None
    excerpt: Excerpt | None = None
    standing: str = ""
    is_new: bool = False


class ResolvedRow(NamedTuple):
    """A finding of the audit before that is gone: as it was said then, and how long it had stood."""

    severity: Severity
    code: str
    rule: str
    subject: str
    message: str
    standing: str


class ChangesPart(NamedTuple):
    """What is different from the audit before: in one sentence, and the findings that are gone."""

    words: str
    new: int
    ongoing: int
    resolved: tuple[ResolvedRow, ...]


class Gap(NamedTuple):
    """Rules that could not look for the same reason, and what would let them."""

    rule_count: int
    rules: str
    subjects: str
    sentence: str
    remedy: str


class View(NamedTuple):
    """A report in ordered words; a format lays it out and adds nothing.

    `together` says what files were put together, `against` what server without a part of its own the pools were held
    against, `demand` what the pools may open, a line for each way to read them. `overview` is there where there are
    several servers; a format for people then shows the parts of those alone that are ill (`parts`). `changes` is
    None where there is no history to compare with.
    """

    verdict: Verdict
    servers: tuple[ServerPart, ...]
    pools: tuple[PoolRow, ...]
    left_alone: tuple[str, ...]
    findings: tuple[FindingRow, ...]
    gaps: tuple[Gap, ...]
    ignored: tuple[str, ...]
    sums: str
    together: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    demand: tuple[str, ...] = ()
    changes: ChangesPart | None = None
    overview: Overview | None = None

    @property
    def parts(self) -> tuple[ServerPart, ...]:
        """The servers whose own parts are to be shown."""
        if self.overview is None:
            return self.servers
        return tuple(server for server in self.servers if server.title in self.overview.ill)
