"""`poolaudit history`: what was seen when."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from poolaudit.cli.command import Command, WithHelp, option
from poolaudit.cli.history_option import history_option, history_url
from poolaudit.cli.say import write_stdout
from poolaudit.cli.values import whole
from poolaudit.errors import UsageError
from poolaudit.history import open_history

FORMATS = ("plain", "json")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MOST_DIGITS = 4


class Group(WithHelp, click.Group):
    """The commands about the history; without one of them, its runs are listed."""


def _format_option(command: Any) -> Any:  # noqa: ANN401 - click's own decorators
    return option(
        "Output", "--format", type=click.Choice(FORMATS), default="plain", metavar="FORMAT", help="plain or json."
    )(command)


@click.group(
    "history", cls=Group, invoke_without_command=True, short_help="List what was seen when.",
    subcommand_metavar="[COMMAND]",
)  # fmt: skip
@history_option
@option("Runs", "--server-name", "label", metavar="NAME", help="Only this server's.")
@option("Runs", "--last", "count", type=whole(1, 1_000_000), default="20", metavar="N", help="So many.  [default: 20]")
@_format_option
@click.pass_context
def command(context: click.Context, *, history: str | None, label: str | None, count: int, format: str) -> int:  # noqa: A002 - the option's name
    """List the last audits that were kept, or do something else with the history.

    It is a file of yours unless --history or $POOLAUDIT_HISTORY names a database: MySQL, MariaDB, PostgreSQL, or
    another file.

    \b
    Examples:
      poolaudit history
      poolaudit history --server-name db1 --last 100
      poolaudit history show 12
      poolaudit history prune --keep 90d
      poolaudit history export > history.jsonl
      poolaudit history --history sqlite:////var/lib/poolaudit/history.sqlite3
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    if context.invoked_subcommand is not None:
        return 0
    from poolaudit.cli import history_text  # noqa: PLC0415 - a page of help does not need it

    with open_history(history_url(history)) as opened:
        runs, name = opened.runs(label, count=count), opened.name
    if format == "json":
        write_stdout("".join(json.dumps(history_text.run_item(run)) + "\n" for run in runs))
    else:
        write_stdout(history_text.runs_text(runs, name))
    return 0


def _url(context: click.Context, given: str | None) -> str | None:
    """Give where the history is; the option may stand before the command's name too."""
    return history_url(given or (context.parent.params.get("history") if context.parent is not None else None))


@command.command("show", cls=Command, short_help="Show one audit, as it was kept.")
@click.argument("number", type=whole(1, 2**63 - 1), metavar="RUN")
@history_option
@_format_option
@click.pass_context
def show(context: click.Context, *, number: int, history: str | None, format: str) -> int:  # noqa: A002 - the option's name
    """Show one audit: connections, clients, and findings with since when they stand.

    \b
    Examples:
      poolaudit history show 12
      poolaudit history show 12 --format json
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    from poolaudit.cli import history_text  # noqa: PLC0415 - a page of help does not need it

    with open_history(_url(context, history)) as opened:
        found, name = opened.run(number), opened.name
    if found is None:
        raise UsageError(f"there is no run {number} in the history {name}", "poolaudit history lists them")
    text = json.dumps(history_text.item(found)) + "\n" if format == "json" else history_text.whole_text(found)
    write_stdout(text)
    return 0


@command.command("prune", cls=Command, short_help="Take old audits out.")
@option("History", "--keep", required=True, metavar="TIME", help="Keep those of so long: 48h, 90d, 52w.")
@history_option
@click.pass_context
def prune(context: click.Context, *, keep: str, history: str | None) -> int:
    """Take out the audits that are older than that. Letters that are not delivered yet stay.

    \b
    Examples:
      poolaudit history prune --keep 90d
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    before = datetime.now(UTC).replace(microsecond=0) - _duration(keep)
    with open_history(_url(context, history)) as opened:
        gone, left = opened.prune(before)
    write_stdout(f"removed {gone:,} from before {before:%Y-%m-%d %H:%M} UTC, {left:,} left\n")
    return 0


@command.command("export", cls=Command, short_help="Write all of it as JSON lines.")
@history_option
@click.pass_context
def export(context: click.Context, *, history: str | None) -> int:
    """Write every audit as one line of JSON, in the order in which they were kept.

    \b
    Examples:
      poolaudit history export > history.jsonl
      poolaudit history export | jq -r '[.taken_at, .connections.connected] | @csv'
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    from poolaudit.cli import history_text  # noqa: PLC0415 - a page of help does not need it

    with open_history(_url(context, history)) as opened:
        for found in opened.every_run():
            write_stdout(json.dumps(history_text.item(found)) + "\n")
    return 0


def _duration(text: str) -> timedelta:
    found = re.fullmatch(rf"([0-9]{{1,{_MOST_DIGITS}}})([hdw])", text)
    if found is None or not int(found[1]):
        raise UsageError("--keep is to be a number of hours, days or weeks, as in 48h, 90d or 52w")
    return int(found[1]) * _UNITS[found[2]]
