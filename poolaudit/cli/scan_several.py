"""`poolaudit scan --all`, `--server-name` and `--tag`: audits servers of the settings, and prints one report."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from poolaudit.cli.judge import exit_code_for, rendered
from poolaudit.cli.output import Output
from poolaudit.cli.run_options import Wanted
from poolaudit.cli.say import remark
from poolaudit.cli.servers import Named, chosen, passwords_in_sight, servers_of
from poolaudit.cli.settings import FILE, Judging, read_settings
from poolaudit.cli.several import JOBS, Progress, audit_all, in_silence, judgement_of, whole_of
from poolaudit.collect.gather import Depth
from poolaudit.errors import UsageError


def scan_several(  # noqa: PLR0913 - what the command line says, group by group
    wanted: Wanted,
    interval: float | None,
    judging: Judging,
    output: Output,
    *,
    show_queries: bool,
    all_clients: bool,
) -> int:
    """Audit the servers that are wanted, print what was found on them together, and give the exit code."""
    every, servers = servers_wanted(wanted, judging)
    judgement = judgement_of(judging)
    depth = Depth(interval, show_queries)
    with shown_progress(output) as progress:
        audited = audit_all(servers, judgement, wanted.jobs or JOBS, progress, depth=depth)
    report, code = whole_of(audited, judgement, strict=judging.strict, is_every=servers == every)
    look = output.look()
    output.deliver(rendered(report, look, show_queries=show_queries, all_clients=all_clients))
    return exit_code_for(look, report, code)


def servers_wanted(wanted: Wanted, judging: Judging) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """Read [[servers]]; give all of them, and those that are wanted. UsageError where there are none."""
    file, table = read_settings(judging.config, os.getcwd())
    servers = servers_of(table, file)
    if not servers:
        where = f"{file} has" if file is not None else f"there is no {FILE} with"
        raise UsageError(f"{where} no [[servers]] to choose from" if file is not None else f"{where} [[servers]]", _HOW)
    if file is not None and passwords_in_sight(servers, file):
        remark(
            f"poolaudit: warning: everybody on this host may read {file}, and a dsn in it holds a password:"
            f" chmod o-r {file}, or use password-file"
        )
    return servers, chosen(servers, wanted.server_name, wanted.tag)


_HOW = 'name one, as in: [[servers]] with name = "db1" and host = "db1.example.com" below it'


@contextmanager
def shown_progress(output: Output) -> Iterator[Progress]:
    """Show progress while the block runs, on standard error, where that is a terminal; nothing anywhere else."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield in_silence
        return
    from poolaudit.render.progress import progress_on  # noqa: PLC0415 - rich imports slowly

    with progress_on(sys.stderr, no_color=output.no_color) as progress:
        yield progress
