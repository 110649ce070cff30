"""A shell script that starts servers: an image's entry point, `start.sh`."""

import re
from collections.abc import Iterator
from itertools import islice

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.located import Located
from poolaudit.readers.running.command_line import commands_in, exported_in
from poolaudit.readers.running.process import Command, Environment, Started, Way

LONGEST_TEXT = 50_000
"""Characters: what is longer starts no server, or does so among much else."""
MOST_COMMANDS = 500
_HERE = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
_FIRST_LINE = re.compile(r"#!.*\b(ba|da|a|z)?sh\b")


def knows(document: Document) -> bool:
    """Whether it is a script for a shell, by its ending or its first line."""
    if document.kind is not Kind.TEXT or len(document.text) > LONGEST_TEXT:
        return False
    return document.name.endswith((".sh", ".bash")) or _FIRST_LINE.match(document.text) is not None


def read(document: Document, _variables: Environment, /) -> Iterator[Started]:
    """Give the script's commands, each with the variables exported above it."""
    commands = tuple(islice(_commands(document), MOST_COMMANDS))
    if commands:
        yield Started(document.place, Way.SCRIPT, document.name, commands, document.folder)


def _commands(document: Document) -> Iterator[Command]:
    exported: dict[str, Located] = {}
    for number, line in lines_of(document.text):
        place = Place(document.path, number)
        yield from commands_in(line, place, exported)
        exported |= exported_in(line, place) if "=" in line else {}


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Give a script's lines with their numbers, continued ones as one, without what it prints (`<<EOF`)."""
    whole, first, ending = "", 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if ending is not None:
            ending = None if line.strip() == ending else ending
            continue
        first = first if whole else number
        whole += line.removesuffix("\\")
        if line.endswith("\\"):
            continue
        here = _HERE.search(whole)
        ending = here[1] if here is not None else None
        yield first, whole.strip()
        whole = ""
