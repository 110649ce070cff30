"""`poolaudit demo`: audits a bundled capture of a real incident."""

import os
from contextlib import chdir
from shlex import quote

import click

from poolaudit.cli.command import Command
from poolaudit.cli.judge import rendered, report_on
from poolaudit.cli.output import Output, output_options
from poolaudit.cli.reading import read_capture
from poolaudit.cli.say import remark
from poolaudit.policy import Policy
from poolaudit.readers.application import overridden, read_application
from poolaudit.rules import load_rules

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "demo")
CAPTURE = "incident-0a.json"
APPLICATION = "app.yaml"


@click.command("demo", cls=Command, short_help="Audit a bundled capture of a real incident.")
@output_options
def command(*, output: Output) -> int:
    """Audit a bundled capture of a real incident, with its application's settings.

    A Flask application on MySQL 5.6 was fine one day and dead the next morning: "QueuePool limit of size 5 overflow 0
    reached". No server is needed. Exits with 0, for nothing of yours was audited.

    \b
    Examples:
      poolaudit demo
      poolaudit demo --format json
    """  # noqa: D301 - \b is click's mark for lines that are not to be wrapped
    output.check()
    with chdir(FOLDER):
        server, deployments = read_capture(CAPTURE), overridden(read_application(APPLICATION))
    report = report_on(server, deployments, load_rules(), Policy())
    remark(f"poolaudit: this is: cd {quote(_near(FOLDER))} && poolaudit scan --from {CAPTURE} --app {APPLICATION}")
    output.deliver(rendered(report, output.look()))
    return 0


def _near(path: str) -> str:
    """Give the shorter way to a path from the working folder: absolute or relative."""
    return min(path, os.path.relpath(path), key=len)
