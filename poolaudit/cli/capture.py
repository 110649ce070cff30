"""`poolaudit capture`: writes what a scan would look at."""

import click

from poolaudit.cli.command import Command, option
from poolaudit.cli.errors import ExitCode
from poolaudit.cli.files import check_writable, write_file
from poolaudit.cli.output import STDOUT
from poolaudit.cli.reading import interval_option, reading
from poolaudit.cli.say import remark, write_stdout
from poolaudit.cli.target_options import target_options
from poolaudit.collect.capture import to_json
from poolaudit.collect.where_options import WhereOptions


@click.command("capture", cls=Command, short_help="Write what a scan would look at, as JSON.")
@target_options
@interval_option
@option(
    "Output",
    "-o",
    "--output",
    "file",
    required=True,
    metavar="FILE",
    help="Write to a file that its owner alone may read; - is standard output.",
)
@option("Output", "--show-queries", is_flag=True, help="Keep statements' texts; they are left out else.")
def command(*, where: WhereOptions, interval: float | None, file: str, show_queries: bool) -> int:
    """Write what a scan would look at, as JSON, for another person or another day.

    It holds accounts, hosts and programs, never passwords. Audit it with `poolaudit scan --from FILE`.

    \b
    Examples:
      poolaudit capture -h db1 -u dba -p -o db1.json
      poolaudit capture --login-path prod --interval 10 -o prod.json
      poolaudit capture -h db1 -o - | ssh desk poolaudit scan --from -
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    if file != STDOUT:
        check_writable(file)
    with reading(where, interval, with_statements=show_queries) as read:
        server = read.facts()
    text = to_json(server)
    if file == STDOUT:
        write_stdout(text)
    else:
        write_file(file, text, private=True)
    if server.refused is None:
        return ExitCode.OK
    if server.was_read:
        remark(f"poolaudit: warning: read through the admin port, for the server is full: {server.refused.message}")
        return ExitCode.OK
    remark(f"poolaudit: warning: the server let nobody in: {server.refused.message}")
    return ExitCode.FOUND
