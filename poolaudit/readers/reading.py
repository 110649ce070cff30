"""Applications as they stand in files and folders: every pool, what runs it, and what could not be read."""

import sys
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from poolaudit.facts.fit import Application, Deployment
from poolaudit.facts.pool import Setting
from poolaudit.facts.unread import Unread
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine, pool_from
from poolaudit.readers.formats import kind_of, parse
from poolaudit.readers.libraries import engines_in
from poolaudit.readers.project import Project
from poolaudit.readers.source import decoded, read_text


class Reading(NamedTuple):
    """What was read. `together` says what was put together, and why, one sentence each.

    `variables` are a database server's own, where a file that starts one (compose) sets them.
    """

    deployments: tuple[Deployment, ...]
    applications: tuple[Application, ...] = ()
    unread: tuple[Unread, ...] = ()
    together: tuple[str, ...] = ()
    variables: Mapping[str, Setting[str]] = MappingProxyType({})


def read_paths(
    paths: Iterable[str], *, as_kind: Kind | None = None, env_file: str | None = None, cpus: int | None = None
) -> Reading:
    """Read files and folders. CannotAuditError where a file that is named cannot be read."""
    _ = env_file, cpus
    documents = [_document(path, as_kind or kind_of(path)) for path in paths]
    project = Project()
    deployments = tuple(_deployment(engine) for document in documents for engine in engines_in(document, project))
    return Reading(deployments)


def _document(path: str, kind: Kind) -> Document:
    text = decoded(sys.stdin.buffer.read(), "standard input") if path == "-" else read_text(path)
    return parse(path, Kind.YAML if kind is Kind.TEXT else kind, text)


def _deployment(engine: Engine) -> Deployment:
    deployed = deployed_from(engine.deployment)
    return Deployment(pool_from(engine, deployed, name=engine.name), deployed.processes, deployed.hosts)
