"""Runs of `poolaudit report` without a server: what would be read of one is told, at moments of the test's own."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from poolaudit.cli.errors import ExitCode
from poolaudit.cli.letters import Address, Sending
from poolaudit.cli.output import Output
from poolaudit.cli.report_run import Job, run
from poolaudit.cli.report_settings import When
from poolaudit.cli.servers import Named
from poolaudit.cli.several import Judgement
from poolaudit.collect.gather import Depth
from poolaudit.collect.target import Target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.facts.server import Server
from poolaudit.mail.addresses import MailTo
from poolaudit.mail.settings import MailSettings
from poolaudit.mail.smtp import Security, Smtp
from poolaudit.policy import Policy
from poolaudit.rules import load_rules
from tests.facts_toml import TAKEN_AT, facts_from

DBA = MailTo(("dba@example.com",))
RULES = load_rules()
EVERY = timedelta(hours=8)


def server_at(number: int, text: str = "", **counters: int) -> Server:
    """Give the healthy server as it is after so many runs, with what the TOML and the counters lay over it."""
    lines = "\n".join(f"{name} = {value}" for name, value in counters.items())
    server = facts_from(f"{text}\n[counters]\n{lines}" if lines else text).servers[0]
    return server._replace(taken_at=TAKEN_AT + number * EVERY)


def smtp_at(port: int) -> MailSettings:
    """Write by the server of a test."""
    return MailSettings("poolaudit@example.com", Smtp("127.0.0.1", port, Security.NONE, timeout_seconds=20))


def job(  # noqa: PLR0913 - what differs from test to test
    history: Path,
    mail: MailSettings | None,
    *,
    addresses: tuple[Address, ...] = (DBA,),
    when: When = When.CHANGES,
    names: Iterable[str] = ("db1",),
    now: datetime | None = None,
    policy: Policy = Policy(),  # noqa: B008 - it is frozen
) -> Job:
    """Give a run over named servers, which are reached by nobody."""

    def settings() -> MailSettings:
        assert mail is not None
        return mail

    return Job(
        servers=tuple(Named(name, WhereOptions(host=name, user="x")) for name in names),
        judgement=Judgement(RULES, policy),
        sending=Sending(addresses, mail, when),
        output=Output(None, None, no_color=True),
        history=f"sqlite:///{history}",
        mail=settings,
        jobs=8,
        now=now,
    )


def run_on(one: Job, server: Server | Callable[[str], Server]) -> ExitCode:
    """Run it, reading this of each server."""

    def read(target: Target, depth: Depth) -> Server:
        _ = depth
        return server if isinstance(server, Server) else server(target.host)

    return run(one, read=read)
