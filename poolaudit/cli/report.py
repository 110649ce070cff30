"""`poolaudit report`: the cron job."""

from typing import Any

import click

from poolaudit.cli.command import Command, Decorator, option, together
from poolaudit.cli.history_option import history_option
from poolaudit.cli.output import Output, format_option, no_color_option
from poolaudit.cli.report_settings import Asked, When
from poolaudit.cli.run_options import Wanted, run_options
from poolaudit.cli.settings import Judging, judging_options
from poolaudit.cli.target_options import target_options
from poolaudit.collect.where_options import WhereOptions
from poolaudit.render import FORMATS

_SECTION = "Report"
LOCKS = ("wait", "skip", "none")
_asked_options: Decorator[Any] = together(
    "asked",
    Asked,
    option(
        _SECTION,
        "--to",
        metavar="ADDRESS",
        multiple=True,
        help="mailto:dba@example.com, https://… (a hook, which gets JSON) or a file; several.",
    ),
    option(
        _SECTION,
        "--when",
        type=click.Choice([one.value for one in When]),
        metavar="WHEN",
        help="Send always, only with findings, or only with changes.  [default: always]",
    ),
    history_option,
    option(
        _SECTION,
        "--lock",
        type=click.Choice(LOCKS),
        default="wait",
        metavar="HOW",
        help="Where another run is at work: wait for it, skip this one, or none.  [default: wait]",
    ),
    option(_SECTION, "--dry-run", is_flag=True, help="Keep and send nothing; write each letter to an .eml file here."),
)


@click.command("report", cls=Command)
@target_options
@run_options
@option("Application", "--app", metavar="PATH", multiple=True, help="An application's settings, for one server.")
@_asked_options
@judging_options
@format_option(FORMATS)
@no_color_option
@click.pass_context
def command(  # noqa: PLR0913 - one parameter a group of options
    context: click.Context,
    *,
    where: WhereOptions,
    wanted: Wanted,
    app: tuple[str, ...],
    asked: Asked,
    judging: Judging,
    format: str | None,  # noqa: A002 - the option's name
    no_color: bool,
) -> int:
    """Audit servers, compare with the last time, keep it, and deliver the report: the cron job.

    The servers are those of [[servers]] in poolaudit.toml, or the one that the options name. Each is compared with its
    last report; what is new, what still stands and what is gone is said, to each address in its own way: a mail for
    each server, a document for a hook, a file. Without an address the report is printed. What could not be delivered is
    kept and goes with the next report. Files are written at every run, whatever --when says.

    \b
    Examples:
      poolaudit report --to mailto:dba@example.com --when changes
      poolaudit report -h db1 --app app.yaml --to https://chat.example.com/hook
      poolaudit report --all --to /var/www/html/poolaudit.html
      poolaudit report --to mailto:dba@example.com --dry-run
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    from poolaudit.cli.report_job import chosen_servers, job_of  # noqa: PLC0415 - --help needs none of it
    from poolaudit.cli.report_run import run_alone  # noqa: PLC0415 - the same

    servers = chosen_servers(context, where, wanted, app, judging)
    job = job_of(servers, asked, judging, Output(format, None, no_color), wanted.jobs)
    return run_alone(job, asked.lock)
