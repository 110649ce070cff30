"""A Helm chart's values: replicaCount, or an autoscaler's maxReplicas where it is enabled.

The words are those of `helm create`; a chart's templates may do anything with them, so that they count only where the
reading has no workload of its own.
"""

import re
from collections.abc import Iterator

from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.located import Located, Table
from poolaudit.readers.running.arguments import whole
from poolaudit.readers.running.images import is_beside, is_mysql
from poolaudit.readers.running.kubernetes import USUAL_SURGE, at
from poolaudit.readers.running.process import Environment, Started, Way

_NAME = re.compile(r"values([._-].*)?\.ya?ml|.*[._-]values\.ya?ml")
_WORDS = ("replicaCount", "autoscaling", "replicas")
_DEEPEST = 3


def knows(document: Document) -> bool:
    """Whether it is a chart's file of values in which something is counted."""
    return (
        document.kind is Kind.YAML
        and _NAME.fullmatch(document.name) is not None
        and any(True for root in document.roots for _ in _counted("", root, 0))
    )


def read(document: Document, _variables: Environment, /) -> Iterator[Started]:
    """Give what it counts: the chart's own, or each heading's."""
    for root in document.roots:
        for name, found in _counted("", root, 0):
            table = found.table
            hosts = _hosts(table)
            if hosts is None or is_beside(name) or is_mysql(name):
                continue
            repository = at(table, "image", "repository")
            yield Started(
                place=hosts.place or document.place,
                way=Way.HELM,
                name=name or document.folder.rpartition("/")[2] or "web",
                folder=document.folder,
                image=str(repository.value) if repository is not None and isinstance(repository.value, str) else name,
                hosts=hosts,
                surge=at(table, "strategy", "rollingUpdate", "maxSurge") or Located(USUAL_SURGE),
                environment=_environment(table),
            )


def _counted(name: str, found: Located, level: int) -> Iterator[tuple[str, Located]]:
    if any(word in found.table for word in _WORDS):
        yield name, found
    if level < _DEEPEST:
        for key, entry in found.table.items():
            if entry.table and key not in {"autoscaling", "image", "resources", "env"}:
                yield from _counted(key, entry, level + 1)


def _hosts(table: Table) -> Setting[int] | None:
    enabled = at(table, "autoscaling", "enabled")
    most = at(table, "autoscaling", "maxReplicas")
    if enabled is not None and enabled.value is True and most is not None:
        return whole("maxReplicas", most)
    count = table.get("replicaCount") or table.get("replicas")
    return whole("replicaCount", count, least=0) if count is not None and not count.holds_others else None


def _environment(table: Table) -> Environment:
    found = table.get("env")
    if found is None:
        return {}
    if found.table:
        return {name: Located(str(one.value), one.place) for name, one in found.table.items() if not one.holds_others}
    entries = found.value if isinstance(found.value, tuple) else ()
    pairs = ((one.table.get("name"), one.table.get("value")) for one in entries)
    return {str(name.value): Located(str(value.value), value.place) for name, value in pairs if name and value}
