"""The report in one sentence: whether something is wrong, who does it and what to do."""

from collections import Counter
from math import inf

from poolaudit.facts.client import Client
from poolaudit.facts.missing import FactMissingError
from poolaudit.facts.server import Server
from poolaudit.facts.words import count, duration
from poolaudit.render.clients import fit_of, limit_of
from poolaudit.render.pools import pools_of
from poolaudit.render.shape import Gap, Verdict
from poolaudit.render.text import safe
from poolaudit.report import Finding, Report, Severity

OK = "OK"
PARTIAL = "PARTIAL"
LONGEST_NAME_CHARACTERS = 64

# What a client that holds connections makes worse; for these the sentence is about the client, not about one symptom.
_ABOUT_HOLDING = frozenset({"PA201", "PA203", "PA706"})
_ABOUT_CAPACITY = "PA1"
_ABOUT_USE = "PA102"


def verdict_of(report: Report, gaps: tuple[Gap, ...]) -> Verdict:
    """Make the one line of the worst finding; nothing is called right that was not looked at."""
    if not report.facts.servers and not report.facts.unreached:
        return _of_pools(report, gaps)
    worst = report.worst
    if worst is None or worst is Severity.INFO:
        return _nothing_wrong(report, gaps)
    findings = [finding for finding in report.findings if finding.severity is worst]
    sentence, fix = _worst(report, findings)
    return Verdict(worst.word.upper(), worst, safe(sentence), safe(fix))


def shortened(name: str) -> str:
    """Cut a long name in its middle, for a sentence that must stay one."""
    if len(name) <= LONGEST_NAME_CHARACTERS:
        return name
    half = (LONGEST_NAME_CHARACTERS - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def _nothing_wrong(report: Report, gaps: tuple[Gap, ...]) -> Verdict:
    infos, blind = report.count_of(Severity.INFO), len({gap.code for gap in report.unanswered})
    if report.rules_run == 0:
        return Verdict(PARTIAL, None, "Nothing was judged: no rule ran")
    ignored = f"; {count(len(report.ignored), 'finding')} ignored" if report.ignored else ""
    if blind:
        found = "Nothing above info found" if infos else "Nothing found"
        sentence = f"{found}, but {count(blind, 'rule')} of {report.rules_run:,} could not look{ignored}"
        return Verdict(PARTIAL, None, sentence, gaps[0].remedy)
    to_know = f"; {count(infos, 'thing')} to know" if infos else ""
    return Verdict(OK, Severity.INFO if infos else None, f"Nothing wrong found{to_know}{ignored}")


def _of_pools(report: Report, gaps: tuple[Gap, ...]) -> Verdict:
    """Say how many pools were judged, then the worst of them and how many findings there are besides."""
    pools, worst = _pools_words(report), report.worst
    if worst is None or worst is Severity.INFO:
        if not report.facts.pools and not gaps:
            return Verdict(OK, Severity.INFO if report.findings else None, pools)
        rest = _nothing_wrong(report, gaps)
        sentence = rest.sentence if report.rules_run else "nothing was judged: no rule ran"
        return rest._replace(sentence=safe(f"{pools}; {sentence[0].lower()}{sentence[1:]}"))
    findings = [finding for finding in report.findings if finding.severity is worst]
    more = f"; and {count(len(findings) - 1, 'more ' + worst.word)}" if len(findings) > 1 else ""
    sentence = f"{pools}; {_message(findings[0])}{more}"
    return Verdict(worst.word.upper(), worst, safe(sentence), safe(findings[0].fix))


def _pools_words(report: Report) -> str:
    """Count what was judged: `3 pools in 2 applications, 1 more left alone`."""
    pools = pools_of(report)
    judged = len({pool.name for pool in pools if not pool.leads_elsewhere})
    alone = len({pool.name for pool in pools if pool.leads_elsewhere})
    applications = len(report.facts.applications)
    if not pools:
        return "No pool settings were found"
    words = count(judged, "pool")
    within = f" in {count(applications, 'application')}" if judged and applications else ""
    return words + within + (f", {alone:,} more left alone" if alone else "")


def _worst(report: Report, findings: list[Finding]) -> tuple[str, str]:
    """Give the sentence and the advice: what the server suffers from first, then the client that does it."""
    clients = _clients_by_name(report)
    about_holding = (finding for finding in findings if finding.code in _ABOUT_HOLDING)
    named = [(one, (one.subject, one.about)) for one in about_holding if (one.subject, one.about) in clients]
    capacity = next((finding for finding in findings if finding.code.startswith(_ABOUT_CAPACITY)), None)
    if not named:
        first = capacity or findings[0]
        return _message(first) + _most(report, first), first.fix
    finding, name = max(named, key=lambda one: len(clients[one[1]][1].held))
    server, client = clients[name]
    sentence = _holding(report, server, client) + _others(len({one for _, one in named}) - 1)
    return (f"{_message(capacity)}; {sentence}" if capacity is not None else sentence), finding.fix


def _most(report: Report, finding: Finding) -> str:
    """Name who has most of a server's connections, where that is what is wrong and none of them is seen to be held."""
    if finding.code != _ABOUT_USE:
        return ""
    clients = [one for server in report.facts.servers if server.address == finding.subject for one in _clients(server)]
    of_client = Counter({str(client.key): len(client.sessions) for client in clients})
    of_account: Counter[str] = Counter()
    for client in clients:
        of_account[client.key.user] += len(client.sessions)
    for name, sessions in (*of_client.most_common(1), *of_account.most_common(1)):
        if 2 * sessions > of_account.total():
            return f"; {shortened(name)} has {sessions:,} of them"
    return ""


def _message(finding: Finding) -> str:
    return finding.message.replace(finding.about, shortened(finding.about)) if finding.about else finding.message


def _clients_by_name(report: Report) -> dict[tuple[str, str], tuple[Server, Client]]:
    """Index the clients that hold anything by their server's label and their own name, as findings name them."""
    return {
        (server.label, str(client.key)): (server, client)
        for server in report.facts.servers
        for client in _clients(server)
        if client.held
    }


def _clients(server: Server) -> tuple[Client, ...]:
    try:
        return server.clients
    except FactMissingError:
        return ()


def _holding(report: Report, server: Server, client: Client) -> str:
    limit, oldest = limit_of(fit_of(report, server), client), client.oldest_held
    held, opened = len(client.held), len(client.sessions)
    if limit is None or limit == inf:
        share = f"{held:,} of its {opened:,} open connections" if held < opened else _all(opened)
    elif held <= limit:
        share = f"{held:,} of its {limit:,.0f} connections"
    else:
        share = f"{count(held, 'connection')} where its pool allows {limit:,.0f}"
    age = f", the oldest for {duration(oldest.idle_seconds)}" if oldest is not None else ""
    return f"{shortened(str(client.key))} holds {share}{age}"


def _all(opened: int) -> str:
    return f"all of its {opened:,} open connections" if opened > 1 else "its one open connection"


def _others(clients: int) -> str:
    return f"; so {'does' if clients == 1 else 'do'} {count(clients, 'more client')}" if clients else ""
