"""Pools of which nothing but environment variables speaks: in a .env file, a compose service, a Deployment's manifest.

Where a program's own files read the variables, those files have the pool, and the variables only its values.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from poolaudit.facts.pool import Place
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
        replace(engine, name=f"{name}{_inner(engine.name, place.file)}", place=engine.place or place)
        for engine in engines_in(document, project)
    )


def _inner(name: str, file: str) -> str:
    inner = name.removeprefix(file).lstrip(":.")
    return f".{inner}" if inner else ""


def of_processes(
    processes: Iterable[tuple[str, Place, Table]], project: Project, env_files: Collection[str]
) -> Iterator[Engine]:
    """Give the engines of processes' own variables, each once: services that share theirs share the settings.

    A process is its name, its place and its environment; what .env files say of it is read with those.
    """
    seen: list[Mapping[str, Located]] = []
    for name, place, environment in processes:
        own = {key: found for key, found in environment.items() if found.place and found.place.file not in env_files}
        for engine in engines_of(own, f"{place.file}:{name}" if name else place.file, place, project) if own else ():
            if engine.words not in seen:
                seen.append(engine.words)
                yield engine


def names_in(engine: Engine) -> frozenset[str]:
    """Give the names of the variables that an engine's words are said by."""
    return frozenset(engine.shown[word].partition("[")[0] for word in engine.words if word in engine.shown)


def are_read(engine: Engine, readers: Iterable[Document]) -> bool:
    """Whether any of these files, which have pools of their own, reads one of an engine's variables of its pool.

    Airflow reads its variables beside an airflow.cfg, in which they are not named.
    """
    if engine.library == "airflow":
        return any(document.name == "airflow.cfg" for document in readers)
    url = engine.shown.get("url", "")
    names = names_in(engine) - {url}
    return any(name in document.text for document in readers for name in names)
