"""`poolaudit` itself: its commands are imported when they are called, so that each starts without the others."""

import os
import sys
from importlib import import_module

import click

from poolaudit import __version__
from poolaudit.cli.command import WithHelp
from poolaudit.cli.say import write_stdout

COMMANDS = ("scan", "check-config", "report", "history", "capture", "demo", "rules")
_COMPLETION = "_POOLAUDIT_COMPLETE"


class Program(WithHelp, click.Group):
    """The group of commands, one module each."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands, the most used first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"poolaudit.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names; say the nearest where there is none."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            from poolaudit.policy import nearest  # noqa: PLC0415 - only when something is wrong

            hint = nearest(args[0], COMMANDS) or f"; there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click calls it so
    if wanted and not context.resilient_parsing:
        write_stdout(f"poolaudit {__version__}\n")
        context.exit()


@click.group(cls=Program, invoke_without_command=True, subcommand_metavar="COMMAND [OPTIONS]")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@click.pass_context
def program(context: click.Context) -> None:
    """Audit the connections of a MySQL or MariaDB server.

    Says which sessions wait in a pool, which were never given back and by whom, what the server's limits and timeouts
    make of that, and what to do.

    \b
    Examples:
      poolaudit demo                            a real incident, no server needed
      poolaudit scan -h db1 -u dba -p           audit a server; -p asks
      poolaudit scan -h db1 --app app.yaml      and hold an application's pool
                                                against it
      poolaudit scan --all                      audit the servers of the settings
      poolaudit scan --format json --strict     for a pipeline: exit code 1 where
                                                something is wrong
      poolaudit check-config .                  audit an application's pools before
                                                they are deployed
      poolaudit capture -h db1 -o db1.json      keep what a scan looks at
      poolaudit scan --from db1.json            and audit it another day
      poolaudit rules idle-in-transaction       what a rule means, what to do
      poolaudit report --to mailto:dba@example.com  the cron job: what is new since
                                                the last time, by mail
      poolaudit history                         what was seen when

    The login comes from the options, $POOLAUDIT_DSN, or mysql's option files. Exit codes: 0 nothing at or above
    --fail-on, 1 findings, 2 wrong usage, 3 could not audit, 4 audited in part (under --strict, or of several
    servers), 70 a fault of poolaudit's own, 130 interrupted.
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    if context.invoked_subcommand is None:
        write_stdout(context.get_help() + "\n")


def run() -> int:
    """Run the command that sys.argv names and give its exit code."""
    if _COMPLETION in os.environ:
        program.main(prog_name="poolaudit", complete_var=_COMPLETION)
    with program.make_context("poolaudit", sys.argv[1:]) as context:
        return program.invoke(context) or 0
