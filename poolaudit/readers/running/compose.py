"""A compose file: its services with their commands, copies and environment, and the database servers among them.

Source: the Compose specification (deploy.replicas and scale, command and entrypoint, environment and env_file, build,
extends, `$$` for a dollar that is the container's own).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document, Kind, joined
from poolaudit.readers.located import Located, Table
from poolaudit.readers.running.arguments import whole
from poolaudit.readers.running.command_line import command_of, filled, words_of
from poolaudit.readers.running.images import is_mysql
from poolaudit.readers.running.process import Command, Environment, Said, Served, Started, Way

_NAME = re.compile(r"(docker-)?compose([._-].*)?\.ya?ml|.*\.(docker-)?compose\.ya?ml")
_OPTION = re.compile(r"--(?:loose[-_])?([A-Za-z][\w-]*)(?:=(.*))?")
_EXTRA_FLAGS = ("MYSQL_EXTRA_FLAGS", "MARIADB_EXTRA_FLAGS")
_PLAIN_VARIABLE = re.compile(r"(?<!\$)\$\{?([A-Za-z_]\w*)(?:\}|(?!\w|:?[-=?+]))")


def knows(document: Document) -> bool:
    """Whether it is a compose file, by its name and its services."""
    return document.kind is Kind.YAML and any(_services(root, document.name) for root in document.roots)


def _services(root: Located, name: str) -> Table:
    services = root.table.get("services")
    if services is None or not services.table:
        return {}
    named = _NAME.fullmatch(name) is not None
    described = any({"image", "build", "extends"} & set(service.table) for service in services.table.values())
    return services.table if named or described else {}


def read(document: Document, variables: Environment, /) -> Iterator[Said]:
    """Give its services, in its order; `variables` are those that it may fill in."""
    for root in document.roots:
        for name, service in _services(root, document.name).items():
            one = _Service(document, name, service, variables)
            yield one.served() if one.is_mysql else one.started()


@dataclass(frozen=True)
class _Service:
    """One service of a file."""

    document: Document
    name: str
    found: Located
    variables: Environment

    @property
    def place(self) -> Place:
        """Where it is said."""
        return self.found.place or self.document.place

    def text(self, found: Located | None) -> str:
        """Give a text with its variables filled in, "" where it is not known."""
        value = self.filled(found).value if found is not None else None
        return str(value) if isinstance(value, (str, int, float)) else ""

    def filled(self, found: Located) -> Located:
        """Fill the variables in, as compose does before anything else."""
        if not isinstance(found.value, str):
            return found
        if "$$" in found.value:
            return replace(found, value=found.value.replace("$$", "$"))
        return filled(found.value, self.variables, found.place) if "$" in found.value else found

    def path(self, text: str) -> str:
        """Give a path that stands in the file, from where the file was found."""
        return joined(self.document.folder, text)

    @property
    def is_mysql(self) -> bool:
        """Whether it is a MySQL or MariaDB server, by its image."""
        return is_mysql(self.text(self.found.table.get("image")))

    def started(self) -> Started:
        """Give what it starts."""
        table = self.found.table
        build, context, dockerfile = self._build(table.get("build"))
        return Started(
            place=self.place,
            way=Way.COMPOSE,
            name=self.name,
            commands=self._commands(),
            folder=context,
            image=self.text(table.get("image")),
            dockerfile=dockerfile,
            is_built=build,
            hosts=self._hosts(),
            environment=self._environment(table.get("environment")),
            env_files=tuple(self._files(table.get("env_file"))),
            extends=self._extends(table.get("extends")),
        )

    def served(self) -> Served:
        """Give the variables that it sets of the server's own."""
        table = self.found.table
        flags = self._environment(table.get("environment"))
        more = [flags[name] for name in _EXTRA_FLAGS if name in flags and flags[name].unknown is None]
        words = [word for found in (*more, table.get("entrypoint"), table.get("command")) for word in _words(found)]
        variables: dict[str, Setting[str]] = {}
        for number, (word, place) in enumerate(words):
            match = _OPTION.fullmatch(word)
            if match is not None:
                name = match[1].replace("-", "_")
                variables[name] = self._variable_of(name, match[2], words[number + 1 :], place)
        return Served(self.place, self.name, variables, tuple(self._option_files(table.get("volumes"))))

    def _variable_of(
        self, name: str, value: str | None, rest: list[tuple[str, Place | None]], place: Place | None
    ) -> Setting[str]:
        """Give a variable: `--name=value`, `--name value`, or a switch alone."""
        following = rest[0][0] if rest and not rest[0][0].startswith("-") else "ON"
        found = self.filled(Located(value if value is not None else following, place))
        said = str(found.value) if found.unknown is None else None
        return Setting(said, place, unknown=found.unknown, note=found.note, word=name)

    def _option_files(self, volumes: Located | None) -> Iterator[str]:
        """Give what is put where the server looks for option files: a `.cnf`, or a folder in place of conf.d."""
        for volume in _entries(volumes):
            if volume.table:
                source, target = self.text(volume.table.get("source")), self.text(volume.table.get("target"))
            else:
                source, target = [*self.text(volume).split(":"), ""][:2]
            if target.endswith(".cnf") or target.rstrip("/").endswith("conf.d"):
                yield self.path(source)

    def _build(self, found: Located | None) -> tuple[bool, str, str]:
        if found is None:
            return False, self.document.folder, ""
        context = self.text(found.table.get("context")) if found.table else self.text(found)
        folder = self.path(context or ".")
        return True, folder, joined(folder, self.text(found.table.get("dockerfile")) or "Dockerfile")

    def _hosts(self) -> Setting[int] | None:
        table = self.found.table
        deploy = table.get("deploy")
        if deploy is not None and "replicas" in deploy.table:
            return whole("replicas", self.filled(deploy.table["replicas"]), least=0)
        return whole("scale", self.filled(table["scale"]), least=0) if "scale" in table else None

    def _commands(self) -> tuple[Command, ...]:
        """Give what runs: entrypoint's words before command's; a text of either is split as a shell does."""
        entry, command = self.found.table.get("entrypoint"), self.found.table.get("command")
        words = [word for word, _ in (*_words(entry), *_words(command))]
        said = command if command is not None and command.value is not None else entry
        if said is None or not words:
            return ()
        place = said.place or self.place
        text = " ".join(words)
        own = {name: found for name, found in self.variables.items() if name in text}
        own |= {
            match[1]: Located(None, place, unknown=f"environment variable {match[1]}, no default")
            for match in _PLAIN_VARIABLE.finditer(text)
            if match[1] not in self.variables
        }
        dollars = tuple(word.replace("$$", "$") for word in words)
        return tuple(replace(one, environment={**own, **one.environment}) for one in command_of(dollars, place))

    def _environment(self, found: Located | None) -> Environment:
        pairs = (
            [(name, value) for name, value in found.table.items()]
            if found is not None and found.table
            else [_pair(entry) for entry in _entries(found)]
        )
        return {name: self._variable(name, value) for name, value in pairs if name}

    def _variable(self, name: str, found: Located) -> Located:
        if found.value is None and found.unknown is None:
            known = self.variables.get(name)
            return known or Located(
                None, found.place, unknown=f"environment variable {name}, no default", variable=name
            )
        value = self.filled(found)
        return value if value.unknown is not None else replace(value, value=_as_text(value.value))

    def _files(self, found: Located | None) -> Iterator[str]:
        for entry in _entries(found):
            text = self.text(entry.table.get("path")) if entry.table else self.text(entry)
            if text:
                yield self.path(text)

    def _extends(self, found: Located | None) -> tuple[str, str] | None:
        if found is None:
            return None
        if isinstance(found.value, str):
            return self.document.path, found.value
        file = self.text(found.table.get("file"))
        return self.path(file) if file else self.document.path, self.text(found.table.get("service"))


def _entries(found: Located | None) -> tuple[Located, ...]:
    """Give a list's entries, or the one that stands in its place."""
    if found is None or found.value is None:
        return ()
    return found.value if isinstance(found.value, tuple) else (found,)


def _words(found: Located | None) -> list[tuple[str, Place | None]]:
    """Give the words of a list, or of a text as a shell splits it, each with its line."""
    if found is None or found.value is None:
        return []
    if isinstance(found.value, tuple):
        return [(_as_text(one.value), one.place) for one in found.value]
    return [(word, found.place) for word in words_of(str(found.value))]


def _pair(entry: Located) -> tuple[str, Located]:
    if not isinstance(entry.value, str):
        return "", entry
    name, equals, value = entry.value.partition("=")
    return name.strip(), replace(entry, value=value if equals else None)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
