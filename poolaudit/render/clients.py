"""A server's clients: those that something was found about first, then those that hold most, then the largest."""

from collections.abc import Iterable
from math import inf

from poolaudit.facts.client import Client
from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Server
from poolaudit.facts.session import Session
from poolaudit.facts.words import count, duration
from poolaudit.render.shape import ClientRow, Clients
from poolaudit.render.text import safe
from poolaudit.report import Report, Severity

SHOWN_CLIENTS = 20
LONGEST_STATEMENT_CHARACTERS = 1000
LONGEST_DIGEST_CHARACTERS = 200


def client_words(report: Report, server: Server, *, show_queries: bool, show_all: bool) -> Clients:
    """Say a server's clients in words; at most SHOWN_CLIENTS of them unless all are asked for."""
    try:
        clients = server.clients
    except FactMissingError as gap:
        return Clients(None, note="" if server.refused else safe(f"not known: {gap.missing.because}"))
    severities = _severities(report, server)
    ordered = sorted(clients, key=lambda one: (-(severities.get(str(one.key)) or 0), -len(one.held)))
    shown = ordered if show_all else ordered[:SHOWN_CLIENTS]
    fit = fit_of(report, server)
    rows = tuple(_row(one, fit, severities.get(str(one.key)), show_queries=show_queries) for one in shown)
    return Clients(rows, _rest(ordered[len(shown) :]), _note(server))


def fit_of(report: Report, server: Server) -> Fit | None:
    """Give the fit that a server is part of, None where no pool is known to lead to it."""
    return next((fit for fit in report.facts.fits if fit.server == server), None)


def limit_of(fit: Fit | None, client: Client) -> float | None:
    """Give how many connections a client's pools may open: those of one process, or of all where it has no pid.

    None where that is not known; infinite where nothing limits it.
    """
    deployment = fit.deployment_of(client) if fit is not None else None
    if deployment is None:
        return None
    try:
        copies = 1 if client.key.pid is not None else deployment.processes.value
        return deployment.pool.ceiling_connections * copies
    except FactMissingError:
        return None


def _severities(report: Report, server: Server) -> dict[str, Severity]:
    worst: dict[str, Severity] = {}
    for finding in report.findings:
        if finding.subject == server.label and finding.about:
            worst[finding.about] = max(finding.severity, worst.get(finding.about, finding.severity))
    return worst


def _row(client: Client, fit: Fit | None, severity: Severity | None, *, show_queries: bool) -> ClientRow:
    oldest = client.oldest_held
    return ClientRow(
        name=safe(str(client.key)),
        connections=len(client.sessions),
        running=len(client.running),
        pooled=len(client.pooled),
        held=len(client.held),
        unknown=len(client.unknown),
        oldest_held=duration(oldest.idle_seconds) if oldest is not None else "",
        limit=_limit_words(fit, client),
        oldest=_oldest_words(oldest, show_queries=show_queries) if oldest is not None else "",
        severity=severity,
    )


def _limit_words(fit: Fit | None, client: Client) -> str:
    limit = limit_of(fit, client)
    if limit is not None:
        return "none" if limit == inf else f"{limit:,.0f}"
    deployment = fit.deployment_of(client) if fit is not None else None
    return _ceiling_words(deployment) if deployment is not None else ""


def _ceiling_words(deployment: Deployment) -> str:
    """Say the limit of one process where the client stands for an unknown number of them."""
    try:
        ceiling = deployment.pool.ceiling_connections
    except FactMissingError:
        return "?"
    return "none" if ceiling == inf else f"{ceiling:,.0f} each"


def _oldest_words(session: Session, *, show_queries: bool) -> str:
    """Say which session is held longest and what it did last; "" where that is not known and nothing new is said."""
    last = _last(session, show_queries=show_queries)
    age = duration(session.idle_seconds)
    return safe(f"oldest held: thread {session.id}, {age}, last statement: {last}") if last else ""


def _last(session: Session, *, show_queries: bool) -> str:
    last = session.last
    if show_queries and last is not None and last.text:
        return _cut(last.text, LONGEST_STATEMENT_CHARACTERS)
    if last is not None and last.digest:
        return f"{_cut(last.digest, LONGEST_DIGEST_CHARACTERS)} (digest)"
    return ""


def _cut(statement: str, longest: int) -> str:
    statement = " ".join(statement.split())
    if len(statement) <= longest:
        return statement
    return f"{statement[:longest]}… ({len(statement):,} characters)"


def _rest(clients: Iterable[Client]) -> str:
    sizes = [len(client.sessions) for client in clients]
    return f"and {count(len(sizes), 'more client')} with {count(sum(sizes), 'connection')}" if sizes else ""


def _note(server: Server) -> str:
    waiting = len(server.unauthenticated)
    return f"{count(waiting, 'more connection')} not logged in yet" if waiting else ""
