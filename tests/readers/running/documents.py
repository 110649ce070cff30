"""Documents from texts, as a reading would have them."""

from textwrap import dedent

from poolaudit.readers.document import Document
from poolaudit.readers.formats import kind_of, parse
from poolaudit.readers.located import Located
from poolaudit.readers.running import said_in
from poolaudit.readers.running.process import Environment, Said, Started


def document(path: str, text: str) -> Document:
    """Give a file by its path and its text."""
    return parse(path, kind_of(path), dedent(text).lstrip("\n"))


def said(path: str, text: str, variables: Environment | None = None) -> tuple[Said, ...]:
    """Give what a file says of what runs."""
    return tuple(said_in(document(path, text), variables or {}))


def started(path: str, text: str, variables: Environment | None = None) -> list[Started]:
    """Give what a file starts."""
    return [one for one in said(path, text, variables) if isinstance(one, Started)]


def words(one: Started) -> list[str]:
    """Give its commands, each as a line."""
    return [" ".join(command.words) for command in one.commands]


def values(environment: Environment) -> dict[str, object]:
    """Give variables' values, or why they are not known."""
    return {name: found.value if found.unknown is None else found.unknown for name, found in environment.items()}


def text(value: str) -> Located:
    """Give a value without a place."""
    return Located(value)
