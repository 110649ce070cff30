"""Commands as shells read them: split into words, with what stands around the program taken off.

Shells' own rules of quoting are those of shlex. What a shell would work out (`$(nproc)`) stays a word that says so.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace

from poolaudit.facts.setting import Place
from poolaudit.readers.located import LONGEST_SETTING, Located
from poolaudit.readers.running.process import NO_VARIABLES, Command, Environment

LONGEST_LINE = 20_000
DEEPEST_SHELL = 3
WORKED_OUT = "${*}"
CPUS = "${*nproc}"
_INNER = re.compile(r"\$\(\([^()]*\)\)|\$\([^()]*\)|`[^`]*`")
_REDIRECTION = re.compile(r"[0-9]?>&[0-9-]|&>>?")
_VARIABLE = re.compile(
    r"\$\{(?P<computed>\*(?:nproc)?)\}"
    r"|\$\{(?P<name>[A-Za-z_]\w*)(?P<default>:?[-=?+][^{}]*)?\}|\$(?P<bare>[A-Za-z_]\w*)"
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_ENDS = frozenset({"&&", "||", ";", "|", "&", ";;", "(", ")", "|&"})
_KEYWORDS = frozenset({"then", "else", "elif", "do", "if", "while", "until", "!", "{", "}", "time"})
_BEFORE = frozenset(
    {"exec", "nohup", "command", "sudo", "env", "dumb-init", "tini", "catchsegv", "ddtrace-run", "setsid"}
    | {"opentelemetry-instrument", "--", "/usr/bin/env", "exec-with-env", "chpst"}
)
"""Programs that run the rest of their words."""
_BEFORE_WITH_ONE = frozenset({"gosu", "su-exec", "newrelic-admin", "chamber"})
"""Programs that take one word, then run the rest."""
_RUNNERS = frozenset({"poetry", "pipenv", "uv", "pdm", "rye", "hatch", "honcho"})
"""Programs that run the rest after `run`."""
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


def commands_in(text: str, place: Place, environment: Environment = NO_VARIABLES) -> tuple[Command, ...]:
    """Give the commands of one line of shell, in order; none where its quotes do not end."""
    return tuple(_commands(text, place, environment, 0))


def command_of(words: tuple[str, ...], place: Place) -> tuple[Command, ...]:
    """Give the commands of a list of words that no shell reads, as in a Dockerfile's `CMD ["gunicorn", …]`."""
    return tuple(_unwrapped(Command(tuple(_computed(word) for word in words), place), 0))


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into words as a shell does, without reading it as commands; none where its quotes do not end."""
    try:
        return tuple(shlex.split(text)) if len(text) <= LONGEST_LINE else ()
    except ValueError:
        return ()


def _commands(text: str, place: Place, environment: Environment, level: int) -> Iterator[Command]:
    if len(text) > LONGEST_LINE or level > DEEPEST_SHELL:
        return
    exported = dict(environment)
    for words, end in _split(text):
        assigned, rest = _assigned(words, place)
        if not rest:
            exported |= assigned
        elif rest[0] == "export":
            exported |= _assigned(rest[1:], place)[0]
        else:
            yield from _unwrapped(Command(tuple(rest), place, {**exported, **assigned}, is_aside=end == "&"), level)


def exported_in(text: str, place: Place) -> Environment:
    """Give the variables that a line of shell sets for the lines below it."""
    found: dict[str, Located] = {}
    for words, _ in _split(text):
        assigned, rest = _assigned(words[1:] if words[:1] == ["export"] else words, place)
        found |= {} if rest else assigned
    return found


def _split(text: str) -> Iterator[tuple[list[str], str]]:
    """Give each command's words, and what ends it."""
    if len(text) > LONGEST_LINE:
        return
    lexer = shlex.shlex(_computed(text), posix=True, punctuation_chars="();|&")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words: list[str] = []
    try:
        for word in lexer:
            if word in _ENDS:
                yield words, word
                words = []
            elif words or word not in _KEYWORDS:
                words.append(word)
    except ValueError:  # a quote or an escape without its end
        return
    yield words, ""


def _computed(text: str) -> str:
    """Put a mark where a shell would work something out, so that its words do not look like words of the command."""
    text = _REDIRECTION.sub(" ", text)
    for _ in range(DEEPEST_SHELL):
        text, count = _INNER.subn(lambda one: CPUS if one[0].strip("$()` ") == "nproc" else WORKED_OUT, text)
        if not count:
            break
    return text


def _assigned(words: list[str], place: Place) -> tuple[dict[str, Located], list[str]]:
    """Take the assignments in front of a command off it."""
    found: dict[str, Located] = {}
    for number, word in enumerate(words):
        match = _ASSIGNMENT.fullmatch(word)
        if match is None:
            return found, words[number:]
        found[match[1]] = filled(match[2], found, place)
    return found, []


def _unwrapped(command: Command, level: int) -> Iterator[Command]:
    """Take what runs the program off its front: `exec`, `env X=1`, `sh -c "…"`, `poetry run`."""
    words, environment = list(command.words), dict(command.environment)
    while words:
        assigned, words = _assigned(words, command.place)
        environment |= assigned
        rest = _behind_wrapper(words)
        if rest is None:
            break
        words = rest
    if not words:
        return
    text = _text_for_shell(words)
    if text is None:
        yield replace(command, words=tuple(words), environment=environment)
    else:
        yield from _commands(text, command.place, environment, level + 1)


def _behind_wrapper(words: list[str]) -> list[str] | None:
    """Give the words behind a program that only runs them, None where the first runs itself."""
    name = words[0].rpartition("/")[2] if words else ""
    if name in _BEFORE or words[:1] == ["--"]:
        return _behind_options(words[1:])
    if name in _BEFORE_WITH_ONE:
        return words[2:]
    if name in _RUNNERS and "run" in words[1:3]:
        return _behind_options(words[words.index("run") + 1 :])
    if name.startswith(("wait-for", "wait_for", "dockerize", "docker-entrypoint", "entrypoint")) and "--" in words:
        return words[words.index("--") + 1 :]
    return None


def _behind_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-"):
        words = words[1:]
    return words


def _text_for_shell(words: list[str]) -> str | None:
    """Give the text of `sh -c "…"`."""
    if words[0].rpartition("/")[2] not in _SHELLS:
        return None
    for number, word in enumerate(words[1:-1], 1):
        if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            return words[number + 1]
    return None


def filled(text: str, environment: Environment, place: Place | None, cpus: int | None = None) -> Located:
    """Fill the variables of a word in: from the environment that is known, else by their own defaults, else unknown."""
    whole = _VARIABLE.fullmatch(text)
    if whole is not None:
        return _value_of(whole, environment, place, cpus)
    parts = [(match, _value_of(match, environment, place, cpus)) for match in _VARIABLE.finditer(text)]
    gap = next((found.unknown for _, found in parts if found.unknown is not None), None)
    if gap is not None:
        return Located(None, place, unknown=gap)
    values = [str(found.value) for _, found in parts]
    if len(text) + sum(map(len, values)) > LONGEST_SETTING:  # each may hold those before it twice
        return Located(None, place, unknown="its text is too long for a setting")
    inserted = iter(values)
    return Located(_VARIABLE.sub(lambda _: next(inserted), text), place)


def _value_of(match: re.Match[str], environment: Environment, place: Place | None, cpus: int | None) -> Located:
    if match["computed"] is not None:
        if match["computed"] == "*nproc" and cpus is not None:
            return Located(cpus, place, note=f"{cpus} processors, as given")
        why = "as many as there are processors" if match["computed"] == "*nproc" else "worked out when it starts"
        return Located(None, place, unknown=why)
    name = match["name"] or match["bare"]
    found = environment.get(name)
    if found is not None:
        return replace(found, note=found.note or f"environment variable {name}")
    default = match["default"]
    if default is None or default.lstrip(":")[0] in "?+":
        return Located(None, place, unknown=f"environment variable {name}, no default", variable=name)
    value = default.lstrip(":")[1:].strip("\"'")
    return Located(value, place, note=f"the default of environment variable {name}", variable=name)
