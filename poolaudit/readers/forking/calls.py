"""Calls of what is none of the application's own: who knows what they do, and what comes of them."""

from typing import TYPE_CHECKING

from poolaudit.facts.setting import Place
from poolaudit.readers.forking.databases import Databases
from poolaudit.readers.forking.processes import PROCESS, Processes
from poolaudit.readers.forking.things import (
    DATABASE,
    FLASK,
    METADATA,
    SESSIONS,
    Arguments,
    Bound,
    Class,
    Code,
    Context,
    Engine,
    External,
    Instance,
    Keywords,
    Loaded,
    Method,
    Partial,
    Value,
    Work,
    Workers,
    engines_of,
)
from poolaudit.readers.forking.trace import IN_CELERY, IN_UWSGI, Disposal

if TYPE_CHECKING:
    from poolaudit.readers.forking.runner import Runner

_MAKERS = frozenset({"create_engine", "create_async_engine", "engine_from_config", "async_engine_from_config"})
_SESSION_MAKERS = frozenset({"sessionmaker", "async_sessionmaker", "Session", "AsyncSession", "create_session"})
_SCOPED = frozenset({"scoped_session", "async_scoped_session"})
_HANDING_ON = frozenset({"run", "run_until_complete", "next", "iter", "list", "set", "tuple", "anext", "closing"})
"""Functions that give back what they are given, or run it (asyncio.run)."""


class Calls:
    """Says what a call does, and gives what comes of it."""

    def __init__(self, runner: "Runner") -> None:
        self.runner = runner
        self._databases = Databases(runner)
        self._processes = Processes(runner)

    def iterated(self, value: Value, place: Place) -> None:
        """Note that a query's rows are gone through."""
        self._databases.iterated(value, place)

    def of(self, called: Value, arguments: Arguments, keywords: Keywords, place: Place) -> Value:  # noqa: PLR0911 - one case for each kind of value
        """Call what is none of the application's own."""
        match called:
            case Partial(run=run, arguments=given, keywords=named):
                return self.runner.run(Work(run, (*given, *arguments)), place, {**named, **keywords})
            case External(name=full):
                return self._external(full, arguments, keywords, place)
            case Method(owner=Context(method=method), name=name) if name in PROCESS:
                return self._processes.workers(name, method, arguments, keywords, place)
            case Method(owner=Workers() as workers, name=name):
                return self._processes.of_workers(workers, name, arguments, keywords)
            case Method(owner=Instance() as owner, name="start"):
                self._processes.of_its_own(owner, place)
            case Method(owner=owner, name=name):
                return self._method(owner, name, arguments, keywords, place)
            case Bound(kind=kind) if kind == SESSIONS:
                bind = keywords.get("bind") or next(iter(arguments), None)
                return Bound(SESSIONS, set(engines_of(bind))) if engines_of(bind) else called
        return None

    def _method(self, owner: Value, name: str, arguments: Arguments, keywords: Keywords, place: Place) -> Value:
        match owner:
            case Engine():
                return self._databases.of_engine(owner, name, (*arguments, keywords.get("close"))[:1], place)
            case Bound(kind=kind) if kind == DATABASE:
                return self._databases.of_database(owner, name, place)
            case Bound(kind=kind) if kind == METADATA:
                self._databases.of_metadata(name, arguments, keywords, place, owner)
                return None
            case Bound():
                return self._databases.of_session(owner, name, arguments, keywords, place)
        self._databases.of_metadata(name, arguments, keywords, place)
        if name in _HANDING_ON:
            return next(iter(arguments), None)
        return None

    def set_attribute(self, owner: Value, name: str, value: Value, place: Place) -> None:
        """Follow `self.engine = …`, `metadata.bind = engine`, `uwsgi.post_fork_hook = …`."""
        match owner:
            case Instance(attributes=attributes):
                attributes[name] = value
            case Loaded(frame=frame):
                frame.names[name] = value
            case Class(frame=frame):
                frame.names[name] = value
            case Bound() if name == "bind":
                owner.engines |= engines_of(value)
            case Engine() if name == "pool":
                self.runner.trace.dispose(owner.key, Disposal(place, closes=False), self._databases.doubt)
            case External(name="uwsgi") if name == "post_fork_hook":
                self._processes.hook(IN_UWSGI, value)
            case _:
                pass

    def _external(self, full: str, arguments: Arguments, keywords: Keywords, place: Place) -> Value:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of function
        package, _, name = full.rpartition(".")
        first = next(iter(arguments), None)
        if name not in {"create", "drop"} or "__table__" in package:
            self._databases.of_metadata(name, arguments, keywords, place)
        if name in _MAKERS:
            return self._databases.made(place)
        if package == "functools" and name == "partial":
            is_maker = isinstance(first, External) and first.name.rpartition(".")[2] in _MAKERS
            if is_maker:
                return Method(self._databases.made(place), "execution_options")
            return Partial(first, arguments[1:], keywords)
        if name == "SQLAlchemy" and package.startswith("flask_sqlalchemy"):
            self.runner.trace.made.add(FLASK)
            return Bound(DATABASE, {FLASK})
        if name in _SESSION_MAKERS:
            bind = keywords.get("bind") or keywords.get("engine") or first
            return Bound(SESSIONS, set(engines_of(bind)))
        if name in _SCOPED:
            return first
        if name == "MetaData":
            return Bound(METADATA, set(engines_of(keywords.get("bind") or first)))
        if name in {"inspect", "from_engine"}:
            self._databases.open(first, place)
            return None
        if name == "Table" and "autoload_with" in keywords:
            self._databases.open(keywords["autoload_with"], place)
            return None
        if name == "listen" and package.startswith("sqlalchemy"):
            self._databases.listen(arguments[:2], arguments[2] if len(arguments) > 2 else None)  # noqa: PLR2004 - target, name, function
        if name == "listens_for" and package.startswith("sqlalchemy"):
            return Listener(arguments)
        if name in _HANDING_ON:
            self._databases.iterated(first, place)
            return first
        if name == "Celery":
            self._processes.celery(keywords, place)
        return self._processes.of(package, name, arguments, keywords, place)

    def decorate(self, decorator: Value, code: Code) -> None:
        """Note a function whose decorator hands it on."""
        match decorator:
            case Listener(arguments=arguments):
                self._databases.listen(arguments, code)
            case External(name=full) if full.endswith("worker_process_init.connect"):
                self._processes.hook(IN_CELERY, code)
            case External(name=full) if full.startswith("uwsgidecorators.") and full.endswith("postfork"):
                self._processes.hook(IN_UWSGI, code)
            case _:
                pass


class Listener(Method):
    """What `listens_for(…)` gives, to be told the function."""

    def __init__(self, arguments: Arguments) -> None:
        super().__init__(None, "listens_for")
        self.arguments = arguments
