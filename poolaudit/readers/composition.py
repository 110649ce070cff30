"""Pools and what runs, put together: which kinds of process carry which pool, how often, and why that is thought.

Pure. The nearest folder above a pool's file that something is started for is the one that counts. Of several ways of
starting what is there (Kubernetes, compose, a Procfile) the first of Way counts, for they are alternatives.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from poolaudit.facts.fit import Application, Deployment
from poolaudit.facts.fork import Fork
from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Setting
from poolaudit.readers.alternatives import is_tests, not_in_force
from poolaudit.readers.deployment import Deployed, hosts_beside
from poolaudit.readers.engine import Engine, pool_from
from poolaudit.readers.folders import folders_above
from poolaudit.readers.imports import Imports

if TYPE_CHECKING:
    from poolaudit.readers.running.process import Environment, Process  # only where a file says what runs

N = TypeVar("N", int, float)

OF_A_PROGRAM = {"celery": "celery", "mlflow": "mlflow"}
"""Libraries whose pools only processes of one program carry."""
MIGRATION = "a migration tool runs by hand or before a release, in no process that stays"
NOT_REACHED = "nothing that is started is seen to come to this file"
_MIGRATIONS = r"(.*/)?(alembic\.ini|(alembic|migrations|migration)/env\.py)"
_WAYS = {
    "KUBERNETES": "Kubernetes manifests",
    "HELM": "a Helm chart",
    "COMPOSE": "a compose file",
    "SUPERVISORD": "supervisord's settings",
    "SYSTEMD": "systemd's units",
    "PROCFILE": "a Procfile",
    "DOCKERFILE": "a Dockerfile",
    "SCRIPT": "a script",
}


class Said(NamedTuple):
    """An engine with the file that it stands in and poolaudit's own words beside it."""

    engine: Engine
    path: str
    deployed: Deployed
    speakers: "tuple[Process, ...]" = ()
    """The processes whose variables alone say it; none where a file does."""


def no_forks(_pool: Pool, _processes: "tuple[Process, ...]") -> tuple[Fork, ...]:
    """Say that nothing forks what is loaded."""
    return ()


class Carriers:
    """Says which processes carry the pools of a file. `pool_files` are all files that pools stand in.

    `forks` says which of the processes that carry a pool are forked when its engine is made already.
    """

    def __init__(
        self,
        processes: "tuple[Process, ...]",
        pool_files: frozenset[str],
        imports: Imports,
        forks: "Callable[[Pool, tuple[Process, ...]], tuple[Fork, ...]]" = no_forks,
    ) -> None:
        self.processes, self.pool_files, self.imports, self.forks = processes, pool_files, imports, forks

    @cached_property
    def folders(self) -> "Mapping[str, tuple[Process, ...]]":
        """The processes by the folder that they speak for, of all ways of starting them."""
        found: dict[str, tuple[Process, ...]] = {}
        for one in self.processes:
            folder = self._lifted(one.folder)
            found[folder] = (*found.get(folder, ()), one)
        return found

    def _lifted(self, folder: str) -> str:
        """Go up while no pool is below: `deploy/` and `k8s/` speak for the folder that they stand in."""
        while folder and not any(path.startswith(f"{folder}/") for path in self.pool_files):
            folder = folder.rpartition("/")[0]
        return folder

    def _nearest(self, path: str) -> str | None:
        return next((folder for folder in folders_above(path) if folder in self.folders), None)

    def all_of(self, path: str) -> "tuple[Process, ...]":
        """Give what is started for the nearest folder above a path, one way of starting it."""
        folder = self._nearest(path)
        return _first_way(self.folders[folder]) if folder is not None else ()

    def of(self, path: str) -> "tuple[Process, ...]":
        """Give the processes that come to a file; all of its folder where that tells nothing."""
        started = self.all_of(path)
        if not path.endswith(".py") or self._nearest(path) not in self._telling:
            return started
        return tuple(
            one for one in started if not one.application or path in self.imports.reached_from(one.application)
        )

    @cached_property
    def _telling(self) -> frozenset[str | None]:
        """The folders of which the imports of what is started lead to a pool at all: else they were not understood."""
        return frozenset(
            self._nearest(path)
            for path in self.pool_files
            if path.endswith(".py")
            and any(path in self.imports.reached_from(one.application) for one in self.all_of(path) if one.application)
        )

    def passed_over(self) -> "Iterator[tuple[tuple[Process, ...], tuple[Process, ...]]]":
        """Give what is started in other ways than the one that counts, each with what counts."""
        for processes in self.folders.values():
            first = _first_way(processes)
            for way in sorted({one.way for one in processes} - {first[0].way}):
                yield tuple(one for one in processes if one.way is way), first


def _first_way(processes: "tuple[Process, ...]") -> "tuple[Process, ...]":
    way = min(one.way for one in processes)
    return tuple(one for one in processes if one.way is way)


class Composed(NamedTuple):
    """What came of it: see Reading."""

    deployments: tuple[Deployment, ...]
    applications: tuple[Application, ...]
    together: tuple[str, ...]


def composed(said: Iterable[Said], carriers: Carriers) -> Composed:
    """Put pools and processes together."""
    found = [_with_forks(_one(one, carriers), carriers) for one in said]
    found = _without_alternatives(found)
    deployments = tuple(deployment for one in found for deployment in one.deployments)
    return Composed(deployments, tuple(_applications(found)), tuple(dict.fromkeys(_together(found, carriers))))


class _Placed(NamedTuple):
    """A pool with its file, the processes that carry it, and what came of it."""

    pool: Pool
    path: str
    processes: "tuple[Process, ...]"
    deployments: tuple[Deployment, ...]


def _one(said: Said, carriers: Carriers) -> _Placed:
    engine, path, deployed, speakers = said
    if deployed.processes.is_known or deployed.processes.place is not None:
        pool = pool_from(engine, deployed, name=engine.name)
        return _Placed(pool, path, (), (Deployment(pool, deployed.processes, deployed.hosts),))
    if re.fullmatch(_MIGRATIONS, path) or is_tests(path):
        return _not_carried(said, carriers)
    carrying = carriers.of(path)
    processes = _of_library(tuple(one for one in carrying if one in speakers) or carrying, engine.library)
    if not processes:
        why = NOT_REACHED if carriers.all_of(path) else None
        return _without_processes(said, why)
    pool = _carried(pool_from(engine, deployed, name=engine.name), processes)
    deployments = tuple(_deployment(pool, one, deployed) for one in processes)
    return _Placed(pool, path, processes, deployments)


def _with_forks(placed: _Placed, carriers: Carriers) -> _Placed:
    pool = placed.pool._replace(forks=carriers.forks(placed.pool, placed.processes))
    return placed._replace(pool=pool, deployments=tuple(one._replace(pool=pool) for one in placed.deployments))


def _not_carried(said: Said, carriers: Carriers) -> _Placed:
    """Leave a migration tool's or a test's pool out of what runs, unless nothing else is there."""
    if is_tests(said.path) and any(not is_tests(path) for path in carriers.pool_files):
        placed = _without_processes(said, None)
        none: Setting[int] = Setting(0, note="a test's, which is not deployed", word="processes")
        hosts = hosts_beside(none, said.deployed.hosts)
        return placed._replace(
            deployments=tuple(one._replace(processes=none, hosts=hosts) for one in placed.deployments)
        )
    alone = all(re.fullmatch(_MIGRATIONS, path) for path in carriers.pool_files)
    return _without_processes(said, None if alone else MIGRATION)


def _without_processes(said: Said, why: str | None) -> _Placed:
    pool = pool_from(said.engine, said.deployed, name=said.engine.name)
    processes = said.deployed.processes
    if why is not None:
        processes = processes._replace(unknown=why)
    return _Placed(pool, said.path, (), (Deployment(pool, processes, said.deployed.hosts),))


def _of_library(processes: "tuple[Process, ...]", library: str) -> "tuple[Process, ...]":
    program = OF_A_PROGRAM.get(library)
    own = tuple(one for one in processes if one.program == program)
    return own or processes


def _deployment(pool: Pool, process: "Process", deployed: Deployed) -> Deployment:
    said_hosts = deployed.hosts if deployed.hosts.place is not None else process.hosts
    return Deployment(
        pool,
        process.processes,
        hosts_beside(process.processes, said_hosts),
        process.name,
        threads=deployed.threads if _is_said(deployed.threads) else process.threads,
        surge_hosts=process.surge_hosts,
    )


def _is_said(setting: Setting[Any]) -> bool:
    return setting.is_known or setting.place is not None


def _carried(pool: Pool, processes: "tuple[Process, ...]") -> Pool:
    """Give the pool the threads and the patience of the process that asks most of it."""
    threads, timeout = pool.threads, pool.request_timeout_seconds
    if not _is_said(threads):
        threads = _worst([one.threads for one in processes], max)
    if not _is_said(timeout):
        known_ones = [one.request_timeout_seconds for one in processes if one.request_timeout_seconds.is_known]
        limited = [one for one in known_ones if one.value > 0]
        timeout = min(limited, key=lambda one: one.value, default=timeout)
    return pool._replace(threads=threads, request_timeout_seconds=timeout)


def _worst(settings: list[Setting[N]], choose: Callable[..., Setting[N]]) -> Setting[N]:
    """Choose among settings; one that is not known may be the worst, so that then none is."""
    unknown = next((one for one in settings if not one.is_known), None)
    return unknown if unknown is not None else choose(settings, key=lambda one: one.value)


def _without_alternatives(found: list[_Placed]) -> list[_Placed]:
    """Say of configurations for other environments that nothing runs with them."""
    environments = {one.pool.name: _together_of(one.processes) for one in found}
    names = [one.pool.name for one in found if not is_tests(one.path)]
    instead = not_in_force(names, environments)
    return [_unused(one, instead[one.pool.name]) if one.pool.name in instead else one for one in found]


def _together_of(processes: "tuple[Process, ...]") -> "Environment":
    return {name: value for one in processes for name, value in one.environment.items()}


def _unused(one: _Placed, chosen: str) -> _Placed:
    first = one.deployments[0]
    if first.processes.place is not None and first.process == "":
        return one
    none: Setting[int] = Setting(0, note=f"{chosen} is taken to be the one that is deployed", word="processes")
    return one._replace(processes=(), deployments=(Deployment(one.pool, none, hosts_beside(none, first.hosts)),))


def _applications(found: list[_Placed]) -> Iterator[Application]:
    """Give the pools that one process carries, where there is more than one."""
    for process in dict.fromkeys(process for one in found for process in one.processes):
        pools = tuple(one.pool for one in found if process in one.processes)
        if len(pools) > 1:
            yield Application(_name(process), pools)
    loose = [one for one in found if not one.processes and any(_may_run(each) for each in one.deployments)]
    yield from (Application(group[0].path, tuple(one.pool for one in group)) for group in _groups(loose))


def _name(process: "Process") -> str:
    shown = process.name or process.program or "process"
    return f"{shown} ({process.folder})" if process.folder else shown


def _may_run(deployment: Deployment) -> bool:
    processes = deployment.processes
    return processes.value > 0 if processes.is_known else processes.unknown not in {MIGRATION, NOT_REACHED}


def _groups(loose: list[_Placed]) -> Iterator[list[_Placed]]:
    """Group pools that surely share a process though none is known: those of one file, and a scheduler's with others.

    A job store's engine is made by the application that makes the scheduler, which has the others in its folder.
    """
    files: dict[str, list[_Placed]] = {}
    for one in loose:
        files.setdefault(one.path, []).append(one)
    schedules = [path for path, found in files.items() if any(one.pool.library == "apscheduler" for one in found)]
    for path in schedules:
        group = files.pop(path, [])
        for other in [other for other in files if group and _is_near(path, other)]:
            group = [*files.pop(other), *group]
        files[path] = group
    yield from (group for group in files.values() if len(group) > 1)


def _is_near(path: str, other: str) -> bool:
    """Whether one of two files stands in the other's folder or below it."""
    folder, beside = path.rpartition("/")[0], other.rpartition("/")[0]
    return any(
        not above or f"{below}/".startswith(f"{above}/") for above, below in ((folder, beside), (beside, folder))
    )


def _together(found: list[_Placed], carriers: Carriers) -> Iterator[str]:
    """Say what was put together, and why."""
    for process in dict.fromkeys(process for one in found for process in one.processes):
        files = dict.fromkeys(one.path for one in found if process in one.processes)
        parts = _parts(process)
        if set(parts) - set(files):
            shown = _list(_shown(file, words) for file, words in parts.items())
            yield f"{_list(files)} with {shown}: {_why(process, carriers)}"
    yield from (_passed_over(others, first) for others, first in carriers.passed_over())


def _passed_over(others: "tuple[Process, ...]", first: "tuple[Process, ...]") -> str:
    files = dict.fromkeys(one.places[0].file for one in others)
    names = [one.name for one in others if one.name]
    shown = f"{_list(files)} ({', '.join(names)})" if names else _list(files)
    verb = "is" if len(files) == 1 else "are"
    counted = _list(dict.fromkeys(one.places[0].file for one in first))
    ways = f"{_WAYS[first[0].way.name]} before {_WAYS[others[0].way.name]}"
    return f"{shown} {verb} not counted: what runs is taken from {counted}, {ways}"


def _parts(process: "Process") -> dict[str, list[str]]:
    """Give the files that were read for a process, each with what was taken from it."""
    parts: dict[str, list[str]] = {place.file: [] for place in process.places}
    if process.name:
        parts[process.places[0].file].append(process.name)
    counts = (process.processes, process.threads, process.request_timeout_seconds, process.hosts)
    for setting in counts:
        place = setting.place
        if place is not None and place.file in parts and place.file != process.places[0].file:
            parts[place.file].append(setting.word)
    return parts


def _shown(file: str, words: list[str]) -> str:
    return f"{file} ({', '.join(words)})" if words else file


def _why(process: "Process", carriers: Carriers) -> str:
    if process.application:
        return f"{process.name or process.program} runs {process.application}"
    folder = next(folder for folder, found in carriers.folders.items() if process in found)
    where = f"{folder}/" if folder else "this folder"
    return f"nothing nearer says what runs of {where}"


def _list(names: Iterable[str]) -> str:
    parts = list(names)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
