"""What several files say of what runs, put together: each kind of process with the numbers that are in force.

Pure: it asks nothing but the documents that were read. Where a service names no command, its image's Dockerfile does;
a command that starts a script or supervisord leads on to what that file starts; a program's own settings file fills in
what its command does not say, and the program's defaults what nobody says.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.deployment import not_said, time_not_said
from poolaudit.readers.document import Document, joined
from poolaudit.readers.running.arguments import shown
from poolaudit.readers.running.configured import configured
from poolaudit.readers.running.images import is_beside, words_in
from poolaudit.readers.running.kubernetes import surge_of
from poolaudit.readers.running.merge import merged
from poolaudit.readers.running.process import (
    Command,
    Configured,
    Counts,
    Environment,
    Process,
    Running,
    Said,
    Scaled,
    Shared,
    Started,
    Way,
)
from poolaudit.readers.running.programs import running

DEEPEST = 4
SERVERS = frozenset(
    {"gunicorn", "uwsgi", "uvicorn", "hypercorn", "granian", "daphne", "celery", "waitress", "flask", "fastapi"}
    | {"dramatiq", "rq", "mlflow"}
)
"""Programs that are known to serve an application."""
_ALL_ARGUMENTS = frozenset({"$@", "${@}", "$*"})
_LEADING = frozenset({"supervisord"})
_ITS_OWN = frozenset({"gunicorn.conf.py"})


@dataclass(frozen=True)
class Start:
    """One program that runs, with the entry that starts it and every place that was read for it.

    `image` is the Dockerfile that makes its image, "" where none was read.
    """

    started: Started
    running: Running
    environment: Environment
    places: tuple[Place, ...]
    folder: str
    image: str


@dataclass(frozen=True)
class Together:
    """All that was said, and what it is looked up in.

    `files` are the documents by their paths; `given` are variables that beat all others (`--env-file`).
    """

    said: tuple[Said, ...]
    files: Mapping[str, Document]
    given: Environment
    cpus: int | None = None

    @cached_property
    def started(self) -> tuple[Started, ...]:
        """Everything that is started, each once, on as many hosts as an autoscaler may make."""
        most = {one.target: one.most for one in self.said if isinstance(one, Scaled)}
        found = merged([one for one in self.said if isinstance(one, Started)])
        has_chart = any(posixpath.basename(path) == "Chart.yaml" for path in self.files)
        return tuple(
            replace(one, hosts=most.get(one.target, one.hosts))
            for one in found
            if not is_beside(one.image if one.image and not one.is_built else "")
            and (one.way is not Way.HELM or has_chart)
        )

    def processes(self) -> tuple[Process, ...]:
        """Give every kind of process, less what others have brought in."""
        starts = [start for one in self.started if one.way is not Way.SCRIPT for start in self._starts(one)]
        used = {place.file for start in starts for place in start.places if place.file != start.started.place.file}
        used |= {start.image for start in starts if start.image != start.started.place.file}
        scripts = [one for one in self.started if one.way is Way.SCRIPT and one.place.file not in used]
        starts += [start for one in scripts for start in self._starts(one) if start.running.program in SERVERS]
        kept = [start for start in starts if start.started.place.file not in used]
        return tuple(self._process(start) for start in kept)

    def _starts(self, one: Started) -> Iterator[Start]:
        """Give the programs that an entry starts in the end."""
        image = self._image(one)
        environment = self.environment_of(one, image)
        folder = image.folder if image is not None and one.way in {Way.KUBERNETES, Way.HELM} else one.folder
        commands, places = self._commands(one, image)
        files = tuple(dict.fromkeys((one.place, *places)))
        start = Start(one, Running(""), environment, files, folder, image.place.file if image is not None else "")
        if not commands:
            yield start
        else:
            yield from self._followed(start, commands, 0)

    def _commands(self, one: Started, image: Started | None) -> tuple[tuple[Command, ...], tuple[Place, ...]]:
        """Give an entry's own commands, else its image's, else those that another way gives to the same name."""
        arguments = one.commands[0].words if one.commands and one.commands[0].words[0].startswith("-") else ()
        if one.commands and not arguments:
            return one.commands, (one.commands[0].place,)
        other = image or self._namesake(one)
        if other is None or not other.commands:
            return (), () if other is None else (other.place,)
        last = other.commands[-1]
        commands = (
            (*other.commands[:-1], replace(last, words=(*last.words, *arguments))) if arguments else other.commands
        )
        return commands, (other.place,)

    def _namesake(self, one: Started) -> Started | None:
        """Give the Procfile's line of the same name, else its `web` where that is all it starts."""
        if one.way not in {Way.KUBERNETES, Way.HELM} and not one.is_built:
            return None
        lines = [other for other in self.started if other.way is Way.PROCFILE]
        named = [other for other in lines if other.name in {one.name, *words_in(one.name)}]
        return next(iter(named), lines[0] if len(lines) == 1 else None)

    def _image(self, one: Started) -> Started | None:
        """Give the Dockerfile that makes an entry's image."""
        if one.way in {Way.DOCKERFILE, Way.SCRIPT, Way.PROCFILE, Way.SYSTEMD, Way.SUPERVISORD}:
            return None
        files = [other for other in self.started if other.way is Way.DOCKERFILE]
        if one.dockerfile:
            return next((other for other in files if other.place.file == one.dockerfile), None)
        words = words_in(one.image) | words_in(one.name)
        ranked = sorted(files, key=lambda other: -len(words & _words_of(other)))
        best = [other for other in ranked if words & _words_of(other)]
        return next(iter(best), ranked[0] if len(ranked) == 1 else None)

    def environment_of(self, one: Started, image: Started | None = None) -> Environment:
        """Give an entry's environment: what is given beats its own words, those its files, and those its image's."""
        found = dict(image.environment) if image is not None else {}
        for path in one.env_files:
            found |= self._variables(path)
        for shared in (each for each in self.said if isinstance(each, Shared) and each.name in one.shared):
            found |= shared.variables
        return {**found, **one.environment, **self.given}

    def _variables(self, path: str) -> Environment:
        document = self.files.get(path)
        return document.table if document is not None else {}

    def _followed(self, start: Start, commands: tuple[Command, ...], level: int) -> Iterator[Start]:
        """Follow commands to what stays in the end: those put aside, and the last of the others."""
        found = [(command, running(command, start.environment, self.cpus)) for command in commands]
        staying = [(command, one) for command, one in found if one.is_lasting or one.script or one.program in _LEADING]
        last = [pair for pair in staying if not pair[0].is_aside][-1:]
        for command, one in [pair for pair in staying if pair[0].is_aside] + last:
            environment = {**start.environment, **command.environment, **self.given}
            here = replace(start, environment=environment, places=_more(start.places, command.place))
            if one.is_lasting:
                yield replace(here, running=one)
            elif level < DEEPEST:
                yield from self._led_on(here, command, one, level + 1)

    def _led_on(self, start: Start, command: Command, one: Running, level: int) -> Iterator[Start]:
        if one.program == "supervisord":
            for program in self._supervised(start, one):
                inner = replace(start, environment={**start.environment, **program.environment, **self.given})
                named = replace(inner, started=replace(start.started, name=program.name, copies=program.copies))
                yield from self._followed(
                    replace(named, places=_more(start.places, program.place)), program.commands, level
                )
            return
        script = self._script(start, one)
        if script is not None:
            commands = tuple(_with_arguments(inner, one.arguments, command.place) for inner in script.commands)
            yield from self._followed(replace(start, places=_more(start.places, script.place)), commands, level)
        elif _passes_on(one):
            yield from self._followed(start, (replace(command, words=one.arguments),), level)
        else:
            yield replace(start, running=Running(one.script))

    def _script(self, start: Start, one: Running) -> Started | None:
        """Give the script that is meant, the nearest one of its name."""
        if not one.script:
            return None
        name = posixpath.basename(one.script)
        found = [other for other in self.started if other.way is Way.SCRIPT and other.name == name]
        return min(found, key=lambda other: _distance(other.place.file, start.folder), default=None)

    def _supervised(self, start: Start, one: Running) -> list[Started]:
        found = [other for other in self.started if other.way is Way.SUPERVISORD]
        named = [other for other in found if _ends_like(other.place.file, one.config)] if one.config else []
        return named or [other for other in found if _is_within(other.place.file, start.folder)] or found

    def _process(self, start: Start) -> Process:
        one, started = start.running, start.started
        folder = _joined(start.folder, one.chdir)
        file = self._settings_file(one, folder, started.folder)
        counts = one.counts.over(configured(file, start.environment, self.cpus)) if file is not None else one.counts
        counts = counts.over(one.defaults)
        application = one.application or (file.application if file is not None else "")
        uses_file = file is not None and _is_used(file, counts)
        hosts = started.hosts or not_said("hosts")
        return Process(
            name=shown(started.name) if started.name and started.way is not Way.SCRIPT else "",
            way=started.way,
            folder=start.folder,
            program=one.program,
            application=self.module_file(application, folder),
            processes=_times(_processes(one, counts, started), started.copies),
            threads=counts.threads or not_said("threads"),
            hosts=hosts,
            request_timeout_seconds=counts.request_timeout_seconds or time_not_said("request_timeout_seconds"),
            environment=start.environment,
            preload=counts.preload,
            surge_hosts=surge_of(started.surge, hosts) if started.surge is not None else None,
            places=_more(start.places, file.place) if file is not None and uses_file else start.places,
            entry=application,
            settings_file=file.place.file if file is not None else "",
        )

    def _settings_file(self, one: Running, folder: str, other: str) -> Configured | None:
        """Give a program's own settings file: the one that its command names, or gunicorn's own in its folder."""
        found = [said for said in self.said if isinstance(said, Configured) and said.program == one.program]
        if one.config:
            named = [said for said in found if _ends_like(said.place.file, one.config)]
            return min(named, key=lambda said: _distance(said.place.file, folder), default=None)
        if one.program == "celery":
            within = [said for said in found if _is_within(said.place.file, folder)]
            return within[0] if len(within) == 1 else None
        names = {_joined(place, name) for place in (folder, other) for name in _ITS_OWN}
        return next((said for said in found if said.place.file in names and one.program == "gunicorn"), None)

    def module_file(self, application: str, folder: str) -> str:
        """Give the file of a module (`shop.wsgi:app`) or a script that runs in a folder, "" where it was not read."""
        name = application.partition(":")[0].partition("(")[0]
        if not name:
            return ""
        path = name if name.endswith(".py") else name.replace(".", "/") + ".py"
        package = path.removesuffix(".py") + "/__init__.py"
        places = [folder, *(_joined(folder, inner) for inner in ("src", "app", "backend"))]
        parents = [folder.rpartition("/")[0]] if folder else []
        candidates = [_joined(place, one) for place in (*places, *parents) for one in (path, package)]
        found = next((one for one in candidates if one in self.files), "")
        return found or self._only(path, folder)

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.files:
            found.setdefault(posixpath.basename(path), []).append(path)
        return found

    def _only(self, path: str, folder: str) -> str:
        """Give the one file whose path ends so, below the folder where there are several."""
        found = [one for one in self._by_name.get(posixpath.basename(path), ()) if _ends_like(one, path)]
        within = [one for one in found if _is_within(one, folder)]
        chosen = within or found
        return chosen[0] if len(chosen) == 1 else ""


def _words_of(image: Started) -> frozenset[str]:
    """Give the words by which a Dockerfile's image may be called: its folder's, and its ending's."""
    folder, _, name = image.place.file.rpartition("/")
    ending = name.replace("Dockerfile", "").replace("dockerfile", "")
    return (words_in(folder) | words_in(ending)) - {"docker", "deploy", "build", "app"}


def _passes_on(one: Running) -> bool:
    """Whether an entry point that was not read is given a server to run."""
    return bool(one.script and one.arguments) and posixpath.basename(one.arguments[0]) in {*SERVERS, "python"}


def _with_arguments(command: Command, arguments: tuple[str, ...], place: Place) -> Command:
    """Put a script's arguments, which are said at a place, where it passes them on: `exec "$@"`."""
    words = command.words
    for number, word in enumerate(words):
        if word in _ALL_ARGUMENTS:
            return replace(command, words=(*words[:number], *arguments, *words[number + 1 :]), place=place)
    return command


def _processes(one: Running, counts: Counts, started: Started) -> Setting[int]:
    if counts.processes is not None:
        return counts.processes
    if one.program:
        why = f"how many processes {shown(one.program)} runs is not known"
    else:
        why = f"what {shown(started.name)} runs is not said"
    return not_said("processes")._replace(unknown=why, place=started.place)


def _times(processes: Setting[int], copies: Setting[int] | None) -> Setting[int]:
    """Multiply a program's processes by how often supervisord or systemd starts it."""
    if copies is None or not processes.is_known:
        return processes
    if not copies.is_known:
        return copies
    note = f"{copies.word} {copies.value} × {processes.word} {processes.value}"
    return Setting(copies.value * processes.value, copies.place or processes.place, note=note, word="processes")


def _is_used(file: Configured, counts: Counts) -> bool:
    settings = (counts.processes, counts.threads, counts.request_timeout_seconds)
    places = [one.place for one in settings if one is not None] + [counts.preload]
    return any(place is not None and place.file == file.place.file for place in places)


def _more(places: tuple[Place, ...], place: Place) -> tuple[Place, ...]:
    return places if place in places else (*places, place)


def _joined(folder: str, name: str) -> str:
    """Join a path to a folder; what is absolute is within an image, where the folder's files stand at some place."""
    return joined(folder, name.lstrip("/"))


def _ends_like(path: str, named: str) -> bool:
    """Whether a path is meant by a name that stands in a command: in an image it begins elsewhere."""
    parts = [part for part in named.split("/") if part not in {"", "."}]
    own = path.split("/")
    return bool(parts) and own[-1] == parts[-1] and own[-len(parts) :][-2:] == parts[-2:][-len(own) :]


def _is_within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _distance(path: str, folder: str) -> tuple[bool, int]:
    return (not _is_within(path, folder), path.count("/"))
