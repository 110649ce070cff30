"""Applications as they stand in files and folders: every pool, what runs it, and what could not be read."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from poolaudit.facts.fit import Application, Deployment
from poolaudit.facts.pool import Setting
from poolaudit.facts.unread import Unread
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine, pool_from
from poolaudit.readers.filling import filled
from poolaudit.readers.formats import kind_of, parse
from poolaudit.readers.libraries import engines_in
from poolaudit.readers.project import Project
from poolaudit.readers.source import read_text


class Reading(NamedTuple):
    """What was read. `together` says what was put together, and why, one sentence each.

    `variables` are a database server's own, where a file that starts one (compose) sets them.
    """

    deployments: tuple[Deployment, ...]
    applications: tuple[Application, ...] = ()
    unread: tuple[Unread, ...] = ()
    together: tuple[str, ...] = ()
    variables: Mapping[str, Setting[str]] = MappingProxyType({})


def read_paths(paths: Iterable[str]) -> Reading:
    """Read files and folders. CannotAuditError where a file that is named cannot be read."""
    project = Project()
    documents = [_document(path, project) for path in paths]
    deployments = tuple(_deployment(engine) for document in documents for engine in engines_in(document, project))
    return Reading(deployments)


def _document(path: str, project: Project) -> Document:
    kind = kind_of(path)
    document = parse(path, Kind.YAML if kind is Kind.TEXT else kind, read_text(path))
    return filled(document, project.environment(path))


def _deployment(engine: Engine) -> Deployment:
    deployed = deployed_from(engine.deployment)
    return Deployment(pool_from(engine, deployed, name=engine.name), deployed.processes, deployed.hosts)
