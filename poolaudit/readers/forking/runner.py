"""Follows a program from its first statement on, without running it: which engines it opens, and when it forks.

Only engines and what may come to one have a value here; all else is unknown, and a call of the unknown does nothing.
What stands under a condition is followed in doubt, which says where the condition is.
"""

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from poolaudit.facts.setting import Place
from poolaudit.readers.forking.calls import Calls
from poolaudit.readers.forking.expressions import Expressions
from poolaudit.readers.forking.modules import Find, Modules
from poolaudit.readers.forking.statements import Statements
from poolaudit.readers.forking.things import (
    Class,
    Code,
    External,
    Frame,
    Instance,
    Key,
    Opened,
    Partial,
    Value,
    Work,
    engines_of,
)
from poolaudit.readers.forking.trace import IN_EVERY_CHILD, IN_MULTIPROCESSING, Child, Trace

MOST_STEPS = 50_000
DEEPEST_CALL = 12
_HOOKS_OF_MULTIPROCESSING = frozenset({IN_EVERY_CHILD, IN_MULTIPROCESSING})


class TooLargeError(Exception):
    """The program is larger than is followed."""


class Runner:
    """One process. `find` gives the module that a file imports by a name, None where it is none of the application's.

    `main` is the path of the file that is run as a script, "" where the program is another's (gunicorn). `later` are
    the modules that it imports at its end, each with what names it. `doubts` say why what is followed now may not
    happen.
    """

    def __init__(self, find: Find, main: str = "") -> None:
        self.main = main
        self.trace = Trace()
        self.later: list[tuple[str, Frame]] = []
        self.doubts: list[str] = []
        self.modules = Modules(self, find)
        self.statements = Statements(self)
        self.expressions = Expressions(self)
        self.calls = Calls(self)
        self._steps = 0
        self._running: list[ast.AST] = []

    @contextmanager
    def doubted(self, node: ast.AST, frame: Frame) -> Iterator[None]:
        """Follow what is only done under a condition, that of a node."""
        self.doubts.append(f"it depends on {frame.module.line_of(node)}")
        yield
        self.doubts.pop()

    def step(self) -> None:
        """Count what is done; TooLargeError where it is too much."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooLargeError

    def run(self, work: Work, place: Place, keywords: dict[str, Value] | None = None) -> Value:
        """Run a function or make an object; what cannot be run is called as another package's."""
        given = keywords or {}
        match work.run:
            case Code(node=node) as code:
                if node in self._running or len(self._running) >= DEEPEST_CALL:
                    return None
                return self._run_code(code, work.arguments, given)
            case Class() as kind:
                made = Instance(kind)
                start = kind.find("__init__")
                if isinstance(start, Code):
                    self.run(Work(Code(start.node, start.frame, made), work.arguments), place, given)
                return made
            case other:
                return self.calls.of(other, work.arguments, given, place)

    def _run_code(self, code: Code, arguments: tuple[Value, ...], keywords: dict[str, Value]) -> Value:
        node, inner = code.node, Frame(code.frame.module, around=_names_around(code.frame))
        given = arguments if code.owner is None else (code.owner, *arguments)
        names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
        rest = [one.arg for one in (node.args.vararg, node.args.kwarg, *node.args.kwonlyargs) if one is not None]
        defaults = [self.expressions.value(one, code.frame) for one in node.args.defaults]
        inner.names.update(dict.fromkeys((*names, *rest)))
        inner.names.update(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        inner.names.update(zip(names, given, strict=False))
        inner.names.update({name: value for name, value in keywords.items() if name in inner.names})
        self._running.append(node)
        if isinstance(node, ast.Lambda):
            inner.returned = self.expressions.value(node.body, inner)
        else:
            self.statements.body(node.body, inner)
        self._running.pop()
        return inner.returned

    def child(self, works: Iterable[Work], opened: dict[Key, Opened], place: Place) -> Trace:
        """Follow what a child does first, which was made while these engines had a connection open."""
        parent, self.trace = self.trace, self.trace.fork(opened)
        doubts, self.doubts = self.doubts, []
        running, self._running = self._running, []
        try:
            for work in works:
                self.run(work, place)
            return self.trace
        finally:
            self.trace, self.doubts, self._running = parent, doubts, running

    def started(self, works: tuple[Work, ...], opened: dict[Key, Opened], place: Place, method: str | None) -> None:
        """Note what multiprocessing starts."""
        hooks = [one.work for one in self.trace.hooks if one.forks in _HOOKS_OF_MULTIPROCESSING]
        child = self.child((*hooks, *works), opened, place)
        run = works[-1].run
        while isinstance(run, Partial):
            run = run.run
        is_known = isinstance(run, (Code, Class, External)) or bool(engines_of(run))
        self.trace.children.append(
            Child(
                place,
                method or self.trace.start_method,
                opened,
                child.disposed,
                child.used if is_known else None,
                {key: refused for key in child.made if (refused := child.refusal_of(key))},
            )
        )


def _names_around(frame: Frame) -> Frame:
    """Give what a function sees around it: not the class that it is a method of."""
    while frame.is_class and frame.around is not None:
        frame = frame.around
    return frame
