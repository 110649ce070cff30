"""What a library reads of a text, as pools by name."""

from types import ModuleType

from poolaudit.facts.pool import Pool
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Kind
from poolaudit.readers.engine import pool_from
from poolaudit.readers.formats import parse
from poolaudit.readers.project import Project, Version


def versions(**known: Version) -> Project:
    """Give a project in which these versions are in force; `_` stands for `-`."""
    return Project(versions=lambda package, _path: known.get(package.replace("-", "_")))


def pools(
    library: ModuleType,
    kind: Kind,
    text: str,
    *,
    path: str = "app",
    project: Project | None = None,
) -> dict[str, Pool]:
    """Read a text as a library does; of several readings of one pool the name has the reading behind it."""
    document = parse(path, kind, text)
    if not library.knows(document):
        return {}
    found = [pool_from(one, deployed_from(None), name=one.name) for one in library.read(document, project or Project())]
    return {one.name if one.reading is None else f"{one.name} {one.reading}": one for one in found}


def misfits(pool: Pool) -> list[tuple[str, str]]:
    """Give a pool's misfits but for passwords: their kind and word."""
    return [(one.kind, one.word) for one in pool.misfits if one.kind != "secret"]
