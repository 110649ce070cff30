"""What starts processes, and what they are told to do first: multiprocessing, celery, os.register_at_fork."""

from typing import TYPE_CHECKING

from poolaudit.facts.setting import Place
from poolaudit.readers.forking.things import (
    Arguments,
    Class,
    Code,
    Context,
    External,
    Instance,
    Items,
    Keywords,
    Method,
    Partial,
    Text,
    Value,
    Work,
    Workers,
)
from poolaudit.readers.forking.trace import IN_CELERY, IN_EVERY_CHILD, IN_MULTIPROCESSING, Hook

if TYPE_CHECKING:
    from poolaudit.readers.forking.runner import Runner

PROCESS = frozenset({"Process", "Pool", "ProcessPoolExecutor"})
_RUNNING = frozenset(
    {"map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async", "apply", "apply_async", "submit"}
)


class Processes:
    """The calls of one process that make others, or say what these do."""

    def __init__(self, runner: "Runner") -> None:
        self.runner = runner

    def of(self, package: str, name: str, arguments: Arguments, keywords: Keywords, place: Place) -> Value:
        """Call a function that makes processes, or that is told what they are to do first."""
        is_ours = package.partition(".")[0] in {"multiprocessing", "concurrent"} and "dummy" not in package
        if is_ours and name in PROCESS:
            return self.workers(name, None, arguments, keywords, place)
        if is_ours and name == "get_context":
            return Context(_text(next(iter(arguments), keywords.get("method"))))
        if is_ours and name == "set_start_method":
            self.runner.trace.start_method = _text(next(iter(arguments), keywords.get("method")))
        elif name == "register_at_fork":
            self.hook(IN_EVERY_CHILD, keywords.get("after_in_child"))
        elif name == "register_after_fork" and len(arguments) > 1:
            self.hook(IN_MULTIPROCESSING, arguments[1], arguments[:1])
        elif name == "connect" and "worker_process_init" in package:
            self.hook(IN_CELERY, next(iter(arguments), None))
            return External("celery.signals.worker_process_init.connect")
        return None

    def celery(self, keywords: Keywords, place: Place) -> None:
        """Import the modules of tasks that an application names."""
        included = keywords.get("include")
        frame = self.runner.modules.loaded.get(place.file)
        for one in included.values if isinstance(included, Items) else ():
            if isinstance(one, Text) and isinstance(one.said, str) and frame is not None:
                self.runner.later.append((one.said, frame))

    def hook(self, forks: str, run: Value, arguments: Arguments = ()) -> None:
        """Note what is run in each child of a kind."""
        if run is not None:
            self.runner.trace.hooks.append(Hook(forks, Work(run, arguments)))

    def workers(self, name: str, method: str | None, arguments: Arguments, keywords: Keywords, place: Place) -> Workers:
        """Make a Process, a Pool or a ProcessPoolExecutor; a Pool's processes are there at once."""
        context = keywords.get("mp_context")
        if isinstance(context, Context):
            method = context.method
        trace = self.runner.trace
        if name == "Process":
            given = keywords.get("args")
            run = keywords.get("target") or (arguments[1] if len(arguments) > 1 else None)
            values = given.values if isinstance(given, Items) else ()
            return Workers(method, (Work(run, values),), place, is_pool=False)
        starter = keywords.get("initializer") or (arguments[1] if len(arguments) > 1 and name == "Pool" else None)
        given = keywords.get("initargs") or (arguments[2] if len(arguments) > 2 and name == "Pool" else None)  # noqa: PLR2004 - after the count and the function
        values = given.values if isinstance(given, Items) else ()
        begins = (Work(starter, values),) if isinstance(starter, (Code, Class, Method, Partial)) else ()
        return Workers(method, begins, place, dict(trace.opened) if name == "Pool" else None)

    def of_workers(self, workers: Workers, name: str, arguments: Arguments, keywords: Keywords) -> Value:
        """Call a method of what starts processes."""
        trace = self.runner.trace
        if not workers.is_pool:
            if name == "start":
                self.runner.started(workers.begins, dict(trace.opened), workers.place, workers.method)
            return None
        if name in _RUNNING:
            if workers.opened is None:
                workers.opened = dict(trace.opened)
            run = next(iter(arguments), keywords.get("func"))
            works = (*workers.begins, Work(run, arguments[1:] if name == "submit" else ()))
            self.runner.started(works, workers.opened, workers.place, workers.method)
        return workers if name in {"__enter__", "start"} else None

    def of_its_own(self, process: Instance, place: Place) -> None:
        """Start an object of a class that derives from multiprocessing's Process."""
        names = [one.name for one in process.of.roots() if isinstance(one, External)]
        run = process.of.find("run")
        if isinstance(run, Code) and any(
            name.startswith("multiprocessing.") and name.endswith("Process") for name in names
        ):
            work = Work(Code(run.node, run.frame, process))
            self.runner.started((work,), dict(self.runner.trace.opened), place, None)


def _text(value: Value) -> str | None:
    return value.said if isinstance(value, Text) and isinstance(value.said, str) else None
