"""Reports of one server at moments of a moved clock, made from short facts."""

from datetime import datetime, timedelta

from poolaudit.audit import audit
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import Server
from poolaudit.facts.unreached import Unreached
from poolaudit.policy import Policy
from poolaudit.report import Facts, Report
from tests.facts_toml import TAKEN_AT, facts_from
from tests.rules.run import RULES

LABEL = "db1"
CALM = ""
FULL = "counters = { Threads_connected = 150 }\n"
WITH_A_CLIENT = 'processlist = [{ id = 7, user = "shop", host = "10.0.3.7:50000" }]'
NEAR = "counters = { Threads_connected = 125 }\n"


def moment(hours: float) -> datetime:
    """Give a moment so many hours after the first audit."""
    return TAKEN_AT + timedelta(hours=hours)


def facts(toml: str = CALM, hours: float = 0) -> Facts:
    """Give a server's facts as they are so many hours later; it has been up for as much longer if it says nothing."""
    found = facts_from(toml)
    server = later(found.servers[0], hours, has_uptime="Uptime" in toml)
    fits = tuple(fit._replace(server=server) for fit in found.fits)
    return found._replace(taken_at=moment(hours), servers=(server,), fits=fits)


def later(server: Server, hours: float, *, has_uptime: bool) -> Server:
    """Move a server's clock."""
    sections, seconds = server.sections, int(hours * 3600)
    if not isinstance(sections.counters, Missing) and not has_uptime:
        ups = {name: value + seconds for name, value in sections.counters.items() if name.startswith("Uptime")}
        sections = sections._replace(counters={**sections.counters, **ups})
    return server._replace(name=LABEL, taken_at=moment(hours), sections=sections)


def report(toml: str = CALM, hours: float = 0, policy: Policy | None = None) -> Report:
    """Audit a server as it is so many hours later, by every rule."""
    return audit(facts(toml, hours), RULES.values(), policy or Policy())


def refused(hours: float = 0) -> Report:
    """Audit a server that let nobody in."""
    toml = """
    missing = ["variables", "counters", "processlist", "transactions", "programs", "statements", "lock_waits",
               "wait_timeouts", "accounts", "errors"]
    refused = { error = 1040, message = "Too many connections" }
    """
    return report(toml, hours)


def out_of_reach(hours: float = 0) -> Report:
    """Audit a server that was not there."""
    facts = Facts(moment(hours), unreached=(Unreached(LABEL, "", "10.0.3.7:3306 did not answer within 5 s"),))
    return audit(facts, RULES.values(), Policy())


def server_of(report: Report) -> Server:
    """Give the report's one server."""
    (server,) = report.facts.servers
    return server
