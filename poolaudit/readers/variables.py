"""Pools of which nothing but environment variables speaks: in a .env file, a compose service, a Deployment's manifest.

Where a program's own files read the variables, those files have the pool, and the variables only its values.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.libraries import engines_in
from poolaudit.readers.located import Located, Table
from poolaudit.readers.project import Project


def engines_of(table: Table, name: str, place: Place, project: Project) -> tuple[Engine, ...]:
    """Give the engines that a table of variables speaks of, as the libraries read a .env file; `name` is the table's.

    `place` is where the table stands: engines without one of their own have it.
    """
    document = Document(place.file, Kind.ENV, "", (Located(table, place),))
    return tuple(
        engine._replace(name=f"{name}{_inner(engine.name, place.file)}", place=engine.place or place)
        for engine in engines_in(document, project)
    )


def _inner(name: str, file: str) -> str:
    inner = name.removeprefix(file).lstrip(":.")
    return f".{inner}" if inner else ""


class OfProcesses(NamedTuple):
    """An engine, and which of the processes, by their numbers from 0, have the variables that say it."""

    engine: Engine
    numbers: tuple[int, ...]


def of_processes(
    processes: Iterable[tuple[str, Place, Table]], project: Project, env_files: Collection[str]
) -> tuple[OfProcesses, ...]:
    """Give the engines of processes' own variables, each once: services that share theirs share the settings.

    A process is its name, its place and its environment; what .env files say of it is read with those.
    """
    every: list[OfProcesses] = []
    for number, (name, place, environment) in enumerate(processes):
        own = {key: found for key, found in environment.items() if found.place and found.place.file not in env_files}
        for engine in engines_of(own, f"{place.file}:{name}" if name else place.file, place, project) if own else ():
            same = next((at for at, one in enumerate(every) if one.engine.words == engine.words), None)
            if same is None:
                every.append(OfProcesses(engine, (number,)))
            else:
                every[same] = OfProcesses(every[same].engine, (*every[same].numbers, number))
    return tuple(every)


def names_in(engine: Engine) -> frozenset[str]:
    """Give the names of the variables that an engine's words are said by."""
    return frozenset(engine.shown[word].partition("[")[0] for word in engine.words if word in engine.shown)


def are_read(engine: Engine, readers: Iterable[Document], names_read: Collection[str] = ()) -> bool:
    """Whether any of these files, which have pools of their own, reads one of an engine's variables of its pool.

    `names_read` are those that they read without their names standing in them, in capitals. Airflow reads its variables
    beside an airflow.cfg, in which they are not named.
    """
    if engine.library == "airflow":
        return any(document.name == "airflow.cfg" for document in readers)
    url = engine.shown.get("url", "")
    names = names_in(engine) - {url}
    if any(name.upper() in names_read for name in names):
        return True
    return any(name in document.text for document in readers for name in names)
