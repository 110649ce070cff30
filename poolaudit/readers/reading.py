"""Applications as they stand in files and folders: every pool, what runs it, and what could not be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.facts.fit import Application, Deployment
from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Setting
from poolaudit.facts.unread import Unread
from poolaudit.readers.composition import Carriers, Said, composed
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Document, Kind, may_be_filled
from poolaudit.readers.engine import Engine
from poolaudit.readers.environment import DotEnv, agreed, in_force
from poolaudit.readers.formats import parse
from poolaudit.readers.imports import Imports
from poolaudit.readers.libraries import engines_in
from poolaudit.readers.project import NOTHING, Project, Version
from poolaudit.readers.running import said_in
from poolaudit.readers.running.forks import may_fork
from poolaudit.readers.source import read_text
from poolaudit.readers.tree import beside_of, module_of, read_tree
from poolaudit.readers.variables import are_read, of_processes

if TYPE_CHECKING:
    from poolaudit.readers.python.module import Module  # ast is slow to import, and most runs have no Python
    from poolaudit.readers.running.process import Environment, Process
    from poolaudit.readers.versions import Versions


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
    """Read files and folders. CannotAuditError where a file that is named cannot be read.

    `env_file` is a file of variables that beat all others; `cpus` is how many processors the application's hosts have.
    """
    named = tuple(paths)
    tree = read_tree(named, as_kind)
    given = _variables_of(env_file) if env_file is not None else NOTHING
    beside = {one.path: one for path in named for one in beside_of(path)}
    whole = _Whole(tree.documents, tuple(beside.values()) + tree.others, given, cpus)
    return whole.reading()._replace(unread=tree.unread)


def _variables_of(path: str) -> "Environment":
    return parse(path, Kind.ENV, read_text(path)).table


def read_documents(
    documents: tuple[Document, ...], *, given: "Environment" = NOTHING, cpus: int | None = None
) -> Reading:
    """Put together what files say that are read already; `given` are variables that beat all others."""
    return _Whole(documents, (), given, cpus).reading()


class _Whole:
    """One reading: its files, what they start, and the pools in them.

    `others` are not audited themselves: they say versions, variables and constants for those that are.
    """

    def __init__(
        self, documents: tuple[Document, ...], others: tuple[Document, ...], given: "Environment", cpus: int | None
    ) -> None:
        self.documents = documents
        self.given = given
        every = {document.path: document for document in (*others, *documents)}
        self.dotenv = DotEnv(tuple(every.values()))
        self.files = every
        said = tuple(
            one for document in documents for one in said_in(document, {**self.dotenv.beside(document.folder), **given})
        )
        self.said = said
        self.imports = Imports(self.files)
        self.processes = self._started(cpus)
        self.carriers = Carriers(self.processes, frozenset(), self.imports)
        self.modules: dict[str, Module] = {}

    def _started(self, cpus: int | None) -> "tuple[Process, ...]":
        if not self.said:
            return ()
        from poolaudit.readers.running.together import Together  # noqa: PLC0415 - only where a file says what runs

        return Together(self.said, self.files, self.given, cpus).processes()

    @cached_property
    def versions(self) -> "Versions":
        """The versions of packages; looked for where one decides."""
        from poolaudit.readers.versions import Versions  # noqa: PLC0415 - only where a version decides

        return Versions(tuple(self.files.values()))

    def _version(self, package: str, path: str) -> Version | None:
        return self.versions.version(package, path)

    def reading(self) -> Reading:
        """Give what was read: first where pools stand, then, with the environment known there, what they are."""
        project = Project(self._version, self.environment, self.module, self.modules_with)
        first = {document.path: self._engines(document, project, self.given) for document in self.documents}
        readers = self._read_with(one for one in self.documents if first[one.path] and one.kind is not Kind.ENV)
        names = self._names_read(readers)
        variables = self._of_variables(project, readers, names)
        for path in (one.path for one in self.documents if one.kind is Kind.ENV):
            first[path] = tuple(one for one in first[path] if not are_read(one, readers, names))
        pool_files = frozenset(path for path, engines in first.items() if engines)
        pool_files |= frozenset(one.path for one in variables)
        self.carriers = Carriers(self.processes, pool_files, self.imports)
        if self._may_fork():
            from poolaudit.readers.forking import Forking  # noqa: PLC0415 - ast is slow to import, and few fork

            forks = Forking(self.files, self._known, self.module).of
            self.carriers = Carriers(self.processes, pool_files, self.imports, forks)
        self.modules.clear()  # the environment of each is known from here on
        said = tuple(one for path in first for one in self._said(path, first[path], project))
        made_at = {one.engine.made_at for one in said} - {None}
        said = tuple(one for one in said if one.engine.place not in made_at)
        said += variables
        deployments, applications, together = composed(said, self.carriers)
        return Reading(
            deployments,
            applications,
            together=(*self._of_versions(pool_files), *together),
            variables=self._variables([one.pool for one in deployments]),
        )

    def _read_with(self, readers: Iterable[Document]) -> list[Document]:
        """Give files that have pools with those of the application's own that they import."""
        paths = dict.fromkeys(path for one in readers for path in (one.path, *self.imports.reached_from(one.path)))
        return [self.files[path] for path in paths]

    def _names_read(self, readers: list[Document]) -> frozenset[str]:
        """Give the variables that classes of pydantic's settings read: only a part of each name stands in the file."""
        modules = [self._known(one.path) for one in readers if "BaseSettings" in one.text]
        return frozenset(name for module in modules if module is not None for name in module.settings_variables())

    def _may_fork(self) -> bool:
        """Whether anything may be forked that is loaded already."""
        if any(one.preload is not None or one.settings_file for one in self.processes):
            return True
        return any(may_fork(one.text) for one in self.files.values() if one.kind is Kind.PYTHON)

    def _of_variables(self, project: Project, readers: list[Document], names: frozenset[str]) -> tuple[Said, ...]:
        """Give the pools of which nothing but processes' variables speaks."""
        processes = [one for one in self.processes if one.places]
        tables = [(one.name, one.places[0], one.environment) for one in processes]
        env_files = frozenset(one.path for one in self.files.values() if one.kind is Kind.ENV)
        found = of_processes(tables, project, env_files)
        return tuple(
            Said(engine, engine.place.file, deployed_from(None), tuple(processes[number] for number in numbers))
            for engine, numbers in found
            if engine.place is not None and not are_read(engine, readers, names)
        )

    def _variables(self, pools: Sequence[Pool]) -> Mapping[str, Setting[str]]:
        if not self.said:
            return {}
        from poolaudit.readers.running.servers import variables_of  # noqa: PLC0415 - only where a file says what runs

        return variables_of(self.said, self.files, pools)

    def environment(self, path: str) -> "Environment":
        """Give what is known of the environment of the program at a path."""
        if not self.carriers.pool_files:
            return self.given
        return {**self.dotenv.at(path), **agreed(self.carriers.of(path)), **self.given}

    def module(self, name: str, path: str) -> "Module | None":
        """Give the module that the file at a path imports by a name, in the environment that is known for it."""
        files = self.imports.files_of(name, self.files[path]) if path in self.files else iter(())
        return next((self._known(file) for file in files), None)

    def modules_with(self, text: str) -> "Iterator[Module]":
        """Give the modules of the documents in which a text stands."""
        holding = (one.path for one in self.documents if one.kind is Kind.PYTHON and text in one.text)
        return (module for module in map(self._known, holding) if module is not None)

    def _known(self, path: str) -> "Module | None":
        if path not in self.modules:
            module = module_of(self.files[path])
            if module is None:
                return None
            self.modules[path] = module.within(self.environment(path), self.module, self.dotenv.named)
        return self.modules[path]

    def _engines(self, document: Document, project: Project, environment: "Environment") -> tuple[Engine, ...]:
        if document.module is not None:
            return tuple(engines_in(document._replace(module=self._known(document.path)), project))
        if may_be_filled(document):
            from poolaudit.readers.filling import filled  # noqa: PLC0415 - most files are as they are written

            document = filled(document, environment)
        return tuple(engines_in(document, project))

    def _said(self, path: str, engines: tuple[Engine, ...], project: Project) -> Iterator[Said]:
        environment = self.environment(path) if engines else NOTHING
        if environment or self.files[path].module is not None:
            engines = self._engines(self.files[path], project, environment)
        for engine in engines:
            words = {word: in_force(found, environment) for word, found in engine.words.items()}
            yield Said(engine._replace(words=words), path, deployed_from(engine.deployment))

    def _of_versions(self, pool_files: frozenset[str]) -> Iterator[str]:
        """Say which versions decided, and where they are said."""
        if "versions" not in vars(self):
            return
        for (package, path), place in sorted(self.versions.said_by.items()):
            version = self.versions.version(package, path)
            if path in pool_files and version is not None:
                yield f"{path} with {place}: {package} {'.'.join(map(str, version))}"
