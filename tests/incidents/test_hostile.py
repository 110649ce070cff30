"""Names and statements made to do harm: gathered as they are, and printed as text in each format."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from tomllib import loads

import pytest
from pymysql.constants.COMMAND import COM_QUERY

from poolaudit.cli.judge import report_on
from poolaudit.collect.gather import Depth, gather
from poolaudit.policy import policy_from
from poolaudit.render import FORMATS, render
from poolaudit.report import Report
from tests.incidents.live import AUDITOR, LOWERED, RULES, Live, send
from tests.servers.server import leaving

OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Hostile:
    """One way to do harm with a text; `never` is what no format may pass on. A user of 5.6 has 16 characters."""

    name: str
    user: str
    database: str
    program: str
    never: str


WAYS = [
    Hostile("title", "\x1b]0;x\x07user", "\x1b]0;x\x07base", "\x1b]0;pwned\x07program", "\x1b]"),
    Hostile("clear", "\x1b[2Juser", "\x1b[2Jbase", "\x1b[2J\x1b[Hprogram", "\x1b[2J"),
    Hostile("c1", "\x9b2Juser", "\x9b2Jbase", "\x9b2Jprogram", "\x9b"),
    Hostile("line", "us\n\rer", "ba\nse", "PA101 error:\r\nall is well", "\r"),
    Hostile("bidi", "\u202euser\u2066", "\u202ebase", "\u202emargorp\u2069", "\u202e"),
    Hostile("markup", "[red]x[/red]", "[bold]b[/bold]", "[link=http://x.example]p[/link]", "\x1b]8;"),
    Hostile("broken markup", "[/nothing]", "[/]", "[/red][[", "\x1b]8;"),
    Hostile("emoji code", ":boom:", ":boom:", ":boom:", "\N{COLLISION SYMBOL}"),
    Hostile("quotes", "a'b\"c`d\\", "a'b\"c`d", "'; DROP TABLE x; --", "\x1b]8;"),
]


def occupy(live: Live, way: Hostile, stack: ExitStack) -> None:
    """Have one session asleep in a transaction and one running, both with the harmful texts in all places."""
    quoted = way.database.replace("`", "``")
    with leaving(live.server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{quoted}`")
        cursor.execute("CREATE USER %s@'%%'", [way.user])
        cursor.execute("GRANT ALL ON *.* TO %s@'%%'", [way.user])
    options = {"user": way.user, "password": "", "database": way.database, "program_name": way.program}
    asleep = stack.enter_context(closing(live.server.connect(**options, autocommit=False)))
    running = stack.enter_context(closing(live.server.connect(**options)))
    asleep.query(f"SELECT title FROM todo.tasks /* {way.program} */")  # noqa: S608 - harmful is what it is to be
    send(running, COM_QUERY, f"SELECT SLEEP(60) /* {way.program} */")


@pytest.fixture
def besieged(live: Live) -> Iterator[Live]:
    """Give a server that has clients of every harmful name."""
    with ExitStack() as stack:
        for way in WAYS:
            occupy(live, way, stack)
        live.await_open(len(WAYS))
        yield live


def audit(live: Live) -> Report:
    server = gather(live.target(AUDITOR), Depth(with_statements=True))
    return report_on(server, (), RULES, policy_from(loads(LOWERED.read_text()), RULES))


def test_harmful_texts_are_gathered_whole_and_printed_as_text(besieged: Live) -> None:
    report = audit(besieged)
    assert_gathered_whole(report, besieged)
    assert_printed_as_text(report)
    assert_given_back_whole(report, besieged)


def assert_gathered_whole(report: Report, live: Live) -> None:
    accused = {finding.about for finding in report.findings if finding.code == "PA201"}
    for way in WAYS:
        (client,) = [client for client in report.facts.servers[0].clients if client.key.user == way.user]
        assert {session.row.db for session in client.sessions} == {way.database}
        assert client.key.program == (way.program if live.knows_processes else None)
        assert (len(client.held), len(client.running)) == (1, 1)
        assert way.program in (client.running[0].row.statement or "")
        assert str(client.key) in accused


def assert_printed_as_text(report: Report) -> None:
    for form in FORMATS:
        for color in (False, True):
            for width in (80, 200):
                text = render(report, form, width=width, color=color, show_queries=True, all_clients=True)
                assert_inert(text, color=color)
    for form in ("plain", "terminal"):
        text = render(report, form, width=300, color=False, show_queries=True, all_clients=True)
        assert [way.user for way in WAYS if way.user.isprintable() and way.user not in text] == []


def assert_given_back_whole(report: Report, live: Live) -> None:
    """JSON is for programs, which get what the server said."""
    told = json.loads(render(report, "json", width=None, color=False))
    clients = told["servers"][0]["clients"]
    assert {way.user for way in WAYS} <= {one["account"] for one in clients}
    programs = {one["program"] for one in clients}
    assert {way.program for way in WAYS} <= programs or not live.knows_processes


def assert_inert(text: str, *, color: bool) -> None:
    """Nothing is left that a terminal would act on, but for the format's own colours."""
    assert [way.name for way in WAYS if way.never in text] == []
    shown = OWN_COLOURS.sub("", text) if color else text
    assert {letter for letter in shown if not letter.isprintable() and letter != "\n"} == set()
