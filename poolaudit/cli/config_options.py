"""The options of `check-config`: what is read and how, and what becomes of what is found."""

from typing import NamedTuple

import click

from poolaudit.cli.command import option, together
from poolaudit.cli.values import seconds, whole, words
from poolaudit.errors import UsageError
from poolaudit.readers.application import Options
from poolaudit.readers.document import Kind

STDIN = "-"
MOST_CPUS = 4096


class Sources(NamedTuple):
    """What the command line says of what to read."""

    as_kind: str | None
    env_file: str | None
    cpus: int | None

    def check(self, paths: tuple[str, ...]) -> None:
        """Raise UsageError where the paths and the options do not go together."""
        if STDIN in paths and self.as_kind is None:
            raise UsageError("standard input has no name to tell what it is by", "say it, as in --as yaml")
        if self.as_kind is not None and paths != (STDIN,):
            raise UsageError("--as says what standard input is: the path is to be -, and the only one")


class Over(NamedTuple):
    """What the command line says over what files say. Times are in seconds."""

    processes: int | None
    hosts: int | None
    threads: int | None
    request_timeout: float | None
    path_idle_timeout: float | None

    def options(self) -> Options:
        """Give them as readers take them."""
        return Options(
            processes=self.processes,
            hosts=self.hosts,
            threads=self.threads,
            request_timeout=self.request_timeout,
            path_idle_timeout=self.path_idle_timeout,
        )


class Outcome(NamedTuple):
    """What the command line says of what becomes of the findings."""

    listing: bool
    diff: bool
    fix: bool
    baseline: str | None
    new_baseline: str | None

    def check(self, paths: tuple[str, ...]) -> None:
        """Raise UsageError where two of them exclude each other, or standard input is to be changed."""
        chosen = {
            "--list": self.listing,
            "--diff": self.diff,
            "--fix": self.fix,
            "--write-baseline": self.new_baseline is not None,
        }
        names = [name for name, is_given in chosen.items() if is_given]
        if len(names) > 1:
            raise UsageError(f"{names[0]} and {names[1]} exclude each other")
        if self.baseline is not None and self.new_baseline is not None:
            raise UsageError("--baseline and --write-baseline exclude each other: a new one holds all that is found")
        if self.fix and STDIN in paths:
            raise UsageError("standard input cannot be changed", "--diff prints the changes as a patch")


_READING = "Reading"
source_options = together(
    "sources",
    Sources,
    option(
        _READING,
        "--as",
        "as_kind",
        type=click.Choice([kind.value for kind in Kind]),
        metavar="KIND",
        help="What standard input is: yaml, json, toml, ini, env, python or text.",
    ),
    option(_READING, "--env-file", metavar="FILE", help="Environment variables of the application, as NAME=VALUE."),
    option(_READING, "--cpus", type=whole(1, MOST_CPUS), metavar="N", help="What cpu_count() is where it runs."),
)
_OVER = "Over what the files say"
over_options = together(
    "over",
    Over,
    option(_OVER, "--processes", type=whole(1), metavar="N", help="Processes with such a pool, on each host."),
    option(_OVER, "--hosts", type=whole(1), metavar="N", help="Hosts with so many processes."),
    option(_OVER, "--threads", type=whole(1), metavar="N", help="Threads in each process."),
    option(_OVER, "--request-timeout", type=seconds(), metavar="SECONDS", help="After which a worker is killed."),
    option(
        _OVER,
        "--path-idle-timeout",
        type=seconds(),
        metavar="SECONDS",
        help="After which a balancer or firewall forgets an idle connection.",
    ),
)
server_option = option(
    "Server",
    "--server",
    "variables",
    metavar="NAME=N,…",
    multiple=True,
    callback=words,
    help="A server of which only this is known: max_connections=151,wait_timeout=28800.",
)
_OUTCOME = "Outcome"
outcome_options = together(
    "outcome",
    Outcome,
    option(
        _OUTCOME, "--list", "listing", is_flag=True, help="Show pools and where each setting is said; judge nothing."
    ),
    option(_OUTCOME, "--diff", is_flag=True, help="Print the changes that would mend it as a patch, not the report."),
    option(_OUTCOME, "--fix", is_flag=True, help="Make these changes, then report what is left."),
    option(_OUTCOME, "--baseline", metavar="FILE", help="Accept what is in it, and fail on what is new."),
    option(
        _OUTCOME,
        "--write-baseline",
        "new_baseline",
        metavar="FILE",
        help="Write what is found as such a file, and exit with 0.",
    ),
)
