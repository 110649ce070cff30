"""The settings' tables `[report]` and `[mail]`, and the options that stand over them.

[report]
to = ["mailto:dba@example.com", "/var/www/poolaudit.html"]
when = "changes"
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from poolaudit.cli.history_option import history_url
from poolaudit.cli.settings import read_settings, table_of
from poolaudit.errors import UsageError


class When(StrEnum):
    """On which days a report goes out."""

    ALWAYS = "always"
    FINDINGS = "findings"
    CHANGES = "changes"


class ReportSettings(NamedTuple):
    """What holds for this run. `mail` is the table [mail]; `folder` the settings file's, where its files are found."""

    to: tuple[str, ...]
    when: When
    history: str | None
    mail: Mapping[str, Any]
    folder: str


class Asked(NamedTuple):
    """What the command line says; empty or None where it does not."""

    to: tuple[str, ...] = ()
    when: str | None = None
    history: str | None = None
    lock: str = "wait"
    dry_run: bool = False


def report_settings(asked: Asked, config: str | None) -> ReportSettings:
    """Lay the command line over the settings file; UsageError where the file is wrong."""
    file, settings = read_settings(config, os.getcwd())
    report = table_of(settings, "report", ("to", "when"), file)
    mail = settings.get("mail", {})
    if not isinstance(mail, Mapping):
        raise UsageError(f"{file}: mail is to be a table, [mail]")
    folder = os.path.dirname(file) if file is not None else ""
    return ReportSettings(
        to=asked.to or tuple(_placed(one, folder) for one in _targets(report, file)),
        when=_when(asked.when or report.get("when", When.ALWAYS), file),
        history=history_url(asked.history, config),
        mail=mail,
        folder=folder,
    )


def _targets(report: Mapping[str, Any], file: str | None) -> tuple[str, ...]:
    found = report.get("to", [])
    found = [found] if isinstance(found, str) else found
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise UsageError(f'{file}: [report] to is to be a list of texts, as in to = ["mailto:dba@example.com"]')
    return tuple(found)


def _placed(target: str, folder: str) -> str:
    """Take a file's path from the settings file's folder; an address is no path."""
    return target if ":" in target else os.path.normpath(os.path.join(folder, target))


def _when(text: object, file: str | None) -> When:
    try:
        return When(str(text))
    except ValueError:
        raise UsageError(f"{file}: [report] when is one of {', '.join(When)}") from None
