"""Engines that a process opens before it forks, by following the program from its start: see runner.

gunicorn's preload_app, uwsgi without lazy-apps and celery's prefork fork when the application is loaded; what it starts
by multiprocessing is forked where that stands. A child gives up what it inherits by `engine.dispose()` in a hook that
runs there: gunicorn's post_fork, uwsgi's postfork, celery's worker_process_init, os.register_at_fork, an initializer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from poolaudit.facts.fork import Fork
from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.forking.runner import Runner, TooLargeError
from poolaudit.readers.forking.things import FLASK, Class, Code, Frame, Key, Opened, Work
from poolaudit.readers.forking.trace import IN_CELERY, IN_EVERY_CHILD, IN_UWSGI, Trace
from poolaudit.readers.python.module import Module
from poolaudit.readers.running.forks import may_fork
from poolaudit.readers.running.process import Process

JUDGED = frozenset({"sqlalchemy", FLASK})
"""Libraries whose engines can be followed."""
TOO_LARGE = "the program is too large to be followed"
NOT_FOLLOWED = "which file the program loads is not known"
NO_PYTHON = "the engine is not made in a Python file that was read"
REMEDY = "name the folder with the application's Python files, and what starts them"
_HOOKS = {"gunicorn": IN_EVERY_CHILD, "uwsgi": IN_UWSGI, "celery": IN_CELERY}
_IN_CHILD = ("post_fork", "post_worker_init")
_IN_MASTER = ("on_starting",)


@dataclass(frozen=True)
class Followed:
    """What came of following one program: the state when its application is loaded, and what its children do then.

    `why_not` is why it could not be followed to the end, `path` the file that it is.
    """

    trace: Trace
    child: Trace
    why_not: str | None = None
    path: str = ""


@dataclass
class Forking:
    """Follows programs. `module` gives the module of a path, `find` that which a file imports by a name."""

    files: Mapping[str, Document]
    module: Callable[[str], Module | None]
    find: Callable[[str, str], Module | None]
    _followed: dict[Process | str, Followed] = field(default_factory=dict)

    def of(self, pool: Pool, processes: tuple[Process, ...]) -> tuple[Fork, ...]:
        """Give the forks of the processes that carry a pool, as far as they matter to its engine."""
        if pool.library not in JUDGED or pool.place is None:
            return ()
        key = FLASK if pool.library == FLASK else pool.place
        found = [fork for one in processes for fork in self._of_process(key, one)]
        scripts = () if processes else self._scripts()
        found += [fork for path in scripts for fork in _of_script(key, "", self._script(path))]
        return tuple(dict.fromkeys(found))

    def _scripts(self) -> Iterator[str]:
        """Give the files that fork and may be run as they are, where nothing says what runs."""
        for path, one in self.files.items():
            if one.kind is Kind.PYTHON and may_fork(one.text) and "__main__" in one.text:
                yield path

    def _of_process(self, key: Key, process: Process) -> Iterator[Fork]:
        if process.program == "python":
            if process.application:
                yield from _of_script(key, process.name, self._script(process.application))
            return
        place = process.preload or (Place(process.settings_file) if process.settings_file else None)
        if process.program not in _HOOKS or place is None or _is_one(process.processes):
            return
        followed = self._followed_process(process)
        opened = _opened(key, followed, is_loaded=process.preload is not None)
        if opened is not None:
            child = followed.child
            disposal, refused = child.disposed.get(key), child.refusal_of(key)
            given_up = disposal.place if disposal is not None else None
            yield Fork(process.program, place, opened, given_up, refused, process=process.name)

    def _followed_process(self, process: Process) -> Followed:
        if process not in self._followed:
            self._followed[process] = self._follow(process)
        return self._followed[process]

    def _follow(self, process: Process) -> Followed:
        runner = Runner(self.find)
        why_not = None
        settings = self._loaded(runner, process.settings_file) if process.program == "gunicorn" else None
        try:
            _run(runner, settings, _IN_MASTER)
            if process.preload is not None:
                why_not = self._load(runner, process)
            hooks = [one.work for one in runner.trace.hooks if one.forks in {IN_EVERY_CHILD, _HOOKS[process.program]}]
            hooks += [work for name in _IN_CHILD for work in _works(settings, name)]
            return Followed(runner.trace, runner.child(hooks, runner.trace.opened, Place("")), why_not)
        except (TooLargeError, RecursionError):
            return Followed(runner.trace, Trace(), TOO_LARGE)

    def _loaded(self, runner: Runner, path: str) -> Frame | None:
        module = self.module(path) if path in self.files else None
        return runner.modules.load(module) if module is not None else None

    def _load(self, runner: Runner, process: Process) -> str | None:
        """Load an application as its server does; say why it could not be, None where it could."""
        frame = self._loaded(runner, process.application)
        if frame is None:
            return NOT_FOLLOWED
        if process.program == "celery":
            self._loaded(runner, f"{process.application.rpartition('/')[0]}/celery.py".lstrip("/"))
        name, is_called, _ = process.entry.partition(":")[2].partition("(")
        factory = frame.names.get(name)
        if is_called and isinstance(factory, (Code, Class)):
            runner.run(Work(factory), frame.module.line_of(frame.module.tree))
        for name, importing in runner.later:
            runner.modules.imported(name, importing)
        return None

    def _script(self, path: str) -> Followed:
        if path not in self._followed:
            runner = Runner(self.find, main=path)
            try:
                self._loaded(runner, path)
                self._followed[path] = Followed(runner.trace, Trace())
            except (TooLargeError, RecursionError):
                self._followed[path] = Followed(runner.trace, Trace(), TOO_LARGE, path)
        return self._followed[path]


def _is_one(processes: Setting[int]) -> bool:
    return processes.is_known and processes.value == 1


def _works(settings: Frame | None, name: str) -> Iterator[Work]:
    found = settings.names.get(name) if settings is not None else None
    if found is not None:
        yield Work(found)


def _run(runner: Runner, settings: Frame | None, names: tuple[str, ...]) -> None:
    for name in names:
        for work in _works(settings, name):
            runner.run(work, Place(""))


def _opened(key: Key, followed: Followed, *, is_loaded: bool) -> Setting[Place | None] | None:
    """Say where an engine is opened before the fork; None where it is known not to be."""
    if followed.why_not == TOO_LARGE:
        return _unknown(TOO_LARGE)
    found = followed.trace.opened.get(key)
    if found is not None:
        return _as_setting(found)
    if not is_loaded:
        return None
    why = followed.why_not
    if why is None and isinstance(key, Place) and not key.file.endswith(".py"):
        why = NO_PYTHON
    return _unknown(why) if why is not None else None


def _as_setting(opened: Opened) -> Setting[Place | None]:
    return Setting(opened.place, opened.place) if opened.doubt is None else _unknown(opened.doubt, opened.place)


def _unknown(why: str, place: Place | None = None) -> Setting[Place | None]:
    return Setting(place=place, unknown=why, word="whether a connection is opened before the fork", remedy=REMEDY)


def _of_script(key: Key, process: str, followed: Followed) -> Iterator[Fork]:
    """Give the forks that a program makes itself while an engine has a connection open."""
    for child in followed.trace.children:
        opened = child.opened.get(key)
        if opened is None or child.method in {"spawn", "forkserver"}:
            continue
        refused, is_sure = child.guarded.get(key), child.method == "fork"
        fork = Fork("multiprocessing", child.place, _as_setting(opened), None, refused, is_sure, process=process)
        disposal = child.disposed.get(key)
        if child.used is None:
            yield fork._replace(opened=_unknown("what the new process does is not known", child.place))
        elif key in child.used:
            yield fork
        elif disposal is not None:
            yield fork._replace(given_up=disposal.place, closes=disposal.closes)
    if followed.why_not is not None and key in followed.trace.made:
        yield Fork("multiprocessing", Place(followed.path), _unknown(followed.why_not), process=process)
