"""A Dockerfile: what its last stage runs, and the environment that it sets.

ENTRYPOINT's words come before CMD's, which are then its arguments; in the shell form they are a line for `sh -c`. The
last of each counts; an ENTRYPOINT in the shell form takes no CMD, and one set after CMD takes it back no more.
Source: Docker's reference of both, and BuildKit's (`ENV` and `ARG` with their defaults).
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document
from poolaudit.readers.located import Located
from poolaudit.readers.running.command_line import command_of, commands_in, filled
from poolaudit.readers.running.process import Command, Environment, Started, Way
from poolaudit.readers.running.shell_script import LONGEST_TEXT, lines_of

_NAME = re.compile(r"(.*[./_-])?(Dockerfile|Containerfile)([._-].*)?|.*\.(dockerfile|Dockerfile)")
_INSTRUCTION = re.compile(r"(\w+)\s+(.*)", re.DOTALL)
_PAIR = re.compile(r"[A-Za-z_]\w*=")


@dataclass
class _Stage:
    """What a stage has said so far."""

    image: str
    environment: dict[str, Located] = field(default_factory=dict)
    arguments: dict[str, Located] = field(default_factory=dict)
    entry: tuple[str, Place] | None = None
    command: tuple[str, Place] | None = None


def knows(document: Document) -> bool:
    """Whether it is a Dockerfile by its name: `Dockerfile`, `Dockerfile.prod`, `api.Dockerfile`."""
    return _NAME.fullmatch(document.name) is not None and len(document.text) <= LONGEST_TEXT


def read(document: Document, _variables: Environment, /) -> Iterator[Started]:
    """Give what the last stage runs."""
    stage = _last_stage(document)
    if stage is None:
        return
    commands = _commands(stage)
    place = commands[0].place if commands else document.place
    yield Started(
        place,
        Way.DOCKERFILE,
        commands=commands,
        folder=document.folder,
        image=stage.image,
        is_built=True,
        environment=stage.environment,
    )


def _last_stage(document: Document) -> _Stage | None:
    stages: dict[str, _Stage] = {}
    stage: _Stage | None = None
    for number, line in _instructions(document.text):
        match = _INSTRUCTION.fullmatch(line)
        if match is None:
            continue
        word, rest, place = match[1].upper(), match[2].strip(), Place(document.path, number)
        if word == "FROM":
            stage = _stage(rest, stages)
        elif stage is not None:
            _add(stage, word, rest, place)
    return stage


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    """Give the instructions, each with the line that it begins on; comments within continued ones are none of it."""
    kept = "\n".join("\\" if line.lstrip().startswith("#") else line for line in text.splitlines())
    return ((number, line.lstrip("\\ ")) for number, line in lines_of(kept.replace("<<", "< <")))


def _stage(rest: str, stages: dict[str, _Stage]) -> _Stage:
    words = [word for word in rest.split() if not word.startswith("--")]
    image = words[0] if words else ""
    before = stages.get(image.lower())
    stage = _Stage(image)
    if before is not None:
        stage = _Stage(before.image, dict(before.environment), {}, before.entry, before.command)
    if len(words) > 2:  # noqa: PLR2004 - image, AS, name
        stages[words[2].lower()] = stage
    return stage


def _add(stage: _Stage, word: str, rest: str, place: Place) -> None:
    if word == "ENTRYPOINT":
        stage.entry = (rest, place)
    elif word == "CMD":
        stage.command = (rest, place)
    elif word in {"ENV", "ARG"}:
        known = {**stage.arguments, **stage.environment}
        found = {name: filled(value, known, place) for name, value in _pairs(rest, word)}
        (stage.environment if word == "ENV" else stage.arguments).update(found)


def _pairs(rest: str, word: str) -> Iterator[tuple[str, str]]:
    if not _PAIR.match(rest):
        name, _, value = rest.partition(" ")
        if word == "ENV":
            yield name, value.strip()
        return
    try:
        words = shlex.split(rest)
    except ValueError:
        return
    yield from ((name, value) for name, _, value in (one.partition("=") for one in words))


def _commands(stage: _Stage) -> tuple[Command, ...]:
    entry = _form(stage.entry)
    command = _form(stage.command)
    if isinstance(entry, str) and stage.entry is not None:
        return commands_in(entry, stage.entry[1])
    if isinstance(command, str) and stage.command is not None:
        command = ("sh", "-c", command) if entry else command
        if isinstance(command, str):
            return commands_in(command, stage.command[1])
    said = stage.command or stage.entry
    return command_of((*entry, *command), said[1]) if said is not None else ()


def _form(said: tuple[str, Place] | None) -> tuple[str, ...] | str:
    """Give the words of the JSON form, the text of the shell's."""
    if said is None:
        return ()
    if said[0].startswith("["):
        try:
            words = json.loads(said[0])
        except ValueError:
            return said[0]
        return tuple(str(word) for word in words) if isinstance(words, list) else said[0]
    return said[0]
