"""From the command line and the settings to one run of `poolaudit report`: all that may be wrong is said before it."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import click

from poolaudit.cli.files import check_writable
from poolaudit.cli.letters import Address, Sending
from poolaudit.cli.output import Output
from poolaudit.cli.pool_options import NO_POOLS
from poolaudit.cli.report_run import Job
from poolaudit.cli.report_settings import Asked, ReportSettings, report_settings
from poolaudit.cli.run_options import Wanted
from poolaudit.cli.scan_several import servers_wanted
from poolaudit.cli.servers import Named, servers_of
from poolaudit.cli.settings import Judging, read_settings
from poolaudit.cli.several import JOBS, judgement_of
from poolaudit.cli.target_options import ask_password, given
from poolaudit.collect.target import Target
from poolaudit.collect.where import DSN_VARIABLE, find_target
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import UsageError
from poolaudit.mail.addresses import FileTo, MailTo, address_of

if TYPE_CHECKING:
    from poolaudit.mail.settings import MailSettings  # which brings smtplib


class Chosen(NamedTuple):
    """The servers of a run; `is_whole` is whether they are all that the settings name."""

    servers: tuple[Named, ...]
    is_whole: bool


class _Addressed(Named):
    """The one server that the command line, the environment or mysql's option files name, as a scan finds it."""

    def target(self, environ: Mapping[str, str]) -> tuple[Target, tuple[str, ...]]:
        """Find where it is and how to log in."""
        return find_target(self.where, environ, ask_password)


def chosen_servers(
    context: click.Context, where: WhereOptions, wanted: Wanted, app: tuple[str, ...], judging: Judging
) -> Chosen:
    """Give the servers that are meant: chosen ones, the one that is named, else all of the settings."""
    if not wanted.is_given and not _names_one(where):
        _, table = read_settings(judging.config, os.getcwd())
        wanted = wanted._replace(every=bool(servers_of(table, None)))
    if not wanted.is_given:
        wanted.refuse_alone()
        target, _ = find_target(where, os.environ, ask_password)
        return Chosen((_Addressed(target.address, where, apps=app),), is_whole=True)
    wanted.refuse_beside(context, where, NO_POOLS)
    if app:
        raise UsageError("--app has no place beside servers of the settings", 'write apps = ["…"] under [[servers]]')
    every, servers = servers_wanted(wanted, judging)
    return Chosen(servers, servers == every)


def _names_one(where: WhereOptions) -> bool:
    return bool(given(where)) or DSN_VARIABLE in os.environ


def job_of(chosen: Chosen, asked: Asked, judging: Judging, output: Output, jobs: int | None) -> Job:
    """Decide everything; UsageError where the settings or the command line are wrong."""
    settings = report_settings(asked, judging.config)
    addresses = tuple(address_of(one) for one in settings.to)
    for address in addresses:
        if isinstance(address, FileTo):
            check_writable(address.path)

    def mail() -> "MailSettings":
        return _mail_settings(settings)

    return Job(
        servers=chosen.servers,
        judgement=judgement_of(judging),
        sending=Sending(addresses, _mail_of(settings, addresses), settings.when),
        output=output,
        history=settings.history,
        mail=mail,
        jobs=jobs or JOBS,
        strict=judging.strict,
        dry_run=asked.dry_run,
        is_whole=chosen.is_whole,
    )


def _mail_of(settings: ReportSettings, addresses: tuple[Address, ...]) -> "MailSettings | None":
    """Read the settings of mail where a letter is to be written, or where they are there and may be wrong."""
    if not settings.mail and not any(isinstance(one, MailTo) for one in addresses):
        return None
    return _mail_settings(settings)


def _mail_settings(settings: ReportSettings) -> "MailSettings":
    from poolaudit.mail.settings import mail_settings  # noqa: PLC0415 - it brings smtplib

    return mail_settings(settings.mail, settings.folder, os.environ)
