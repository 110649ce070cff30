"""Takes command lines out of pages and files, and asks poolaudit whether it would take them."""

import shlex

import click

from poolaudit.cli.program import program


def accepts(arguments: list[str]) -> str:
    """Let the program read a command line without doing what it says, and give its command's name.

    click.UsageError where it is none. A command within a command stands right behind it.
    """
    with click.Context(program, info_name="poolaudit") as context:
        group: click.Group = program
        while True:
            name, arguments = arguments[0], arguments[1:]
            command = group.get_command(context, name)
            assert command is not None, name
            if isinstance(command, click.Group) and arguments and arguments[0] in command.list_commands(context):
                group = command
                continue
            command.make_context(name, arguments, parent=context)
            return name


def words_after_poolaudit(line: str) -> list[str]:
    """Give the arguments that a line of a shell hands to poolaudit, however it is called."""
    words = shlex.split(line, comments=True)
    start = next(at for at, word in enumerate(words) if word.rpartition("/")[2] == "poolaudit")
    end = next((at for at, word in enumerate(words) if word.startswith(">")), len(words))
    return words[start + 1 : end]
