"""Reports with a past: a week of looks, what is new, what stands, what is gone; of one server and of several."""

from datetime import timedelta

from poolaudit.facts.missing import Missing
from poolaudit.facts.usage import Usage
from poolaudit.report import Changes, Facts, Report, Resolved, Severity, Standing, Unanswered
from tests.facts_toml import TAKEN_AT
from tests.render.samples import GRANT, SAMPLES, facts_of, finding, incident_0a, report, server, server_full

HOURS = 7 * 24
STARTED_AT = TAKEN_AT - timedelta(days=40)
RESTARTED_AT = TAKEN_AT - timedelta(hours=40)


def a_week(limit: int = 151) -> tuple[Usage, ...]:
    """Make a look an hour: quiet nights, days that grow, two hours full, two without an answer, a restart."""
    return tuple(_hour(number, limit) for number in range(HOURS))


def _hour(number: int, limit: int) -> Usage:
    at = TAKEN_AT - timedelta(hours=HOURS - number)
    if number in {100, 101}:
        return Usage(at, was_read=False)
    busy = 1 if 8 <= number % 24 <= 18 else 0.35
    connected = min(limit, round(limit * busy * (0.3 + 0.7 * min(number, 127) / 110)))
    if number > HOURS - 40:
        connected = round(limit * busy * 0.25) + number % 5
    full = connected >= limit
    started_at = RESTARTED_AT if at >= RESTARTED_AT else STARTED_AT
    return Usage(at, connected, 4, limit if full else connected + 5, limit, 37 if full else 0, started_at)


def week() -> Report:
    """Report the leak after a week: one finding is new, two stand, two are gone."""
    one = incident_0a()
    stamped = tuple(each._replace(fingerprint=f"{number:016x}") for number, each in enumerate(one.findings))
    gone = (
        Resolved("PA103", "connections-peaked", Severity.WARNING, "db1:3306", "peak 149 of 151 connections",
                 "00000000000000f0", Standing(TAKEN_AT - timedelta(days=9), 9)),
        Resolved("PA104", "connections-refused", Severity.ERROR, "db1:3306", "37 connections were refused with 1040",
                 "00000000000000f1", Standing(TAKEN_AT - timedelta(days=2), 2)),
    )  # fmt: skip
    standing = {
        "0000000000000001": Standing(TAKEN_AT - timedelta(days=5), 6),
        "0000000000000002": Standing(TAKEN_AT - timedelta(hours=2), 3),
        "0000000000000003": Standing(TAKEN_AT - timedelta(days=400), 1_400),
    }
    changes = Changes(TAKEN_AT - timedelta(days=1), standing, frozenset({"0000000000000000"}), gone)
    return one._replace(
        facts=one.facts._replace(usage={"db1:3306": a_week()}), findings=stamped, changes=changes
    )  # fmt: skip


def first() -> Report:
    """Report the first audit that is kept."""
    one = incident_0a()
    return one._replace(changes=Changes(None, {each.fingerprint: Standing(TAKEN_AT, 1) for each in one.findings}))


def several() -> Report:
    """Report three servers: one leaks, one is well, one let nobody in."""
    leaking, full = week(), server_full()
    (refused,) = full.facts.servers
    well = server(address="db2:3306", version="11.8.3", flavor="mariadb", processlist=[
        {"id": 10 + n, "user": "shop", "host": "10.0.8.1:40000", "time_seconds": 3 * n} for n in range(8)
    ])  # fmt: skip
    third = refused._replace(address="db3.example.com:3306")
    found = finding(
        "PA101", "server-full", Severity.ERROR,
        "db3.example.com:3306 refused this audit with error 1040 (Too many connections)",
        why="all its connections are in use, so each application that needs one more is refused as well",
        fix="get in by the administrators' port (poolaudit scan --admin-port PORT)", subject="db3.example.com:3306",
    )  # fmt: skip
    facts: Facts = leaking.facts._replace(servers=(*leaking.facts.servers, well, third))
    gap = Unanswered("PA202", "idle-blocker", "db2:3306", Missing("lock_waits", "SELECT was denied (1142)", GRANT))
    return leaking._replace(
        facts=facts, findings=(*leaking.findings[:3], found, *leaking.findings[3:]),
        unanswered=(*leaking.unanswered, gap, *(
            one._replace(subject="db3.example.com:3306") for one in full.unanswered)),
    )  # fmt: skip


def quiet() -> Report:
    """Report a day on which nothing is wrong and nothing changed."""
    one = server()
    facts = facts_of(one)._replace(usage={"db1:3306": a_week(400)[:60]})
    return report(facts)._replace(changes=Changes(TAKEN_AT - timedelta(days=1)))


PAST = {"week": week, "first": first, "several": several, "quiet": quiet}
ALL = SAMPLES | PAST
