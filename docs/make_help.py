"""Writes docs/help: what each command's --help says at 80 columns. `--check` only says what is not current."""

import sys
from pathlib import Path

import click
from generated import main

from poolaudit.cli.program import COMMANDS, program

FOLDER = Path(__file__).parent / "help"


def help_of(command: click.Command, name: str, parent: click.Context | None = None) -> str:
    """Give a command's help as a terminal of 80 columns shows it."""
    return command.get_help(click.Context(command, parent, name, terminal_width=80)) + "\n"


def pages() -> dict[Path, str]:
    """Give all help pages."""
    context = click.Context(program, info_name="poolaudit", terminal_width=80)
    found = {FOLDER / "poolaudit.txt": help_of(program, "poolaudit")}
    for name in COMMANDS:
        command = program.get_command(context, name)
        if command is not None:
            found |= _pages_of(command, name, context)
    return found


def _pages_of(command: click.Command, name: str, context: click.Context) -> dict[Path, str]:
    """Give a command's page, and those of the commands below it."""
    found = {FOLDER / f"{context.command_path}-{name}.txt".replace(" ", "-"): help_of(command, name, context)}
    own = click.Context(command, context, name, terminal_width=80)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        found |= _pages_of(below, str(below.name), own)
    return found


if __name__ == "__main__":
    sys.exit(main("make_help.py", pages(), set(FOLDER.glob("*.txt"))))
