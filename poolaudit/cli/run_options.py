"""The options that choose servers of the settings by their names, and how many of them are audited at once."""

import os
from typing import NamedTuple

import click

from poolaudit.cli.command import option, together
from poolaudit.cli.pool_options import Pools
from poolaudit.cli.target_options import given
from poolaudit.cli.values import whole, words
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import PoolauditError, UsageError

MOST_JOBS = 256


class Wanted(NamedTuple):
    """What the command line says of which of [[servers]] to audit; `every` is --all."""

    every: bool
    server_name: tuple[str, ...]
    tag: tuple[str, ...]
    jobs: int | None

    @property
    def is_given(self) -> bool:
        """Whether servers of the settings are meant, and not one that the command line says how to reach."""
        return self.every or bool(self.server_name or self.tag)

    def refuse_alone(self) -> None:
        """Raise UsageError where it is said how many at once, and not which."""
        if self.jobs is not None:
            raise UsageError("--jobs says how many servers to audit at once, and there is one", "say which: --all")

    def refuse_beside(self, context: click.Context, where: WhereOptions, pools: Pools) -> None:
        """Raise UsageError where the command line says of a server what its settings are to say."""
        if self.server_name and (self.every or self.tag):
            raise UsageError(f"--server-name and {'--all' if self.every else '--tag'} exclude each other")
        beside = given(where)
        if context.params.get("capture") is not None:
            beside.append("--from")
        beside += [f"--{name.replace('_', '-')}" for name, value in pools._asdict().items() if value not in {None, ()}]
        if beside:
            said = "--all" if self.every else "--server-name" if self.server_name else "--tag"
            raise UsageError(
                f"{beside[0]} has no place beside {said}: servers and their applications are read from the settings",
                "write it under [[servers]]",
            )


def _names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Complete a server's name for a shell; where the settings are wrong, nothing."""
    from poolaudit.cli.servers import servers_of  # noqa: PLC0415 - only for a shell that asks
    from poolaudit.cli.settings import read_settings  # noqa: PLC0415 - the same

    try:
        file, table = read_settings(context.params.get("config"), os.getcwd())
        return [server.name for server in servers_of(table, file) if server.name.startswith(incomplete)]
    except PoolauditError:
        return []


_SECTION = "Servers of the settings"
run_options = together(
    "wanted",
    Wanted,
    option(_SECTION, "--all", "every", is_flag=True, help="Audit every one of [[servers]] in poolaudit.toml."),
    option(
        _SECTION,
        "--server-name",
        metavar="NAMES",
        multiple=True,
        callback=words,
        shell_complete=_names,
        help="Only these, comma separated.",
    ),
    option(_SECTION, "--tag", metavar="TAGS", multiple=True, callback=words, help="Only those with one of these tags."),
    option(_SECTION, "--jobs", type=whole(1, MOST_JOBS), metavar="N", help="So many at once.  [default: 8]"),
)
