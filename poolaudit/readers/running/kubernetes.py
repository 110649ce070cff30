"""Kubernetes manifests: Deployments and StatefulSets with their replicas, what scales them, and ConfigMaps.

Source: the API reference of apps/v1 and autoscaling/v2. replicas is 1 where it is not said; a Deployment's rolling
update makes maxSurge more, 25 % rounded up where it is not said, and a StatefulSet's none. An autoscaler's maxReplicas
replaces replicas.
"""

import re
from collections.abc import Iterator
from math import ceil

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.located import Located, Table, entries
from poolaudit.readers.running.arguments import default, whole
from poolaudit.readers.running.command_line import command_of
from poolaudit.readers.running.images import is_beside
from poolaudit.readers.running.process import Command, Environment, Said, Scaled, Shared, Started, Way

KUBERNETES = "Kubernetes"
WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "DeploymentConfig", "Rollout"})
SCALERS = frozenset({"HorizontalPodAutoscaler", "ScaledObject"})
USUAL_SURGE = "25%"
_OWN_VARIABLE = re.compile(r"\$\(([A-Za-z_]\w*)\)")


def knows(document: Document) -> bool:
    """Whether one of its documents is a workload, an autoscaler, or a map of variables."""
    return document.kind in {Kind.YAML, Kind.JSON} and any(
        _kind(one.table) in WORKLOADS | SCALERS | {"ConfigMap"} for one in _objects(document)
    )


def read(document: Document, _variables: Environment, /) -> Iterator[Said]:
    """Give its workloads' containers and its autoscalers."""
    for one in _objects(document):
        kind = _kind(one.table)
        if kind in WORKLOADS:
            yield from _workload(document, one)
        elif kind in SCALERS:
            yield from _scaled(document, one)
        elif kind == "ConfigMap":
            yield _shared(document, one)


def _objects(document: Document) -> Iterator[Located]:
    for root in document.roots:
        items = root.table.get("items")
        if _kind(root.table) == "List" and items is not None and isinstance(items.value, tuple):
            yield from items.value
        elif "apiVersion" in root.table:
            yield root


def _kind(table: Table) -> str:
    return _text(table.get("kind"))


def _text(found: Located | None) -> str:
    return found.value if found is not None and isinstance(found.value, str) else ""


def at(table: Table, *path: str) -> Located | None:
    """Give what stands under a path of headings."""
    found: Located | None = None
    for key in path:
        found = table.get(key)
        table = found.table if found is not None else {}
    return found


def _scaled(document: Document, one: Located) -> Iterator[Scaled]:
    target = at(one.table, "spec", "scaleTargetRef")
    most = at(one.table, "spec", "maxReplicas") or at(one.table, "spec", "maxReplicaCount")
    if target is not None and most is not None:
        kind = _text(target.table.get("kind")) or "Deployment"
        name = f"{kind}/{_text(target.table.get('name'))}"
        yield Scaled(most.place or document.place, name, whole("maxReplicas", most))


def _shared(document: Document, one: Located) -> Shared:
    data = at(one.table, "data")
    variables = {
        name: found if found.why_unknown is not None else Located(str(found.value), found.place)
        for name, found in (data.table.items() if data is not None else ())
        if not found.holds_others
    }
    return Shared(one.place or document.place, _text(at(one.table, "metadata", "name")), variables)


def _workload(document: Document, one: Located) -> Iterator[Started]:
    kind, name = _kind(one.table), _text(at(one.table, "metadata", "name"))
    containers = [entry for entry in entries(at(one.table, "spec", "template", "spec", "containers")) if entry.table]
    carriers = [entry for entry in containers if not is_beside(_text(entry.table.get("image")))]
    hosts = _hosts(kind, one.table)
    if not containers:  # a patch of a workload that another file describes
        place = one.place or document.place
        yield Started(place, Way.KUBERNETES, name, folder=document.folder, hosts=hosts, target=f"{kind}/{name}")
    for entry in carriers:
        table = entry.table
        shown = name if len(carriers) == 1 else f"{name}/{_text(table.get('name'))}"
        yield Started(
            place=one.place or document.place,
            way=Way.KUBERNETES,
            name=shown,
            commands=_commands(table, entry.place or document.place),
            folder=document.folder,
            image=_text(table.get("image")),
            hosts=hosts,
            surge=_surge(kind, one.table),
            environment=_environment(table),
            shared=tuple(_text(at(each.table, "configMapRef", "name")) for each in entries(table.get("envFrom"))),
            target=f"{kind}/{name}",
        )


def _hosts(kind: str, table: Table) -> Setting[int]:
    if kind == "DaemonSet":
        return Setting(unknown="a DaemonSet runs on every node, and no file says how many there are", word="hosts")
    replicas = at(table, "spec", "replicas")
    return whole("replicas", replicas, least=0) if replicas is not None else default("replicas", 1, KUBERNETES)


def _surge(kind: str, table: Table) -> Located:
    strategy = at(table, "spec", "strategy")
    if kind not in {"Deployment", "Rollout"}:
        return Located(0, note=f"a {kind} is replaced one by one")
    if strategy is not None and _text(strategy.table.get("type")) == "Recreate":
        return Located(0, strategy.table["type"].place, note="strategy Recreate")
    return at(table, "spec", "strategy", "rollingUpdate", "maxSurge") or Located(USUAL_SURGE)


def surge_of(said: Located, hosts: Setting[int]) -> Setting[int]:
    """Give how many more run while so many are replaced."""
    if said.why_unknown is not None:
        return Setting(place=said.place, unknown=said.why_unknown, word="maxSurge")
    value, place = said.value, said.place
    owner = KUBERNETES if place is None else None
    if isinstance(value, int):
        return Setting(value, place, default_of=owner, note=said.note, word="maxSurge")
    share = str(value).strip().removesuffix("%")
    if not share.isdigit() or len(share) > 4:  # noqa: PLR2004 - no share has more digits
        return Setting(place=place, unknown="maxSurge is neither a number nor a share", word="maxSurge")
    if not hosts.is_known:
        return Setting(place=place, unknown=hosts.unknown, word="maxSurge")
    more = ceil(round(int(share) / 100 * hosts.value, 6))
    return Setting(more, place, default_of=owner, note=f"{share}% of {hosts.value}", word="maxSurge")


def _commands(table: Table, place: Place) -> tuple[Command, ...]:
    """Give command and args; args alone are an image's ENTRYPOINT's, of which only its program is then missing."""
    command, arguments = _words(table.get("command")), _words(table.get("args"))
    said = table.get("command") or table.get("args")
    where = said.place if said is not None and said.place is not None else place
    return command_of((*command, *arguments), where) if command or arguments else ()


def _words(found: Located | None) -> tuple[str, ...]:
    """Give a list's words; `$(NAME)` is Kubernetes' way to write a variable."""
    texts = (str(one.value) for one in entries(found))
    return tuple(_as_shell(text) for text in texts)


def _as_shell(text: str) -> str:
    return _OWN_VARIABLE.sub(r"${\1}", text)


def _environment(table: Table) -> Environment:
    found: dict[str, Located] = {}
    for entry in entries(table.get("env")):
        name = _text(entry.table.get("name"))
        if name:
            found[name] = _variable(name, entry)
    return found


def _variable(name: str, entry: Located) -> Located:
    value = entry.table.get("value")
    if value is None:
        why = f"environment variable {name}, from a secret, a config map or a field"
        return Located(None, entry.place, unknown=why, variable=name)
    if value.why_unknown is not None:
        return Located(None, value.place, unknown=value.why_unknown, variable=name)
    return Located(str(value.value), value.place)
