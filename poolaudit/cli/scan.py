"""`poolaudit scan`: audits a server, or a capture of one."""

import click

from poolaudit.cli.command import Command, option
from poolaudit.cli.output import Output, output_options
from poolaudit.cli.pool_options import Pools, pool_options
from poolaudit.cli.reading import Reading, interval_option, reading, reading_capture, refuse_both
from poolaudit.cli.run_options import Wanted, run_options
from poolaudit.cli.settings import Judging, judging_options
from poolaudit.cli.target_options import target_options
from poolaudit.collect.where_options import WhereOptions
from poolaudit.render import prepare


@click.command("scan", cls=Command)
@target_options
@run_options
@option("Reading", "--from", "capture", metavar="CAPTURE", help="Audit a capture instead; - reads standard input.")
@interval_option
@pool_options
@judging_options
@output_options
@option("Output", "--show-queries", is_flag=True, help="Show statements' texts, not their digests.")
@option("Output", "--all-clients", is_flag=True, help="Show every client, however many.")
@click.pass_context
def command(  # noqa: PLR0913 - one parameter a group of options
    context: click.Context,
    *,
    where: WhereOptions,
    wanted: Wanted,
    capture: str | None,
    interval: float | None,
    pools: Pools,
    judging: Judging,
    output: Output,
    show_queries: bool,
    all_clients: bool,
) -> int:
    """Audit a live server, or a capture of one, and print the report.

    One connection, read only, 12 statements at most. PROCESS lets it see every session; docs/privileges.md has the
    grants for more.

    \b
    Examples:
      poolaudit scan -h db1 -u dba -p
      poolaudit scan --dsn mysql://dba@db1/ --ssl-mode VERIFY_IDENTITY
      poolaudit scan --login-path prod --app app.yaml --interval 10
      poolaudit scan -h db1 --pool-size 10 --max-overflow 5 --processes 8
      poolaudit scan --from db1.json --format json -o report.json
      poolaudit scan --all --jobs 16
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    output.check()
    if wanted.is_given:
        from poolaudit.cli.scan_several import scan_several  # noqa: PLC0415 - most scans are of one server

        wanted.refuse_beside(context, where, pools)
        return scan_several(wanted, interval, judging, output, show_queries=show_queries, all_clients=all_clients)
    wanted.refuse_alone()
    given = pools.read()
    says_something = judging.says_something()
    if says_something:
        _check(judging)
    with _reading(context, where, capture, interval, show_queries=show_queries) as read:
        from poolaudit.audit import audit  # noqa: PLC0415 - imported while the server is read
        from poolaudit.cli import judge  # noqa: PLC0415 - the same
        from poolaudit.rules import ABOUT_POOLS, ABOUT_RUNS, load_rules  # noqa: PLC0415 - the same

        unneeded = ABOUT_RUNS if given.deployments else (*ABOUT_RUNS, *ABOUT_POOLS)
        rules = load_rules(without=() if says_something else unneeded)
        look = output.look()
        policy = judge.policy_of(judging, rules)
        if pools.app:
            policy = judge.accepting(policy, given.deployments, rules)
        prepare(look.format)
        facts = judge.facts_of(read.facts(), given.deployments, given.applications, given.unread)
        report = audit(facts, rules, policy)
    output.deliver(judge.rendered(report, look, show_queries=show_queries, all_clients=all_clients))
    return judge.exit_code_for(look, report, judge.exit_code(report, policy, strict=judging.strict))


def _check(judging: Judging) -> None:
    """Raise what is wrong with the settings before a server is asked."""
    from poolaudit.cli.judge import policy_of  # noqa: PLC0415 - where nothing is said, imported while the server is read
    from poolaudit.rules import load_rules  # noqa: PLC0415 - the same

    policy_of(judging, load_rules())


def _reading(
    context: click.Context, where: WhereOptions, capture: str | None, interval: float | None, *, show_queries: bool
) -> Reading:
    if capture is None:
        return reading(where, interval, with_statements=show_queries)
    refuse_both(context, ("interval",), where)
    return reading_capture(capture)
