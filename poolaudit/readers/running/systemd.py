"""A systemd service: its command, its environment. Source: systemd.service(5) and systemd.exec(5)."""

import posixpath
import re
from collections.abc import Iterator

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document
from poolaudit.readers.located import Located
from poolaudit.readers.running.command_line import command_of, words_of
from poolaudit.readers.running.process import Environment, Started, Way
from poolaudit.readers.running.shell_script import LONGEST_TEXT, lines_of

_ENTRY = re.compile(r"(ExecStart|Environment|EnvironmentFile)\s*=\s*(.*)")


def knows(document: Document) -> bool:
    """Whether it is a service's unit file, or an override of one."""
    is_one = document.name.endswith(".service") and len(document.text) <= LONGEST_TEXT
    return is_one and "ExecStart" in document.text


def read(document: Document, _variables: Environment, /) -> Iterator[Started]:
    """Give its command; of an instance (`web@.service`) any number may run."""
    environment: dict[str, Located] = {}
    files: list[str] = []
    start: tuple[str, Place] | None = None
    for number, line in lines_of(document.text):
        match = _ENTRY.fullmatch(line)
        if match is None:
            continue
        place = Place(document.path, number)
        if match[1] == "ExecStart":
            start = (match[2].lstrip("-@:+!"), place) if match[2] else None
        elif match[1] == "Environment":
            environment |= _variables_in(match[2], place)
        else:
            files.append(posixpath.join(document.folder, posixpath.basename(match[2].lstrip("-").strip())))
    if start is not None:
        yield Started(
            place=start[1],
            way=Way.SYSTEMD,
            name=document.name.removesuffix(".service").removesuffix("@"),
            commands=command_of(words_of(start[0]), start[1]),
            folder=document.folder,
            copies=_copies(document.name),
            environment=environment,
            env_files=tuple(files),
        )


def _copies(name: str) -> Setting[int] | None:
    if not name.endswith("@.service"):
        return None
    return Setting(unknown=f"how many instances of {name} are started is not said", word="instances")


def _variables_in(text: str, place: Place) -> Environment:
    pairs = (word.partition("=") for word in words_of(text))
    return {name: Located(value, place) for name, equals, value in pairs if equals}
