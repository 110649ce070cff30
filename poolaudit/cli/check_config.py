"""`poolaudit check-config`: audits applications' pool settings as their files have them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from poolaudit.cli.command import Command, option
from poolaudit.cli.config_options import (
    Outcome,
    Over,
    Sources,
    outcome_options,
    over_options,
    server_option,
    source_options,
)
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.files import check_writable
from poolaudit.cli.output import Output, output_options
from poolaudit.cli.say import remark
from poolaudit.cli.settings import Judging, judging_options
from poolaudit.cli.target_options import given, target_options
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import UsageError
from poolaudit.facts.server import Server
from poolaudit.render import render

if TYPE_CHECKING:
    from poolaudit.cli.pool_audit import PoolAudit  # imported while the server is read

LISTED = ("terminal", "plain", "json")
MOST_ROUNDS = 5
_NAMING = ("dsn", "host", "socket", "defaults_file", "defaults_extra_file", "defaults_group_suffix", "login_path")


@click.command("check-config", cls=Command, short_help="Audit applications' pool settings.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@source_options
@over_options
@target_options
@option("Server", "--from", "capture", metavar="CAPTURE", help="A capture of it, in place of the server.")
@server_option
@outcome_options
@judging_options
@output_options
@click.pass_context
def command(  # noqa: PLR0913 - one parameter a group of options
    context: click.Context,
    *,
    paths: tuple[str, ...],
    sources: Sources,
    over: Over,
    where: WhereOptions,
    capture: str | None,
    variables: tuple[str, ...],
    outcome: Outcome,
    judging: Judging,
    output: Output,
) -> int:
    """Audit the pool settings in applications' files and folders (- is standard input).

    Nothing of an application is run. Its pools are judged alone, and against a server where one is named: by a scan's
    options, --from, --server, or a compose file among the files that sets its variables. Without such an option nothing
    is connected to, whatever the environment says.

    \b
    Examples:
      poolaudit check-config app.yaml
      poolaudit check-config . --strict --format github
      poolaudit check-config . --server max_connections=151,wait_timeout=28800
      poolaudit check-config config.py --from db1.json --processes 8
      poolaudit check-config . --list
      poolaudit check-config . --diff
      poolaudit check-config - --as yaml < app.yaml
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    _check(paths, sources, outcome, output)
    with _server(context, where, capture, variables) as server_of:
        from poolaudit.cli.pool_audit import PoolAudit  # noqa: PLC0415 - imported while the server is read

        audit = PoolAudit(paths, sources, over, judging, server_of)
        if outcome.listing:
            return _list(audit, output)
        audit.prepare(outcome.baseline)
        audit.run()
    if outcome.diff:
        return _diff(audit, output)
    if outcome.fix:
        _fix(audit)
    return _deliver(audit, outcome, output)


def _check(paths: tuple[str, ...], sources: Sources, outcome: Outcome, output: Output) -> None:
    """Raise UsageError for what is wrong on the command line alone, before anything is read."""
    sources.check(paths)
    outcome.check(paths)
    output.check()
    if outcome.new_baseline is not None:
        check_writable(outcome.new_baseline)
    if outcome.listing and output.look().format not in LISTED:
        raise UsageError(f"--list has no findings to show: its formats are {', '.join(LISTED)}")


@contextmanager
def _server(
    context: click.Context, where: WhereOptions, capture: str | None, variables: tuple[str, ...]
) -> Iterator[Callable[[], Server | None]]:
    """Give what gives the server that is meant, None where none is; a real one is read in the meantime."""
    named = given(where)
    if named and not any(getattr(where, name) is not None for name in _NAMING):
        raise UsageError(f"{named[0]} says how to reach a server, but nothing names one", "name it, as in -h db1")
    if variables and (named or capture is not None):
        raise UsageError(
            f"--server says all that is known of a server: {(named or ['--from'])[0]} has no place beside it"
        )
    if variables:
        from poolaudit.cli.given_server import server_given  # noqa: PLC0415 - only where a server is named

        one = server_given(variables, datetime.now(UTC))
        yield lambda: one
    elif capture is not None:
        from poolaudit.cli.reading import reading_capture, refuse_both  # noqa: PLC0415 - the same

        refuse_both(context, (), where)
        with reading_capture(capture) as read:
            yield read.facts
    elif named:
        from poolaudit.cli.reading import reading  # noqa: PLC0415 - the same

        with reading(where, None, with_statements=False) as read:
            yield read.facts
    else:
        yield lambda: None


def _list(audit: "PoolAudit", output: Output) -> ExitCode:
    look = output.look()
    if look.format == "json":
        output.deliver(render(audit.unjudged, "json", width=None, color=False))
    else:
        from poolaudit.render.listing import text_of  # noqa: PLC0415 - only for --list

        output.deliver(text_of(audit.unjudged, ascii_only=look.ascii_only))
    return audit.unread_code or ExitCode.OK


def _diff(audit: "PoolAudit", output: Output) -> ExitCode:
    from poolaudit.cli.fixing import fixes_of, patch_of  # noqa: PLC0415 - only for --diff

    patch, remarks = patch_of(fixes_of(audit.report.findings), audit.texts)
    for one in remarks:
        remark(f"poolaudit: {one}")
    output.deliver(patch)
    return audit.exit_code


def _fix(audit: "PoolAudit") -> None:
    """Make the changes, and those that the report then still asks for."""
    from poolaudit.cli.fixing import fixes_of, make_fixes  # noqa: PLC0415 - only for --fix

    total = 0
    for _ in range(MOST_ROUNDS):
        made, remarks = make_fixes(fixes_of(audit.report.findings), audit.texts, audit.began_ns)
        for one in remarks:
            remark(f"poolaudit: {one}")
        if not made:
            break
        total += made
        audit.run()
    remark(f"poolaudit: {total} changed" if total else "poolaudit: nothing to change")


def _deliver(audit: "PoolAudit", outcome: Outcome, output: Output) -> int:
    from poolaudit.cli.judge import exit_code_for, rendered  # noqa: PLC0415 - the rules come with it

    look = output.look()
    output.deliver(rendered(audit.shown, look))
    if outcome.new_baseline is None:
        return exit_code_for(look, audit.report, audit.exit_code)
    from poolaudit.cli.baseline import write_baseline  # noqa: PLC0415 - only for --write-baseline

    written = write_baseline(outcome.new_baseline, audit.report)
    remark(f"poolaudit: {written} known from now on, with --baseline {outcome.new_baseline}")
    return audit.unread_code or ExitCode.OK
