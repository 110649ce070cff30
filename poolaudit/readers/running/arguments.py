"""A command's words as a program takes them: its options, the numbers among them, and the application."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.located import Located
from poolaudit.readers.running.command_line import filled
from poolaudit.readers.running.process import Environment, Running
from poolaudit.readers.settings import any_number, setting, whole_number

_MODULE = re.compile(r"[A-Za-z_][\w.]*(:[A-Za-z_][\w.]*(\(.*\))?)?")
_SHOWN = re.compile(r"[\w./@ -]{1,64}")
NO_CPUS = "as many as there are processors, which no file says"
ONCE = frozenset({"migrate", "collectstatic", "db", "upgrade", "init", "init-db", "createsuperuser", "makemigrations"})
"""Words behind a framework's command that do something once and end."""


@dataclass(frozen=True)
class Call:
    """A program's words with all that is needed to read them."""

    name: str
    words: tuple[str, ...]
    place: Place
    environment: Environment
    cpus: int | None

    def filled(self, word: str) -> Located:
        """Give a word with its variables filled in."""
        return filled(word, self.environment, self.place, self.cpus)

    def last(self, *names: str) -> tuple[str, str] | None:
        """Give an option's name as it stands and what it is given, the last one where there are several."""
        found = None
        for number, word in enumerate(self.words):
            for name in names:
                value = _given(name, word, self.words[number + 1 : number + 2])
                found = (name, value) if value is not None else found
        return found

    def text(self, *names: str) -> str:
        """Give what an option is given, "" where it is not there or cannot be known."""
        found = self.last(*names)
        value = self.filled(found[1]).value if found is not None else ""
        return str(value) if value is not None else ""

    def whole(self, *names: str) -> Setting[int] | None:
        """Give the number that an option is given."""
        found = self.last(*names)
        return whole(found[0], self.filled(found[1])) if found is not None else None

    def number(self, *names: str) -> Setting[float] | None:
        """Give the number of seconds that an option is given."""
        found = self.last(*names)
        return seconds(found[0], self.filled(found[1])) if found is not None else None

    def has(self, *names: str) -> bool:
        """Whether an option stands there that is given nothing."""
        return any(word in names for word in self.words)

    def variable(self, name: str) -> Setting[int] | None:
        """Give the number that an environment variable says."""
        found = self.environment.get(name)
        return whole(name, found) if found is not None else None


Reader: TypeAlias = Callable[[Call], Running]


def _given(name: str, word: str, following: tuple[str, ...]) -> str | None:
    """Give an option's value: `--workers=4`, `--workers 4`, `-w4`, `-w 4`."""
    if word == name:
        return following[0] if following else None
    if word.startswith(f"{name}="):
        return word[len(name) + 1 :]
    is_short = not name.startswith("--") and word.startswith(name) and not word.startswith("--")
    return word[len(name) :] if is_short else None


def whole(word: str, found: Located, least: int = 1) -> Setting[int]:
    """Make a count of what is found; what is no number from `least` on is unknown."""
    number = setting(word, _as_number(found), whole_number, Setting(word=word))
    if number.is_known and number.value < least:
        return Setting(place=found.place, unknown=f"{word} {number.value} is no count", word=word)
    return number


def seconds(word: str, found: Located) -> Setting[float]:
    """Make a time of what is found, infinite where it is 0: no limit."""
    return setting(word, _as_number(found), any_number, Setting(word=word))


def _as_number(found: Located) -> Located:
    """Take a text of digits for its number: on a command line every number is a text."""
    value = found.value
    return replace(found, value=int(value)) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else found


def default(word: str, value: int, program: str, note: str | None = None) -> Setting[int]:
    """Give a program's own default."""
    return Setting(value, default_of=program, note=note, word=word)


def by_cpus(word: str, program: str, cpus: int | None) -> Setting[int]:
    """Give a default of as many as there are processors."""
    if cpus is None:
        return Setting(unknown=NO_CPUS, word=word, remedy="say the number, or give --cpus")
    return default(word, cpus, program, f"as many as there are processors, {cpus} as given")


def one_process(call: Call) -> Setting[int]:
    """Give the count of a program that has no workers."""
    return Setting(1, call.place, note="a program of one process", word="processes")


def positional(words: tuple[str, ...]) -> str:
    """Give the application among a server's words: `shop.wsgi:app`, else the last word that may be a module."""
    apps = [word for word in words if not word.startswith("-") and _MODULE.fullmatch(word)]
    whole_ones = [word for word in apps if ":" in word]
    alone = [
        word
        for before, word in zip(("", *words), words, strict=False)
        if word in apps and (not before.startswith("-") or "=" in before)
    ]
    return next(iter(whole_ones), next(reversed(alone), ""))


def shown(name: str) -> str:
    """Give a name as it may be shown; what is no name may be anything, a password as well."""
    return name if _SHOWN.fullmatch(name) else "it"
