"""Reads a settings file by the code that `poolaudit report` reads it with, before any server is asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from poolaudit.cli.report_settings import Asked, ReportSettings, report_settings
from poolaudit.cli.servers import Named, servers_of
from poolaudit.cli.settings import read_settings
from poolaudit.mail.addresses import FileTo, MailTo, PostTo, address_of
from poolaudit.mail.settings import MailSettings, mail_settings
from poolaudit.policy import Policy, policy_from
from poolaudit.rules import load_rules


class Whole(NamedTuple):
    """All that a settings file says; `mail` is None where it has no [mail]."""

    servers: tuple[Named, ...]
    policy: Policy
    report: ReportSettings
    addresses: tuple[MailTo | PostTo | FileTo, ...]
    mail: MailSettings | None


def read_whole(file: Path, environ: Mapping[str, str] | None = None) -> Whole:
    """Read it; UsageError where any of it is wrong. Passwords' files have to be there."""
    name, table = read_settings(str(file), "")
    report = report_settings(Asked(), str(file))
    return Whole(
        servers=servers_of(table, name),
        policy=policy_from(table, load_rules(), str(file)),
        report=report,
        addresses=tuple(address_of(one) for one in report.to),
        mail=mail_settings(report.mail, report.folder, environ or {}) if report.mail else None,
    )
